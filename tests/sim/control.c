// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Control files: splits a line and finds its command. Never holds a lock while
 * the command runs, so that one that waits stops no other.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "control.h"

#define COMMAND_MAX	128

static int run(const struct control *control, int count, char **words)
{
	const struct control_command *command;

	for (command = control->commands; command->name; command++)
		if (!strcmp(command->name, words[0]))
			break;
	count--;
	if (!command->name || count < command->min || count > command->max)
		return -EINVAL;
	return command->run(control->bus, count, words + 1);
}

static ssize_t control_write(struct file *file, const char __user *from, size_t size,
			     loff_t *position)
{
	const struct control *control = file_inode(file)->i_private;
	char **words;
	char *line;
	int count;
	int error = -EINVAL;

	if (size > COMMAND_MAX)
		return -E2BIG;
	line = memdup_user_nul(from, size);
	if (IS_ERR(line))
		return PTR_ERR(line);
	words = argv_split(GFP_KERNEL, line, &count);
	if (!words)
		error = -ENOMEM;
	else if (count)
		error = run(control, count, words);
	if (error == -EINVAL)
		pr_notice("devcap-sim: %pD2: command not understood: `%s`\n", file, strim(line));
	if (words)
		argv_free(words);
	kfree(line);
	return error ?: size;
}

const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = control_write,
};
