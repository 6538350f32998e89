/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The I2C driver: transfers on capability descriptors. It opens nothing and judges
 * nothing; what a descriptor allows is the kernel's word.
 */
#ifndef DEVCAP_ENGINE_I2C_H
#define DEVCAP_ENGINE_I2C_H

#include <stdbool.h>
#include <stdint.h>

struct component_message;

/**
 * struct i2c_port - one descriptor that takes the i2c-dev calls; not owned
 * @fd:      the descriptor
 * @funcs:   I2C_FUNCS of its adapter
 * @address: chip of I2C_SLAVE, or I2C_NO_ADDRESS; used with SMBus-only adapters alone
 */
struct i2c_port {
	int fd;
	unsigned long funcs;
	int address;
};

#define I2C_NO_ADDRESS	(-1)

/*
 * Takes a descriptor. When its adapter can't be asked any more (it is gone, or the
 * descriptor is something else) the first transfer tells.
 */
void i2c_port_init(struct i2c_port *port, int fd);

/*
 * Runs messages as one transfer, as component.h says: I2C_RDWR, or what SMBus can
 * express where the adapter speaks nothing else. 0 or a negative errno.
 */
int i2c_transfer(struct i2c_port *port, uint16_t address,
		 struct component_message *messages, uint32_t count);

#endif
