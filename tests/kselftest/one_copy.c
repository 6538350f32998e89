// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 4, one copy: what is judged is what the bus sees, however fast a holder
 * rewrites its memory.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

#define FLIP_MS		2000
/* Verify the log before its ring can overrun. */
#define CALLS_PER_LOOK	400
#define LOG_MAX		4096

/* The chip at CHIP_EEPROM, registers 0x10 to 0x13 to read, 0x20 to write. */
#define READ_FIRST	0x10
#define READ_LAST	0x13
#define WRITE_ONLY	0x20

static struct want narrow_want(void)
{
	return (struct want){
		.address = CHIP_EEPROM,
		.register_width = 1,
		.rights = DEVCAP_I2C_READ | DEVCAP_I2C_WRITE,
		.range_count = 2,
		.range = {
			{ READ_FIRST, READ_LAST, DEVCAP_I2C_READ },
			{ WRITE_ONLY, WRITE_ONLY, DEVCAP_I2C_WRITE },
		},
	};
}

FIXTURE(one_copy)
{
	int ledger;
	int cap;
	uint64_t id;
};

FIXTURE_SETUP(one_copy)
{
	struct want want = narrow_want();
	int node;

	ASSERT_EQ(0, sim_reset());
	node = sim_i2c_open();
	ASSERT_LE(0, node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
	self->cap = ledger_narrow(self->ledger, node, &want, "narrow", &self->id);
	ASSERT_LE(0, self->cap);
	close(node);
}

FIXTURE_TEARDOWN(one_copy)
{
	close(self->cap);
	close(self->ledger);
	EXPECT_EQ(0, sim_reset());
}

/* ------------------------------------------------------------------------- */
/* The judge: what may stand in the log                                      */

/* Whether the messages from @at on are one call that the rule allows; how many. */
static int allowed_call(const struct sim_message *at, int left)
{
	if (at->address != CHIP_EEPROM || at->ten || at->read)
		return 0;
	if (at->length == 2 && at->bytes[0] == WRITE_ONLY)
		return 1;
	if (at->length != 1)
		return 0;
	/* A pointer alone is a write; every other call begins with a write too. */
	if (left < 2 || !at[1].read)
		return at->bytes[0] == WRITE_ONLY;
	if (at[1].address != CHIP_EEPROM)
		return 0;
	if (at->bytes[0] < READ_FIRST || !at[1].length ||
	    at->bytes[0] + at[1].length - 1 > READ_LAST)
		return 0;
	return 2;
}

/* Messages that no rule let through, with the first of them in the test's log. */
static int unchecked_messages(struct __test_metadata *_metadata)
{
	static struct sim_message log[LOG_MAX];
	long count = sim_log_read(log, LOG_MAX, NULL);
	int i, step, bad = 0;

	EXPECT_EQ(count, sim_count());
	for (i = 0; i < count; i += step) {
		step = allowed_call(&log[i], count - i);
		if (step)
			continue;
		if (!bad++)
			TH_LOG("unchecked: address 0x%x %c length %u first byte 0x%x",
			       log[i].address, log[i].read ? 'R' : 'W', log[i].length,
			       log[i].bytes[0]);
		step = 1;
	}
	sim_command("clear");
	return bad;
}

/* ------------------------------------------------------------------------- */
/* Flipping                                                                  */

/**
 * struct flipper - a thread that rewrites the arguments as fast as it can
 * @flip: one change; must keep every pointer valid
 */
struct flipper {
	pthread_t thread;
	void (*flip)(void *arguments, unsigned int turn);
	void *arguments;
	bool stop;
};

static void *flip_on(void *argument)
{
	struct flipper *flipper = argument;
	unsigned int turn = 0;

	while (!__atomic_load_n(&flipper->stop, __ATOMIC_RELAXED))
		flipper->flip(flipper->arguments, turn++);
	return NULL;
}

static void start_flipper(struct flipper *flipper, void (*flip)(void *, unsigned int),
			  void *arguments)
{
	flipper->flip = flip;
	flipper->arguments = arguments;
	flipper->stop = false;
	pthread_create(&flipper->thread, NULL, flip_on, flipper);
}

static void stop_flipper(struct flipper *flipper)
{
	__atomic_store_n(&flipper->stop, true, __ATOMIC_RELAXED);
	pthread_join(flipper->thread, NULL);
}

struct score {
	unsigned long allowed;
	unsigned long refused;
	unsigned long other;
};

static void score(struct score *score, int result)
{
	if (result >= 0)
		score->allowed++;
	else if (result == -EACCES)
		score->refused++;
	else
		score->other++;
}

/*
 * Calls @call over and over while @flip rewrites @arguments. A run in which
 * nothing was allowed, or nothing refused, has shown nothing.
 */
static void race(struct __test_metadata *_metadata, int fd, int (*call)(int fd, void *arguments),
		 void (*flip)(void *arguments, unsigned int turn), void *arguments)
{
	int64_t end = now_ns() + FLIP_MS * 1000000LL;
	struct score total = { };
	struct flipper flipper;
	int bad = 0;

	ASSERT_EQ(0, sim_command("clear"));
	start_flipper(&flipper, flip, arguments);
	while (now_ns() < end) {
		for (int i = 0; i < CALLS_PER_LOOK; i++)
			score(&total, call(fd, arguments));
		bad += unchecked_messages(_metadata);
	}
	stop_flipper(&flipper);
	TH_LOG("%lu allowed, %lu refused, %lu otherwise", total.allowed, total.refused,
	       total.other);
	EXPECT_EQ(0, bad);
	EXPECT_LT(0, total.allowed);
	EXPECT_LT(0, total.refused);
}

/* ------------------------------------------------------------------------- */
/* I2C_RDWR                                                                  */

/**
 * struct rdwr - a call's memory, all of it rewritten while it runs
 * @good, @evil: what the pointer of the first message points at by turns
 */
struct rdwr {
	struct i2c_rdwr_ioctl_data args;
	struct i2c_msg messages[2];
	struct i2c_msg other_messages[2];
	uint8_t good[64];
	uint8_t evil[64];
	uint8_t data[64];
};

static int call_rdwr(int fd, void *arguments)
{
	struct rdwr *rdwr = arguments;

	return ioctl(fd, I2C_RDWR, &rdwr->args) < 0 ? -errno : 0;
}

static void rdwr_init(struct rdwr *rdwr)
{
	*rdwr = (struct rdwr){
		.good = { READ_FIRST }, .evil = { READ_FIRST + 0x40 },
		.messages = {
			{ .addr = CHIP_EEPROM, .len = 1, .buf = rdwr->good },
			{ .addr = CHIP_EEPROM, .flags = I2C_M_RD, .len = 2, .buf = rdwr->data },
		},
		.args = { .msgs = rdwr->messages, .nmsgs = 2 },
	};
	memcpy(rdwr->other_messages, rdwr->messages, sizeof(rdwr->messages));
	rdwr->other_messages[0].addr = CHIP_LM75;
	rdwr->other_messages[1].addr = CHIP_LM75;
}

#define STORE(place, value) __atomic_store_n(&(place), (value), __ATOMIC_RELAXED)

static void flip_address(void *arguments, unsigned int turn)
{
	struct rdwr *rdwr = arguments;
	uint16_t address = turn & 1 ? CHIP_LM75 : CHIP_EEPROM;

	STORE(rdwr->messages[0].addr, address);
	STORE(rdwr->messages[1].addr, address);
}

static void flip_register(void *arguments, unsigned int turn)
{
	struct rdwr *rdwr = arguments;

	STORE(rdwr->good[0], turn & 1 ? 0x80 : READ_FIRST);
}

static void flip_length(void *arguments, unsigned int turn)
{
	struct rdwr *rdwr = arguments;

	STORE(rdwr->messages[0].len, turn & 2 ? 1 : 3);
	STORE(rdwr->messages[1].len, turn & 1 ? 40 : 2);
}

static void flip_flags(void *arguments, unsigned int turn)
{
	static const uint16_t flags[] = { I2C_M_RD, 0, I2C_M_RD | I2C_M_TEN, I2C_M_NOSTART,
					  I2C_M_RD, I2C_M_RD | I2C_M_NOSTART };
	struct rdwr *rdwr = arguments;

	STORE(rdwr->messages[1].flags, flags[turn % 6]);
	STORE(rdwr->messages[0].flags, turn % 5 ? 0 : I2C_M_REV_DIR_ADDR);
}

static void flip_pointer(void *arguments, unsigned int turn)
{
	struct rdwr *rdwr = arguments;

	STORE(rdwr->messages[0].buf, turn & 1 ? rdwr->evil : rdwr->good);
}

static void flip_messages(void *arguments, unsigned int turn)
{
	struct rdwr *rdwr = arguments;

	STORE(rdwr->args.msgs, turn & 1 ? rdwr->other_messages : rdwr->messages);
	STORE(rdwr->args.nmsgs, turn & 2 ? 2 : 1);
}

static void flip_all(void *arguments, unsigned int turn)
{
	static void (*const flips[])(void *, unsigned int) = {
		flip_address, flip_register, flip_length, flip_flags, flip_pointer,
		flip_messages,
	};

	flips[turn % 6](arguments, turn / 6);
}

TEST_F(one_copy, rdwr_address_flipped)
{
	struct rdwr rdwr;

	rdwr_init(&rdwr);
	race(_metadata, self->cap, call_rdwr, flip_address, &rdwr);
}

TEST_F(one_copy, rdwr_register_flipped)
{
	struct rdwr rdwr;

	rdwr_init(&rdwr);
	race(_metadata, self->cap, call_rdwr, flip_register, &rdwr);
}

TEST_F(one_copy, rdwr_length_flipped)
{
	struct rdwr rdwr;

	rdwr_init(&rdwr);
	race(_metadata, self->cap, call_rdwr, flip_length, &rdwr);
}

TEST_F(one_copy, rdwr_flags_flipped)
{
	struct rdwr rdwr;

	rdwr_init(&rdwr);
	race(_metadata, self->cap, call_rdwr, flip_flags, &rdwr);
}

TEST_F(one_copy, rdwr_pointer_flipped)
{
	struct rdwr rdwr;

	rdwr_init(&rdwr);
	race(_metadata, self->cap, call_rdwr, flip_pointer, &rdwr);
}

TEST_F(one_copy, rdwr_message_array_flipped)
{
	struct rdwr rdwr;

	rdwr_init(&rdwr);
	race(_metadata, self->cap, call_rdwr, flip_messages, &rdwr);
}

TEST_F(one_copy, rdwr_everything_flipped)
{
	struct rdwr rdwr;

	rdwr_init(&rdwr);
	race(_metadata, self->cap, call_rdwr, flip_all, &rdwr);
}

/* ------------------------------------------------------------------------- */
/* I2C_SMBUS and write(2)                                                    */

struct smbus {
	struct i2c_smbus_ioctl_data args;
	union i2c_smbus_data data;
	union i2c_smbus_data other_data;
};

static int call_smbus(int fd, void *arguments)
{
	struct smbus *smbus = arguments;

	return ioctl(fd, I2C_SMBUS, &smbus->args) < 0 ? -errno : 0;
}

static void flip_smbus(void *arguments, unsigned int turn)
{
	static const uint8_t commands[] = { READ_FIRST, WRITE_ONLY, 0x80, READ_LAST };
	static const uint32_t sizes[] = { I2C_SMBUS_BYTE_DATA, I2C_SMBUS_WORD_DATA,
					  I2C_SMBUS_I2C_BLOCK_DATA, I2C_SMBUS_QUICK,
					  I2C_SMBUS_BYTE, I2C_SMBUS_BLOCK_DATA };
	struct smbus *smbus = arguments;

	STORE(smbus->args.command, commands[turn % 4]);
	STORE(smbus->args.size, sizes[turn / 4 % 6]);
	STORE(smbus->args.read_write, turn / 8 % 2 ? I2C_SMBUS_READ : I2C_SMBUS_WRITE);
	STORE(smbus->data.block[0], turn / 2 % 2 ? 1 : 20);
	STORE(smbus->args.data, turn / 16 % 2 ? &smbus->data : &smbus->other_data);
}

TEST_F(one_copy, smbus_everything_flipped)
{
	struct smbus smbus = { .args = { .size = I2C_SMBUS_BYTE_DATA, .data = &smbus.data } };

	race(_metadata, self->cap, call_smbus, flip_smbus, &smbus);
}

static void flip_smbus_command(void *arguments, unsigned int turn)
{
	struct smbus *smbus = arguments;

	STORE(smbus->args.command, turn & 1 ? READ_FIRST : 0x80);
}

TEST_F(one_copy, smbus_command_flipped)
{
	struct smbus smbus = {
		.args = {
			.read_write = I2C_SMBUS_READ,
			.size = I2C_SMBUS_BYTE_DATA,
			.data = &smbus.data,
		},
	};

	race(_metadata, self->cap, call_smbus, flip_smbus_command, &smbus);
}

static void flip_block_length(void *arguments, unsigned int turn)
{
	struct smbus *smbus = arguments;

	STORE(smbus->data.block[0], turn & 1 ? 4 : 32);
}

TEST_F(one_copy, smbus_block_length_flipped)
{
	struct smbus smbus = {
		.args = {
			.read_write = I2C_SMBUS_READ,
			.size = I2C_SMBUS_I2C_BLOCK_DATA,
			.command = READ_FIRST,
			.data = &smbus.data,
		},
	};

	race(_metadata, self->cap, call_smbus, flip_block_length, &smbus);
}

static int call_write(int fd, void *arguments)
{
	return write(fd, arguments, 2) < 0 ? -errno : 0;
}

static void flip_first_byte(void *arguments, unsigned int turn)
{
	uint8_t *data = arguments;

	STORE(data[0], turn & 1 ? WRITE_ONLY : 0x80);
}

TEST_F(one_copy, written_register_flipped)
{
	uint8_t data[2] = { WRITE_ONLY };

	race(_metadata, self->cap, call_write, flip_first_byte, data);
}

/* ------------------------------------------------------------------------- */
/* DEVCAP_NARROW's rule                                                      */

struct narrowing {
	struct devcap_narrow args;
	struct wire wire;
	struct wire other_wire;
};

static void flip_rule(void *arguments, unsigned int turn)
{
	struct narrowing *narrowing = arguments;
	struct devcap_item_i2c_address *address = (void *)(&narrowing->wire.head + 1);
	struct devcap_item_i2c_registers *registers = (void *)(address + 1);

	STORE(registers[0].last, turn & 1 ? READ_LAST : 0xff);
	STORE(registers[0].rights, turn & 2 ? DEVCAP_I2C_READ : DEVCAP_I2C_WRITE);
	STORE(address->address, turn & 4 ? CHIP_EEPROM : CHIP_LM75);
	STORE(narrowing->wire.head.rights, turn & 8 ? DEVCAP_I2C_READ : DEVCAP_I2C_RIGHTS);
	STORE(narrowing->wire.head.size, turn % 3 ? 72 : 4096);
	STORE(narrowing->wire.head.item_count, turn % 5 ? 2 : 200);
	STORE(narrowing->args.rule, turn % 7 ? (uintptr_t)&narrowing->wire :
					       (uintptr_t)&narrowing->other_wire);
	STORE(narrowing->args.size, turn % 11 ? sizeof(narrowing->args) : 8);
}

/* Whether a child's rule, as the kernel shows it, lies within narrow_want(). */
static bool within_parent(int fd)
{
	struct devcap_item_i2c_registers *registers;
	struct devcap_item_i2c_address *address;
	struct devcap_get_rule rule;
	struct wire wire;

	if (capability_rule(fd, &rule, &wire))
		return false;
	address = (void *)(&wire.head + 1);
	if (address->address != CHIP_EEPROM || wire.head.rights & DEVCAP_I2C_QUICK)
		return false;
	registers = (void *)(address + 1);
	for (unsigned int i = 1; i < wire.head.item_count; i++, registers++) {
		if (registers->rights & DEVCAP_I2C_READ &&
		    (registers->first < READ_FIRST || registers->last > READ_LAST))
			return false;
		if (registers->rights & DEVCAP_I2C_WRITE &&
		    (registers->first != WRITE_ONLY || registers->last != WRITE_ONLY))
			return false;
	}
	/* Without a range for it, a right reaches every register. */
	return wire.head.item_count > 1;
}

TEST_F(one_copy, rule_flipped_while_it_is_narrowed)
{
	struct want want = {
		.address = CHIP_EEPROM, .register_width = 1, .rights = DEVCAP_I2C_READ,
		.range_count = 1, .range = { { READ_FIRST, READ_LAST, DEVCAP_I2C_READ } },
	};
	struct narrowing *narrowing = calloc(1, sizeof(*narrowing));
	int64_t end = now_ns() + FLIP_MS * 1000000LL;
	struct score total = { };
	struct flipper flipper;
	int fd;

	want_encode(&want, &narrowing->wire);
	want_encode(&want, &narrowing->other_wire);
	narrowing->args.parent_fd = self->cap;
	start_flipper(&flipper, flip_rule, narrowing);
	while (now_ns() < end) {
		fd = ioctl(self->ledger, DEVCAP_NARROW, &narrowing->args);
		score(&total, fd < 0 ? -errno : fd);
		if (fd < 0)
			continue;
		EXPECT_TRUE(within_parent(fd));
		close(fd);
	}
	stop_flipper(&flipper);
	TH_LOG("%lu made, %lu refused, %lu malformed", total.allowed, total.refused,
	       total.other);
	EXPECT_LT(0, total.allowed);
	EXPECT_LT(0, total.refused);
	EXPECT_EQ(0, sim_count());
	free(narrowing);
}

TEST_HARNESS_MAIN
