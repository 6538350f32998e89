/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Extensible argument structs: their size comes first, as a __u32.
 */
#ifndef DEVCAP_ARGS_H
#define DEVCAP_ARGS_H

#include <linux/mm.h>
#include <linux/uaccess.h>

/**
 * args_copy_in() - the caller's struct, extended with zeros, size first
 * @size: of the struct as this kernel knows it
 *
 * The size that was read first is the one that stays: what the caller writes
 * there meanwhile is not looked at.
 */
static inline int args_copy_in(void *args, size_t size, void __user *from)
{
	u32 known;
	int error;

	if (get_user(known, (u32 __user *)from))
		return -EFAULT;
	if (known < sizeof(known))
		return -EINVAL;
	if (known > PAGE_SIZE)
		return -E2BIG;
	error = copy_struct_from_user(args, size, from, known);
	if (!error)
		*(u32 *)args = known;
	return error;
}

/** args_copy_out() - write back no more than the caller knows of */
static inline int args_copy_out(void __user *to, const void *args, size_t size)
{
	size_t known = min_t(size_t, *(const u32 *)args, size);

	return copy_to_user(to, args, known) ? -EFAULT : 0;
}

#endif /* DEVCAP_ARGS_H */
