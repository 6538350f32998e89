/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The simulated I2C bus (tests/sim) from C: its control file, its log, its node.
 * Calls return -errno when they fail; nothing here judges.
 */
#ifndef TESTS_SIM_H
#define TESTS_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that the log keeps of a message. */
#define SIM_BYTES_MAX	64

/**
 * struct sim_message - a message that reached the bus
 * @sequence: from 1, since the log was cleared
 * @time_ns:  when, CLOCK_MONOTONIC
 * @address:  of the chip
 * @ten:      it has 10 bits
 * @read:     else it was a write
 * @length:   bytes of it
 * @bytes:    the first SIM_BYTES_MAX of them
 */
struct sim_message {
	uint64_t sequence;
	uint64_t time_ns;
	uint16_t address;
	bool ten;
	bool read;
	uint16_t length;
	uint8_t bytes[SIM_BYTES_MAX];
};

/** sim_command() - one command to the bus's control file; i2c_control.c has them all */
int sim_command(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** sim_count() - messages on the bus since `clear` */
long long sim_count(void);

/** sim_wait_count() - until there are that many; their number, or -ETIMEDOUT */
long long sim_wait_count(long long count, int timeout_ms);

/** sim_busy() - 1 while a transfer is on the wire, else 0 */
int sim_busy(void);

/**
 * sim_log_read() - the log, oldest message first
 * @messages: room for @size of them
 * @lost:     how many the ring no longer had; or NULL
 *
 * How many messages it holds, -ENOSPC when there are more than @size.
 */
long sim_log_read(struct sim_message *messages, size_t size, uint64_t *lost);

/** sim_i2c_number() - N of /dev/i2c-N; -ENODEV without the adapter */
int sim_i2c_number(void);

/** sim_i2c_path() - /dev/i2c-N, in a buffer that the next call overwrites; NULL and errno */
const char *sim_i2c_path(void);

/** sim_i2c_open() - a descriptor of it, O_RDWR */
int sim_i2c_open(void);

/**
 * sim_reset() - the bus as the lab sets it up: plugged, no delay, no fault, an empty
 *		 log, new chips: lm75 at 0x48 and 0x49, eeprom at 0x50, register at 0x20
 *
 * Chips that a test put elsewhere stay.
 */
int sim_reset(void);

#endif /* TESTS_SIM_H */
