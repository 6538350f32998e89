/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * I2C adapters and their clients, as sysfs shows them. Nothing here sends a
 * message on a bus, and no path that a caller wrote is ever opened: names are
 * parsed and looked up.
 */
#ifndef DEVCAP_ADAPTER_H
#define DEVCAP_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define ADAPTER_NAME_SIZE 64

/* Where sysfs is; only tests point it elsewhere. */
extern const char *adapter_sysfs;

/**
 * struct adapter - one I2C adapter
 * @number: N of i2c-N; may be another one after the next boot
 * @name:   what the driver calls it
 */
struct adapter {
	unsigned int number;
	char name[ADAPTER_NAME_SIZE];
};

/**
 * struct adapter_client - a device that the kernel knows on an adapter
 * @device:  its directory in sysfs, such as "1-0048"
 * @name:    such as "lm75"
 * @driver:  empty: none is bound
 * @address: -1 where sysfs does not tell (some ACPI devices)
 * @ten:     a 10-bit address
 */
struct adapter_client {
	char device[256];
	char name[32];
	char driver[32];
	int address;
	bool ten;
};

/** adapter_list() - all of them by number; how many, or -1 and errno; free(3) @list */
int adapter_list(struct adapter **list);

/** adapter_find() - by name, number, i2c-N or /dev/i2c-N; several of one name are an error */
int adapter_find(const char *text, struct adapter *adapter, struct error *error);

/** adapter_open() - its device node, proved to be one; the caller closes it */
int adapter_open(const struct adapter *adapter, struct error *error);

/** adapter_functionality() - I2C_FUNC_* of the adapter; 0 and errno when not permitted */
unsigned long adapter_functionality(const struct adapter *adapter);

/** adapter_clients() - by address; how many, or -1 and errno; free(3) @list */
int adapter_clients(const struct adapter *adapter, struct adapter_client **list);

/** adapter_client_at() - false when the kernel knows none there */
bool adapter_client_at(const struct adapter *adapter, int address, bool ten,
		       struct adapter_client *client);

#endif /* DEVCAP_ADAPTER_H */
