/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * I2C: its capabilities and claims, and what the ledger sees of it.
 */
#ifndef DEVCAP_I2C_H
#define DEVCAP_I2C_H

#include <linux/i2c.h>

#include "capability.h"

/**
 * struct i2c_claim - one address of one adapter, held exclusively
 * @claim:      its capabilities, and whether the device went away
 * @adapter:    valid while an operation is inside the gate, or while @claim is
 *              not gone and i2c_claim.c pins it; never referenced for long, for
 *              i2c_del_adapter() waits for references
 * @client:     the registered device that reserves the address; referenced
 * @ledger:     whose capabilities share it; compared, never followed
 * @references: its memory: one of all its users, one of the bound driver until
 *              .remove is through
 */
struct i2c_claim {
	struct claim claim;
	struct i2c_adapter *adapter;
	struct i2c_client *client;
	const struct ledger *ledger;
	refcount_t references;
};

/**
 * struct i2c_capability
 * @cap:           first, for the data path's sake
 * @adapter:       as in the claim
 * @functionality: I2C_FUNC_* of the adapter, as the rule masks it
 * @ns_per_bit:    of the adapter's clock
 * @client_flags:  I2C_CLIENT_TEN of the rule; I2C_CLIENT_PEC as the holder set
 * @allowed_byte:  SMBus byte data transactions that the rule is known to allow,
 *                 by their read/write bit (1: read) and command
 * @allowed_word:  likewise, word data
 */
struct i2c_capability {
	struct capability cap;
	struct i2c_adapter *adapter;
	u32 functionality;
	u32 ns_per_bit;
	unsigned short client_flags;
	DECLARE_BITMAP(allowed_byte[2], 256);
	DECLARE_BITMAP(allowed_word[2], 256);
};

static inline struct i2c_capability *to_i2c(struct capability *cap)
{
	return container_of(cap, struct i2c_capability, cap);
}

extern const struct bus i2c_bus;

/** i2c_is_node() - whether a file is an i2c-dev descriptor */
bool i2c_is_node(const struct file *file);

/**
 * i2c_mint() - a capability on the adapter of an i2c-dev descriptor
 *
 * Claims the address. The capability is not published yet. Keeps no reference
 * to @node. -EBUSY, -ENODEV, -ENOMEM.
 */
struct capability *i2c_mint(struct ledger *ledger, struct file *node, const struct rule *rule);

/* The rest of struct bus that is about the device. */
struct capability *i2c_derive(struct capability *parent, const struct rule *rule);
void i2c_release(struct capability *cap);
void i2c_free(struct capability *cap);

int i2c_start(void);
void i2c_stop(void);

#endif /* DEVCAP_I2C_H */
