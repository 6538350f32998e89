// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * kbench [--json] [--blocks N] [--calls N]: cycles that an operation takes in the
 * kernel, on the device node and on a capability. The two have one of the twin
 * chips each, change them half way, and take turns.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kbench.h"
#include "ledger.h"
#include "sim.h"

#define BLOCKS_MAX	10000

static const uint16_t twins[] = { 0x48, 0x49 };

enum side {
	NODE,
	CAPABILITY,
	SIDES,
};

/**
 * struct bench - what is open, and how much to measure
 * @blocks: of each side and operation, an even number
 * @calls:  of one block
 */
struct bench {
	int kbench;
	int ledger;
	int fds[SIDES];
	uint16_t addresses[SIDES];
	unsigned int blocks;
	unsigned int calls;
};

static void die(const char *subject, const char *what)
{
	fprintf(stderr, "kbench: %s: %s\n", subject, what);
	exit(1);
}

/* ------------------------------------------------------------------------- */
/* Operations                                                                */

static uint64_t repeat(const struct bench *bench, int fd, unsigned long cmd, void *arg)
{
	struct kbench_repeat args = {
		.fd = fd,
		.cmd = cmd,
		.arg = (uintptr_t)arg,
		.count = bench->calls,
	};

	if (ioctl(bench->kbench, KBENCH_REPEAT, &args))
		die(KBENCH_NODE, strerror(errno));
	if (args.failures)
		die("the operation failed", strerror(-args.result));
	return args.cycles;
}

static uint64_t smbus_read_byte(const struct bench *bench, enum side side)
{
	union i2c_smbus_data data;
	struct i2c_smbus_ioctl_data args = {
		.read_write = I2C_SMBUS_READ,
		.size = I2C_SMBUS_BYTE_DATA,
		.data = &data,
	};

	return repeat(bench, bench->fds[side], I2C_SMBUS, &args);
}

static uint64_t write_read(const struct bench *bench, enum side side)
{
	uint8_t pointer = 0, data[2];
	struct i2c_msg messages[] = {
		{ .addr = bench->addresses[side], .len = 1, .buf = &pointer },
		{ .addr = bench->addresses[side], .flags = I2C_M_RD, .len = 2, .buf = data },
	};
	struct i2c_rdwr_ioctl_data args = { .msgs = messages, .nmsgs = 2 };

	return repeat(bench, bench->fds[side], I2C_RDWR, &args);
}

static uint64_t functions(const struct bench *bench, enum side side)
{
	unsigned long mask;

	return repeat(bench, bench->fds[side], I2C_FUNCS, &mask);
}

static const struct operation {
	const char *name;
	uint64_t (*run)(const struct bench *bench, enum side side);
} operations[] = {
	{ "smbus-read-byte", smbus_read_byte },
	{ "write-read-2", write_read },
	{ "functions", functions },
};

/* ------------------------------------------------------------------------- */
/* The two sides                                                             */

static int open_capability(int ledger, int node, uint16_t address)
{
	const struct want want = {
		.address = address,
		.register_width = 1,
		.rights = DEVCAP_I2C_READ,
		.range_count = 1,
		.range = { { .first = 0, .last = 3, .rights = DEVCAP_I2C_READ } },
	};
	int fd = ledger_narrow(ledger, node, &want, "kbench", NULL);

	if (fd < 0)
		die("no capability", strerror(-fd));
	return fd;
}

/* @half: which of the twins is the node's. */
static void open_sides(struct bench *bench, unsigned int half)
{
	int node = sim_i2c_open();

	if (node < 0)
		die("no simulated adapter", "load devcap-sim.ko, or use scripts/lab");
	bench->addresses[NODE] = twins[half];
	bench->addresses[CAPABILITY] = twins[!half];
	bench->fds[NODE] = node;
	bench->fds[CAPABILITY] = open_capability(bench->ledger, node,
						 bench->addresses[CAPABILITY]);
	if (ioctl(node, I2C_SLAVE, (unsigned long)bench->addresses[NODE]))
		die("the chip for the node", strerror(errno));
}

/* Revoked, so that its chip is free for the node when the call returns. */
static void close_sides(struct bench *bench)
{
	ledger_revoke_all(bench->ledger, 0);
	close(bench->fds[CAPABILITY]);
	close(bench->fds[NODE]);
}

/* ------------------------------------------------------------------------- */
/* Measuring                                                                 */

static int compare(const void *a, const void *b)
{
	const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static double median_per_call(uint64_t *cycles, const struct bench *bench)
{
	const unsigned int middle = bench->blocks / 2;

	qsort(cycles, bench->blocks, sizeof(*cycles), compare);
	return (cycles[middle - 1] + cycles[middle]) / 2.0 / bench->calls;
}

/* The side that begins changes with each block. */
static void measure(struct bench *bench, const struct operation *operation,
		    double medians[SIDES])
{
	static uint64_t cycles[SIDES][BLOCKS_MAX];
	unsigned int i, half, done = 0;

	for (half = 0; half < 2; half++) {
		open_sides(bench, half);
		operation->run(bench, NODE);
		operation->run(bench, CAPABILITY);
		for (i = 0; i < bench->blocks / 2; i++, done++) {
			const enum side first = i & 1;

			cycles[first][done] = operation->run(bench, first);
			cycles[!first][done] = operation->run(bench, !first);
		}
		close_sides(bench);
	}
	medians[NODE] = median_per_call(cycles[NODE], bench);
	medians[CAPABILITY] = median_per_call(cycles[CAPABILITY], bench);
}

static void print(const struct bench *bench, const struct operation *operation,
		  const double medians[SIDES], bool json, bool last)
{
	const double difference = medians[CAPABILITY] - medians[NODE];

	if (json)
		printf("    \"%s\": {\"node\": %.1f, \"capability\": %.1f, "
		       "\"difference\": %.1f}%s\n", operation->name, medians[NODE],
		       medians[CAPABILITY], difference, last ? "" : ",");
	else
		printf("%-18s %10.1f %12.1f %+12.1f\n", operation->name, medians[NODE],
		       medians[CAPABILITY], difference);
}

static void run(struct bench *bench, bool json)
{
	const size_t count = sizeof(operations) / sizeof(operations[0]);
	double medians[SIDES];
	struct utsname kernel;
	size_t i;

	uname(&kernel);
	if (json)
		printf("{\n  \"unit\": \"cycles\",\n  \"kernel\": \"%s\",\n"
		       "  \"blocks\": %u,\n  \"calls\": %u,\n  \"operations\": {\n",
		       kernel.release, bench->blocks, bench->calls);
	else
		printf("Cycles in the kernel (%s), medians of %u blocks of %u calls\n"
		       "%-18s %10s %12s %12s\n", kernel.release, bench->blocks, bench->calls,
		       "operation", "node", "capability", "difference");
	for (i = 0; i < count; i++) {
		measure(bench, &operations[i], medians);
		print(bench, &operations[i], medians, json, i + 1 == count);
	}
	if (json)
		printf("  }\n}\n");
}

static unsigned int number(const char *option, const char *text, unsigned int max)
{
	char *end;
	const unsigned long value = strtoul(text, &end, 0);

	if (*end || !value || value > max) {
		fprintf(stderr, "kbench: --%s %s: not a number from 1 to %u\n", option, text, max);
		exit(1);
	}
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "blocks", required_argument, NULL, 'b' },
		{ "calls", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	struct bench bench = { .blocks = 40, .calls = 5000 };
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'j')
			json = true;
		else if (option == 'b')
			bench.blocks = 2 * ((number("blocks", optarg, BLOCKS_MAX) + 1) / 2);
		else if (option == 'c')
			bench.calls = number("calls", optarg, KBENCH_COUNT_MAX);
		else
			return 1;
	}
	bench.kbench = open(KBENCH_NODE, O_RDWR | O_CLOEXEC);
	if (bench.kbench < 0)
		die(KBENCH_NODE, "load devcap-kbench.ko as root, or use scripts/lab --kernel uml");
	bench.ledger = ledger_open();
	if (bench.ledger < 0)
		die("/dev/devcap", strerror(-bench.ledger));
	run(&bench, json);
	return 0;
}
