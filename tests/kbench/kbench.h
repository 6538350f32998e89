/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * /dev/devcap-kbench: what an ioctl costs in the kernel, without the system call
 * around it. For measuring; never part of the product.
 */
#ifndef KBENCH_H
#define KBENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define KBENCH_NODE		"/dev/devcap-kbench"
#define KBENCH_COUNT_MAX	10000000U

/**
 * struct kbench_repeat - KBENCH_REPEAT: call a file's ioctl many times
 * @fd:       of the file
 * @cmd:      its command
 * @arg:      its argument, handed through as it is
 * @count:    how many times, 1 to KBENCH_COUNT_MAX
 * @failures: (out) how many of them returned below zero
 * @result:   (out) what the last one returned
 * @cycles:   (out) of the time stamp counter, for all of them
 *
 * EBADF: @fd is not an open descriptor; EINTR: killed meanwhile; EINVAL: @count;
 * ENOTTY: the file has no ioctl, or is this one; EPERM: needs CAP_SYS_ADMIN, also
 * where the file was opened by who has it.
 */
struct kbench_repeat {
	__s32 fd;
	__u32 cmd;
	__aligned_u64 arg;
	__u32 count;
	__u32 failures;
	__s64 result;
	__aligned_u64 cycles;
};

#define KBENCH_REPEAT	_IOWR(0xDC, 0x7f, struct kbench_repeat)

#endif /* KBENCH_H */
