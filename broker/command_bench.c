// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcap bench: a native program on the device node, the same program on a
 * capability, and a guest; the same operation, interleaved in one run. The rungs
 * are started by the very commands that a user would type.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <linux/i2c.h>
#include <linux/i2c-dev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "adapter.h"
#include "bench_report.h"
#include "bench_rung.h"
#include "cleanup.h"
#include "command.h"

static const char help[] =
	"Usage: devcap bench i2c [--twins ADAPTER@ADDRESS,ADDRESS] [--samples N] [--block N] [--json]\n"
	"\n"
	"Reads register 0 of one of two equal chips through three rungs, which change chips\n"
	"half way: a native program on the device node, the same program on a capability,\n"
	"and a guest component. The operation is a write of one byte and a read of two in one\n"
	"I2C_RDWR; on an adapter that speaks SMBus only, a byte read by I2C_SMBUS.\n"
	"\n"
	"  --twins    the chips (default sim@0x48,0x49); the kernel must not use them\n"
	"  --samples  operations of each rung (default 10000)\n"
	"  --block    operations in a row before the next rung's turn (default 250)\n"
	"  --json     for programs\n";

#define WARM_UP		200
#define CLOCK_PAIRS	1000

/**
 * struct bench - what is asked for
 * @twin:  addresses of the two chips
 * @smbus: the adapter speaks nothing else
 */
struct bench {
	char adapter[64];
	bool smbus;
	unsigned int twin[2];
	size_t samples;
	size_t block;
	bool json;
};

enum { RUNG_NODE, RUNG_CAPABILITY, RUNG_GUEST };

/* ------------------------------------------------------------------------- */
/* The native program                                                        */

struct register_read {
	int fd;
	unsigned short address;
};

static int read_two_bytes(void *context)
{
	const struct register_read *at = context;
	unsigned char pointer = 0, value[2];
	struct i2c_msg messages[2] = {
		{ .addr = at->address, .len = 1, .buf = &pointer },
		{ .addr = at->address, .flags = I2C_M_RD, .len = 2, .buf = value },
	};
	struct i2c_rdwr_ioctl_data call = { .msgs = messages, .nmsgs = 2 };

	return ioctl(at->fd, I2C_RDWR, &call) == 2 ? 0 : errno;
}

static int read_byte(void *context)
{
	const struct register_read *at = context;
	union i2c_smbus_data data;
	struct i2c_smbus_ioctl_data call = {
		.read_write = I2C_SMBUS_READ,
		.size = I2C_SMBUS_BYTE_DATA,
		.data = &data,
	};

	return ioctl(at->fd, I2C_SMBUS, &call) ? errno : 0;
}

/* devcap bench worker ADDRESS smbus|rdwr [NODE]; without NODE, on descriptor 3. */
static int run_worker(int argc, char **argv, struct error *error)
{
	struct register_read at = { .fd = 3 };

	if (argc < 3)
		return error_set(error, ERROR_USAGE, "bench worker: for `devcap bench` alone");
	at.address = (unsigned short)strtoul(argv[1], NULL, 0);
	if (argc > 3) {
		at.fd = open(argv[3], O_RDWR | O_CLOEXEC);
		if (at.fd < 0 || ioctl(at.fd, I2C_SLAVE, (unsigned long)at.address))
			return error_set(error, ERROR_FAILED, "%s: %s", argv[3], strerror(errno));
	}
	return rung_serve(strcmp(argv[2], "smbus") ? read_two_bytes : read_byte, &at);
}

/* ------------------------------------------------------------------------- */
/* The rungs                                                                 */

static int own_path(char *path, size_t size, struct error *error)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);

	if (length < 0)
		return error_set(error, ERROR_FAILED, "/proc/self/exe: %s", strerror(errno));
	path[length] = '\0';
	return 0;
}

/* The guest stands beside the programs, in guests/. */
static void guest_path(const char *self, char *path, size_t size)
{
	const char *slash = strrchr(self, '/');

	snprintf(path, size, "%.*s/guests/bench-i2c.wasm", (int)(slash - self), self);
	if (access(path, R_OK))
		snprintf(path, size, DEVCAP_LIBEXECDIR "/guests/bench-i2c.wasm");
}

static int start_rungs(const struct bench *bench, const struct adapter *adapter, int swapped,
		       struct rung rung[BENCH_RUNGS], struct error *error)
{
	char self[PATH_MAX], guest[PATH_MAX + 64], node[32], grant[128], own[2][16];
	unsigned int here = bench->twin[swapped], there = bench->twin[!swapped];

	if (own_path(self, sizeof(self), error))
		return -1;
	guest_path(self, guest, sizeof(guest));
	snprintf(node, sizeof(node), "/dev/i2c-%d", adapter->number);
	snprintf(own[0], sizeof(own[0]), "0x%02x", here);
	snprintf(own[1], sizeof(own[1]), "0x%02x", there);
	snprintf(grant, sizeof(grant), "bench=i2c:%d@0x%02x,read,regs=0x00-0x01",
		 adapter->number, there);

	char *how = bench->smbus ? "smbus" : "rdwr", *bytes = bench->smbus ? "1" : "2";
	char *on_node[] = { self, "bench", "worker", own[0], how, node, NULL };
	char *on_capability[] = { self, "exec", "--grant", grant, "--", self, "bench", "worker",
				  own[1], how, NULL };
	char *in_guest[] = { self, "run", guest, "--grant", grant, "--", own[1], bytes, NULL };

	if (rung_start(&rung[RUNG_NODE], "node", on_node, error) ||
	    rung_start(&rung[RUNG_CAPABILITY], "capability", on_capability, error) ||
	    rung_start(&rung[RUNG_GUEST], "guest", in_guest, error))
		return -1;
	return 0;
}

static int run_block(const struct bench *bench, struct rung *rung, struct bench_result *result,
		     size_t number, struct error *error)
{
	struct samples block = { 0 };
	uint64_t *kept;

	if (rung_ask(rung, "", bench->block, &block, error)) {
		samples_free(&block);
		return -1;
	}
	kept = samples_extend(&result->samples, block.count);
	memcpy(kept, block.value, block.count * sizeof(*kept));
	samples_sort(&block);
	result->median[number] = (double)samples_percentile(&block, 50);
	samples_free(&block);
	return 0;
}

/* Half of the blocks, on chips that keep their roles. */
static int run_half(const struct bench *bench, const struct adapter *adapter, int half,
		    struct bench_report *report, struct error *error)
{
	struct rung rung[BENCH_RUNGS] = { 0 };
	struct samples warm_up = { 0 };
	size_t blocks = report->blocks / 2, i, turn;
	int failed;

	failed = start_rungs(bench, adapter, half, rung, error);
	for (i = 0; !failed && i < BENCH_RUNGS; i++)
		failed = rung_ask(&rung[i], "", WARM_UP, &warm_up, error) ||
			 rung_ask(&rung[i], "clock ", CLOCK_PAIRS, &report->result[i].clock, error);
	for (i = 0; !failed && i < blocks; i++)
		/* Each rung is first, second and third equally often. */
		for (turn = 0; !failed && turn < BENCH_RUNGS; turn++) {
			size_t which = (i + turn) % BENCH_RUNGS;

			failed = run_block(bench, &rung[which], &report->result[which],
					   (size_t)half * blocks + i, error);
		}
	for (i = 0; i < BENCH_RUNGS; i++)
		rung_stop(&rung[i]);
	samples_free(&warm_up);
	return failed ? -1 : 0;
}

/* ------------------------------------------------------------------------- */
/* The command                                                               */

static int parse_twins(struct bench *bench, const char *text, struct error *error)
{
	int end = 0;

	if (sscanf(text, "%63[^@]@%i,%i%n", bench->adapter, (int *)&bench->twin[0],
		   (int *)&bench->twin[1], &end) == 3 && !text[end] &&
	    bench->twin[0] != bench->twin[1])
		return 0;
	return error_set(error, ERROR_USAGE,
			 "--twins %s: not ADAPTER@ADDRESS,ADDRESS; for example sim@0x48,0x49", text);
}

static int parse_count(const char *option, const char *text, size_t *count, struct error *error)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || end == text || !value || value > 10000000)
		return error_set(error, ERROR_USAGE, "%s %s: not a count from 1 to 10000000",
				 option, text);
	*count = value;
	return 0;
}

static int parse(struct bench *bench, int argc, char **argv, struct error *error)
{
	static const struct option options[] = {
		{ "twins", required_argument, NULL, 't' },
		{ "samples", required_argument, NULL, 's' },
		{ "block", required_argument, NULL, 'b' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 }
	};
	int option, failed = 0;

	*bench = (struct bench){ .adapter = "sim", .twin = { 0x48, 0x49 }, .samples = 10000,
				 .block = 250 };
	optind = 2;
	while (!failed && (option = command_option(argc, argv, "", options, error)) >= 0) {
		switch (option) {
		case 't':
			failed = parse_twins(bench, optarg, error);
			break;
		case 's':
			failed = parse_count("--samples", optarg, &bench->samples, error);
			break;
		case 'b':
			failed = parse_count("--block", optarg, &bench->block, error);
			break;
		case 'j':
			bench->json = true;
			break;
		default:
			failed = -1;
		}
	}
	return failed ? -1 : command_no_arguments(argc, argv, error);
}

static int measure(struct bench *bench, struct error *error)
{
	struct bench_report report = {
		.operation = "I2C write-read of 1 + 2 bytes (I2C_RDWR)",
		.result = { { .name = "node" }, { .name = "capability" }, { .name = "guest" } },
		.block_size = bench->block,
	};
	struct adapter adapter;
	size_t i;
	int failed;

	if (adapter_find(bench->adapter, &adapter, error))
		return -1;
	/* A rung that ended is told by rung_ask(), not by a signal. */
	signal(SIGPIPE, SIG_IGN);
	bench->smbus = !(adapter_functionality(&adapter) & I2C_FUNC_I2C);
	if (bench->smbus)
		report.operation = "I2C byte read of a register (I2C_SMBUS)";
	/* Two halves, and each of at least a few blocks. */
	report.blocks = 2 * (bench->samples / bench->block / 2);
	if (report.blocks < 12)
		return error_set(error, ERROR_USAGE,
				 "--samples %zu --block %zu: fewer than 12 blocks give no interval",
				 bench->samples, bench->block);
	for (i = 0; i < BENCH_RUNGS; i++)
		report.result[i].median = must(calloc(report.blocks, sizeof(double)));
	failed = run_half(bench, &adapter, 0, &report, error) ||
		 run_half(bench, &adapter, 1, &report, error);
	if (!failed)
		bench_report_print(&report, bench->json);
	for (i = 0; i < BENCH_RUNGS; i++) {
		samples_free(&report.result[i].samples);
		samples_free(&report.result[i].clock);
		free(report.result[i].median);
	}
	return failed ? -1 : 0;
}

static int run(int argc, char **argv, struct error *error)
{
	struct bench bench;

	if (argc > 1 && !strcmp(argv[1], "worker")) {
		int code = run_worker(argc - 1, argv + 1, error);

		return error->kind ? command_failed(error) : code;
	}
	if (argc < 2 || strcmp(argv[1], "i2c"))
		error_set(error, ERROR_USAGE, "bench: which bus? `devcap bench i2c`");
	else if (!parse(&bench, argc, argv, error))
		measure(&bench, error);
	return error->kind ? command_not_started(error) : EXIT_CODE_SUCCESS;
}

const struct command command_bench = {
	.name = "bench",
	.summary = "measure node, capability and guest side by side",
	.run = run,
	.help = help,
};
