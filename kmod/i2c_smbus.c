// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * I2C_SMBUS. As in i2c_messages.c, what was judged is what the bus sees.
 */
#include <linux/i2c-dev.h>
#include <linux/uaccess.h>

#include "i2c_bus.h"
#include "trace.h"

static_assert(RULE_SMBUS_BLOCK_MAX == I2C_SMBUS_BLOCK_MAX);
static_assert((int)RULE_SMBUS_QUICK == I2C_SMBUS_QUICK);
static_assert((int)RULE_SMBUS_BYTE == I2C_SMBUS_BYTE);
static_assert((int)RULE_SMBUS_BYTE_DATA == I2C_SMBUS_BYTE_DATA);
static_assert((int)RULE_SMBUS_WORD_DATA == I2C_SMBUS_WORD_DATA);
static_assert((int)RULE_SMBUS_PROC_CALL == I2C_SMBUS_PROC_CALL);
static_assert((int)RULE_SMBUS_BLOCK_DATA == I2C_SMBUS_BLOCK_DATA);
static_assert((int)RULE_SMBUS_BLOCK_PROC_CALL == I2C_SMBUS_BLOCK_PROC_CALL);
static_assert((int)RULE_SMBUS_I2C_BLOCK_DATA == I2C_SMBUS_I2C_BLOCK_DATA);

/*
 * The rule never changes, and the verdict on a byte or word transaction depends
 * on nothing but its command: so it is reached once, and then remembered. Not
 * where the data byte is part of the register pointer, nor with a PEC.
 */
static unsigned long *verdicts(struct i2c_capability *i2c, const struct rule_smbus_call *smbus)
{
	if (smbus->pec || i2c->cap.rule.i2c.register_width == 2)
		return NULL;
	if (smbus->size == RULE_SMBUS_BYTE_DATA)
		return i2c->allowed_byte[smbus->read];
	if (smbus->size == RULE_SMBUS_WORD_DATA)
		return i2c->allowed_word[smbus->read];
	return NULL;
}

/* 0 when the rule and the budgets allow it; @bytes is its payload. */
static int judge_smbus(struct i2c_capability *i2c, const struct rule_smbus_call *smbus, u32 *bytes)
{
	struct rule_i2c_message message = { .address = i2c->cap.rule.i2c.address };
	unsigned long *allowed = verdicts(i2c, smbus);
	enum devcap_reason reason = DEVCAP_REASON_NONE;
	struct rule_i2c_call call = { };

	if (allowed && likely(test_bit(smbus->command, allowed))) {
		*bytes = smbus->size == RULE_SMBUS_BYTE_DATA ? 2 : 3;
	} else {
		rule_i2c_begin(&call, i2c->ns_per_bit);
		reason = rule_i2c_smbus(&i2c->cap.rule, &call, smbus, &message);
		*bytes = call.bytes;
		if (!reason && allowed)
			set_bit(smbus->command, allowed);
	}
	if (likely(!reason) && unlikely(!i2c_charge(i2c, *bytes)))
		reason = DEVCAP_REASON_OPERATIONS;
	return unlikely(reason) ? i2c_refuse(i2c, reason, &call, &message) : 0;
}

/* The byte that follows the command on the wire, where one does. */
static u8 first_byte(u32 size, const union i2c_smbus_data *data)
{
	switch (size) {
	case I2C_SMBUS_WORD_DATA:
	case I2C_SMBUS_PROC_CALL:
		return data->word & 0xff;
	case I2C_SMBUS_I2C_BLOCK_DATA:
		/* Its length stays at home. */
		return data->block[1];
	default:
		return data->byte;
	}
}

static int smbus_transfer(struct i2c_capability *i2c, const struct i2c_smbus_ioctl_data *args,
			  union i2c_smbus_data *data)
{
	/* Read once: another thread may switch I2C_PEC meanwhile. */
	unsigned short flags = READ_ONCE(i2c->client_flags);
	struct rule_smbus_call smbus = {
		.size = args->size,
		.read = args->read_write == I2C_SMBUS_READ,
		.pec = !!(flags & I2C_CLIENT_PEC),
		.command = args->command,
		.data = first_byte(args->size, data),
		.length = data->block[0],
	};
	u32 bytes = 0;
	int result;

	result = capability_enter(&i2c->cap);
	if (result)
		return result;
	result = judge_smbus(i2c, &smbus, &bytes);
	if (result)
		goto leave;
	result = i2c_enter_bus(i2c);
	if (result)
		return result;
	result = __i2c_smbus_xfer(i2c->adapter, i2c->cap.rule.i2c.address, flags,
				  args->read_write, args->command, args->size, data);
	i2c_unlock_bus(i2c->adapter, I2C_LOCK_SEGMENT);
	trace_devcap_operation(&i2c->cap, bytes, result);
leave:
	capability_leave(&i2c->cap);
	return result;
}

/* Bytes of user memory that a transaction reads or writes; 0: none at all. */
static size_t smbus_data_size(const struct i2c_smbus_ioctl_data *args)
{
	switch (args->size) {
	case I2C_SMBUS_QUICK:
		return 0;
	case I2C_SMBUS_BYTE:
		return args->read_write == I2C_SMBUS_WRITE ? 0 : sizeof(args->data->byte);
	case I2C_SMBUS_BYTE_DATA:
		return sizeof(args->data->byte);
	case I2C_SMBUS_WORD_DATA:
	case I2C_SMBUS_PROC_CALL:
		return sizeof(args->data->word);
	default:
		return sizeof(args->data->block);
	}
}

static bool smbus_calls(const struct i2c_smbus_ioctl_data *args)
{
	return args->size == I2C_SMBUS_PROC_CALL || args->size == I2C_SMBUS_BLOCK_PROC_CALL;
}

/* Whether the caller's block[0] says how long the transaction is. */
static bool smbus_sends_length(const struct i2c_smbus_ioctl_data *args)
{
	return args->size == I2C_SMBUS_I2C_BLOCK_DATA ||
	       args->size == I2C_SMBUS_BLOCK_PROC_CALL ||
	       (args->size == I2C_SMBUS_BLOCK_DATA && args->read_write == I2C_SMBUS_WRITE);
}

static int copy_smbus_data(struct i2c_smbus_ioctl_data *args, union i2c_smbus_data *data,
			   size_t size)
{
	if (size && !args->data)
		return -EINVAL;
	if (size && (smbus_calls(args) || args->size == I2C_SMBUS_I2C_BLOCK_DATA ||
		     args->read_write == I2C_SMBUS_WRITE))
		if (copy_from_user(data, args->data, size))
			return -EFAULT;
	/* The old convention for I2C blocks: reads are always of the full length. */
	if (args->size == I2C_SMBUS_I2C_BLOCK_BROKEN) {
		args->size = I2C_SMBUS_I2C_BLOCK_DATA;
		if (args->read_write == I2C_SMBUS_READ)
			data->block[0] = I2C_SMBUS_BLOCK_MAX;
	}
	/* As in __i2c_smbus_xfer(), so that what it would refuse is not charged. */
	if (smbus_sends_length(args) &&
	    (!data->block[0] || data->block[0] > I2C_SMBUS_BLOCK_MAX))
		return -EINVAL;
	return 0;
}

long i2c_smbus(struct i2c_capability *i2c, struct i2c_smbus_ioctl_data *args)
{
	union i2c_smbus_data data;
	size_t size;
	int result;

	if (args->size > I2C_SMBUS_I2C_BLOCK_DATA || args->read_write > I2C_SMBUS_READ)
		return -EINVAL;
	size = smbus_data_size(args);
	/* Whatever comes back to user memory was here before. */
	memset(&data, 0, size > sizeof(data.word) ? sizeof(data) : sizeof(data.word));
	result = copy_smbus_data(args, &data, size);
	if (result)
		return result;
	result = smbus_transfer(i2c, args, &data);
	if (!result && size && (smbus_calls(args) || args->read_write == I2C_SMBUS_READ))
		if (copy_to_user(args->data, &data, size))
			return -EFAULT;
	return result;
}
