// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 2 for 32-bit callers: their structs on the node and on a capability. The
 * calls go in by int $0x80, so that no 32-bit library is needed.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

#define NODE_CHIP	0x51
#define IOCTL_32	54

struct msg_32 {
	uint16_t address;
	uint16_t flags;
	uint16_t length;
	uint32_t data;
};

struct rdwr_32 {
	uint32_t messages;
	uint32_t count;
};

struct smbus_32 {
	uint8_t read_write;
	uint8_t command;
	uint32_t size;
	uint32_t data;
};

/**
 * struct low - arguments, all where 32 bits reach them
 */
struct low {
	struct msg_32 messages[2];
	struct rdwr_32 rdwr;
	struct smbus_32 smbus;
	uint32_t functionality;
	struct devcap_get_rule rule;
	uint8_t pointer;
	uint8_t data[34];
	uint8_t guard;
};

FIXTURE(compat)
{
	int node;
	int ledger;
	int cap;
	struct low *low;
};

/* User-mode Linux takes an int $0x80 for the 64-bit call of that number. */
static bool kernel_has_compat(void)
{
	char line[200];
	bool native = true;
	FILE *file = fopen("/proc/cpuinfo", "r");

	while (file && fgets(line, sizeof(line), file))
		native &= !strstr(line, "User Mode Linux");
	if (file)
		fclose(file);
	return native;
}

FIXTURE_SETUP(compat)
{
	struct want want = want_full(CHIP_EEPROM);

#ifndef __x86_64__
	SKIP(return, "int $0x80 is x86's");
#endif
	if (!kernel_has_compat())
		SKIP(return, "this kernel has no 32-bit callers");
	ASSERT_EQ(0, sim_reset());
	sim_command("remove 0x%x", NODE_CHIP);
	ASSERT_EQ(0, sim_command("chip eeprom 0x%x", NODE_CHIP));
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	ASSERT_EQ(0, ioctl(self->node, I2C_SLAVE, NODE_CHIP));
	self->ledger = ledger_open();
	self->cap = ledger_narrow(self->ledger, self->node, &want, "compat", NULL);
	ASSERT_LE(0, self->cap);
	self->low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	ASSERT_NE(MAP_FAILED, self->low);
}

FIXTURE_TEARDOWN(compat)
{
	close(self->node);
	close(self->cap);
	close(self->ledger);
	sim_command("remove 0x%x", NODE_CHIP);
}

static int ioctl_32(int fd, uint32_t command, uint32_t argument)
{
	int result = -ENOSYS;

#ifdef __x86_64__
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(IOCTL_32), "b"(fd), "c"(command), "d"(argument)
			 : "memory", "r8", "r9", "r10", "r11");
#endif
	return result;
}

static uint32_t low_address(const void *at)
{
	return (uintptr_t)at;
}

static int smbus_32(struct low *low, int fd, uint8_t direction, uint8_t command, uint32_t size)
{
	low->smbus = (struct smbus_32){ direction, command, size, low_address(low->data) };
	return ioctl_32(fd, I2C_SMBUS, low_address(&low->smbus));
}

static int rdwr_32(struct low *low, int fd, uint16_t address, uint8_t pointer, uint16_t length)
{
	low->pointer = pointer;
	low->messages[0] = (struct msg_32){ address, 0, 1, low_address(&low->pointer) };
	low->messages[1] = (struct msg_32){ address, I2C_M_RD, length, low_address(low->data) };
	low->rdwr = (struct rdwr_32){ low_address(low->messages), 2 };
	return ioctl_32(fd, I2C_RDWR, low_address(&low->rdwr));
}

TEST_F(compat, smbus_is_the_nodes)
{
	const int fds[] = { self->node, self->cap };
	struct low *low = self->low;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		low->data[0] = 0x5a;
		EXPECT_EQ(0, smbus_32(low, fds[i], I2C_SMBUS_WRITE, 7, I2C_SMBUS_BYTE_DATA));
		low->data[0] = 0;
		EXPECT_EQ(0, smbus_32(low, fds[i], I2C_SMBUS_READ, 7, I2C_SMBUS_BYTE_DATA));
		EXPECT_EQ(0x5a, low->data[0]);
		EXPECT_EQ(-EINVAL, smbus_32(low, fds[i], I2C_SMBUS_READ, 7, 9));
		low->smbus.data = 8;
		low->smbus.size = I2C_SMBUS_BYTE_DATA;
		EXPECT_EQ(-EFAULT, ioctl_32(fds[i], I2C_SMBUS, low_address(&low->smbus)));
		EXPECT_EQ(-EFAULT, ioctl_32(fds[i], I2C_SMBUS, 8));
	}
}

TEST_F(compat, rdwr_is_the_nodes)
{
	const int fds[] = { self->node, self->cap };
	const uint16_t addresses[] = { NODE_CHIP, CHIP_EEPROM };
	struct low *low = self->low;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		low->data[0] = 0x77;
		EXPECT_EQ(0, smbus_32(low, fds[i], I2C_SMBUS_WRITE, 9, I2C_SMBUS_BYTE_DATA));
		memset(low->data, 0x11, sizeof(low->data));
		low->guard = 0x22;
		EXPECT_EQ(2, rdwr_32(low, fds[i], addresses[i], 9, 2));
		EXPECT_EQ(0x77, low->data[0]);
		EXPECT_EQ(0xff, low->data[1]);
		EXPECT_EQ(0x11, low->data[2]);
		EXPECT_EQ(0x22, low->guard);
		low->rdwr.count = 0;
		EXPECT_EQ(-EINVAL, ioctl_32(fds[i], I2C_RDWR, low_address(&low->rdwr)));
		low->rdwr.count = 43;
		EXPECT_EQ(-EINVAL, ioctl_32(fds[i], I2C_RDWR, low_address(&low->rdwr)));
		low->rdwr = (struct rdwr_32){ 8, 1 };
		EXPECT_EQ(-EFAULT, ioctl_32(fds[i], I2C_RDWR, low_address(&low->rdwr)));
		EXPECT_EQ(-EFAULT, ioctl_32(fds[i], I2C_RDWR, 8));
		EXPECT_EQ(-EINVAL, rdwr_32(low, fds[i], addresses[i], 9, 8193));
	}
}

TEST_F(compat, small_ioctls_are_the_nodes)
{
	uint32_t functionality;

	EXPECT_EQ(0, ioctl_32(self->node, I2C_FUNCS, low_address(&self->low->functionality)));
	functionality = self->low->functionality & ~I2C_FUNC_10BIT_ADDR;
	memset(&self->low->rule, 0x33, sizeof(self->low->rule));
	EXPECT_EQ(0, ioctl_32(self->cap, I2C_FUNCS, low_address(&self->low->functionality)));
	EXPECT_EQ(functionality, self->low->functionality);
	/* Four bytes, not eight. */
	EXPECT_EQ(0x33333333, self->low->rule.size);
	EXPECT_EQ(0, ioctl_32(self->cap, I2C_SLAVE, CHIP_EEPROM));
	EXPECT_EQ(-EACCES, ioctl_32(self->cap, I2C_SLAVE, CHIP_TWIN));
	EXPECT_EQ(-EINVAL, ioctl_32(self->cap, I2C_TIMEOUT, 0x80000000));
	EXPECT_EQ(-ENOTTY, ioctl_32(self->cap, 0x0709, 0));
}

/* Our own structs are the same for both. */
TEST_F(compat, get_rule)
{
	self->low->rule = (struct devcap_get_rule){ .size = sizeof(self->low->rule) };
	EXPECT_EQ(0, ioctl_32(self->cap, DEVCAP_GET_RULE, low_address(&self->low->rule)));
	EXPECT_EQ(DEVCAP_BUS_I2C, self->low->rule.bus);
	EXPECT_EQ(DEVCAP_NO_LIMIT, self->low->rule.operations_left);
}

TEST_F(compat, what_the_rule_refuses_is_refused)
{
	struct want want = {
		.address = CHIP_EEPROM, .register_width = 1, .rights = DEVCAP_I2C_READ,
		.range_count = 1, .range = { { 0x10, 0x13, DEVCAP_I2C_READ } },
	};
	int child = ledger_narrow(self->ledger, self->cap, &want, "narrow", NULL);
	struct low *low = self->low;

	ASSERT_LE(0, child);
	EXPECT_EQ(2, rdwr_32(low, child, CHIP_EEPROM, 0x10, 4));
	sim_command("clear");
	EXPECT_EQ(-EACCES, rdwr_32(low, child, CHIP_EEPROM, 0x10, 5));
	EXPECT_EQ(-EACCES, rdwr_32(low, child, CHIP_TWIN, 0x10, 1));
	EXPECT_EQ(-EACCES, smbus_32(low, child, I2C_SMBUS_WRITE, 0x10, I2C_SMBUS_BYTE_DATA));
	EXPECT_EQ(-EACCES, smbus_32(low, child, I2C_SMBUS_READ, 0x14, I2C_SMBUS_BYTE_DATA));
	EXPECT_EQ(0, sim_count());
	close(child);
}

TEST_HARNESS_MAIN
