/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Every way to use an I2C capability, one small call each, alone or in a thread
 * of its own. For a chip with registers 0 to 3 behind a one-byte pointer.
 */
#ifndef TESTS_OPERATION_H
#define TESTS_OPERATION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* The lab's chips, as sim_reset() puts them on the bus. */
#define CHIP_LM75	0x48
#define CHIP_TWIN	0x49
#define CHIP_EEPROM	0x50
#define CHIP_REGISTER	0x20

/* Where I2C_RDWR and I2C_SLAVE go; the others go where the capability does. */
#define OPERATION_ADDRESS CHIP_LM75

/**
 * struct operation
 * @name:    for messages
 * @on_wire: whether it reaches the bus
 * @run:     do it: what the call returns, or -errno. A poll that reports both
 *           HUP and ERR counts as -ENODEV.
 */
struct operation {
	const char *name;
	bool on_wire;
	int (*run)(int fd);
};

extern const struct operation operations[];
extern const unsigned int operation_count;

/** operation_named() - one of them */
const struct operation *operation_named(const char *name);

/** register_read() - SMBus byte data: the byte, or -errno; register_write() likewise */
int register_read(int fd, uint8_t number);
int register_write(int fd, uint8_t number, uint8_t value);

/**
 * struct worker - a thread that does one operation, once
 * @result: of it, once it is @done
 * @ended:  CLOCK_MONOTONIC, in ns
 */
struct worker {
	pthread_t thread;
	const struct operation *operation;
	int fd;
	int result;
	int64_t ended;
	bool done;
};

int worker_start(struct worker *worker, const struct operation *operation, int fd);

/** worker_is_done() - whether the call has returned, waiting up to that long for it */
bool worker_is_done(const struct worker *worker, int timeout_ms);

/** worker_join() - its result */
int worker_join(struct worker *worker);

/** now_ns() - CLOCK_MONOTONIC, which the simulated bus's log has too */
int64_t now_ns(void);
void sleep_ms(unsigned int ms);

#endif /* TESTS_OPERATION_H */
