// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * What a test can do to the simulated I2C bus, and what it can see of it:
 *
 *   control  chip lm75|eeprom|register ADDRESS [ten] [size=N] [width=1|2]
 *            remove ADDRESS [ten]
 *            temperature ADDRESS MILLIDEGREES     of an lm75 at a 7-bit address
 *            delay MICROSECONDS                   each transfer takes that much longer
 *            fault none|nak-address|nak-data|arbitration|timeout|stretch [COUNT]
 *                the next COUNT transfers (default 1; 0: until the next `fault`) fail;
 *                with stretch they stay on the wire until the next `fault`
 *            clear                                empties the log
 *            adapter add|remove [nowait]          remove waits, killably, until every open
 *                                                 /dev/i2c-N of it is closed; chips stay
 *   log      one line per message that reached the bus: SEQ TIME_NS ADDRESS W|R LEN HEXBYTES
 *            (TIME_NS: CLOCK_MONOTONIC; a `t` after a 10-bit address; `-`: no bytes, or a
 *            read that brought none; a `+` after the first 64), after `lost N` when there
 *            were more than 4,096
 *   count    messages since `clear`
 *   busy     1 while a transfer is on the wire
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>

#include "control.h"
#include "i2c.h"

#define DELAY_MAX_US	60000000

/* ------------------------------------------------------------------------- */
/* Chips                                                                     */

/* What the words of a command that names a chip say. */
struct chip_words {
	u16 address;
	bool ten;
	u32 size;
	u32 width;
};

static int parse_option(struct chip_words *words, const char *word)
{
	if (!strcmp(word, "ten"))
		words->ten = true;
	else if (!strncmp(word, "size=", 5))
		return kstrtou32(word + 5, 0, &words->size);
	else if (!strncmp(word, "width=", 6))
		return kstrtou32(word + 6, 0, &words->width);
	else
		return -EINVAL;
	return 0;
}

/* From the address on. */
static int parse_chip(struct chip_words *words, int count, char **from)
{
	int i, error;

	*words = (struct chip_words){ };
	error = kstrtou16(from[0], 0, &words->address);
	for (i = 1; i < count && !error; i++)
		error = parse_option(words, from[i]);
	if (!error && words->address >= (words->ten ? SIM_I2C_TEN : SIM_I2C_SEVEN))
		error = -EINVAL;
	return error;
}

static struct chip **place_of(struct sim_i2c *bus, const struct chip_words *words)
{
	return &bus->chips[words->ten ? SIM_I2C_SEVEN + words->address : words->address];
}

static struct chip *new_chip(const char *name, const struct chip_words *words)
{
	if (!strcmp(name, chip_lm75.name))
		return words->size || words->width ? ERR_PTR(-EINVAL) :
						     (chip_lm75_new() ?: ERR_PTR(-ENOMEM));
	if (!strcmp(name, chip_eeprom.name))
		return chip_memory_new(&chip_eeprom, words->size, words->width);
	if (!strcmp(name, chip_register.name))
		return chip_memory_new(&chip_register, words->size, words->width);
	return ERR_PTR(-EINVAL);
}

static int run_chip(void *data, int count, char **words)
{
	struct sim_i2c *bus = data;
	struct chip_words chip_words;
	struct chip **place, *chip;
	int error;

	error = parse_chip(&chip_words, count - 1, words + 1);
	if (error)
		return error;
	chip = new_chip(words[0], &chip_words);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	place = place_of(bus, &chip_words);
	mutex_lock(&bus->lock);
	if (*place)
		error = -EBUSY;
	else
		*place = chip;
	mutex_unlock(&bus->lock);
	if (error)
		kvfree(chip);
	return error;
}

static int run_remove(void *data, int count, char **words)
{
	struct sim_i2c *bus = data;
	struct chip_words chip_words;
	struct chip **place, *chip;
	int error;

	error = parse_chip(&chip_words, count, words);
	if (error)
		return error;
	place = place_of(bus, &chip_words);
	mutex_lock(&bus->lock);
	chip = *place;
	*place = NULL;
	mutex_unlock(&bus->lock);
	kvfree(chip);
	return chip ? 0 : -ENOENT;
}

static int run_temperature(void *data, int count, char **words)
{
	struct sim_i2c *bus = data;
	struct chip_words chip_words;
	struct chip *chip;
	long millidegrees;
	int error;

	error = parse_chip(&chip_words, 1, words);
	if (!error)
		error = kstrtol(words[1], 0, &millidegrees);
	if (error)
		return error;
	mutex_lock(&bus->lock);
	chip = *place_of(bus, &chip_words);
	if (!chip)
		error = -ENOENT;
	else if (chip->kind != &chip_lm75)
		error = -EINVAL;
	else
		error = chip_lm75_set(chip, millidegrees);
	mutex_unlock(&bus->lock);
	return error;
}

/* ------------------------------------------------------------------------- */
/* The bus                                                                   */

static int run_delay(void *data, int count, char **words)
{
	struct sim_i2c *bus = data;
	u32 delay;
	int error;

	error = kstrtou32(words[0], 0, &delay);
	if (error)
		return error;
	if (delay > DELAY_MAX_US)
		return -ERANGE;
	mutex_lock(&bus->lock);
	bus->delay_us = delay;
	mutex_unlock(&bus->lock);
	return 0;
}

static int run_fault(void *data, int count, char **words)
{
	static const char *const names[FAULTS] = {
		[FAULT_NONE] = "none",
		[FAULT_NAK_ADDRESS] = "nak-address",
		[FAULT_NAK_DATA] = "nak-data",
		[FAULT_ARBITRATION] = "arbitration",
		[FAULT_TIMEOUT] = "timeout",
		[FAULT_STRETCH] = "stretch",
	};
	int fault = match_string(names, FAULTS, words[0]);
	u32 transfers = 1;
	int error = 0;

	if (fault < 0)
		return fault;
	if (count > 1)
		error = kstrtou32(words[1], 0, &transfers);
	if (!error)
		sim_i2c_set_fault(data, fault, transfers);
	return error;
}

static int run_clear(void *data, int count, char **words)
{
	struct sim_i2c *bus = data;

	mutex_lock(&bus->lock);
	log_clear(&bus->log);
	mutex_unlock(&bus->lock);
	return 0;
}

static int run_adapter(void *data, int count, char **words)
{
	const bool nowait = count > 1;

	if (nowait && strcmp(words[1], "nowait"))
		return -EINVAL;
	if (!strcmp(words[0], "remove"))
		return sim_i2c_unplug(data, !nowait);
	if (!strcmp(words[0], "add") && !nowait)
		return sim_i2c_plug(data);
	return -EINVAL;
}

static const struct control_command commands[] = {
	{ "chip", run_chip, 2, 5 },
	{ "remove", run_remove, 1, 2 },
	{ "temperature", run_temperature, 2, 2 },
	{ "delay", run_delay, 1, 1 },
	{ "fault", run_fault, 1, 2 },
	{ "clear", run_clear, 0, 0 },
	{ "adapter", run_adapter, 1, 2 },
	{ }
};

/* ------------------------------------------------------------------------- */
/* Files                                                                     */

static void show_address(struct seq_file *to, const struct log_record *record)
{
	const bool ten = record->flags & I2C_M_TEN;

	seq_printf(to, ten ? "0x%03xt %c" : "0x%02x %c", record->where,
		   record->flags & I2C_M_RD ? 'R' : 'W');
}

static int sim_i2c_log_show(struct seq_file *to, void *unused)
{
	struct sim_i2c *bus = to->private;

	mutex_lock(&bus->lock);
	log_show(&bus->log, to, show_address);
	mutex_unlock(&bus->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sim_i2c_log);

static int sim_i2c_count_show(struct seq_file *to, void *unused)
{
	struct sim_i2c *bus = to->private;

	mutex_lock(&bus->lock);
	seq_printf(to, "%llu\n", log_count(&bus->log));
	mutex_unlock(&bus->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sim_i2c_count);

static int sim_i2c_busy_show(struct seq_file *to, void *unused)
{
	struct sim_i2c *bus = to->private;

	seq_printf(to, "%d\n", READ_ONCE(bus->busy));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sim_i2c_busy);

void sim_i2c_files(struct sim_i2c *bus, struct dentry *root)
{
	static struct control control = { .commands = commands };
	struct dentry *folder = debugfs_create_dir("i2c", root);

	control.bus = bus;
	debugfs_create_file("control", 0200, folder, &control, &control_fops);
	debugfs_create_file("log", 0400, folder, bus, &sim_i2c_log_fops);
	debugfs_create_file("count", 0400, folder, bus, &sim_i2c_count_fops);
	debugfs_create_file("busy", 0400, folder, bus, &sim_i2c_busy_fops);
}
