/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The way of an I2C operation between the gate and the bus.
 */
#ifndef DEVCAP_I2C_BUS_H
#define DEVCAP_I2C_BUS_H

#include "budget.h"
#include "i2c.h"

struct i2c_smbus_ioctl_data;

/**
 * i2c_refuse() - count and report; returns the errno
 * @call:    how far the verdict came, or NULL when it was not about a call
 * @message: the one that was refused
 */
int i2c_refuse(struct i2c_capability *i2c, enum devcap_reason reason,
	       const struct rule_i2c_call *call, const struct rule_i2c_message *message);

/* The rule allows it: whether the budgets do, and if so, count it. */
static inline bool i2c_charge(struct i2c_capability *i2c, u32 bytes)
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
int i2c_enter_busy_bus(struct i2c_capability *i2c);

static inline int i2c_enter_bus(struct i2c_capability *i2c)
{
	if (likely(i2c_trylock_bus(i2c->adapter, I2C_LOCK_SEGMENT)))
		return 0;
	return i2c_enter_busy_bus(i2c);
}

/**
 * i2c_rdwr() - I2C_RDWR
 * @messages: struct i2c_msg, or with @compat that of a 32-bit caller
 */
long i2c_rdwr(struct i2c_capability *i2c, const void __user *messages, u32 count, bool compat);

/** i2c_smbus() - I2C_SMBUS; @args is a copy, and is changed */
long i2c_smbus(struct i2c_capability *i2c, struct i2c_smbus_ioctl_data *args);

ssize_t i2c_read(struct capability *cap, char __user *to, size_t size);
ssize_t i2c_write(struct capability *cap, const char __user *from, size_t size);

#endif /* DEVCAP_I2C_BUS_H */
