// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The adapter of the simulated I2C bus. A message is logged before anything else
 * is done with it, so that none gets by the log. A transfer never allocates.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "compat.h"
#include "i2c.h"

/* A stretched clock is let go after that time, well before the kernel suspects a hung task. */
#define STRETCH_MAX	(60 * HZ)

/* As Documentation/i2c/fault-codes.rst has them. */
static const int fault_errors[FAULTS] = {
	[FAULT_NAK_ADDRESS] = -ENXIO,
	[FAULT_NAK_DATA] = -EIO,
	[FAULT_ARBITRATION] = -EAGAIN,
	[FAULT_TIMEOUT] = -ETIMEDOUT,
};

static struct sim_i2c i2c_bus;

/* ------------------------------------------------------------------------- */
/* Transfers                                                                 */

/* The first byte of a block says how many come after what was asked for. */
static int read_message(struct chip *chip, struct i2c_msg *msg)
{
	u16 i;

	for (i = 0; i < msg->len; i++) {
		msg->buf[i] = chip->kind->read(chip, i);
		if (i == 0 && msg->flags & I2C_M_RECV_LEN) {
			if (!msg->buf[0] || msg->buf[0] > I2C_SMBUS_BLOCK_MAX)
				return -EPROTO;
			msg->len += msg->buf[0];
		}
	}
	return 0;
}

static int write_message(struct chip *chip, const struct i2c_msg *msg)
{
	u16 i;

	for (i = 0; i < msg->len; i++)
		if (!chip->kind->write(chip, i, msg->buf[i]))
			return -EIO;
	return 0;
}

static struct log_record *log_message(struct sim_i2c *bus, const struct i2c_msg *msg)
{
	struct log_record *record = log_add(&bus->log, msg->addr, msg->flags, msg->len);

	if (!(msg->flags & I2C_M_RD))
		log_fill(record, msg->buf, msg->len);
	return record;
}

static struct chip *find_chip(const struct sim_i2c *bus, const struct i2c_msg *msg)
{
	if (msg->flags & I2C_M_TEN)
		return msg->addr < SIM_I2C_TEN ? bus->chips[SIM_I2C_SEVEN + msg->addr] : NULL;
	return msg->addr < SIM_I2C_SEVEN ? bus->chips[msg->addr] : NULL;
}

static int send_message(struct sim_i2c *bus, struct i2c_msg *msg, struct log_record *record)
{
	struct chip *chip = find_chip(bus, msg);
	int error;

	if (msg->flags & ~(I2C_M_RD | I2C_M_TEN | I2C_M_RECV_LEN | I2C_M_DMA_SAFE))
		return -EOPNOTSUPP;
	if (!chip)
		return -ENXIO;
	if (!(msg->flags & I2C_M_RD))
		return write_message(chip, msg);
	error = read_message(chip, msg);
	if (!error)
		log_fill(record, msg->buf, msg->len);
	return error;
}

static enum sim_fault take_fault(struct sim_i2c *bus)
{
	enum sim_fault fault = bus->fault;

	if (fault && bus->fault_count && !--bus->fault_count)
		bus->fault = FAULT_NONE;
	return fault;
}

/* Time on the wire. The bus's lock is dropped meanwhile, so that the control file answers. */
static int pass_time(struct sim_i2c *bus, enum sim_fault fault)
{
	const u32 delay = bus->delay_us, changes = bus->fault_changes;
	int error = fault_errors[fault];

	if (!delay && fault != FAULT_STRETCH)
		return error;
	mutex_unlock(&bus->lock);
	if (delay)
		usleep_range(delay, delay + delay / 16 + 1);
	if (fault == FAULT_STRETCH &&
	    !wait_event_timeout(bus->released, READ_ONCE(bus->fault_changes) != changes,
				STRETCH_MAX))
		error = -ETIMEDOUT;
	mutex_lock(&bus->lock);
	return error;
}

/* One at a time: the adapter's lock is held. */
static int sim_i2c_xfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
	struct sim_i2c *bus = adapter->algo_data;
	struct log_record *record;
	int i, error = 0;

	mutex_lock(&bus->lock);
	WRITE_ONCE(bus->busy, true);
	for (i = 0; i < count && !error; i++) {
		record = log_message(bus, &messages[i]);
		if (i == 0)
			error = pass_time(bus, take_fault(bus));
		if (!error)
			error = send_message(bus, &messages[i], record);
	}
	WRITE_ONCE(bus->busy, false);
	mutex_unlock(&bus->lock);
	return error ?: count;
}

static u32 sim_i2c_functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_10BIT_ADDR | I2C_FUNC_SMBUS_EMUL_ALL;
}

static const struct i2c_algorithm sim_i2c_algorithm = {
	.COMPAT_I2C_XFER = sim_i2c_xfer,
	.functionality = sim_i2c_functionality,
};

void sim_i2c_set_fault(struct sim_i2c *bus, enum sim_fault fault, u32 count)
{
	mutex_lock(&bus->lock);
	bus->fault = fault;
	bus->fault_count = count;
	WRITE_ONCE(bus->fault_changes, bus->fault_changes + 1);
	mutex_unlock(&bus->lock);
	wake_up_all(&bus->released);
}

/* ------------------------------------------------------------------------- */
/* Plugging                                                                  */

int sim_i2c_plug(struct sim_i2c *bus)
{
	int error;

	mutex_lock(&bus->plug_lock);
	error = bus->plug == LEAVING ? -EAGAIN : -EBUSY;
	if (bus->plug == UNPLUGGED) {
		bus->adapter = (struct i2c_adapter){
			.owner = THIS_MODULE,
			.algo = &sim_i2c_algorithm,
			.algo_data = bus,
			.name = "sim",
		};
		error = i2c_add_adapter(&bus->adapter);
		if (!error)
			bus->plug = PLUGGED;
	}
	mutex_unlock(&bus->plug_lock);
	return error;
}

static void unplug(struct work_struct *work)
{
	struct sim_i2c *bus = container_of(work, struct sim_i2c, unplug);

	i2c_del_adapter(&bus->adapter);
	mutex_lock(&bus->plug_lock);
	bus->plug = UNPLUGGED;
	mutex_unlock(&bus->plug_lock);
	complete_all(&bus->unplugged);
}

/* In a worker, so that who holds the adapter open himself can be killed while he waits. */
int sim_i2c_unplug(struct sim_i2c *bus, bool wait)
{
	int error = 0;

	mutex_lock(&bus->plug_lock);
	if (bus->plug == UNPLUGGED)
		error = -ENODEV;
	if (bus->plug == PLUGGED) {
		bus->plug = LEAVING;
		reinit_completion(&bus->unplugged);
		queue_work(system_unbound_wq, &bus->unplug);
	}
	mutex_unlock(&bus->plug_lock);
	if (!error && wait && wait_for_completion_killable(&bus->unplugged))
		error = -EINTR;
	return error;
}

/* ------------------------------------------------------------------------- */
/* Life                                                                      */

int sim_i2c_init(struct dentry *root)
{
	struct sim_i2c *bus = &i2c_bus;
	int error;

	mutex_init(&bus->lock);
	mutex_init(&bus->plug_lock);
	init_waitqueue_head(&bus->released);
	INIT_WORK(&bus->unplug, unplug);
	init_completion(&bus->unplugged);
	error = log_init(&bus->log);
	if (error)
		return error;
	error = sim_i2c_plug(bus);
	if (error) {
		log_exit(&bus->log);
		return error;
	}
	sim_i2c_files(bus, root);
	return 0;
}

/* No command runs any more, and no /dev/i2c-N is open: both would hold the module. */
void sim_i2c_exit(void)
{
	struct sim_i2c *bus = &i2c_bus;
	unsigned int i;

	sim_i2c_set_fault(bus, FAULT_NONE, 0);
	sim_i2c_unplug(bus, false);
	flush_work(&bus->unplug);
	for (i = 0; i < ARRAY_SIZE(bus->chips); i++)
		kvfree(bus->chips[i]);
	log_exit(&bus->log);
}
