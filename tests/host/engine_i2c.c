// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The engine's I2C driver against a kernel that only remembers what it was asked: which
 * call is made for which transfer, and which transfers are refused without a call.
 * ioctl() is replaced by the linker (--wrap).
 */
#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../../engine/component/component.h"
#include "../../engine/i2c.h"

#define FD		17
#define CALLS_MAX	8

/**
 * struct kernel - what was asked of it, and how it answers
 */
static struct kernel {
	unsigned long funcs;
	int error;
	int calls;
	unsigned long requests[CALLS_MAX];
	unsigned long arguments[CALLS_MAX];
	struct i2c_msg msgs[COMPONENT_I2C_MESSAGES_MAX];
	uint32_t msg_count;
	struct i2c_smbus_ioctl_data smbus;
	union i2c_smbus_data data;
} kernel;

static int tests, failures;

int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (request == I2C_FUNCS) {
		*(unsigned long *)argument = kernel.funcs;
		return 0;
	}
	kernel.arguments[kernel.calls] = (unsigned long)argument;
	kernel.requests[kernel.calls++] = request;
	if (request == I2C_RDWR) {
		const struct i2c_rdwr_ioctl_data *data = argument;

		memcpy(kernel.msgs, data->msgs, data->nmsgs * sizeof(*data->msgs));
		kernel.msg_count = data->nmsgs;
	}
	if (request == I2C_SMBUS) {
		kernel.smbus = *(struct i2c_smbus_ioctl_data *)argument;
		kernel.data = *kernel.smbus.data;
		if (kernel.smbus.size == I2C_SMBUS_I2C_BLOCK_DATA)
			memset(&kernel.smbus.data->block[1], 0x5a, I2C_SMBUS_BLOCK_MAX);
		else
			kernel.smbus.data->word = 0x1580;
	}
	errno = kernel.error;
	return fd != FD || kernel.error ? -1 : 0;
}

static void check(bool ok, const char *name)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s\n", ok ? "" : "not ", tests, name);
}

static struct i2c_port port(unsigned long funcs)
{
	struct i2c_port port;

	memset(&kernel, 0, sizeof(kernel));
	kernel.funcs = funcs;
	i2c_port_init(&port, FD);
	return port;
}

static uint8_t out[64] = { 0x01, 0x22, 0x33, 0x44 }, in[64];

static struct component_message write_of(uint32_t size)
{
	return (struct component_message){ .data = out, .size = size };
}

static struct component_message read_of(uint32_t size)
{
	return (struct component_message){ .data = in, .size = size, .read = 1 };
}

static void transfers_are_one_rdwr(void)
{
	struct i2c_port p = port(I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL);
	struct component_message messages[] = { write_of(1), read_of(2) };

	check(!i2c_transfer(&p, 0x48, messages, 2) && kernel.calls == 1 &&
	      kernel.requests[0] == I2C_RDWR && kernel.msg_count == 2,
	      "a write-read is one I2C_RDWR of two messages");
	check(kernel.msgs[0].addr == 0x48 && kernel.msgs[0].flags == 0 && kernel.msgs[0].len == 1 &&
	      kernel.msgs[0].buf == out, "the written bytes are seen in place");
	check(kernel.msgs[1].flags == I2C_M_RD && kernel.msgs[1].len == 2 &&
	      kernel.msgs[1].buf == in, "the read bytes go where the caller wants them");
}

static void ten_bit_addresses_are_flagged(void)
{
	struct i2c_port p = port(I2C_FUNC_I2C);
	struct component_message message = read_of(1);

	i2c_transfer(&p, 0x7f, &message, 1);
	check(!(kernel.msgs[0].flags & I2C_M_TEN), "0x7f is sent in 7 bits");
	i2c_transfer(&p, 0x80, &message, 1);
	check(kernel.msgs[0].flags & I2C_M_TEN, "0x80 is sent in 10 bits");
}

static void errors_are_errnos(void)
{
	struct i2c_port p = port(I2C_FUNC_I2C);
	struct component_message message = read_of(1);

	kernel.error = ENODEV;
	check(i2c_transfer(&p, 0x48, &message, 1) == -ENODEV, "a dead device is ENODEV");
	check(i2c_transfer(&p, 0x48, &message, 0) == -EINVAL && kernel.calls == 1,
	      "no message is no call");
	check(i2c_transfer(&p, 0x48, &message, COMPONENT_I2C_MESSAGES_MAX + 1) == -EINVAL &&
	      kernel.calls == 1, "43 messages are no call");
}

static void smbus_expresses(const char *name, unsigned long func, uint32_t size, uint8_t read_write,
			    uint32_t write_size, uint32_t read_size)
{
	struct i2c_port p = port(func);
	struct component_message messages[] = { write_of(write_size), read_of(read_size) };
	const uint32_t first = !write_size, count = !!write_size + !!read_size;

	memset(in, 0, sizeof(in));
	check(!i2c_transfer(&p, 0x48, messages + first, count) && kernel.calls == 3 &&
	      kernel.requests[0] == I2C_TENBIT && kernel.arguments[0] == 0 &&
	      kernel.requests[1] == I2C_SLAVE && kernel.arguments[1] == 0x48 &&
	      kernel.requests[2] == I2C_SMBUS && kernel.smbus.size == size &&
	      kernel.smbus.read_write == read_write &&
	      kernel.smbus.command == (write_size ? out[0] : 0), name);
}

static void smbus_only_adapters_do_what_they_can(void)
{
	smbus_expresses("write of 1 is a byte", I2C_FUNC_SMBUS_WRITE_BYTE, I2C_SMBUS_BYTE,
			I2C_SMBUS_WRITE, 1, 0);
	smbus_expresses("write of 2 is byte data", I2C_FUNC_SMBUS_WRITE_BYTE_DATA,
			I2C_SMBUS_BYTE_DATA, I2C_SMBUS_WRITE, 2, 0);
	check(kernel.data.byte == out[1], "its byte is the second");
	smbus_expresses("write of 3 is word data", I2C_FUNC_SMBUS_WRITE_WORD_DATA,
			I2C_SMBUS_WORD_DATA, I2C_SMBUS_WRITE, 3, 0);
	check(kernel.data.word == 0x3322, "its word has the low byte first");
	smbus_expresses("write of 33 is an I2C block", I2C_FUNC_SMBUS_WRITE_I2C_BLOCK,
			I2C_SMBUS_I2C_BLOCK_DATA, I2C_SMBUS_WRITE, 33, 0);
	check(kernel.data.block[0] == 32 && kernel.data.block[1] == out[1],
	      "its block is the rest");
	smbus_expresses("read of 1 is a byte", I2C_FUNC_SMBUS_READ_BYTE, I2C_SMBUS_BYTE,
			I2C_SMBUS_READ, 0, 1);
	smbus_expresses("write-read of 1 and 1 is byte data", I2C_FUNC_SMBUS_READ_BYTE_DATA,
			I2C_SMBUS_BYTE_DATA, I2C_SMBUS_READ, 1, 1);
	smbus_expresses("write-read of 1 and 2 is word data", I2C_FUNC_SMBUS_READ_WORD_DATA,
			I2C_SMBUS_WORD_DATA, I2C_SMBUS_READ, 1, 2);
	check(in[0] == 0x80 && in[1] == 0x15, "its low byte was first on the wire");
	smbus_expresses("write-read of 1 and 32 is an I2C block", I2C_FUNC_SMBUS_READ_I2C_BLOCK,
			I2C_SMBUS_I2C_BLOCK_DATA, I2C_SMBUS_READ, 1, 32);
	check(in[0] == 0x5a && in[31] == 0x5a && in[32] == 0, "32 bytes and no more are answered");
	smbus_expresses("write-read of 3 and 2 is a process call", I2C_FUNC_SMBUS_PROC_CALL,
			I2C_SMBUS_PROC_CALL, I2C_SMBUS_WRITE, 3, 2);
}

static void smbus_only_adapters_refuse_the_rest(void)
{
	static const struct {
		const char *name;
		uint32_t write_size, read_size;
	} refused[] = {
		{ "a write of 34 is refused", 34, 0 },
		{ "a read of 2 is refused", 0, 2 },
		{ "a write-read of 2 and 1 is refused", 2, 1 },
		{ "a write-read of 1 and 33 is refused", 1, 33 },
		{ "a write-read of 1 and 0 is refused", 1, 0 },
	};
	struct component_message messages[2], quick = write_of(0);
	struct i2c_port p;
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		const bool is_pair = refused[i].write_size && refused[i].write_size < 34;

		p = port(~0UL & ~(unsigned long)I2C_FUNC_I2C);
		messages[0] = write_of(refused[i].write_size);
		messages[1] = read_of(refused[i].read_size);
		check(i2c_transfer(&p, 0x48, messages + !refused[i].write_size, 1 + is_pair) ==
		      -EOPNOTSUPP && !kernel.calls, refused[i].name);
	}
	p = port(~0UL & ~(unsigned long)I2C_FUNC_I2C);
	check(i2c_transfer(&p, 0x48, &quick, 1) == -EOPNOTSUPP && !kernel.calls,
	      "quick is refused");
	p = port(I2C_FUNC_SMBUS_READ_WORD_DATA);
	messages[0] = write_of(1);
	messages[1] = read_of(1);
	check(i2c_transfer(&p, 0x48, messages, 2) == -EOPNOTSUPP && !kernel.calls,
	      "what the adapter can't do is refused");
	p = port(~0UL & ~(unsigned long)I2C_FUNC_I2C);
	messages[0] = read_of(1);
	messages[1] = write_of(1);
	check(i2c_transfer(&p, 0x48, messages, 2) == -EOPNOTSUPP && !kernel.calls,
	      "a read before a write is refused");
}

static void smbus_addresses_are_set_once(void)
{
	struct i2c_port p = port(I2C_FUNC_SMBUS_READ_BYTE);
	struct component_message message = read_of(1);

	i2c_transfer(&p, 0x48, &message, 1);
	i2c_transfer(&p, 0x48, &message, 1);
	check(kernel.calls == 4, "the same chip again is one call");
	i2c_transfer(&p, 0x148, &message, 1);
	check(kernel.calls == 7 && kernel.arguments[4] == 1 && kernel.arguments[5] == 0x148,
	      "another chip is addressed anew, in 10 bits");
}

int main(void)
{
	transfers_are_one_rdwr();
	ten_bit_addresses_are_flagged();
	errors_are_errnos();
	smbus_only_adapters_do_what_they_can();
	smbus_only_adapters_refuse_the_rest();
	smbus_addresses_are_set_once();
	printf("1..%d\n", tests);
	return failures != 0;
}
