/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The simulated I2C bus: an adapter named "sim" with chips at any address. What
 * a test may do to it stands in i2c_control.c.
 */
#ifndef SIM_I2C_H
#define SIM_I2C_H

#include <linux/completion.h>
#include <linux/dcache.h>
#include <linux/i2c.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "chip.h"
#include "log.h"

/* Places for chips: the 7-bit addresses, then the 10-bit ones. */
#define SIM_I2C_SEVEN	0x80
#define SIM_I2C_TEN	0x400

enum sim_fault {
	FAULT_NONE,
	FAULT_NAK_ADDRESS,
	FAULT_NAK_DATA,
	FAULT_ARBITRATION,
	FAULT_TIMEOUT,
	FAULT_STRETCH,	/* holds the bus until the next `fault` command */
	FAULTS,
};

enum sim_plug {
	UNPLUGGED,
	PLUGGED,
	LEAVING,	/* waits for those who hold the adapter */
};

/**
 * struct sim_i2c - the bus
 * @adapter:       registered while PLUGGED or LEAVING
 * @lock:          inside the adapter's. A transfer holds it while bytes move and drops
 *                 it while it sleeps.
 * @chips:         by place
 * @log:           of messages
 * @delay_us:      each transfer sleeps that long on the wire
 * @fault:         that the next @fault_count transfers have
 * @fault_count:   0: all until the next `fault` command
 * @fault_changes: counts `fault` commands
 * @busy:          a transfer is on the wire
 * @released:      woken by a `fault` command
 * @plug_lock:     outside all others
 * @plug:          state of @adapter
 * @unplug:        removes @adapter, for who asked need not wait
 * @unplugged:     @unplug is through
 */
struct sim_i2c {
	struct i2c_adapter adapter;
	struct mutex lock;		/* of @chips to @busy */
	struct chip *chips[SIM_I2C_SEVEN + SIM_I2C_TEN];
	struct log log;
	u32 delay_us;
	enum sim_fault fault;
	u32 fault_count;
	u32 fault_changes;
	bool busy;
	wait_queue_head_t released;
	struct mutex plug_lock;		/* of @plug */
	enum sim_plug plug;
	struct work_struct unplug;
	struct completion unplugged;
};

int sim_i2c_init(struct dentry *root);
void sim_i2c_exit(void);

/* The commands' side of i2c.c; each takes the locks it needs. */
void sim_i2c_set_fault(struct sim_i2c *bus, enum sim_fault fault, u32 count);

/** sim_i2c_plug() - -EBUSY while it is plugged, -EAGAIN while it is leaving still */
int sim_i2c_plug(struct sim_i2c *bus);

/**
 * sim_i2c_unplug() - take the adapter away
 * @wait: until it is gone: not before every open /dev/i2c-N of it is closed
 *
 * -ENODEV: there is none; -EINTR: killed while waiting (it will go all the same).
 */
int sim_i2c_unplug(struct sim_i2c *bus, bool wait);

/** sim_i2c_files() - its control file and what can be read of it */
void sim_i2c_files(struct sim_i2c *bus, struct dentry *root);

#endif /* SIM_I2C_H */
