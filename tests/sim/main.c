// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Simulated hardware for tests, controlled by text in debugfs: devcap-sim/BUS/.
 * One file per bus; this one starts and stops them. Never part of the product.
 */
#include <linux/debugfs.h>
#include <linux/module.h>

#include "i2c.h"

static struct dentry *root;

static int __init sim_init(void)
{
	int error;

	root = debugfs_create_dir("devcap-sim", NULL);
	if (IS_ERR(root))
		return PTR_ERR(root);
	error = sim_i2c_init(root);
	if (error)
		debugfs_remove(root);
	return error;
}

/* The files go first: who waits in one of them still needs its bus. */
static void __exit sim_exit(void)
{
	debugfs_remove(root);
	sim_i2c_exit();
}

module_init(sim_init);
module_exit(sim_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Simulated hardware for the tests of devcap");
