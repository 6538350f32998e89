// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The ABI of i2c-dev on a capability: which call is which. The transfers are in
 * i2c_messages.c and i2c_smbus.c.
 */
#include <linux/compat.h>
#include <linux/i2c-dev.h>
#include <linux/uaccess.h>

#include "i2c_bus.h"

int i2c_refuse(struct i2c_capability *i2c, enum devcap_reason reason,
	       const struct rule_i2c_call *call, const struct rule_i2c_message *message)
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

int i2c_enter_busy_bus(struct i2c_capability *i2c)
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

/* ------------------------------------------------------------------------- */
/* Transfers                                                                 */

static long ioctl_rdwr(struct i2c_capability *i2c, void __user *arg)
{
	struct i2c_rdwr_ioctl_data args;

	if (copy_from_user(&args, arg, sizeof(args)))
		return -EFAULT;
	return i2c_rdwr(i2c, args.msgs, args.nmsgs, false);
}

static long ioctl_smbus(struct i2c_capability *i2c, void __user *arg)
{
	struct i2c_smbus_ioctl_data args;

	if (copy_from_user(&args, arg, sizeof(args)))
		return -EFAULT;
	return i2c_smbus(i2c, &args);
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
	return i2c_refuse(i2c, DEVCAP_REASON_ADDRESS, NULL, &message);
}

static long set_tenbit(struct i2c_capability *i2c, unsigned long on)
{
	struct rule_i2c_message message = {
		.address = i2c->cap.rule.i2c.address,
		.flags = on ? I2C_M_TEN : 0,
	};

	if (!!on == !!(i2c->client_flags & I2C_M_TEN))
		return 0;
	return i2c_refuse(i2c, DEVCAP_REASON_ADDRESS_WIDTH, NULL, &message);
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
		return ioctl_smbus(i2c, user);
	case I2C_RDWR:
		return ioctl_rdwr(i2c, user);
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

#ifdef CONFIG_COMPAT
/* As a 32-bit caller lays them out; i2c-dev has the same for itself. */
struct i2c_rdwr_ioctl_data32 {
	compat_caddr_t msgs;
	u32 nmsgs;
};

struct i2c_smbus_ioctl_data32 {
	u8 read_write;
	u8 command;
	u32 size;
	compat_caddr_t data;
};

static long compat_rdwr(struct i2c_capability *i2c, void __user *arg)
{
	struct i2c_rdwr_ioctl_data32 args;

	if (copy_from_user(&args, arg, sizeof(args)))
		return -EFAULT;
	return i2c_rdwr(i2c, compat_ptr(args.msgs), args.nmsgs, true);
}

static long compat_smbus(struct i2c_capability *i2c, void __user *arg)
{
	struct i2c_smbus_ioctl_data32 args32;
	struct i2c_smbus_ioctl_data args;

	if (copy_from_user(&args32, arg, sizeof(args32)))
		return -EFAULT;
	args = (struct i2c_smbus_ioctl_data){
		.read_write = args32.read_write,
		.command = args32.command,
		.size = args32.size,
		.data = compat_ptr(args32.data),
	};
	return i2c_smbus(i2c, &args);
}

static long i2c_compat_ioctl(struct capability *cap, unsigned int cmd, unsigned long arg)
{
	struct i2c_capability *i2c = to_i2c(cap);
	void __user *user = compat_ptr(arg);

	if (capability_is_dead(cap))
		return -ENODEV;
	switch (cmd) {
	case I2C_SMBUS:
		return compat_smbus(i2c, user);
	case I2C_RDWR:
		return compat_rdwr(i2c, user);
	case I2C_FUNCS:
		return put_user((compat_ulong_t)i2c->functionality, (compat_ulong_t __user *)user);
	default:
		return i2c_ioctl(cap, cmd, arg);
	}
}
#endif

const struct bus i2c_bus = {
	.id = DEVCAP_BUS_I2C,
	.ioctl = i2c_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = i2c_compat_ioctl,
#endif
	.read = i2c_read,
	.write = i2c_write,
	.derive = i2c_derive,
	.release = i2c_release,
	.free = i2c_free,
};
