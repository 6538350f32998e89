// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "ledger.h"
#include "operation.h"

static int result_of(long result)
{
	return result < 0 ? -errno : result;
}

static int run_read(int fd)
{
	uint8_t data[2];

	return result_of(read(fd, data, sizeof(data)));
}

static int run_write(int fd)
{
	const uint8_t pointer = 0;

	return result_of(write(fd, &pointer, 1));
}

static int run_rdwr(int fd)
{
	uint8_t pointer = 0, data[2];
	struct i2c_msg messages[2] = {
		{ .addr = OPERATION_ADDRESS, .len = 1, .buf = &pointer },
		{ .addr = OPERATION_ADDRESS, .flags = I2C_M_RD, .len = 2, .buf = data },
	};
	struct i2c_rdwr_ioctl_data args = { .msgs = messages, .nmsgs = 2 };

	return result_of(ioctl(fd, I2C_RDWR, &args));
}

static int byte_data(int fd, uint8_t direction, uint8_t number, union i2c_smbus_data *data)
{
	struct i2c_smbus_ioctl_data args = {
		.read_write = direction,
		.command = number,
		.size = I2C_SMBUS_BYTE_DATA,
		.data = data,
	};

	return result_of(ioctl(fd, I2C_SMBUS, &args));
}

int register_read(int fd, uint8_t number)
{
	union i2c_smbus_data data;
	int result = byte_data(fd, I2C_SMBUS_READ, number, &data);

	return result < 0 ? result : data.byte;
}

int register_write(int fd, uint8_t number, uint8_t value)
{
	return byte_data(fd, I2C_SMBUS_WRITE, number, &(union i2c_smbus_data){ .byte = value });
}

static int run_smbus(int fd)
{
	int result = register_read(fd, 0);

	return result < 0 ? result : 0;
}

static int run_funcs(int fd)
{
	unsigned long functionality;

	return result_of(ioctl(fd, I2C_FUNCS, &functionality));
}

static int run_slave(int fd)
{
	return result_of(ioctl(fd, I2C_SLAVE, OPERATION_ADDRESS));
}

static int run_get_rule(int fd)
{
	struct devcap_get_rule rule;

	return capability_rule(fd, &rule, NULL);
}

static int run_poll(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN | POLLOUT };

	if (poll(&poll_fd, 1, 0) < 0)
		return -errno;
	return (poll_fd.revents & (POLLHUP | POLLERR)) == (POLLHUP | POLLERR) ? -ENODEV : 0;
}

/* Asks for nothing but what can't be masked: it sleeps while the capability lives. */
static int run_sleeping_poll(int fd)
{
	struct pollfd poll_fd = { .fd = fd };

	if (poll(&poll_fd, 1, 20000) < 0)
		return -errno;
	return poll_fd.revents == (POLLHUP | POLLERR) ? -ENODEV : 0;
}

const struct operation operations[] = {
	{ "read", true, run_read },
	{ "write", true, run_write },
	{ "I2C_RDWR", true, run_rdwr },
	{ "I2C_SMBUS", true, run_smbus },
	{ "I2C_FUNCS", false, run_funcs },
	{ "I2C_SLAVE", false, run_slave },
	{ "GET_RULE", false, run_get_rule },
	{ "poll", false, run_poll },
};
const unsigned int operation_count = sizeof(operations) / sizeof(operations[0]);

/* Not in the table: on a living capability it does not come back. */
static const struct operation sleeping_poll = { "sleeping poll", false, run_sleeping_poll };

const struct operation *operation_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < operation_count; i++)
		if (!strcmp(operations[i].name, name))
			return &operations[i];
	return strcmp(name, sleeping_poll.name) ? NULL : &sleeping_poll;
}

/* ------------------------------------------------------------------------- */
/* Threads                                                                   */

int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void sleep_ms(unsigned int ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

static void *work(void *argument)
{
	struct worker *worker = argument;

	worker->result = worker->operation->run(worker->fd);
	worker->ended = now_ns();
	__atomic_store_n(&worker->done, true, __ATOMIC_RELEASE);
	return NULL;
}

int worker_start(struct worker *worker, const struct operation *operation, int fd)
{
	worker->operation = operation;
	worker->fd = fd;
	worker->done = false;
	return pthread_create(&worker->thread, NULL, work, worker);
}

bool worker_is_done(const struct worker *worker, int timeout_ms)
{
	int64_t end = now_ns() + timeout_ms * 1000000LL;

	while (!__atomic_load_n(&worker->done, __ATOMIC_ACQUIRE)) {
		if (now_ns() >= end)
			return false;
		sleep_ms(1);
	}
	return true;
}

int worker_join(struct worker *worker)
{
	pthread_join(worker->thread, NULL);
	return worker->result;
}
