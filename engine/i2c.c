// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The I2C driver: transfers on capability descriptors. Never allocates, and never
 * widens a call: what can't be expressed is refused, not approximated.
 */
#include "i2c.h"

#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <string.h>
#include <sys/ioctl.h>

#include "component/component.h"

#define SEVEN_BITS	0x7f
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

_Static_assert(COMPONENT_I2C_MESSAGES_MAX == I2C_RDWR_IOCTL_MAX_MSGS,
	       "component.h must promise what i2c-dev takes");

void i2c_port_init(struct i2c_port *port, int fd)
{
	port->fd = fd;
	port->address = I2C_NO_ADDRESS;
	if (ioctl(fd, I2C_FUNCS, &port->funcs) < 0)
		port->funcs = I2C_FUNC_I2C;
}

static int transfer_rdwr(struct i2c_port *port, uint16_t address,
			 const struct component_message *messages, uint32_t count)
{
	struct i2c_msg msgs[COMPONENT_I2C_MESSAGES_MAX];
	struct i2c_rdwr_ioctl_data data = { .msgs = msgs, .nmsgs = count };
	uint16_t ten = address > SEVEN_BITS ? I2C_M_TEN : 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		msgs[i].addr = address;
		msgs[i].flags = ten | (messages[i].read ? I2C_M_RD : 0);
		msgs[i].len = (uint16_t)messages[i].size;
		msgs[i].buf = messages[i].data;
	}
	return ioctl(port->fd, I2C_RDWR, &data) < 0 ? -errno : 0;
}

static int smbus_address(struct i2c_port *port, uint16_t address)
{
	if (port->address == address)
		return 0;
	port->address = I2C_NO_ADDRESS;
	if (ioctl(port->fd, I2C_TENBIT, address > SEVEN_BITS) < 0 ||
	    ioctl(port->fd, I2C_SLAVE, address) < 0)
		return -errno;
	port->address = address;
	return 0;
}

#define NONE		(-1)
#define BLOCK_MAX	I2C_SMBUS_BLOCK_MAX

/**
 * struct smbus_call - an SMBus transaction that is a transfer to the letter
 * @write_min: least bytes of the message that writes, or NONE for no such message
 * @write_max: most bytes of it
 * @read_min:  least bytes of the message that reads, after the other, or NONE
 * @read_max:  most bytes of it
 * @func:      what the adapter must be able to do
 * @size:      I2C_SMBUS_* transaction
 * @direction: I2C_SMBUS_READ or I2C_SMBUS_WRITE
 */
static const struct smbus_call {
	int write_min, write_max, read_min, read_max;
	unsigned long func;
	uint32_t size;
	uint8_t direction;
} SMBUS_CALLS[] = {
	/* The first byte written is the command. Quick is not here: a right of its own. */
	{ 1, 1, NONE, NONE, I2C_FUNC_SMBUS_WRITE_BYTE, I2C_SMBUS_BYTE, I2C_SMBUS_WRITE },
	{ 2, 2, NONE, NONE, I2C_FUNC_SMBUS_WRITE_BYTE_DATA, I2C_SMBUS_BYTE_DATA,
	  I2C_SMBUS_WRITE },
	{ 3, 3, NONE, NONE, I2C_FUNC_SMBUS_WRITE_WORD_DATA, I2C_SMBUS_WORD_DATA,
	  I2C_SMBUS_WRITE },
	{ 2, 1 + BLOCK_MAX, NONE, NONE, I2C_FUNC_SMBUS_WRITE_I2C_BLOCK, I2C_SMBUS_I2C_BLOCK_DATA,
	  I2C_SMBUS_WRITE },
	{ NONE, NONE, 1, 1, I2C_FUNC_SMBUS_READ_BYTE, I2C_SMBUS_BYTE, I2C_SMBUS_READ },
	{ 1, 1, 1, 1, I2C_FUNC_SMBUS_READ_BYTE_DATA, I2C_SMBUS_BYTE_DATA, I2C_SMBUS_READ },
	{ 1, 1, 2, 2, I2C_FUNC_SMBUS_READ_WORD_DATA, I2C_SMBUS_WORD_DATA, I2C_SMBUS_READ },
	{ 1, 1, 1, BLOCK_MAX, I2C_FUNC_SMBUS_READ_I2C_BLOCK, I2C_SMBUS_I2C_BLOCK_DATA,
	  I2C_SMBUS_READ },
	{ 3, 3, 2, 2, I2C_FUNC_SMBUS_PROC_CALL, I2C_SMBUS_PROC_CALL, I2C_SMBUS_WRITE },
};

static int size_of(const struct component_message *message)
{
	return message ? (int)message->size : NONE;
}

/* The first call of the table that is this transfer and that the adapter can do. */
static const struct smbus_call *find_smbus_call(unsigned long funcs,
						const struct component_message *write,
						const struct component_message *read)
{
	const int write_size = size_of(write), read_size = size_of(read);
	const struct smbus_call *call = SMBUS_CALLS, *end = &SMBUS_CALLS[ARRAY_SIZE(SMBUS_CALLS)];

	for (; call < end; call++) {
		if (write_size >= call->write_min && write_size <= call->write_max &&
		    read_size >= call->read_min && read_size <= call->read_max &&
		    (funcs & call->func) == call->func)
			return call;
	}
	return NULL;
}

/* SMBus words have their low byte first on the wire. */
static void smbus_fill(union i2c_smbus_data *data, uint32_t size,
		       const struct component_message *write, const struct component_message *read)
{
	memset(data, 0, sizeof(*data));
	if (size == I2C_SMBUS_I2C_BLOCK_DATA) {
		data->block[0] = (uint8_t)(read ? read->size : write->size - 1);
		if (!read)
			memcpy(&data->block[1], write->data + 1, write->size - 1);
	} else if (write && write->size == 3) {
		data->word = (uint16_t)(write->data[1] | write->data[2] << 8);
	} else if (write && write->size == 2) {
		data->byte = write->data[1];
	}
}

static int smbus_take(const union i2c_smbus_data *data, uint32_t size,
		      const struct component_message *read)
{
	switch (size) {
	case I2C_SMBUS_I2C_BLOCK_DATA:
		if (data->block[0] != read->size)
			return -EPROTO;
		memcpy(read->data, &data->block[1], read->size);
		break;
	case I2C_SMBUS_WORD_DATA:
	case I2C_SMBUS_PROC_CALL:
		read->data[0] = (uint8_t)data->word;
		read->data[1] = (uint8_t)(data->word >> 8);
		break;
	default:
		read->data[0] = data->byte;
	}
	return 0;
}

static int transfer_smbus(struct i2c_port *port, uint16_t address,
			  const struct component_message *messages, uint32_t count)
{
	const struct component_message *write = messages[0].read ? NULL : &messages[0];
	const struct component_message *last = &messages[count - 1];
	const struct component_message *read = last->read ? last : NULL;
	const struct smbus_call *call = find_smbus_call(port->funcs, write, read);
	struct i2c_smbus_ioctl_data args;
	union i2c_smbus_data data;
	int error;

	if (!call || count != (uint32_t)(!!write + !!read))
		return -EOPNOTSUPP;
	error = smbus_address(port, address);
	if (error)
		return error;
	smbus_fill(&data, call->size, write, read);
	args.read_write = call->direction;
	args.command = write ? write->data[0] : 0;
	args.size = call->size;
	args.data = &data;
	if (ioctl(port->fd, I2C_SMBUS, &args) < 0)
		return -errno;
	return read ? smbus_take(&data, call->size, read) : 0;
}

int i2c_transfer(struct i2c_port *port, uint16_t address,
		 struct component_message *messages, uint32_t count)
{
	if (count == 0 || count > COMPONENT_I2C_MESSAGES_MAX)
		return -EINVAL;
	if (port->funcs & I2C_FUNC_I2C)
		return transfer_rdwr(port, address, messages, count);
	return transfer_smbus(port, address, messages, count);
}
