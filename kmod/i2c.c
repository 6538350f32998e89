// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The ABI of i2c-dev on a capability. Everything is copied in before the gate
 * and out after it; what was judged, and nothing else, is what the bus sees.
 */
#include <linux/i2c-dev.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "budget.h"
#include "i2c.h"
#include "trace.h"

static_assert(RULE_I2C_RD == I2C_M_RD);
static_assert(RULE_I2C_TEN == I2C_M_TEN);
static_assert(RULE_I2C_RECV_LEN == I2C_M_RECV_LEN);
static_assert(RULE_SMBUS_BLOCK_MAX == I2C_SMBUS_BLOCK_MAX);
static_assert((int)RULE_SMBUS_QUICK == I2C_SMBUS_QUICK);
static_assert((int)RULE_SMBUS_BYTE == I2C_SMBUS_BYTE);
static_assert((int)RULE_SMBUS_BYTE_DATA == I2C_SMBUS_BYTE_DATA);
static_assert((int)RULE_SMBUS_WORD_DATA == I2C_SMBUS_WORD_DATA);
static_assert((int)RULE_SMBUS_PROC_CALL == I2C_SMBUS_PROC_CALL);
static_assert((int)RULE_SMBUS_BLOCK_DATA == I2C_SMBUS_BLOCK_DATA);
static_assert((int)RULE_SMBUS_BLOCK_PROC_CALL == I2C_SMBUS_BLOCK_PROC_CALL);
static_assert((int)RULE_SMBUS_I2C_BLOCK_DATA == I2C_SMBUS_I2C_BLOCK_DATA);
static_assert(DEVCAP_I2C_MESSAGES_MAX == I2C_RDWR_IOCTL_MAX_MSGS);

/* ------------------------------------------------------------------------- */
/* Admission: the verdict, the budgets, the counters                         */

/* @call: how far the verdict came, or NULL when it was not about a call. */
static noinline int refuse(struct i2c_capability *i2c, enum devcap_reason reason,
			   const struct rule_i2c_call *call,
			   const struct rule_i2c_message *message)
{
	struct devcap_event detail = {
		.i2c.address = message->address,
		.i2c.flags = message->flags,
		.i2c.length = message->length,
	};

	if (call && call->messages) {
		detail.i2c.message = call->messages - 1;
		detail.i2c.first = call->first;
		detail.i2c.last = call->last;
	}
	return capability_refuse(&i2c->cap, reason, &detail);
}

/* The rule allows it: whether the budgets do, and if so, count it. */
static bool charge(struct i2c_capability *i2c, u32 bytes)
{
	if (unlikely(!budget_charge(&i2c->cap)))
		return false;
	atomic64_inc(&i2c->cap.operations);
	atomic64_add(bytes, &i2c->cap.bytes);
	return true;
}

/*
 * Who waits for the bus has not reached it, and waits outside the gate: revoke
 * waits for the wire alone, not for those who queue before us. 0 with the bus
 * locked; or -ENODEV, and the gate is left for good.
 */
static noinline int lock_busy_bus(struct i2c_capability *i2c)
{
	struct i2c_adapter *adapter = i2c->adapter;
	int error;

	/* i2c_del_adapter() waits for this reference. */
	get_device(&adapter->dev);
	capability_leave(&i2c->cap);
	i2c_lock_bus(adapter, I2C_LOCK_SEGMENT);
	error = capability_enter(&i2c->cap);
	if (error)
		i2c_unlock_bus(adapter, I2C_LOCK_SEGMENT);
	put_device(&adapter->dev);
	return error;
}

static int lock_bus(struct i2c_capability *i2c)
{
	if (likely(i2c_trylock_bus(i2c->adapter, I2C_LOCK_SEGMENT)))
		return 0;
	return lock_busy_bus(i2c);
}

/* ------------------------------------------------------------------------- */
/* Messages                                                                  */

/**
 * struct i2c_job - one call's messages, in kernel memory
 * @messages: what is judged and sent
 * @user:     where the data of each belongs in user memory
 * @count:    of them
 * @block:    allocation for data that does not fit @bytes
 * @few:      room for as many messages as register access needs
 * @few_user: likewise
 * @bytes:    likewise; never said to be safe for DMA
 */
struct i2c_job {
	struct i2c_msg *messages;
	u8 __user **user;
	u32 count;
	void *block;
	struct i2c_msg few[2];
	u8 __user *few_user[2];
	u8 bytes[32];
};

static struct rule_i2c_message message_of(const struct i2c_msg *msg)
{
	struct rule_i2c_message message = {
		.address = msg->addr,
		/* Says where the data is; ours alone, see place_data(). */
		.flags = msg->flags & ~I2C_M_DMA_SAFE,
		.length = msg->len,
	};

	/* The length byte of a block comes from the chip: count the largest. */
	if (msg->flags & I2C_M_RECV_LEN)
		message.length += I2C_SMBUS_BLOCK_MAX;
	if (!(msg->flags & I2C_M_RD))
		memcpy(message.head, msg->buf, min_t(u32, msg->len, sizeof(message.head)));
	return message;
}

/* 0 when the rule and the budgets allow the call; @bytes is its payload. */
static int judge_messages(struct i2c_capability *i2c, const struct i2c_msg *messages, u32 count,
			  u32 *bytes)
{
	enum devcap_reason reason = DEVCAP_REASON_NONE;
	struct rule_i2c_message message = { };
	struct rule_i2c_call call;
	u32 i;

	rule_i2c_begin(&call, i2c->ns_per_bit);
	for (i = 0; i < count && !reason; i++) {
		message = message_of(&messages[i]);
		reason = rule_i2c_message(&i2c->cap.rule, &call, &message);
	}
	if (!reason)
		reason = rule_i2c_end(&i2c->cap.rule, &call);
	*bytes = call.bytes;
	if (!reason && !charge(i2c, call.bytes))
		reason = DEVCAP_REASON_OPERATIONS;
	return unlikely(reason) ? refuse(i2c, reason, &call, &message) : 0;
}

static int transfer(struct i2c_capability *i2c, struct i2c_msg *messages, u32 count)
{
	int result;
	u32 bytes;

	result = capability_enter(&i2c->cap);
	if (result)
		return result;
	result = judge_messages(i2c, messages, count, &bytes);
	if (result)
		goto leave;
	result = lock_bus(i2c);
	if (result)
		return result;
	result = __i2c_transfer(i2c->adapter, messages, count);
	i2c_unlock_bus(i2c->adapter, I2C_LOCK_SEGMENT);
	trace_devcap_operation(&i2c->cap, bytes, result);
leave:
	capability_leave(&i2c->cap);
	return result;
}

/* ------------------------------------------------------------------------- */
/* I2C_RDWR                                                                  */

/* Each message's data on cache lines of its own, for DMA's sake. */
static size_t room_for(const struct i2c_msg *msg)
{
	return ALIGN(msg->len, L1_CACHE_BYTES);
}

/* Descriptions of the messages, without their data yet. */
static int copy_messages(struct i2c_job *job, const struct i2c_msg __user *from)
{
	size_t size = array_size(job->count, sizeof(*from));
	u32 i;

	job->messages = job->few;
	job->user = job->few_user;
	if (job->count > ARRAY_SIZE(job->few)) {
		job->messages = kmalloc_array(job->count,
					      sizeof(*job->messages) + sizeof(*job->user),
					      GFP_KERNEL);
		if (!job->messages)
			return -ENOMEM;
		job->user = (u8 __user **)(job->messages + job->count);
	}
	if (copy_from_user(job->messages, from, size))
		return -EFAULT;
	for (i = 0; i < job->count; i++) {
		if (job->messages[i].len > DEVCAP_I2C_MESSAGE_MAX)
			return -EINVAL;
		job->user[i] = (u8 __user *)job->messages[i].buf;
		job->messages[i].buf = NULL;
		job->messages[i].flags &= ~I2C_M_DMA_SAFE;
	}
	return 0;
}

/* Room for the data of all: the job's own when it fits, else one allocation. */
static int place_data(struct i2c_job *job)
{
	size_t total = 0, exact = 0;
	bool dma_safe;
	u8 *at;
	u32 i;

	for (i = 0; i < job->count; i++) {
		total += room_for(&job->messages[i]);
		exact += job->messages[i].len;
	}
	if (exact <= sizeof(job->bytes)) {
		memset(job->bytes, 0, sizeof(job->bytes));
		at = job->bytes;
		for (i = 0; i < job->count; i++) {
			job->messages[i].buf = at;
			at += job->messages[i].len;
		}
		return 0;
	}
	job->block = kvzalloc(total, GFP_KERNEL);
	if (!job->block)
		return -ENOMEM;
	dma_safe = !is_vmalloc_addr(job->block);
	at = job->block;
	for (i = 0; i < job->count; i++) {
		job->messages[i].buf = at;
		at += room_for(&job->messages[i]);
		if (dma_safe)
			job->messages[i].flags |= I2C_M_DMA_SAFE;
	}
	return 0;
}

/* As in i2c-dev: the first byte says how much comes beside the block itself. */
static int prepare_recv_len(struct i2c_msg *msg, const u8 __user *user)
{
	u8 extra;

	if (!(msg->flags & I2C_M_RD) || msg->len < 1)
		return -EINVAL;
	if (get_user(extra, user))
		return -EFAULT;
	if (extra < 1 || msg->len < extra + I2C_SMBUS_BLOCK_MAX)
		return -EINVAL;
	msg->buf[0] = extra;
	msg->len = extra;
	return 0;
}

static int copy_data(struct i2c_job *job)
{
	int error;
	u32 i;

	for (i = 0; i < job->count; i++) {
		struct i2c_msg *msg = &job->messages[i];

		if (msg->flags & I2C_M_RECV_LEN) {
			error = prepare_recv_len(msg, job->user[i]);
			if (error)
				return error;
		} else if (!(msg->flags & I2C_M_RD)) {
			if (copy_from_user(msg->buf, job->user[i], msg->len))
				return -EFAULT;
		}
	}
	return 0;
}

/* Of the messages that the adapter got to; the others' buffers stay as they are. */
static int copy_back(const struct i2c_job *job, u32 done)
{
	u32 i;

	for (i = 0; i < done; i++) {
		const struct i2c_msg *msg = &job->messages[i];

		if (msg->flags & I2C_M_RD && copy_to_user(job->user[i], msg->buf, msg->len))
			return -EFAULT;
	}
	return 0;
}

static long rdwr(struct i2c_capability *i2c, void __user *arg)
{
	struct i2c_rdwr_ioctl_data args;
	struct i2c_job job;
	int result;

	if (copy_from_user(&args, arg, sizeof(args)))
		return -EFAULT;
	if (!args.msgs || !args.nmsgs || args.nmsgs > I2C_RDWR_IOCTL_MAX_MSGS)
		return -EINVAL;
	if (!(i2c->functionality & I2C_FUNC_I2C))
		return -EOPNOTSUPP;
	job.count = args.nmsgs;
	job.block = NULL;
	result = copy_messages(&job, args.msgs);
	if (!result)
		result = place_data(&job);
	if (!result)
		result = copy_data(&job);
	if (!result)
		result = transfer(i2c, job.messages, job.count);
	if (result > 0 && copy_back(&job, min_t(u32, result, job.count)))
		result = -EFAULT;
	kvfree(job.block);
	if (job.messages != job.few)
		kfree(job.messages);
	return result;
}

/* ------------------------------------------------------------------------- */
/* read(2) and write(2)                                                      */

static ssize_t plain_transfer(struct i2c_capability *i2c, u16 flags, u8 *data, u16 size)
{
	struct i2c_msg msg = {
		.addr = i2c->cap.rule.i2c.address,
		.flags = flags | (i2c->client_flags & I2C_M_TEN) | I2C_M_DMA_SAFE,
		.len = size,
		.buf = data,
	};
	int result = transfer(i2c, &msg, 1);

	return result == 1 ? size : result;
}

static ssize_t i2c_read(struct capability *cap, char __user *to, size_t size)
{
	struct i2c_capability *i2c = to_i2c(cap);
	ssize_t result;
	u8 *data;

	if (!(i2c->functionality & I2C_FUNC_I2C))
		return -EOPNOTSUPP;
	size = min_t(size_t, size, DEVCAP_I2C_MESSAGE_MAX);
	data = kzalloc(size, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	result = plain_transfer(i2c, I2C_M_RD, data, size);
	if (result > 0 && copy_to_user(to, data, result))
		result = -EFAULT;
	kfree(data);
	return result;
}

static ssize_t i2c_write(struct capability *cap, const char __user *from, size_t size)
{
	struct i2c_capability *i2c = to_i2c(cap);
	ssize_t result;
	u8 *data;

	if (!(i2c->functionality & I2C_FUNC_I2C))
		return -EOPNOTSUPP;
	size = min_t(size_t, size, DEVCAP_I2C_MESSAGE_MAX);
	data = memdup_user(from, size);
	if (IS_ERR(data))
		return PTR_ERR(data);
	result = plain_transfer(i2c, 0, data, size);
	kfree(data);
	return result;
}

/* ------------------------------------------------------------------------- */
/* I2C_SMBUS                                                                 */

/*
 * The rule never changes, and the verdict on a byte or word transaction depends
 * on nothing but its command: so it is reached once, and then remembered. Not
 * where the data byte is part of the register pointer, nor with a PEC.
 */
static unsigned long *verdicts(struct i2c_capability *i2c, const struct rule_smbus_call *smbus)
{
	if (smbus->size == RULE_SMBUS_BYTE_DATA && !smbus->pec &&
	    i2c->cap.rule.i2c.register_width < 2)
		return i2c->allowed_byte[smbus->read];
	if (smbus->size == RULE_SMBUS_WORD_DATA && !smbus->pec &&
	    i2c->cap.rule.i2c.register_width < 2)
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
	if (likely(!reason) && unlikely(!charge(i2c, *bytes)))
		reason = DEVCAP_REASON_OPERATIONS;
	return unlikely(reason) ? refuse(i2c, reason, &call, &message) : 0;
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
		/* The length of an I2C block stays at home. */
		.data = args->size == I2C_SMBUS_I2C_BLOCK_DATA ? data->block[1] : data->byte,
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
	result = lock_bus(i2c);
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

static long smbus(struct i2c_capability *i2c, void __user *arg)
{
	struct i2c_smbus_ioctl_data args;
	union i2c_smbus_data data;
	size_t size;
	int result;

	if (copy_from_user(&args, arg, sizeof(args)))
		return -EFAULT;
	if (args.size > I2C_SMBUS_I2C_BLOCK_DATA || args.read_write > I2C_SMBUS_READ)
		return -EINVAL;
	size = smbus_data_size(&args);
	/* Whatever comes back to user memory was here before. */
	memset(&data, 0, size > sizeof(data.word) ? sizeof(data) : sizeof(data.word));
	result = copy_smbus_data(&args, &data, size);
	if (result)
		return result;
	result = smbus_transfer(i2c, &args, &data);
	if (!result && size && (smbus_calls(&args) || args.read_write == I2C_SMBUS_READ))
		if (copy_to_user(args.data, &data, size))
			return -EFAULT;
	return result;
}

/* ------------------------------------------------------------------------- */
/* The other ioctls                                                          */

/* What the rule has fixed may be "set" to what it is, and to nothing else. */
static long set_address(struct i2c_capability *i2c, unsigned long address)
{
	struct rule_i2c_message message = { .address = min(address, 0xffffUL) };

	if (address > 0x3ff || (!(i2c->client_flags & I2C_M_TEN) && address > 0x7f))
		return -EINVAL;
	if (address == i2c->cap.rule.i2c.address)
		return 0;
	return refuse(i2c, DEVCAP_REASON_ADDRESS, NULL, &message);
}

static long set_tenbit(struct i2c_capability *i2c, unsigned long on)
{
	struct rule_i2c_message message = {
		.address = i2c->cap.rule.i2c.address,
		.flags = on ? I2C_M_TEN : 0,
	};

	if (!!on == !!(i2c->client_flags & I2C_M_TEN))
		return 0;
	return refuse(i2c, DEVCAP_REASON_ADDRESS_WIDTH, NULL, &message);
}

static long set_pec(struct i2c_capability *i2c, unsigned long on)
{
	unsigned short ten = i2c->client_flags & I2C_CLIENT_TEN;

	WRITE_ONCE(i2c->client_flags, ten | (on ? I2C_CLIENT_PEC : 0));
	return 0;
}

static long i2c_ioctl(struct capability *cap, unsigned int cmd, unsigned long arg)
{
	struct i2c_capability *i2c = to_i2c(cap);
	void __user *user = (void __user *)arg;

	if (capability_is_dead(cap))
		return -ENODEV;
	switch (cmd) {
	case I2C_SMBUS:
		return smbus(i2c, user);
	case I2C_RDWR:
		return rdwr(i2c, user);
	case I2C_FUNCS:
		return put_user((unsigned long)i2c->functionality, (unsigned long __user *)user);
	case I2C_SLAVE:
	case I2C_SLAVE_FORCE:
		return set_address(i2c, arg);
	case I2C_TENBIT:
		return set_tenbit(i2c, arg);
	case I2C_PEC:
		return set_pec(i2c, arg);
	case I2C_RETRIES:
	case I2C_TIMEOUT:
		/* They change the adapter, which belongs to others too. */
		return arg > INT_MAX ? -EINVAL : 0;
	default:
		return -ENOTTY;
	}
}

const struct bus i2c_bus = {
	.id = DEVCAP_BUS_I2C,
	.ioctl = i2c_ioctl,
	.read = i2c_read,
	.write = i2c_write,
	.derive = i2c_derive,
	.release = i2c_release,
	.free = i2c_free,
};
