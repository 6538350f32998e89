// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 2, same ABI: every step runs on a device node and on a full capability, on
 * twin chips, and result, data and bus traffic must be the same, but for what
 * the table of deviations says. That table is the documented one.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/sim.h"

#define CAPABILITY_CHIP	0x50
#define NODE_CHIP	0x51
#define NOBODY_THERE	0x60
#define BIG		9000
#define LOG_MAX		64

/**
 * struct deviation - a step that goes another way on a capability
 * @step: its name
 * @node, @capability: results, -errno
 * @node_messages, @capability_messages: on the bus
 */
static const struct deviation {
	const char *step;
	int node;
	int capability;
	int node_messages;
	int capability_messages;
	const char *why;
} deviations[] = {
	/* What the rule has fixed. */
	{ "I2C_SLAVE 0x60", 0, -EACCES, 0, 0, "the address is the rule's" },
	{ "I2C_SLAVE_FORCE 0x60", 0, -EACCES, 0, 0, "the address is the rule's" },
	{ "I2C_TENBIT 1", 0, -EACCES, 0, 0, "the address is the rule's" },
	{ "I2C_RDWR other address", -ENXIO, -EACCES, 1, 0, "the address is the rule's" },
	{ "I2C_RDWR other address in the second message", -ENXIO, -EACCES, 2, 0,
	  "the address is the rule's, and a call is judged whole" },
	{ "I2C_RDWR I2C_M_TEN", -ENXIO, -EACCES, 1, 0, "the address is the rule's" },
	{ "I2C_FUNCS", 0, 0, 0, 0, "what no rule passes is masked" },
	/* What would defeat every rule. */
	{ "I2C_RDWR I2C_M_NOSTART", -EOPNOTSUPP, -EACCES, 1, 0, "glues messages together" },
	{ "I2C_RDWR I2C_M_REV_DIR_ADDR", -EOPNOTSUPP, -EACCES, 1, 0, "turns the direction" },
	{ "I2C_RDWR I2C_M_IGNORE_NAK", -EOPNOTSUPP, -EACCES, 1, 0, "not the protocol" },
	{ "I2C_RDWR I2C_M_NO_RD_ACK", -EOPNOTSUPP, -EACCES, 1, 0, "not the protocol" },
	{ "I2C_RDWR I2C_M_STOP", -EOPNOTSUPP, -EACCES, 1, 0, "not the protocol" },
	{ "I2C_RDWR {W 1}{R 0}", 2, -EACCES, 2, 0, "a quick command inside of a call" },
	{ "I2C_RDWR {W 0}{W 1}", 2, -EACCES, 2, 0, "a quick command inside of a call" },
	{ "I2C_SMBUS I2C block of 0, read", 0, -EACCES, 2, 0, "a quick command inside of a call" },
	/* One copy: memory that is only written to is not looked at before the bus is used. */
	{ "I2C_RDWR {R 2} into nowhere", -EFAULT, -EFAULT, 0, 1, "copied out after the gate" },
	{ "I2C_RDWR {W 1}{R 2} into nowhere", -EFAULT, -EFAULT, 0, 2, "copied out after the gate" },
	{ "I2C_RDWR from nowhere, then too long", -EFAULT, -EINVAL, 0, 0,
	  "lengths are looked at before data" },
	/* A capability is an anonymous inode without a name, always O_RDWR. */
	{ "fstat", 0, 0, 0, 0, "no device number" },
	{ "fcntl F_GETFL", 0, 0, 0, 0, "O_LARGEFILE means nothing there" },
	{ "open /proc/self/fd/N", 0, -ENXIO, 0, 0, "can't be opened again" },
	{ "pread", 1, -ESPIPE, 1, 0, "a stream has no position" },
	{ "pwrite", 1, -ESPIPE, 1, 0, "a stream has no position" },
	{ "epoll_ctl", -EPERM, 0, 0, 0, "its death can be waited for" },
};

/**
 * struct side - one of the two descriptors, and the chip behind it
 */
struct side {
	int fd;
	uint16_t address;
};

/**
 * struct outcome - what can be seen of a step
 * @data: what it brought, as far as it says so
 */
struct outcome {
	long result;
	long messages;
	struct sim_message log[LOG_MAX];
	size_t size;
	uint8_t data[BIG];
};

FIXTURE(same_abi)
{
	int ledger;
	struct side node;
	struct side capability;
	unsigned int steps;
	bool seen[sizeof(deviations) / sizeof(deviations[0])];
};

FIXTURE_SETUP(same_abi)
{
	struct want want = want_full(CAPABILITY_CHIP);

	ASSERT_EQ(0, sim_reset());
	sim_command("remove 0x%x", NODE_CHIP);
	ASSERT_EQ(0, sim_command("chip eeprom 0x%x", NODE_CHIP));
	self->node = (struct side){ .fd = sim_i2c_open(), .address = NODE_CHIP };
	ASSERT_LE(0, self->node.fd);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
	self->capability = (struct side){
		.fd = ledger_narrow(self->ledger, self->node.fd, &want, "full", NULL),
		.address = CAPABILITY_CHIP,
	};
	ASSERT_LE(0, self->capability.fd);
}

FIXTURE_TEARDOWN(same_abi)
{
	ioctl(self->node.fd, I2C_RETRIES, 0);
	ioctl(self->node.fd, I2C_TIMEOUT, 100);
	close(self->capability.fd);
	close(self->node.fd);
	close(self->ledger);
	sim_command("remove 0x%x", NODE_CHIP);
}

/* ------------------------------------------------------------------------- */
/* The two sides, step by step                                               */

typedef long (*step_run)(const struct side *side, struct outcome *outcome, const void *with);

/* Both chips with the same pointer, both descriptors as they were opened. */
static void prepare(const struct side *side)
{
	uint8_t pointer = 0;
	struct i2c_msg message = { .addr = side->address, .len = 1, .buf = &pointer };
	struct i2c_rdwr_ioctl_data args = { .msgs = &message, .nmsgs = 1 };

	ioctl(side->fd, I2C_PEC, 0);
	ioctl(side->fd, I2C_TENBIT, 0);
	ioctl(side->fd, I2C_SLAVE, side->address);
	ioctl(side->fd, I2C_RDWR, &args);
	sim_command("clear");
}

static void run_on(const struct side *side, const char *fault, step_run run, const void *with,
		   struct outcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	prepare(side);
	if (fault)
		sim_command("fault %s", fault);
	errno = 0;
	outcome->result = run(side, outcome, with);
	if (outcome->result < 0)
		outcome->result = -errno;
	if (fault)
		sim_command("fault none");
	outcome->messages = sim_count();
	sim_log_read(outcome->log, LOG_MAX, NULL);
}

static bool same_traffic(const struct outcome *a, const struct outcome *b)
{
	long i;

	if (a->messages != b->messages)
		return false;
	for (i = 0; i < a->messages && i < LOG_MAX; i++)
		if (a->log[i].read != b->log[i].read || a->log[i].ten != b->log[i].ten ||
		    a->log[i].length != b->log[i].length ||
		    memcmp(a->log[i].bytes, b->log[i].bytes, sizeof(a->log[i].bytes)))
			return false;
	return true;
}

static bool same_data(const struct outcome *a, const struct outcome *b)
{
	return a->size == b->size && !memcmp(a->data, b->data, a->size);
}

static const struct deviation *deviation_of(const char *step)
{
	unsigned int i;

	for (i = 0; i < sizeof(deviations) / sizeof(deviations[0]); i++)
		if (!strcmp(deviations[i].step, step))
			return &deviations[i];
	return NULL;
}

#define step(...) do_step(_metadata, self, NULL, __VA_ARGS__)
#define step_with_fault(...) do_step(_metadata, self, __VA_ARGS__)

static void do_step(struct __test_metadata *_metadata, FIXTURE_DATA(same_abi) *self,
		    const char *fault, step_run run, const void *with, const char *format, ...)
{
	static struct outcome node, capability;
	const struct deviation *known;
	char name[80];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(name, sizeof(name), format, arguments);
	va_end(arguments);
	run_on(&self->node, fault, run, with, &node);
	run_on(&self->capability, fault, run, with, &capability);
	self->steps++;
	known = deviation_of(name);
	if (!known) {
		EXPECT_EQ(node.result, capability.result) TH_LOG("%s", name);
		EXPECT_TRUE(same_traffic(&node, &capability))
			TH_LOG("%s: %ld messages, %ld by capability", name, node.messages,
			       capability.messages);
		EXPECT_TRUE(same_data(&node, &capability)) TH_LOG("%s: other data", name);
		return;
	}
	self->seen[known - deviations] = true;
	EXPECT_EQ(known->node, node.result) TH_LOG("%s on the node", name);
	EXPECT_EQ(known->capability, capability.result) TH_LOG("%s on the capability", name);
	EXPECT_EQ(known->node_messages, node.messages) TH_LOG("%s on the node", name);
	EXPECT_EQ(known->capability_messages, capability.messages)
		TH_LOG("%s on the capability", name);
	EXPECT_FALSE(node.result == capability.result && same_traffic(&node, &capability) &&
		     same_data(&node, &capability))
		TH_LOG("%s: no deviation any more", name);
}

/* ------------------------------------------------------------------------- */
/* I2C_RDWR                                                                  */

/**
 * struct part - one message of a call
 * @flags, @length: of it
 * @address: another one than the side's
 * @nowhere: its data is where nothing is
 */
struct part {
	uint16_t flags;
	uint16_t length;
	uint16_t address;
	bool nowhere;
	uint8_t first;
};

struct parts {
	const char *name;
	unsigned int count;
	struct part part[3];
};

static long run_parts(const struct side *side, struct outcome *outcome, const void *with)
{
	static uint8_t data[3][BIG];
	const struct parts *parts = with;
	struct i2c_msg messages[3];
	struct i2c_rdwr_ioctl_data args = { .msgs = messages, .nmsgs = parts->count };
	unsigned int i;
	long result;

	for (i = 0; i < parts->count; i++) {
		const struct part *part = &parts->part[i];

		memset(data[i], 0xa5, sizeof(data[i]));
		data[i][0] = part->first;
		messages[i] = (struct i2c_msg){
			.addr = part->address ? part->address : side->address,
			.flags = part->flags,
			.len = part->length,
			.buf = part->nowhere ? (uint8_t *)8 : data[i],
		};
	}
	result = ioctl(side->fd, I2C_RDWR, &args);
	for (i = 0; i < parts->count; i++) {
		memcpy(outcome->data + outcome->size, data[i], 64);
		outcome->size += 64;
	}
	return result;
}

#define RD I2C_M_RD
static const struct parts calls[] = {
	{ "{R 1}", 1, { { RD, 1 } } },
	{ "{R 0}", 1, { { RD, 0 } } },
	{ "{W 0}", 1, { { 0, 0 } } },
	{ "{W 1}", 1, { { 0, 1 } } },
	{ "{W 3}", 1, { { 0, 3, .first = 0x10 } } },
	{ "{W 1}{R 2}", 2, { { 0, 1, .first = 0x10 }, { RD, 2 } } },
	{ "{R 2}{R 3}", 2, { { RD, 2 }, { RD, 3 } } },
	{ "{W 2}{W 3}{R 40}", 3, { { 0, 2, .first = 4 }, { 0, 3, .first = 8 }, { RD, 40 } } },
	{ "{R 8192}", 1, { { RD, 8192 } } },
	{ "{R 8193}", 1, { { RD, 8193 } } },
	{ "{W 8192}", 1, { { 0, 8192 } } },
	{ "{W 8193}", 1, { { 0, 8193 } } },
	{ "{W 1}{R 8193}", 2, { { 0, 1 }, { RD, 8193 } } },
	{ "{W 1}{R 0}", 2, { { 0, 1 }, { RD, 0 } } },
	{ "{W 0}{W 1}", 2, { { 0, 0 }, { 0, 1 } } },
	{ "from nowhere", 1, { { 0, 1, .nowhere = true } } },
	{ "from nowhere, then too long", 2, { { 0, 1, .nowhere = true }, { 0, 8193 } } },
	{ "no bytes from nowhere", 1, { { 0, 0, .nowhere = true } } },
	{ "{R 2} into nowhere", 1, { { RD, 2, .nowhere = true } } },
	{ "{W 1}{R 2} into nowhere", 2, { { 0, 1 }, { RD, 2, .nowhere = true } } },
	{ "other address", 1, { { RD, 1, NOBODY_THERE } } },
	{ "other address in the second message", 2, { { RD, 1 }, { RD, 1, NOBODY_THERE } } },
	{ "I2C_M_TEN", 1, { { RD | I2C_M_TEN, 1 } } },
	{ "I2C_M_DMA_SAFE", 1, { { RD | I2C_M_DMA_SAFE, 1 } } },
	{ "I2C_M_NOSTART", 1, { { RD | I2C_M_NOSTART, 1 } } },
	{ "I2C_M_REV_DIR_ADDR", 1, { { RD | I2C_M_REV_DIR_ADDR, 1 } } },
	{ "I2C_M_IGNORE_NAK", 1, { { RD | I2C_M_IGNORE_NAK, 1 } } },
	{ "I2C_M_NO_RD_ACK", 1, { { RD | I2C_M_NO_RD_ACK, 1 } } },
	{ "I2C_M_STOP", 1, { { RD | I2C_M_STOP, 1 } } },
	/* Blocks of which the chip says the length: at register 0x80 it is 5, at 0 it is 255. */
	{ "block", 2, { { 0, 1, .first = 0x80 }, { RD | I2C_M_RECV_LEN, 64, .first = 1 } } },
	{ "block and PEC", 2, { { 0, 1, .first = 0x80 }, { RD | I2C_M_RECV_LEN, 64, .first = 2 } } },
	{ "block of 255", 2, { { 0, 1, .first = 0xf0 }, { RD | I2C_M_RECV_LEN, 64, .first = 1 } } },
	{ "block, no room", 2, { { 0, 1, .first = 0x80 }, { RD | I2C_M_RECV_LEN, 32, .first = 1 } } },
	{ "block, nothing extra", 1, { { RD | I2C_M_RECV_LEN, 64, .first = 0 } } },
	{ "block, extra beyond its length", 1, { { RD | I2C_M_RECV_LEN, 64, .first = 33 } } },
	{ "block of no length", 1, { { RD | I2C_M_RECV_LEN, 0, .first = 1 } } },
	{ "block to write", 1, { { I2C_M_RECV_LEN, 64, .first = 1 } } },
	{ "block from nowhere", 1, { { RD | I2C_M_RECV_LEN, 64, .nowhere = true } } },
};

static long run_set_block(const struct side *side, struct outcome *outcome, const void *with)
{
	uint8_t data[] = { 0x80, 5, 1, 2, 3, 4, 5 };
	struct i2c_msg message = { side->address, 0, sizeof(data), data };
	struct i2c_rdwr_ioctl_data args = { .msgs = &message, .nmsgs = 1 };

	return ioctl(side->fd, I2C_RDWR, &args);
}

TEST_F(same_abi, rdwr)
{
	unsigned int i;

	step(run_set_block, NULL, "I2C_RDWR {W 7}");
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		step(run_parts, &calls[i], "I2C_RDWR %s", calls[i].name);
}

static long run_count(const struct side *side, struct outcome *outcome, const void *with)
{
	static struct i2c_msg messages[50];
	static uint8_t data[50][8192];
	const unsigned int *numbers = with;
	struct i2c_rdwr_ioctl_data args = { .msgs = messages, .nmsgs = numbers[0] };
	unsigned int i;

	for (i = 0; i < 50; i++)
		messages[i] = (struct i2c_msg){ side->address, I2C_M_RD, numbers[1], data[i] };
	return ioctl(side->fd, I2C_RDWR, &args);
}

static long run_no_messages(const struct side *side, struct outcome *outcome, const void *with)
{
	struct i2c_rdwr_ioctl_data args = { .msgs = (void *)with, .nmsgs = 1 };

	return ioctl(side->fd, I2C_RDWR, &args);
}

static long run_no_args(const struct side *side, struct outcome *outcome, const void *with)
{
	return ioctl(side->fd, I2C_RDWR, with);
}

TEST_F(same_abi, rdwr_number_of_messages)
{
	static const unsigned int table[][2] = { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 3, 20 }, { 42, 1 },
						 { 42, 8192 }, { 43, 1 }, { 0x80000000, 1 },
						 { UINT_MAX, 1 } };
	unsigned int i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		step(run_count, table[i], "I2C_RDWR of %u reads of %u", table[i][0], table[i][1]);
	step(run_no_messages, NULL, "I2C_RDWR messages NULL");
	step(run_no_messages, (void *)8, "I2C_RDWR messages nowhere");
	step(run_no_args, NULL, "I2C_RDWR NULL");
	step(run_no_args, (void *)8, "I2C_RDWR nowhere");
}

/* ------------------------------------------------------------------------- */
/* I2C_SMBUS                                                                 */

struct transaction {
	uint32_t size;
	uint8_t read_write;
	uint8_t block;
	bool pec;
	const void *data;
};

static long run_smbus(const struct side *side, struct outcome *outcome, const void *with)
{
	const struct transaction *transaction = with;
	union i2c_smbus_data data;
	struct i2c_smbus_ioctl_data args = {
		.read_write = transaction->read_write,
		.command = 0x80,
		.size = transaction->size,
		.data = transaction->data ? (void *)transaction->data : &data,
	};
	long result;

	memset(&data, 0x11, sizeof(data));
	data.block[0] = transaction->block;
	if (transaction->data == MAP_FAILED)
		args.data = NULL;
	ioctl(side->fd, I2C_PEC, transaction->pec);
	result = ioctl(side->fd, I2C_SMBUS, &args);
	memcpy(outcome->data, &data, sizeof(data));
	outcome->size = sizeof(data);
	return result;
}

TEST_F(same_abi, smbus_every_size_and_direction)
{
	static const uint32_t sizes[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 0xffffffff };
	static const struct {
		const char *name;
		const void *data;
	} places[] = { { "", NULL }, { ", nowhere", (void *)8 }, { ", NULL", MAP_FAILED } };
	unsigned int i, place, pec, rw;

	step(run_set_block, NULL, "I2C_RDWR {W 7}");
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (rw = 0; rw <= 2; rw++)
			for (pec = 0; pec < 2; pec++)
				for (place = 0; place < 3; place++) {
					struct transaction with = {
						.size = sizes[i], .read_write = rw, .block = 3,
						.pec = pec, .data = places[place].data,
					};

					step(run_smbus, &with, "I2C_SMBUS size %u, %u%s%s",
					     sizes[i], rw, pec ? ", PEC" : "", places[place].name);
				}
}

TEST_F(same_abi, smbus_blocks_of_every_length)
{
	static const struct {
		uint32_t size;
		const char *name;
	} kinds[] = { { I2C_SMBUS_BLOCK_DATA, "block" },
		      { I2C_SMBUS_I2C_BLOCK_DATA, "I2C block" },
		      { I2C_SMBUS_I2C_BLOCK_BROKEN, "broken I2C block" },
		      { I2C_SMBUS_BLOCK_PROC_CALL, "block process call" } };
	static const uint8_t lengths[] = { 0, 1, 31, 32, 33, 255 };
	unsigned int kind, i, rw;

	step(run_set_block, NULL, "I2C_RDWR {W 7}");
	for (kind = 0; kind < 4; kind++)
		for (rw = 0; rw < 2; rw++)
			for (i = 0; i < sizeof(lengths); i++) {
				struct transaction with = { .size = kinds[kind].size,
							    .read_write = rw,
							    .block = lengths[i] };

				step(run_smbus, &with, "I2C_SMBUS %s of %u, %s", kinds[kind].name,
				     lengths[i], rw ? "read" : "write");
			}
}

static long run_smbus_args(const struct side *side, struct outcome *outcome, const void *with)
{
	return ioctl(side->fd, I2C_SMBUS, with);
}

TEST_F(same_abi, smbus_arguments_nowhere)
{
	step(run_smbus_args, NULL, "I2C_SMBUS NULL");
	step(run_smbus_args, (void *)8, "I2C_SMBUS nowhere");
}

/* ------------------------------------------------------------------------- */
/* The other ioctls                                                          */

struct request {
	const char *name;
	unsigned long command;
	unsigned long argument;
};

static long run_request(const struct side *side, struct outcome *outcome, const void *with)
{
	const struct request *request = with;
	unsigned long argument = request->argument;

	/* What a step calls 1 is the side's own address. */
	if ((request->command == I2C_SLAVE || request->command == I2C_SLAVE_FORCE) && argument == 1)
		argument = side->address;
	return ioctl(side->fd, request->command, argument);
}

TEST_F(same_abi, small_ioctls)
{
	static const struct request table[] = {
		{ "I2C_SLAVE own", I2C_SLAVE, 1 },
		{ "I2C_SLAVE 0x60", I2C_SLAVE, NOBODY_THERE },
		{ "I2C_SLAVE 0x80", I2C_SLAVE, 0x80 },
		{ "I2C_SLAVE 0x3ff", I2C_SLAVE, 0x3ff },
		{ "I2C_SLAVE 0x10050", I2C_SLAVE, 0x10050 },
		{ "I2C_SLAVE ULONG_MAX", I2C_SLAVE, ULONG_MAX },
		{ "I2C_SLAVE_FORCE own", I2C_SLAVE_FORCE, 1 },
		{ "I2C_SLAVE_FORCE 0x60", I2C_SLAVE_FORCE, NOBODY_THERE },
		{ "I2C_SLAVE_FORCE 0x400", I2C_SLAVE_FORCE, 0x400 },
		{ "I2C_TENBIT 0", I2C_TENBIT, 0 },
		{ "I2C_TENBIT 1", I2C_TENBIT, 1 },
		{ "I2C_PEC 0", I2C_PEC, 0 },
		{ "I2C_PEC 1", I2C_PEC, 1 },
		{ "I2C_PEC 2", I2C_PEC, 2 },
		{ "I2C_RETRIES 3", I2C_RETRIES, 3 },
		{ "I2C_RETRIES INT_MAX", I2C_RETRIES, INT_MAX },
		{ "I2C_RETRIES INT_MAX + 1", I2C_RETRIES, INT_MAX + 1UL },
		{ "I2C_RETRIES ULONG_MAX", I2C_RETRIES, ULONG_MAX },
		{ "I2C_TIMEOUT 100", I2C_TIMEOUT, 100 },
		{ "I2C_TIMEOUT INT_MAX + 1", I2C_TIMEOUT, INT_MAX + 1UL },
		{ "I2C_FUNCS NULL", I2C_FUNCS, 0 },
		{ "I2C_FUNCS nowhere", I2C_FUNCS, 8 },
		{ "ioctl 0x0709", 0x0709, 0 },
		{ "ioctl 0", 0, 0 },
		{ "TCGETS", 0x5401, 0 },
		{ "FIOASYNC nowhere", 0x5452, 8 },
		{ "FIGETBSZ nowhere", 2, 8 },
		{ "DEVCAP_NARROW", DEVCAP_NARROW, 8 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		step(run_request, &table[i], "%s", table[i].name);
}

static long run_funcs(const struct side *side, struct outcome *outcome, const void *with)
{
	unsigned long functionality = 0;
	long result = ioctl(side->fd, I2C_FUNCS, &functionality);

	memcpy(outcome->data, &functionality, sizeof(functionality));
	outcome->size = sizeof(functionality);
	return result;
}

TEST_F(same_abi, funcs)
{
	static struct outcome node, capability;
	unsigned long theirs, ours;

	step(run_funcs, NULL, "I2C_FUNCS");
	run_on(&self->node, NULL, run_funcs, NULL, &node);
	run_on(&self->capability, NULL, run_funcs, NULL, &capability);
	memcpy(&theirs, node.data, sizeof(theirs));
	memcpy(&ours, capability.data, sizeof(ours));
	EXPECT_EQ(theirs & ~(I2C_FUNC_10BIT_ADDR | I2C_FUNC_PROTOCOL_MANGLING | I2C_FUNC_NOSTART |
			     I2C_FUNC_SLAVE | I2C_FUNC_SMBUS_HOST_NOTIFY), ours);
}

/* ------------------------------------------------------------------------- */
/* read(2), write(2) and their relatives                                     */

static long run_read(const struct side *side, struct outcome *outcome, const void *with)
{
	outcome->size = BIG;
	return read(side->fd, outcome->data, *(const size_t *)with);
}

static long run_read_nowhere(const struct side *side, struct outcome *outcome, const void *with)
{
	return read(side->fd, (void *)8, *(const size_t *)with);
}

static long run_write(const struct side *side, struct outcome *outcome, const void *with)
{
	static uint8_t data[BIG] = { 0x20, 1, 2, 3 };

	return write(side->fd, data, *(const size_t *)with);
}

static long run_write_nowhere(const struct side *side, struct outcome *outcome, const void *with)
{
	return write(side->fd, (void *)8, *(const size_t *)with);
}

static long run_readv(const struct side *side, struct outcome *outcome, const void *with)
{
	struct iovec vector[2] = { { outcome->data, 1 }, { outcome->data + 1, 2 } };

	outcome->size = 3;
	return readv(side->fd, vector, 2);
}

static long run_writev(const struct side *side, struct outcome *outcome, const void *with)
{
	uint8_t data[] = { 0x30, 1, 2 };
	struct iovec vector[2] = { { data, 1 }, { data + 1, 2 } };

	return writev(side->fd, vector, 2);
}

static long run_pread(const struct side *side, struct outcome *outcome, const void *with)
{
	return pread(side->fd, outcome->data, 1, 0);
}

static long run_pwrite(const struct side *side, struct outcome *outcome, const void *with)
{
	return pwrite(side->fd, "\x10", 1, 0);
}

TEST_F(same_abi, read_and_write)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 8192, 8193, BIG };
	unsigned int i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		step(run_read, &sizes[i], "read of %zu", sizes[i]);
		step(run_read_nowhere, &sizes[i], "read of %zu into nowhere", sizes[i]);
		step(run_write, &sizes[i], "write of %zu", sizes[i]);
		step(run_write_nowhere, &sizes[i], "write of %zu from nowhere", sizes[i]);
	}
	step(run_readv, NULL, "readv");
	step(run_writev, NULL, "writev");
	step(run_pread, NULL, "pread");
	step(run_pwrite, NULL, "pwrite");
}

/* ------------------------------------------------------------------------- */
/* Faults of the bus                                                         */

TEST_F(same_abi, faults_of_the_bus)
{
	static const char *const faults[] = { "nak-address", "nak-data", "arbitration", "timeout" };
	static const size_t two = 2;
	struct transaction byte = { .size = I2C_SMBUS_BYTE_DATA, .read_write = I2C_SMBUS_READ };
	unsigned int i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		step_with_fault(faults[i], run_parts, &calls[5], "I2C_RDWR, %s", faults[i]);
		step_with_fault(faults[i], run_smbus, &byte, "I2C_SMBUS, %s", faults[i]);
		step_with_fault(faults[i], run_read, &two, "read, %s", faults[i]);
		step_with_fault(faults[i], run_write, &two, "write, %s", faults[i]);
	}
}

/* ------------------------------------------------------------------------- */
/* The descriptor as a file                                                  */

static long run_lseek(const struct side *side, struct outcome *outcome, const void *with)
{
	return lseek(side->fd, 0, *(const int *)with);
}

static long run_poll(const struct side *side, struct outcome *outcome, const void *with)
{
	struct pollfd poll_fd = { .fd = side->fd, .events = ~0 };
	long result = poll(&poll_fd, 1, 0);

	memcpy(outcome->data, &poll_fd.revents, sizeof(poll_fd.revents));
	outcome->size = sizeof(poll_fd.revents);
	return result;
}

static long run_epoll(const struct side *side, struct outcome *outcome, const void *with)
{
	int epoll = epoll_create1(0), error;
	struct epoll_event event = { .events = EPOLLIN };
	long result = epoll_ctl(epoll, EPOLL_CTL_ADD, side->fd, &event);

	error = errno;
	close(epoll);
	errno = error;
	return result;
}

static long run_fstat(const struct side *side, struct outcome *outcome, const void *with)
{
	struct stat stat;
	long result = fstat(side->fd, &stat);

	memcpy(outcome->data, &stat.st_mode, sizeof(stat.st_mode));
	outcome->size = sizeof(stat.st_mode);
	return result;
}

static long run_getfl(const struct side *side, struct outcome *outcome, const void *with)
{
	int flags = fcntl(side->fd, F_GETFL);

	memcpy(outcome->data, &flags, sizeof(flags));
	outcome->size = sizeof(flags);
	return flags < 0 ? -1 : 0;
}

static long run_setfl(const struct side *side, struct outcome *outcome, const void *with)
{
	int flags = fcntl(side->fd, F_GETFL);
	long result = fcntl(side->fd, F_SETFL, flags | *(const int *)with);

	fcntl(side->fd, F_SETFL, flags);
	return result;
}

static long run_mmap(const struct side *side, struct outcome *outcome, const void *with)
{
	void *map = mmap(NULL, 4096, PROT_READ, *(const int *)with, side->fd, 0);

	return map == MAP_FAILED ? -1 : 0;
}

static long run_reopen(const struct side *side, struct outcome *outcome, const void *with)
{
	char path[40];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", side->fd);
	fd = open(path, O_RDWR);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static long run_fsync(const struct side *side, struct outcome *outcome, const void *with)
{
	return fsync(side->fd);
}

static long run_ftruncate(const struct side *side, struct outcome *outcome, const void *with)
{
	return ftruncate(side->fd, 0);
}

static long run_fallocate(const struct side *side, struct outcome *outcome, const void *with)
{
	return fallocate(side->fd, 0, 0, 1);
}

static long run_flock(const struct side *side, struct outcome *outcome, const void *with)
{
	return flock(side->fd, LOCK_EX | LOCK_NB) || flock(side->fd, LOCK_UN) ? -1 : 0;
}

TEST_F(same_abi, file)
{
	static const int from[] = { SEEK_SET, SEEK_CUR, SEEK_END }, nonblock = O_NONBLOCK,
			 async = O_ASYNC, shared = MAP_SHARED, private = MAP_PRIVATE;
	unsigned int i;

	for (i = 0; i < 3; i++)
		step(run_lseek, &from[i], "lseek %d", from[i]);
	step(run_poll, NULL, "poll");
	step(run_epoll, NULL, "epoll_ctl");
	step(run_fstat, NULL, "fstat");
	step(run_getfl, NULL, "fcntl F_GETFL");
	step(run_setfl, &nonblock, "fcntl F_SETFL O_NONBLOCK");
	step(run_setfl, &async, "fcntl F_SETFL O_ASYNC");
	step(run_mmap, &shared, "mmap MAP_SHARED");
	step(run_mmap, &private, "mmap MAP_PRIVATE");
	step(run_reopen, NULL, "open /proc/self/fd/N");
	step(run_fsync, NULL, "fsync");
	step(run_ftruncate, NULL, "ftruncate");
	step(run_fallocate, NULL, "fallocate");
	step(run_flock, NULL, "flock");
}

TEST_HARNESS_MAIN
