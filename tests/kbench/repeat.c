// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * /dev/devcap-kbench: calls a file's ioctl in a loop and counts cycles. It passes
 * by everything that a system call checks, so it is for CAP_SYS_ADMIN alone.
 */
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/timex.h>
#include <linux/uaccess.h>

#include "kbench.h"

/* Calls between two offers to give the CPU away, which the count leaves out. */
#define BLOCK	1000

typedef long (*ioctl_fn)(struct file *file, unsigned int cmd, unsigned long arg);

/*
 * User-mode Linux on x86 has no get_cycles(). The fences keep what is counted
 * between the two readings.
 */
static inline u64 cycles(void)
{
#if defined(__x86_64__)
	u32 low, high;

	asm volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return (u64)high << 32 | low;
#else
	return get_cycles();
#endif
}

static void run_block(struct file *file, struct kbench_repeat *args, u32 count)
{
	const ioctl_fn call = file->f_op->unlocked_ioctl;
	const unsigned int cmd = args->cmd;
	const unsigned long arg = args->arg;
	long result = 0;
	u32 failures = 0;
	u64 start;

	start = cycles();
	while (count--) {
		result = call(file, cmd, arg);
		failures += result < 0;
	}
	args->cycles += cycles() - start;
	args->failures += failures;
	args->result = result;
}

static int run(struct file *file, struct kbench_repeat *args)
{
	u32 left, block;

	for (left = args->count; left; left -= block) {
		block = min_t(u32, left, BLOCK);
		run_block(file, args, block);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static long kbench_ioctl(struct file *self, unsigned int cmd, unsigned long arg)
{
	struct kbench_repeat args;
	struct file *file;
	int error = -ENOTTY;

	if (cmd != KBENCH_REPEAT)
		return -ENOTTY;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&args, (void __user *)arg, sizeof(args)))
		return -EFAULT;
	if (!args.count || args.count > KBENCH_COUNT_MAX)
		return -EINVAL;
	args.failures = 0;
	args.cycles = 0;
	file = fget(args.fd);
	if (!file)
		return -EBADF;
	if (file->f_op->unlocked_ioctl && file->f_op != self->f_op)
		error = run(file, &args);
	fput(file);
	if (!error && copy_to_user((void __user *)arg, &args, sizeof(args)))
		error = -EFAULT;
	return error;
}

static const struct file_operations kbench_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = kbench_ioctl,
};

static struct miscdevice kbench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "devcap-kbench",
	.fops = &kbench_fops,
	.mode = 0600,
};

module_misc_device(kbench_device);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Counts the cycles of an ioctl for the benchmarks of devcap");
