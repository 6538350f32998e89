// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The simulated bus itself, through the device node: what the other tests prove
 * by its log is worth as much as that log.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/i2c.h>
#include <linux/i2c-dev.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

#define NOBODY		0x33
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* ------------------------------------------------------------------------- */
/* Transfers                                                                 */

static int transfer(int node, struct i2c_msg *messages, unsigned int count)
{
	struct i2c_rdwr_ioctl_data args = { .msgs = messages, .nmsgs = count };

	return ioctl(node, I2C_RDWR, &args) < 0 ? -errno : 0;
}

static int send(int node, uint16_t address, uint16_t flags, const void *data, uint16_t size)
{
	struct i2c_msg message = {
		.addr = address, .flags = flags, .len = size, .buf = (void *)data,
	};

	return transfer(node, &message, 1);
}

#define SEND(node, address, ...)						\
	send(node, address, 0, (uint8_t[]){ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }))

/* One register pointer of a byte, then a read; the bytes as a number, the first one highest. */
static int64_t read_at(int node, uint16_t address, uint16_t flags, uint8_t pointer, uint16_t size)
{
	uint8_t data[8];
	struct i2c_msg messages[] = {
		{ .addr = address, .flags = flags, .len = 1, .buf = &pointer },
		{ .addr = address, .flags = flags | I2C_M_RD, .len = size, .buf = data },
	};
	int error = transfer(node, messages, 2);
	int64_t value = 0;
	unsigned int i;

	for (i = 0; i < size; i++)
		value = value << 8 | data[i];
	return error ? error : value;
}

static int64_t read_on(int node, uint16_t address, uint16_t size)
{
	uint8_t data[8];
	int error = send(node, address, I2C_M_RD, data, size);
	int64_t value = 0;
	unsigned int i;

	for (i = 0; i < size; i++)
		value = value << 8 | data[i];
	return error ? error : value;
}

FIXTURE(bus)
{
	int node;
};

FIXTURE_SETUP(bus)
{
	ASSERT_EQ(0, sim_reset());
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
}

FIXTURE_TEARDOWN(bus)
{
	close(self->node);
	EXPECT_EQ(0, sim_reset());
}

/* ------------------------------------------------------------------------- */
/* The log                                                                   */

TEST_F(bus, log_has_each_message_with_its_bytes)
{
	struct sim_message log[4];
	uint64_t lost;

	ASSERT_EQ(0, SEND(self->node, CHIP_REGISTER, 0x10, 0xab, 0xcd));
	ASSERT_EQ(0xabcd, read_at(self->node, CHIP_REGISTER, 0, 0x10, 2));
	ASSERT_EQ(3, sim_log_read(log, COUNT(log), &lost));
	EXPECT_EQ(0, lost);
	EXPECT_EQ(3, sim_count());
	EXPECT_EQ(1, log[0].sequence);
	EXPECT_EQ(CHIP_REGISTER, log[0].address);
	EXPECT_FALSE(log[0].read);
	EXPECT_FALSE(log[0].ten);
	EXPECT_EQ(3, log[0].length);
	EXPECT_EQ(0, memcmp(log[0].bytes, "\x10\xab\xcd", 3));
	EXPECT_EQ(1, log[1].length);
	EXPECT_TRUE(log[2].read);
	EXPECT_EQ(2, log[2].length);
	EXPECT_EQ(0, memcmp(log[2].bytes, "\xab\xcd", 2));
	EXPECT_LE(log[1].time_ns, log[2].time_ns);
}

TEST_F(bus, log_has_what_nobody_acknowledged)
{
	struct sim_message log[4];

	EXPECT_EQ(-ENXIO, SEND(self->node, NOBODY, 1, 2));
	EXPECT_EQ(-ENXIO, SEND(self->node, NOBODY));
	ASSERT_EQ(2, sim_log_read(log, COUNT(log), NULL));
	EXPECT_EQ(NOBODY, log[0].address);
	EXPECT_EQ(2, log[0].length);
	EXPECT_EQ(0, log[1].length);
}

/* What such a flag would do on a real bus is not simulated, but it is seen. */
TEST_F(bus, log_has_flags_that_the_adapter_refuses)
{
	static const uint16_t flags[] = {
		I2C_M_NOSTART, I2C_M_REV_DIR_ADDR, I2C_M_IGNORE_NAK, I2C_M_NO_RD_ACK, I2C_M_STOP,
	};
	uint8_t byte = 0;
	unsigned int i;

	for (i = 0; i < COUNT(flags); i++)
		EXPECT_EQ(-EOPNOTSUPP, send(self->node, CHIP_REGISTER, flags[i], &byte, 1));
	EXPECT_EQ(COUNT(flags), sim_count());
}

TEST_F(bus, log_keeps_the_first_bytes_of_a_long_message)
{
	uint8_t data[200];
	struct sim_message message;

	memset(data, 7, sizeof(data));
	ASSERT_EQ(0, send(self->node, CHIP_EEPROM, 0, data, sizeof(data)));
	ASSERT_EQ(1, sim_log_read(&message, 1, NULL));
	EXPECT_EQ(sizeof(data), message.length);
	EXPECT_EQ(0, memcmp(message.bytes, data, SIM_BYTES_MAX));
}

TEST_F(bus, log_says_what_it_lost)
{
	static struct sim_message log[4096];
	uint64_t lost;
	unsigned int i;

	for (i = 0; i < 4100; i++)
		ASSERT_EQ(0, SEND(self->node, CHIP_REGISTER, i));
	EXPECT_EQ(4100, sim_count());
	ASSERT_EQ(4096, sim_log_read(log, COUNT(log), &lost));
	EXPECT_EQ(4, lost);
	EXPECT_EQ(5, log[0].sequence);
	EXPECT_EQ(4100, log[4095].sequence);
	EXPECT_EQ(0, sim_command("clear"));
	EXPECT_EQ(0, sim_count());
	EXPECT_EQ(0, sim_log_read(log, COUNT(log), &lost));
	EXPECT_EQ(0, lost);
}

/* The ring's places are used again: nothing of who had them before may be seen. */
TEST_F(bus, log_has_no_bytes_of_a_read_that_brought_none)
{
	struct sim_message message;
	unsigned int i;

	for (i = 0; i < 4096; i++)
		ASSERT_EQ(0, SEND(self->node, CHIP_EEPROM, 0xff, 0xff));
	ASSERT_EQ(0, sim_command("clear"));
	EXPECT_EQ(-ENXIO, read_on(self->node, NOBODY, 2));
	ASSERT_EQ(1, sim_log_read(&message, 1, NULL));
	EXPECT_EQ(2, message.length);
	EXPECT_EQ(0, message.bytes[0]);
}

/* ------------------------------------------------------------------------- */
/* Chips                                                                     */

TEST_F(bus, lm75_has_nine_bits_left_aligned)
{
	static const struct {
		int millidegrees;
		int64_t value;
	} temperatures[] = {
		{ 0, 0x0000 }, { 500, 0x0080 }, { 21500, 0x1580 }, { 127500, 0x7f80 },
		{ -500, 0xff80 }, { -25000, 0xe700 }, { -128000, 0x8000 },
	};
	unsigned int i;

	for (i = 0; i < COUNT(temperatures); i++) {
		ASSERT_EQ(0, sim_command("temperature 0x48 %d", temperatures[i].millidegrees));
		EXPECT_EQ(temperatures[i].value, read_at(self->node, CHIP_LM75, 0, 0, 2));
	}
	EXPECT_EQ(0x1900, read_at(self->node, CHIP_TWIN, 0, 0, 2));
}

TEST_F(bus, lm75_keeps_its_pointer)
{
	ASSERT_EQ(0, SEND(self->node, CHIP_LM75, 3, 0x12, 0x34));
	EXPECT_EQ(0x1234, read_on(self->node, CHIP_LM75, 2));
	EXPECT_EQ(0x1234, read_on(self->node, CHIP_LM75, 2));
	EXPECT_EQ(0x1234ffff, read_on(self->node, CHIP_LM75, 4));
	ASSERT_EQ(0, SEND(self->node, CHIP_LM75, 0));
	EXPECT_EQ(0x1900, read_on(self->node, CHIP_LM75, 2));
}

TEST_F(bus, lm75_temperature_cannot_be_written)
{
	ASSERT_EQ(0, SEND(self->node, CHIP_LM75, 0, 0x55, 0x55));
	EXPECT_EQ(0x1900, read_at(self->node, CHIP_LM75, 0, 0, 2));
}

TEST_F(bus, eeprom_increments_and_wraps)
{
	EXPECT_EQ(0xff, read_at(self->node, CHIP_EEPROM, 0, 0, 1));
	ASSERT_EQ(0, SEND(self->node, CHIP_EEPROM, 0xfe, 1, 2, 3, 4));
	EXPECT_EQ(0x01020304, read_at(self->node, CHIP_EEPROM, 0, 0xfe, 4));
	EXPECT_EQ(0x0304, read_at(self->node, CHIP_EEPROM, 0, 0, 2));
	EXPECT_EQ(0xff, read_on(self->node, CHIP_EEPROM, 1));
}

TEST_F(bus, registers_increment_and_end)
{
	ASSERT_EQ(0, SEND(self->node, CHIP_REGISTER, 0xfe, 1, 2));
	EXPECT_EQ(0x0102ffff, read_at(self->node, CHIP_REGISTER, 0, 0xfe, 4));
	EXPECT_EQ(-EIO, SEND(self->node, CHIP_REGISTER, 0xff, 8, 9));
	EXPECT_EQ(0x08, read_at(self->node, CHIP_REGISTER, 0, 0xff, 1));
}

/* One byte of a pointer of two is its high one. */
TEST_F(bus, wide_pointer_has_its_high_byte_first)
{
	ASSERT_EQ(0, sim_command("chip eeprom 0x51 size=4096"));
	ASSERT_EQ(0, SEND(self->node, 0x51, 0x0f, 0xff, 0x11, 0x22));
	ASSERT_EQ(0, SEND(self->node, 0x51, 0x00, 0x00));
	EXPECT_EQ(0x22, read_on(self->node, 0x51, 1));
	ASSERT_EQ(0, SEND(self->node, 0x51, 0x00, 0xff));
	EXPECT_EQ(0x11, read_at(self->node, 0x51, 0, 0x0f, 1));
	EXPECT_EQ(0, sim_command("remove 0x51"));
}

TEST_F(bus, ten_bits_are_another_chip)
{
	struct sim_message log[4];

	ASSERT_EQ(0, sim_command("chip register 0x48 ten"));
	ASSERT_EQ(0, send(self->node, CHIP_LM75, I2C_M_TEN, "\x00\x77", 2));
	EXPECT_EQ(0x77, read_at(self->node, CHIP_LM75, I2C_M_TEN, 0, 1));
	EXPECT_EQ(0x19, read_at(self->node, CHIP_LM75, 0, 0, 1));
	ASSERT_EQ(0, sim_command("remove 0x48 ten"));
	ASSERT_EQ(0, sim_command("clear"));
	EXPECT_EQ(-ENXIO, read_at(self->node, CHIP_LM75, I2C_M_TEN, 0, 1));
	ASSERT_EQ(1, sim_log_read(log, COUNT(log), NULL));
	EXPECT_TRUE(log[0].ten);
	EXPECT_EQ(CHIP_LM75, log[0].address);
}

TEST_F(bus, block_length_comes_from_the_chip)
{
	union i2c_smbus_data data;
	struct i2c_smbus_ioctl_data args = {
		.read_write = I2C_SMBUS_READ,
		.command = 0x30,
		.size = I2C_SMBUS_BLOCK_DATA,
		.data = &data,
	};
	struct sim_message log[4];

	ASSERT_EQ(0, SEND(self->node, CHIP_REGISTER, 0x30, 3, 9, 8, 7));
	ASSERT_EQ(0, sim_command("clear"));
	ASSERT_EQ(0, ioctl(self->node, I2C_SLAVE, (long)CHIP_REGISTER));
	ASSERT_EQ(0, ioctl(self->node, I2C_SMBUS, &args));
	EXPECT_EQ(0, memcmp(data.block, "\x03\x09\x08\x07", 4));
	ASSERT_EQ(2, sim_log_read(log, COUNT(log), NULL));
	EXPECT_EQ(4, log[1].length);
	args.command = 0x80;
	EXPECT_EQ(-1, ioctl(self->node, I2C_SMBUS, &args));
	EXPECT_EQ(EPROTO, errno);
}

/* ------------------------------------------------------------------------- */
/* Time and faults                                                           */

TEST_F(bus, faults_have_their_errno_and_are_logged)
{
	static const struct {
		const char *fault;
		int error;
	} faults[] = {
		{ "nak-address", -ENXIO },
		{ "nak-data", -EIO },
		{ "arbitration", -EAGAIN },
		{ "timeout", -ETIMEDOUT },
	};
	unsigned int i;

	for (i = 0; i < COUNT(faults); i++) {
		ASSERT_EQ(0, sim_command("clear"));
		ASSERT_EQ(0, sim_command("fault %s 2", faults[i].fault));
		EXPECT_EQ(faults[i].error, SEND(self->node, CHIP_REGISTER, 0, 0xee));
		EXPECT_EQ(faults[i].error, SEND(self->node, CHIP_REGISTER, 0, 0xee));
		EXPECT_EQ(2, sim_count());
		EXPECT_EQ(0, read_at(self->node, CHIP_REGISTER, 0, 0, 1));
	}
}

TEST_F(bus, fault_without_end_ends_with_none)
{
	unsigned int i;

	ASSERT_EQ(0, sim_command("fault nak-data 0"));
	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EIO, SEND(self->node, CHIP_REGISTER, 0));
	ASSERT_EQ(0, sim_command("fault none"));
	EXPECT_EQ(0, SEND(self->node, CHIP_REGISTER, 0));
}

static void *read_temperature(void *node)
{
	return (void *)(long)read_at(*(int *)node, CHIP_LM75, 0, 0, 2);
}

TEST_F(bus, delayed_transfer_is_seen_on_the_wire)
{
	int64_t start = now_ns();
	pthread_t thread;
	void *value;

	ASSERT_EQ(0, sim_command("delay 300000"));
	ASSERT_EQ(0, pthread_create(&thread, NULL, read_temperature, &self->node));
	EXPECT_EQ(1, sim_wait_count(1, 5000));
	EXPECT_EQ(1, sim_busy());
	pthread_join(thread, &value);
	EXPECT_EQ(0x1900, (long)value);
	EXPECT_LE(300000000, now_ns() - start);
	EXPECT_EQ(0, sim_busy());
	EXPECT_EQ(2, sim_count());
}

TEST_F(bus, stretched_transfer_waits_for_the_next_fault_command)
{
	pthread_t thread;
	void *value;

	ASSERT_EQ(0, sim_command("fault stretch"));
	ASSERT_EQ(0, pthread_create(&thread, NULL, read_temperature, &self->node));
	EXPECT_EQ(1, sim_wait_count(1, 5000));
	EXPECT_EQ(0, sim_command("temperature 0x48 1000"));
	sleep_ms(50);
	EXPECT_EQ(1, sim_busy());
	EXPECT_EQ(1, sim_count());
	ASSERT_EQ(0, sim_command("fault none"));
	pthread_join(thread, &value);
	EXPECT_EQ(0x0100, (long)value);
}

/* ------------------------------------------------------------------------- */
/* The control file                                                          */

TEST_F(bus, commands_that_make_no_sense_are_refused)
{
	static const struct {
		char command[40];
		int error;
	} commands[] = {
		{ "", -EINVAL },
		{ "chips", -EINVAL },
		{ "chip", -EINVAL },
		{ "chip lm76 0x40", -EINVAL },
		{ "chip lm75 0x80", -EINVAL },
		{ "chip lm75 0x400 ten", -EINVAL },
		{ "chip lm75 0x40 size=4", -EINVAL },
		{ "chip lm75 0x48", -EBUSY },
		{ "chip eeprom 0x40 size=512 width=1", -EINVAL },
		{ "chip eeprom 0x40 width=3", -EINVAL },
		{ "chip eeprom 0x40 size=65537", -EINVAL },
		{ "remove 0x40", -ENOENT },
		{ "temperature 0x40 1", -ENOENT },
		{ "temperature 0x50 1", -EINVAL },
		{ "temperature 0x48 128000", -ERANGE },
		{ "temperature 0x48 warm", -EINVAL },
		{ "delay -1", -EINVAL },
		{ "delay 60000001", -ERANGE },
		{ "fault fire", -EINVAL },
		{ "fault none 1 2", -EINVAL },
		{ "adapter kick", -EINVAL },
		{ "adapter add", -EBUSY },
	};
	unsigned int i;

	for (i = 0; i < COUNT(commands); i++)
		EXPECT_EQ(commands[i].error, sim_command("%s", commands[i].command))
			TH_LOG("command %u: `%s`", i, commands[i].command);
}

TEST_F(bus, adapter_goes_and_comes_back_with_its_chips)
{
	ASSERT_EQ(0, sim_command("temperature 0x48 500"));
	close(self->node);
	ASSERT_EQ(0, sim_command("adapter remove"));
	EXPECT_EQ(-ENODEV, sim_i2c_number());
	EXPECT_EQ(-ENODEV, sim_command("adapter remove"));
	ASSERT_EQ(0, sim_command("adapter add"));
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	EXPECT_EQ(0x0080, read_at(self->node, CHIP_LM75, 0, 0, 2));
}

/* As with a real adapter: its removal waits for the last open node. */
TEST_F(bus, removal_waits_for_open_nodes_and_can_be_killed)
{
	pid_t child = fork();
	int status, error, tries;

	ASSERT_LE(0, child);
	if (!child)
		_exit(!!sim_command("adapter remove"));
	for (tries = 0; (error = sim_command("adapter add")) == -EBUSY && tries < 5000; tries++)
		sleep_ms(1);
	EXPECT_EQ(-EAGAIN, error);
	EXPECT_EQ(0, waitpid(child, &status, WNOHANG));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	close(self->node);
	for (tries = 0; (error = sim_command("adapter add")) == -EAGAIN && tries < 5000; tries++)
		sleep_ms(1);
	EXPECT_EQ(0, error);
	self->node = sim_i2c_open();
	EXPECT_LE(0, self->node);
}

/* ------------------------------------------------------------------------- */
/* All at once, for the kernels that look at locks and memory                */

static atomic_bool storm_ends;

static void *storm_transfers(void *node)
{
	unsigned long transfers = 0;

	while (!storm_ends) {
		read_at(*(int *)node, CHIP_LM75, 0, 0, 2);
		SEND(*(int *)node, CHIP_EEPROM, transfers, 1, 2, 3);
		transfers++;
	}
	return (void *)transfers;
}

static void *storm_commands(void *unused)
{
	static const char *const commands[] = {
		"remove 0x48", "chip lm75 0x48", "temperature 0x48 %u", "clear", "delay 5",
		"delay 0", "fault nak-data", "fault stretch", "fault none", "remove 0x50",
		"chip eeprom 0x50 size=%u",
	};
	unsigned int seed = 1;

	while (!storm_ends)
		sim_command(commands[rand_r(&seed) % COUNT(commands)], rand_r(&seed) % 256 + 1);
	sim_command("fault none");
	return unused;
}

TEST_F(bus, storm_of_transfers_and_commands)
{
	static struct sim_message log[4096];
	pthread_t transfers[2], commands[2];
	unsigned int i;
	long count;
	void *done;

	storm_ends = false;
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, pthread_create(&transfers[i], NULL, storm_transfers, &self->node));
		ASSERT_EQ(0, pthread_create(&commands[i], NULL, storm_commands, NULL));
	}
	for (i = 0; i < 200; i++) {
		count = sim_log_read(log, COUNT(log), NULL);
		EXPECT_LE(0, count);
		if (count > 0)
			EXPECT_EQ(log[0].sequence + count - 1, log[count - 1].sequence);
		sleep_ms(5);
	}
	storm_ends = true;
	for (i = 0; i < 2; i++)
		pthread_join(commands[i], NULL);
	for (i = 0; i < 2; i++) {
		pthread_join(transfers[i], &done);
		EXPECT_LT(0, (long)done);
	}
}

TEST_HARNESS_MAIN
