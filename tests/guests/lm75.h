/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The LM75 temperature sensor, as these guests see it.
 */
#ifndef GUEST_LM75_H
#define GUEST_LM75_H

#include <stdint.h>

#define LM75_ADDRESS		0x48
#define LM75_TEMPERATURE	0	/* register */
#define LM75_TEMPERATURE_SIZE	2

/* Degrees Celsius: two's complement, high byte first, in 1/256 degrees. */
static inline float lm75_degrees(const uint8_t bytes[LM75_TEMPERATURE_SIZE])
{
	return (float)(int16_t)(bytes[0] << 8 | bytes[1]) / 256;
}

#endif
