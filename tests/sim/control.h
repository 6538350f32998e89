/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Files that take one text command per write(2): words between spaces, the
 * first one names the command. Nothing here knows a bus.
 */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include <linux/fs.h>

/**
 * struct control_command - one command
 * @name: its first word
 * @run:  called with the words after @name; 0 or -errno, which write(2) returns
 * @min:  least number of words after @name
 * @max:  largest
 */
struct control_command {
	const char *name;
	int (*run)(void *bus, int count, char **words);
	int min;
	int max;
};

/**
 * struct control - one control file; the private data of its inode
 * @commands: what it takes; ends with an entry without a name
 * @bus:      handed to them
 */
struct control {
	const struct control_command *commands;
	void *bus;
};

extern const struct file_operations control_fops;

#endif /* SIM_CONTROL_H */
