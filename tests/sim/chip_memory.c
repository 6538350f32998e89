// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Chips that are bytes behind a pointer that moves on with each one: an EEPROM,
 * which wraps at its end, and plain registers, which end there.
 */
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "chip.h"

struct memory {
	struct chip chip;
	u32 size;
	u32 width;
	u32 pointer;	/* below @size in an EEPROM */
	u8 bytes[];
};

static struct memory *to_memory(struct chip *chip)
{
	return container_of(chip, struct memory, chip);
}

/* The high byte comes first; alone, it leaves the low one as it was. */
static void put_pointer(struct memory *memory, u16 offset, u8 byte)
{
	if (memory->width == 1)
		memory->pointer = byte;
	else if (offset == 0)
		memory->pointer = byte << 8 | (memory->pointer & 0xff);
	else
		memory->pointer = (memory->pointer & 0xff00) | byte;
}

static u8 eeprom_read(struct chip *chip, u16 offset)
{
	struct memory *memory = to_memory(chip);
	u8 byte = memory->bytes[memory->pointer];

	memory->pointer = (memory->pointer + 1) % memory->size;
	return byte;
}

static bool eeprom_write(struct chip *chip, u16 offset, u8 byte)
{
	struct memory *memory = to_memory(chip);

	if (offset < memory->width) {
		put_pointer(memory, offset, byte);
		memory->pointer %= memory->size;
	} else {
		memory->bytes[memory->pointer] = byte;
		memory->pointer = (memory->pointer + 1) % memory->size;
	}
	return true;
}

static u8 register_read(struct chip *chip, u16 offset)
{
	struct memory *memory = to_memory(chip);

	return memory->pointer < memory->size ? memory->bytes[memory->pointer++] : 0xff;
}

static bool register_write(struct chip *chip, u16 offset, u8 byte)
{
	struct memory *memory = to_memory(chip);

	if (offset < memory->width) {
		put_pointer(memory, offset, byte);
		return true;
	}
	if (memory->pointer >= memory->size)
		return false;
	memory->bytes[memory->pointer++] = byte;
	return true;
}

struct chip *chip_memory_new(const struct chip_kind *kind, u32 size, u32 width)
{
	struct memory *memory;

	size = size ?: 256;
	width = width ?: size > 256 ? 2 : 1;
	if (width > 2 || size > 1U << 8 * width)
		return ERR_PTR(-EINVAL);
	memory = kvzalloc(struct_size(memory, bytes, size), GFP_KERNEL);
	if (!memory)
		return ERR_PTR(-ENOMEM);
	memory->chip.kind = kind;
	memory->size = size;
	memory->width = width;
	if (kind == &chip_eeprom)
		memset(memory->bytes, 0xff, size);
	return &memory->chip;
}

const struct chip_kind chip_eeprom = {
	.name = "eeprom",
	.read = eeprom_read,
	.write = eeprom_write,
};

const struct chip_kind chip_register = {
	.name = "register",
	.read = register_read,
	.write = register_write,
};
