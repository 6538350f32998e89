// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * /dev/devcap-kbench: calls what it is told to call, as often as it is told,
 * and nothing for those who may not.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/i2c.h>
#include <linux/i2c-dev.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../kbench/kbench.h"
#include "../lib/sim.h"

FIXTURE(kbench)
{
	int kbench;
	int node;
};

FIXTURE_SETUP(kbench)
{
	ASSERT_EQ(0, sim_reset());
	self->kbench = open(KBENCH_NODE, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->kbench);
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
}

FIXTURE_TEARDOWN(kbench)
{
	close(self->node);
	close(self->kbench);
	EXPECT_EQ(0, sim_reset());
}

static int repeat(int kbench, struct kbench_repeat *args)
{
	return ioctl(kbench, KBENCH_REPEAT, args) ? -errno : 0;
}

TEST_F(kbench, calls_as_often_as_told_and_copies_each_time)
{
	union i2c_smbus_data data = { .byte = 0 };
	struct i2c_smbus_ioctl_data call = {
		.read_write = I2C_SMBUS_READ,
		.size = I2C_SMBUS_BYTE_DATA,
		.data = &data,
	};
	struct kbench_repeat args = {
		.fd = self->node,
		.cmd = I2C_SMBUS,
		.arg = (uintptr_t)&call,
		.count = 2345,
	};

	ASSERT_EQ(0, ioctl(self->node, I2C_SLAVE, 0x48L));
	ASSERT_EQ(0, repeat(self->kbench, &args));
	EXPECT_EQ(2 * 2345, sim_count());
	EXPECT_EQ(0, args.failures);
	EXPECT_EQ(0, args.result);
	EXPECT_LT(2345, args.cycles);
	EXPECT_EQ(0x19, data.byte);
}

TEST_F(kbench, counts_what_fails)
{
	struct kbench_repeat args = { .fd = self->node, .cmd = I2C_SMBUS, .count = 3 };

	ASSERT_EQ(0, repeat(self->kbench, &args));
	EXPECT_EQ(3, args.failures);
	EXPECT_EQ(-EFAULT, args.result);
}

TEST_F(kbench, refuses_what_it_cannot_call)
{
	struct kbench_repeat args = { .fd = self->node, .cmd = I2C_FUNCS };
	int memory = open("/dev/null", O_RDWR);

	EXPECT_EQ(-EINVAL, repeat(self->kbench, &args));
	args.count = KBENCH_COUNT_MAX + 1;
	EXPECT_EQ(-EINVAL, repeat(self->kbench, &args));
	args.count = 1;
	args.fd = -1;
	EXPECT_EQ(-EBADF, repeat(self->kbench, &args));
	args.fd = self->kbench;
	EXPECT_EQ(-ENOTTY, repeat(self->kbench, &args));
	args.fd = memory;
	EXPECT_EQ(-ENOTTY, repeat(self->kbench, &args));
	EXPECT_EQ(-1, ioctl(self->kbench, I2C_FUNCS, &args));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_EQ(-EFAULT, repeat(self->kbench, NULL));
	close(memory);
}

/* With the descriptor in hand: the mode of the node is not what keeps others out. */
TEST_F(kbench, refuses_who_is_not_root)
{
	struct kbench_repeat args = { .fd = self->node, .cmd = I2C_FUNCS, .count = 1 };
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child)
		_exit(setuid(65534) || repeat(self->kbench, &args) != -EPERM);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
