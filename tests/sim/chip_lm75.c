// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * A temperature sensor like the LM75: a pointer that stays where it was put,
 * and four registers that it never moves between by itself.
 */
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/mm.h>

#include "chip.h"

enum lm75_register {
	LM75_TEMPERATURE = 0,	/* read only */
	LM75_CONFIG = 1,	/* one byte, the others two, high byte first */
	LM75_HYSTERESIS = 2,
	LM75_OVERTEMPERATURE = 3,
	LM75_REGISTERS,
};

struct lm75 {
	struct chip chip;
	u8 pointer;
	u8 registers[LM75_REGISTERS][2];
};

static u16 width_of(u8 reg)
{
	return reg == LM75_CONFIG ? 1 : 2;
}

/* Beyond the register's end nobody pulls the data line down. */
static u8 lm75_read(struct chip *chip, u16 offset)
{
	const struct lm75 *lm75 = container_of(chip, struct lm75, chip);

	return offset < width_of(lm75->pointer) ? lm75->registers[lm75->pointer][offset] : 0xff;
}

static bool lm75_write(struct chip *chip, u16 offset, u8 byte)
{
	struct lm75 *lm75 = container_of(chip, struct lm75, chip);

	if (offset == 0)
		lm75->pointer = byte % LM75_REGISTERS;
	else if (lm75->pointer != LM75_TEMPERATURE && offset <= width_of(lm75->pointer))
		lm75->registers[lm75->pointer][offset - 1] = byte;
	return true;
}

/* Nine bits of half degrees, left aligned. */
static int set(struct lm75 *lm75, enum lm75_register reg, long millidegrees)
{
	long halves = DIV_ROUND_CLOSEST(millidegrees, 500);

	if (halves < -256 || halves > 255)
		return -ERANGE;
	lm75->registers[reg][0] = (halves << 7) >> 8;
	lm75->registers[reg][1] = halves << 7;
	return 0;
}

int chip_lm75_set(struct chip *chip, long millidegrees)
{
	return set(container_of(chip, struct lm75, chip), LM75_TEMPERATURE, millidegrees);
}

struct chip *chip_lm75_new(void)
{
	struct lm75 *lm75 = kvzalloc(sizeof(*lm75), GFP_KERNEL);

	if (!lm75)
		return NULL;
	lm75->chip.kind = &chip_lm75;
	set(lm75, LM75_TEMPERATURE, 25000);
	set(lm75, LM75_HYSTERESIS, 75000);
	set(lm75, LM75_OVERTEMPERATURE, 80000);
	return &lm75->chip;
}

const struct chip_kind chip_lm75 = {
	.name = "lm75",
	.read = lm75_read,
	.write = lm75_write,
};
