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
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/sim.h"
#include "../lib/twin.h"

#define CAPABILITY_CHIP	0x50
#define NODE_CHIP	0x51
#define NOBODY_THERE	0x60

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

FIXTURE(same_abi)
{
	int ledger;
	struct side node;
	struct side capability;
	bool seen[ARRAY_SIZE(deviations)];
};

/* The steps of one kind of call. */
FIXTURE_VARIANT(same_abi)
{
	void (*steps)(struct __test_metadata *_metadata, FIXTURE_DATA(same_abi) *self);
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

static const struct deviation *deviation_of(const char *step)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(deviations); i++)
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
	twin_run(&self->node, fault, run, with, &node);
	twin_run(&self->capability, fault, run, with, &capability);
	known = deviation_of(name);
	if (!known) {
		EXPECT_EQ(node.result, capability.result) TH_LOG("%s", name);
		EXPECT_TRUE(twin_same_traffic(&node, &capability))
			TH_LOG("%s: %ld messages, %ld by capability", name, node.messages,
			       capability.messages);
		EXPECT_TRUE(twin_same_data(&node, &capability)) TH_LOG("%s: other data", name);
		return;
	}
	self->seen[known - deviations] = true;
	EXPECT_EQ(known->node, node.result) TH_LOG("%s on the node", name);
	EXPECT_EQ(known->capability, capability.result) TH_LOG("%s on the capability", name);
	EXPECT_EQ(known->node_messages, node.messages) TH_LOG("%s on the node", name);
	EXPECT_EQ(known->capability_messages, capability.messages)
		TH_LOG("%s on the capability", name);
	EXPECT_FALSE(node.result == capability.result && twin_same_traffic(&node, &capability) &&
		     twin_same_data(&node, &capability))
		TH_LOG("%s: no deviation any more", name);
}

#define STEPS(name)                                                               \
	static void name##_steps(struct __test_metadata *_metadata, FIXTURE_DATA(same_abi) *self)

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
	static uint8_t data[3][TWIN_DATA_MAX];
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
};

/* Blocks of which the chip says the length: at register 0x80 it is 5, at 0xf0 it is 255. */
static const struct parts blocks[] = {
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

STEPS(rdwr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		step(run_parts, &calls[i], "I2C_RDWR %s", calls[i].name);
}

STEPS(rdwr_blocks)
{
	unsigned int i;

	step(run_set_block, NULL, "I2C_RDWR {W 7}");
	for (i = 0; i < ARRAY_SIZE(blocks); i++)
		step(run_parts, &blocks[i], "I2C_RDWR %s", blocks[i].name);
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

STEPS(rdwr_number_of_messages)
{
	static const unsigned int table[][2] = { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 3, 20 }, { 42, 1 },
						 { 42, 8192 }, { 43, 1 }, { 0x80000000, 1 },
						 { UINT_MAX, 1 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
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
	outcome->pec = transaction->pec;
	ioctl(side->fd, I2C_PEC, transaction->pec);
	result = ioctl(side->fd, I2C_SMBUS, &args);
	memcpy(outcome->data, &data, sizeof(data));
	outcome->size = sizeof(data);
	return result;
}

STEPS(smbus_every_size_and_direction)
{
	static const uint32_t sizes[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 0xffffffff };
	static const struct {
		const char *name;
		const void *data;
	} places[] = { { "", NULL }, { ", nowhere", (void *)8 }, { ", NULL", MAP_FAILED } };
	unsigned int i, place, pec, rw;

	step(run_set_block, NULL, "I2C_RDWR {W 7}");
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
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

STEPS(smbus_blocks_of_every_length)
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

STEPS(smbus_arguments_nowhere)
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

STEPS(small_ioctls)
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

	for (i = 0; i < ARRAY_SIZE(table); i++)
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

STEPS(funcs)
{
	static struct outcome node, capability;
	unsigned long theirs, ours;

	step(run_funcs, NULL, "I2C_FUNCS");
	twin_run(&self->node, NULL, run_funcs, NULL, &node);
	twin_run(&self->capability, NULL, run_funcs, NULL, &capability);
	memcpy(&theirs, node.data, sizeof(theirs));
	memcpy(&ours, capability.data, sizeof(ours));
	EXPECT_EQ(theirs & ~(I2C_FUNC_10BIT_ADDR | I2C_FUNC_PROTOCOL_MANGLING | I2C_FUNC_NOSTART |
			     I2C_FUNC_SLAVE | I2C_FUNC_SMBUS_HOST_NOTIFY), ours);
}

/* ------------------------------------------------------------------------- */
/* read(2), write(2) and their relatives                                     */

STEPS(read_and_write)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 8192, 8193, TWIN_DATA_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
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

STEPS(faults_of_the_bus)
{
	static const char *const faults[] = { "nak-address", "nak-data", "arbitration", "timeout" };
	static const size_t two = 2;
	struct transaction byte = { .size = I2C_SMBUS_BYTE_DATA, .read_write = I2C_SMBUS_READ };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		step_with_fault(faults[i], run_parts, &calls[5], "I2C_RDWR, %s", faults[i]);
		step_with_fault(faults[i], run_smbus, &byte, "I2C_SMBUS, %s", faults[i]);
		step_with_fault(faults[i], run_read, &two, "read, %s", faults[i]);
		step_with_fault(faults[i], run_write, &two, "write, %s", faults[i]);
	}
}

/* ------------------------------------------------------------------------- */
/* The descriptor as a file                                                  */

STEPS(file)
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

/* ------------------------------------------------------------------------- */
/* The tests                                                                 */

FIXTURE_VARIANT_ADD(same_abi, rdwr)
{
	.steps = rdwr_steps,
};

FIXTURE_VARIANT_ADD(same_abi, rdwr_blocks)
{
	.steps = rdwr_blocks_steps,
};

FIXTURE_VARIANT_ADD(same_abi, rdwr_number_of_messages)
{
	.steps = rdwr_number_of_messages_steps,
};

FIXTURE_VARIANT_ADD(same_abi, smbus_every_size_and_direction)
{
	.steps = smbus_every_size_and_direction_steps,
};

FIXTURE_VARIANT_ADD(same_abi, smbus_blocks_of_every_length)
{
	.steps = smbus_blocks_of_every_length_steps,
};

FIXTURE_VARIANT_ADD(same_abi, smbus_arguments_nowhere)
{
	.steps = smbus_arguments_nowhere_steps,
};

FIXTURE_VARIANT_ADD(same_abi, small_ioctls)
{
	.steps = small_ioctls_steps,
};

FIXTURE_VARIANT_ADD(same_abi, funcs)
{
	.steps = funcs_steps,
};

FIXTURE_VARIANT_ADD(same_abi, read_and_write)
{
	.steps = read_and_write_steps,
};

FIXTURE_VARIANT_ADD(same_abi, faults_of_the_bus)
{
	.steps = faults_of_the_bus_steps,
};

FIXTURE_VARIANT_ADD(same_abi, file)
{
	.steps = file_steps,
};

STEPS(all)
{
	unsigned int i;

	rdwr_steps(_metadata, self);
	rdwr_blocks_steps(_metadata, self);
	rdwr_number_of_messages_steps(_metadata, self);
	smbus_every_size_and_direction_steps(_metadata, self);
	smbus_blocks_of_every_length_steps(_metadata, self);
	smbus_arguments_nowhere_steps(_metadata, self);
	small_ioctls_steps(_metadata, self);
	funcs_steps(_metadata, self);
	read_and_write_steps(_metadata, self);
	faults_of_the_bus_steps(_metadata, self);
	file_steps(_metadata, self);
	for (i = 0; i < ARRAY_SIZE(deviations); i++)
		EXPECT_TRUE(self->seen[i]) TH_LOG("%s: no such step", deviations[i].step);
}

FIXTURE_VARIANT_ADD(same_abi, and_every_deviation_happens)
{
	.steps = all_steps,
};

/* A busy machine with a debug kernel takes its time. */
TEST_F_TIMEOUT(same_abi, is_the_nodes, 120)
{
	variant->steps(_metadata, self);
}

TEST_HARNESS_MAIN
