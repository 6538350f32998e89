/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Simulated I2C chips: one file per kind. A chip sees the bytes of a message one
 * by one, as a real one does, and never sleeps or allocates meanwhile.
 */
#ifndef SIM_CHIP_H
#define SIM_CHIP_H

#include <linux/types.h>

struct chip;

/**
 * struct chip_kind - what a chip does; called under the bus's lock
 * @name:  in the control file's `chip` command
 * @read:  the next byte to the host
 * @write: a byte from the host; false: not acknowledged
 *
 * @offset is the byte's place in its message, from 0.
 */
struct chip_kind {
	const char *name;
	u8 (*read)(struct chip *chip, u16 offset);
	bool (*write)(struct chip *chip, u16 offset, u8 byte);
};

/**
 * struct chip - the head of every kind's own struct, which begins with it
 */
struct chip {
	const struct chip_kind *kind;
};

extern const struct chip_kind chip_lm75;
extern const struct chip_kind chip_eeprom;
extern const struct chip_kind chip_register;

/** chip_lm75_new() - NULL without memory; free with kvfree() */
struct chip *chip_lm75_new(void);

/** chip_lm75_set() - -ERANGE where 9 bits of half degrees can't hold it */
int chip_lm75_set(struct chip *chip, long millidegrees);

/**
 * chip_memory_new() - free with kvfree()
 * @kind:  &chip_eeprom or &chip_register
 * @size:  bytes, or 0: 256
 * @width: of the register pointer in bytes: 1, 2 (high byte first), or 0: what @size needs
 *
 * ERR_PTR(-EINVAL): no such chip; ERR_PTR(-ENOMEM).
 */
struct chip *chip_memory_new(const struct chip_kind *kind, u32 size, u32 width);

#endif /* SIM_CHIP_H */
