// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * A call that fails has changed nothing, wherever in it memory or user space
 * gives way: each allocation and each user copy of a call fails once, in turn.
 * Needs a kernel with fault injection.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

#define TURNS_MAX	600
#define BIG		4000

static const char *const fault_files[][2] = {
	{ "/sys/kernel/debug/failslab/ignore-gfp-wait", "N" },
	/* Else each fault would print a trace, which is what a report looks like. */
	{ "/sys/kernel/debug/failslab/verbose", "0" },
	{ "/sys/kernel/debug/fail_usercopy/verbose", "0" },
};

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

FIXTURE(changed_nothing)
{
	int fail_nth;
	int node;
	int ledger;
	int cap;
	uint64_t id;
	/* How often a call failed, and how often a fault did it no harm. */
	int failed;
	int survived;
};

FIXTURE_SETUP(changed_nothing)
{
	struct want want = want_full(CHIP_EEPROM);
	unsigned int i;

	self->fail_nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (self->fail_nth < 0)
		SKIP(return, "this kernel injects no faults");
	for (i = 0; i < ARRAY_SIZE(fault_files); i++)
		if (write_file(fault_files[i][0], fault_files[i][1]))
			SKIP(return, "%s: can't be written", fault_files[i][0]);
	ASSERT_EQ(0, sim_reset());
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
	self->cap = ledger_narrow(self->ledger, self->node, &want, "parent", &self->id);
	ASSERT_LE(0, self->cap);
}

FIXTURE_TEARDOWN(changed_nothing)
{
	close(self->cap);
	close(self->ledger);
	close(self->node);
	close(self->fail_nth);
	write_file(fault_files[0][0], "Y");
}

static void arm(int fail_nth, int turn)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", turn);

	/* Arming can meet its own fault. */
	while (pwrite(fail_nth, text, length, 0) != length)
		;
}

/* Whether the fault was met before the call was over. */
static bool disarm(int fail_nth)
{
	char text[16] = { };
	ssize_t length = pread(fail_nth, text, sizeof(text) - 1, 0);

	while (pwrite(fail_nth, "0", 1, 0) != 1)
		;
	return length > 0 && !atoi(text);
}

/*
 * Statements with the @turn_-th fault armed, for each until they meet none any
 * more, and after them what must hold. @result_ is theirs, or -errno.
 */
#define FOR_EACH_FAULT(turn_, met_, result_, call_)                               \
	for (turn_ = 1, met_ = true; met_ && turn_ < TURNS_MAX &&                 \
	     (arm(self->fail_nth, turn_), result_ = (call_),                      \
	      result_ = result_ < 0 ? -errno : result_,                           \
	      met_ = disarm(self->fail_nth), true); turn_++)

#define EXPECT_FAULT(result_)                                                     \
	do {                                                                      \
		if (result_ < 0) {                                                \
			EXPECT_TRUE(result_ == -ENOMEM || result_ == -EFAULT)     \
				TH_LOG("turn %d: %d", turn, result_);             \
			self->failed++;                                           \
		} else {                                                          \
			self->survived++;                                         \
		}                                                                 \
	} while (0)

#define EXPECT_TRIED(least_)                                                      \
	do {                                                                      \
		EXPECT_LT(turn, TURNS_MAX);                                       \
		EXPECT_LE(least_, self->failed);                                  \
		TH_LOG("%d failed, %d went on", self->failed, self->survived);    \
	} while (0)

TEST_F(changed_nothing, opening_a_ledger)
{
	int turn, ledger;
	bool met;

	FOR_EACH_FAULT(turn, met, ledger, open("/dev/devcap", O_RDWR | O_CLOEXEC)) {
		EXPECT_FAULT(ledger);
		if (ledger >= 0)
			close(ledger);
	}
	EXPECT_TRIED(4);
}

TEST_F_TIMEOUT(changed_nothing, narrowing_a_node, 120)
{
	struct devcap_narrow args;
	struct wire wire;
	int turn, cap;
	bool met;

	FOR_EACH_FAULT(turn, met, cap,
		       (args = narrow_arguments(self->node, CHIP_LM75, &wire),
			ioctl(self->ledger, DEVCAP_NARROW, &args))) {
		/* The I2C core's words for a device that has no memory for its name or driver. */
		if (cap == -EINVAL || cap == -ENODEV)
			cap = -ENOMEM;
		EXPECT_FAULT(cap);
		if (cap >= 0) {
			EXPECT_EQ(25, register_read(cap, 0)) TH_LOG("turn %d", turn);
			close(cap);
		}
		EXPECT_EQ(1, ledger_count(self->ledger)) TH_LOG("turn %d", turn);
		EXPECT_TRUE(ledger_address_is_free(self->node, CHIP_LM75)) TH_LOG("turn %d", turn);
	}
	EXPECT_TRIED(10);
}

TEST_F(changed_nothing, narrowing_a_capability)
{
	struct devcap_narrow args;
	struct devcap_stat stat;
	struct wire wire;
	int turn, cap;
	bool met;

	FOR_EACH_FAULT(turn, met, cap,
		       (args = narrow_arguments(self->cap, CHIP_EEPROM, &wire),
			ioctl(self->ledger, DEVCAP_NARROW, &args))) {
		EXPECT_FAULT(cap);
		if (cap >= 0) {
			EXPECT_LE(0, register_read(cap, 0)) TH_LOG("turn %d", turn);
			close(cap);
		}
		EXPECT_EQ(1, ledger_count(self->ledger)) TH_LOG("turn %d", turn);
		EXPECT_EQ(0, ledger_stat(self->ledger, self->id, &stat));
		EXPECT_EQ(0, stat.children) TH_LOG("turn %d", turn);
	}
	EXPECT_TRIED(6);
}

/* Either it is dead and gone, or nothing was done to it. */
TEST_F(changed_nothing, revoking)
{
	struct want want = want_full(CHIP_LM75);
	struct devcap_revoke args = { .size = sizeof(args) };
	int turn, result, cap;
	bool met;

	cap = ledger_narrow(self->ledger, self->node, &want, "revoked", (uint64_t *)&args.id);
	FOR_EACH_FAULT(turn, met, result, ioctl(self->ledger, DEVCAP_REVOKE, &args)) {
		EXPECT_FAULT(result);
		EXPECT_EQ(result < 0 ? 25 : -ENODEV, register_read(cap, 0)) TH_LOG("turn %d", turn);
		if (result < 0)
			continue;
		close(cap);
		EXPECT_TRUE(ledger_address_is_free(self->node, CHIP_LM75)) TH_LOG("turn %d", turn);
		cap = ledger_narrow(self->ledger, self->node, &want, "revoked",
				    (uint64_t *)&args.id);
		ASSERT_LE(0, cap);
	}
	EXPECT_TRIED(1);
	close(cap);
}

TEST_F(changed_nothing, transfers)
{
	static uint8_t pointer, data[BIG];
	struct i2c_msg messages[3] = {
		{ .addr = CHIP_EEPROM, .len = 1, .buf = &pointer },
		{ .addr = CHIP_EEPROM, .flags = I2C_M_RD, .len = 1, .buf = data },
		{ .addr = CHIP_EEPROM, .flags = I2C_M_RD, .len = BIG, .buf = data },
	};
	struct i2c_rdwr_ioctl_data args = { .msgs = messages, .nmsgs = 3 };
	int turn, result;
	bool met;

	FOR_EACH_FAULT(turn, met, result, ioctl(self->cap, I2C_RDWR, &args))
		EXPECT_FAULT(result);
	EXPECT_TRIED(6);
	self->failed = 0;
	FOR_EACH_FAULT(turn, met, result, read(self->cap, data, BIG))
		EXPECT_FAULT(result);
	EXPECT_TRIED(2);
	self->failed = 0;
	FOR_EACH_FAULT(turn, met, result, write(self->cap, data, BIG))
		EXPECT_FAULT(result);
	EXPECT_TRIED(2);
	/* What failed before it was sent is no operation: those that were sent are. */
	EXPECT_LE(0, register_read(self->cap, 0));
}

TEST_F(changed_nothing, looking)
{
	struct devcap_stat stat;
	struct devcap_get_rule rule;
	uint64_t ids[4];
	struct devcap_list list;
	struct wire wire;
	int turn, result;
	bool met;

	FOR_EACH_FAULT(turn, met, result,
		       (stat = (struct devcap_stat){ .size = sizeof(stat), .id = self->id },
			ioctl(self->ledger, DEVCAP_STAT, &stat)))
		EXPECT_FAULT(result);
	EXPECT_TRIED(2);
	self->failed = 0;
	FOR_EACH_FAULT(turn, met, result,
		       (list = (struct devcap_list){ .size = sizeof(list), .count = 4,
						     .ids = (uintptr_t)ids },
			ioctl(self->ledger, DEVCAP_LIST, &list)))
		EXPECT_FAULT(result);
	EXPECT_TRIED(4);
	self->failed = 0;
	FOR_EACH_FAULT(turn, met, result,
		       (rule = (struct devcap_get_rule){ .size = sizeof(rule),
							 .rule = (uintptr_t)&wire,
							 .rule_size = sizeof(wire) },
			ioctl(self->cap, DEVCAP_GET_RULE, &rule)))
		EXPECT_FAULT(result);
	EXPECT_TRIED(4);
}

/* An event that didn't reach its reader is still there. */
TEST_F(changed_nothing, reading_events)
{
	struct devcap_event event;
	uint64_t sequence = 0;
	int turn, result;
	bool met;

	for (turn = 0; turn < 20; turn++)
		EXPECT_EQ(-1, ioctl(self->cap, I2C_SLAVE, 0x60));
	FOR_EACH_FAULT(turn, met, result, read(self->ledger, &event, sizeof(event))) {
		EXPECT_FAULT(result);
		if (result < 0)
			continue;
		EXPECT_EQ(++sequence, event.sequence) TH_LOG("turn %d", turn);
		EXPECT_NE(DEVCAP_EVENT_LOST, event.type);
	}
	EXPECT_TRIED(1);
	while (ledger_event(self->ledger, &event, 0) == 1)
		EXPECT_EQ(++sequence, event.sequence);
	EXPECT_EQ(21, sequence);
}

TEST_HARNESS_MAIN
