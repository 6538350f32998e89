// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * I2C_RDWR, read(2) and write(2). Everything is copied in before the gate and out
 * after it; what was judged, and nothing else, is what the bus sees.
 */
#include <linux/compat.h>
#include <linux/i2c-dev.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "i2c_bus.h"
#include "trace.h"

static_assert(RULE_I2C_RD == I2C_M_RD);
static_assert(RULE_I2C_TEN == I2C_M_TEN);
static_assert(RULE_I2C_RECV_LEN == I2C_M_RECV_LEN);
static_assert(DEVCAP_I2C_MESSAGES_MAX == I2C_RDWR_IOCTL_MAX_MSGS);

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
	if (!reason && !i2c_charge(i2c, call.bytes))
		reason = DEVCAP_REASON_OPERATIONS;
	return unlikely(reason) ? i2c_refuse(i2c, reason, &call, &message) : 0;
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
	result = i2c_enter_bus(i2c);
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

#ifdef CONFIG_COMPAT
/* As a 32-bit caller lays them out; i2c-dev has the same for itself. */
struct i2c_msg32 {
	u16 addr;
	u16 flags;
	u16 len;
	compat_caddr_t buf;
};

static int copy_messages32(struct i2c_msg *to, const struct i2c_msg32 __user *from, u32 count)
{
	struct i2c_msg32 message;
	u32 i;

	for (i = 0; i < count; i++) {
		if (copy_from_user(&message, &from[i], sizeof(message)))
			return -EFAULT;
		to[i] = (struct i2c_msg){
			.addr = message.addr,
			.flags = message.flags,
			.len = message.len,
			.buf = compat_ptr(message.buf),
		};
	}
	return 0;
}
#else
static int copy_messages32(struct i2c_msg *to, const void __user *from, u32 count)
{
	return -ENOTTY;
}
#endif

static int room_for_messages(struct i2c_job *job)
{
	job->messages = job->few;
	job->user = job->few_user;
	if (job->count <= ARRAY_SIZE(job->few))
		return 0;
	job->messages = kmalloc_array(job->count, sizeof(*job->messages) + sizeof(*job->user),
				      GFP_KERNEL);
	if (!job->messages)
		return -ENOMEM;
	job->user = (u8 __user **)(job->messages + job->count);
	return 0;
}

/* Descriptions of the messages, without their data yet. */
static int copy_messages(struct i2c_job *job, const void __user *from, bool compat)
{
	int error = room_for_messages(job);
	u32 i;

	if (error)
		return error;
	if (compat)
		error = copy_messages32(job->messages, from, job->count);
	else if (copy_from_user(job->messages, from,
				array_size(job->count, sizeof(struct i2c_msg))))
		error = -EFAULT;
	if (error)
		return error;
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

long i2c_rdwr(struct i2c_capability *i2c, const void __user *messages, u32 count, bool compat)
{
	struct i2c_job job;
	int result;

	if (!messages || !count || count > I2C_RDWR_IOCTL_MAX_MSGS)
		return -EINVAL;
	if (!(i2c->functionality & I2C_FUNC_I2C))
		return -EOPNOTSUPP;
	job.count = count;
	job.block = NULL;
	result = copy_messages(&job, messages, compat);
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

ssize_t i2c_read(struct capability *cap, char __user *to, size_t size)
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

ssize_t i2c_write(struct capability *cap, const char __user *from, size_t size)
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
