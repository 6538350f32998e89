// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * get-temperature: reads the LM75 at its usual address through the handle that it is
 * called with. Prints nothing.
 */
#include "get_temperature.h"
#include "lm75.h"

bool exports_get_temperature_get_temperature(get_temperature_borrow_i2c_t connection,
					     float *degrees, get_temperature_error_code_t *error)
{
	uint8_t reg = LM75_TEMPERATURE;
	get_temperature_list_u8_t write = { &reg, sizeof(reg) }, bytes;
	bool ok;

	ok = wasi_i2c_i2c_method_i2c_write_read(connection, LM75_ADDRESS, &write,
						LM75_TEMPERATURE_SIZE, &bytes, error);
	if (ok) {
		*degrees = lm75_degrees(bytes.ptr);
		get_temperature_list_u8_free(&bytes);
	}
	wasi_i2c_i2c_i2c_drop_borrow(connection);
	return ok;
}
