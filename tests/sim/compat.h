/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * What differs between the kernels that the simulated hardware builds for (6.1
 * and later). The only place with version conditions.
 */
#ifndef SIM_COMPAT_H
#define SIM_COMPAT_H

#include <linux/version.h>

/* 6.12: i2c_algorithm.master_xfer is on its way out. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define COMPAT_I2C_XFER master_xfer
#else
#define COMPAT_I2C_XFER xfer
#endif

#endif /* SIM_COMPAT_H */
