// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The module: starts its parts, and stops them in reverse. Capabilities and
 * ledgers hold it, so nothing is alive when it stops.
 */
#include <linux/module.h>

#include "capability.h"
#include "i2c.h"
#include "ledger.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static int __init devcap_init(void)
{
	int error;

	error = capability_start();
	if (error)
		return error;
	error = i2c_start();
	if (error)
		goto stop_capability;
	error = ledger_start();
	if (error)
		goto stop_i2c;
	return 0;

stop_i2c:
	i2c_stop();
stop_capability:
	capability_stop();
	return error;
}

static void __exit devcap_exit(void)
{
	ledger_stop();
	capability_stop();
	i2c_stop();
}

module_init(devcap_init);
module_exit(devcap_exit);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The devcap authors");
MODULE_DESCRIPTION("Narrowed, revocable capabilities for hardware buses");
MODULE_ALIAS("devname:devcap");
