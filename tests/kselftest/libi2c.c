// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 2 once more, from above: the calls of the unmodified libi2c on capabilities,
 * what they return and what they put on the bus.
 */
#include <errno.h>
#include <i2c/smbus.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

FIXTURE(libi2c)
{
	int node;
	int ledger;
	int full;
	int narrow;
};

FIXTURE_SETUP(libi2c)
{
	struct want full = want_full(CHIP_EEPROM);
	struct want narrow = {
		.address = CHIP_LM75, .register_width = 1, .rights = DEVCAP_I2C_READ,
		.range_count = 1, .range = { { 0, 3, DEVCAP_I2C_READ } },
	};

	ASSERT_EQ(0, sim_reset());
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	self->ledger = ledger_open();
	self->full = ledger_narrow(self->ledger, self->node, &full, "full", NULL);
	ASSERT_LE(0, self->full);
	self->narrow = ledger_narrow(self->ledger, self->node, &narrow, "narrow", NULL);
	ASSERT_LE(0, self->narrow);
	close(self->node);
	sim_command("clear");
}

FIXTURE_TEARDOWN(libi2c)
{
	close(self->full);
	close(self->narrow);
	close(self->ledger);
}

/* Some of them return -errno, some -1. */
#define EXPECT_REFUSED(call_)                                                     \
	do {                                                                      \
		EXPECT_GT(0, call_);                                              \
		EXPECT_EQ(EACCES, errno);                                         \
		EXPECT_EQ(0, sim_count());                                        \
	} while (0)

TEST_F(libi2c, quick_and_single_bytes)
{
	EXPECT_EQ(0, i2c_smbus_write_quick(self->full, I2C_SMBUS_WRITE));
	EXPECT_EQ(0, i2c_smbus_write_quick(self->full, I2C_SMBUS_READ));
	EXPECT_EQ(0, i2c_smbus_write_byte_data(self->full, 7, 0x5a));
	EXPECT_EQ(0, i2c_smbus_write_byte(self->full, 7));
	EXPECT_EQ(0x5a, i2c_smbus_read_byte(self->full));
	EXPECT_EQ(5, sim_count());
}

TEST_F(libi2c, bytes_and_words)
{
	EXPECT_EQ(0, i2c_smbus_write_byte_data(self->full, 0x10, 0xa5));
	EXPECT_EQ(0xa5, i2c_smbus_read_byte_data(self->full, 0x10));
	EXPECT_EQ(0, i2c_smbus_write_word_data(self->full, 0x20, 0x1234));
	EXPECT_EQ(0x1234, i2c_smbus_read_word_data(self->full, 0x20));
	EXPECT_EQ(0x34, i2c_smbus_read_byte_data(self->full, 0x20));
}

/* Writes command and two bytes, then reads on behind them. */
TEST_F(libi2c, process_call)
{
	EXPECT_EQ(0, i2c_smbus_write_word_data(self->full, 0x32, 0x4321));
	EXPECT_EQ(0x4321, i2c_smbus_process_call(self->full, 0x30, 0xbeef));
	EXPECT_EQ(0xbeef, i2c_smbus_read_word_data(self->full, 0x30));
}

TEST_F(libi2c, blocks)
{
	static const uint8_t data[I2C_SMBUS_BLOCK_MAX] = { 1, 2, 3, 4, 5, [31] = 32 };
	uint8_t back[I2C_SMBUS_BLOCK_MAX] = { };

	EXPECT_EQ(0, i2c_smbus_write_block_data(self->full, 0x40, sizeof(data), data));
	EXPECT_EQ(sizeof(data), i2c_smbus_read_block_data(self->full, 0x40, back));
	EXPECT_EQ(0, memcmp(data, back, sizeof(data)));
	EXPECT_EQ(0, i2c_smbus_write_i2c_block_data(self->full, 0x80, sizeof(data), data));
	memset(back, 0, sizeof(back));
	EXPECT_EQ(5, i2c_smbus_read_i2c_block_data(self->full, 0x80, 5, back));
	EXPECT_EQ(0, memcmp(data, back, 5));
	EXPECT_EQ(0, back[5]);
	EXPECT_EQ(32, i2c_smbus_read_i2c_block_data(self->full, 0x80, 32, back));
	EXPECT_EQ(32, back[31]);
}

/* It writes a block and reads one back that lies behind it. */
TEST_F(libi2c, block_process_call)
{
	static const uint8_t answer[] = { 2, 0x77, 0x88 };
	uint8_t data[I2C_SMBUS_BLOCK_MAX] = { 9 };

	EXPECT_EQ(0, i2c_smbus_write_i2c_block_data(self->full, 0x92, 3, answer));
	EXPECT_EQ(2, i2c_smbus_block_process_call(self->full, 0x90, 1, data));
	EXPECT_EQ(0x77, data[0]);
	EXPECT_EQ(0x88, data[1]);
}

TEST_F(libi2c, address_and_functionality)
{
	unsigned long functionality = 0;

	EXPECT_EQ(0, ioctl(self->narrow, I2C_SLAVE, CHIP_LM75));
	EXPECT_EQ(0, ioctl(self->narrow, I2C_FUNCS, &functionality));
	EXPECT_TRUE(functionality & I2C_FUNC_SMBUS_READ_BYTE_DATA);
	EXPECT_FALSE(functionality & I2C_FUNC_SMBUS_QUICK);
	EXPECT_REFUSED(ioctl(self->narrow, I2C_SLAVE, CHIP_TWIN));
}

TEST_F(libi2c, narrow_rule_allows_its_registers)
{
	uint8_t data[4];

	EXPECT_EQ(25, i2c_smbus_read_byte_data(self->narrow, 0));
	EXPECT_EQ(0x0019, i2c_smbus_read_word_data(self->narrow, 0));
	EXPECT_EQ(75, i2c_smbus_read_byte_data(self->narrow, 2));
	EXPECT_EQ(4, i2c_smbus_read_i2c_block_data(self->narrow, 0, 4, data));
	EXPECT_EQ(25, data[0]);
}

TEST_F(libi2c, narrow_rule_refuses_the_rest_untouched)
{
	uint8_t data[I2C_SMBUS_BLOCK_MAX] = { };

	EXPECT_REFUSED(i2c_smbus_write_quick(self->narrow, I2C_SMBUS_READ));
	EXPECT_REFUSED(i2c_smbus_read_byte(self->narrow));
	EXPECT_REFUSED(i2c_smbus_write_byte(self->narrow, 0));
	EXPECT_REFUSED(i2c_smbus_read_byte_data(self->narrow, 4));
	EXPECT_REFUSED(i2c_smbus_write_byte_data(self->narrow, 1, 0));
	EXPECT_REFUSED(i2c_smbus_read_word_data(self->narrow, 3));
	EXPECT_REFUSED(i2c_smbus_write_word_data(self->narrow, 2, 0));
	EXPECT_REFUSED(i2c_smbus_process_call(self->narrow, 0, 0));
	EXPECT_REFUSED(i2c_smbus_read_block_data(self->narrow, 0, data));
	EXPECT_REFUSED(i2c_smbus_write_block_data(self->narrow, 2, 1, data));
	EXPECT_REFUSED(i2c_smbus_read_i2c_block_data(self->narrow, 0, 5, data));
	EXPECT_REFUSED(i2c_smbus_write_i2c_block_data(self->narrow, 2, 1, data));
	EXPECT_REFUSED(i2c_smbus_block_process_call(self->narrow, 0, 1, data));
}

TEST_HARNESS_MAIN
