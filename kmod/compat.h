/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * What differs between the kernels that devcap builds for (6.1 and later). The
 * only place with version conditions.
 */
#ifndef DEVCAP_COMPAT_H
#define DEVCAP_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/version.h>

/* 6.3: i2c_driver.probe lost its second argument, which .probe_new never had. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define COMPAT_I2C_PROBE probe_new
#else
#define COMPAT_I2C_PROBE probe
#endif

/* 6.13: hrtimer_setup() takes the callback too; 6.15 removed hrtimer_init(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void compat_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*function)(struct hrtimer *),
					clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#else
#define compat_hrtimer_setup hrtimer_setup
#endif

#endif /* DEVCAP_COMPAT_H */
