// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * exercise: a library that calls every function of wasi:i2c and answers every kind of
 * value, for tests of the engine. What it answers is freed after the call by the
 * bindings. Prints nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "exercise.h"
#include "lm75.h"

static bool read_register(wasi_i2c_i2c_borrow_i2c_t i2c, exercise_list_u8_t *bytes,
			  wasi_i2c_i2c_error_code_t *error)
{
	uint8_t reg = LM75_TEMPERATURE;
	exercise_list_u8_t write = { &reg, sizeof(reg) };

	return wasi_i2c_i2c_method_i2c_write_read(i2c, LM75_ADDRESS, &write, LM75_TEMPERATURE_SIZE,
						  bytes, error);
}

bool exports_devcap_guests_every_kind_read_temperature(
	exports_devcap_guests_every_kind_borrow_i2c_t connection, exercise_string_t *label,
	exercise_string_t *note, exports_devcap_guests_every_kind_reading_t *reading,
	exports_devcap_guests_every_kind_error_code_t *error)
{
	const bool ok = read_register(connection, &reading->raw, error);

	wasi_i2c_i2c_i2c_drop_borrow(connection);
	if (!ok)
		return false;
	reading->label = *label;
	reading->degrees = lm75_degrees(reading->raw.ptr);
	reading->unit = EXPORTS_DEVCAP_GUESTS_EVERY_KIND_UNIT_CELSIUS;
	reading->condition = reading->degrees < 10 ?
		EXPORTS_DEVCAP_GUESTS_EVERY_KIND_CONDITION_COLD :
		EXPORTS_DEVCAP_GUESTS_EVERY_KIND_CONDITION_WARM;
	reading->note.is_some = note != NULL;
	if (note)
		reading->note.val = *note;
	reading->where.f0 = LM75_ADDRESS;
	reading->where.f1 = LM75_TEMPERATURE;
	return true;
}

void exports_devcap_guests_every_kind_both(
	exports_devcap_guests_every_kind_borrow_i2c_t left,
	exports_devcap_guests_every_kind_borrow_i2c_t right,
	exports_devcap_guests_every_kind_list_result_f32_error_code_t *results)
{
	const wasi_i2c_i2c_borrow_i2c_t connections[] = { left, right };
	exercise_list_u8_t bytes;
	size_t i;

	results->len = 2;
	results->ptr = calloc(results->len, sizeof(*results->ptr));
	for (i = 0; i < results->len; i++) {
		results->ptr[i].is_err =
			!read_register(connections[i], &bytes, &results->ptr[i].val.err);
		if (!results->ptr[i].is_err) {
			results->ptr[i].val.ok = lm75_degrees(bytes.ptr);
			exercise_list_u8_free(&bytes);
		}
		wasi_i2c_i2c_i2c_drop_borrow(connections[i]);
	}
}

bool exports_exercise_transact(exercise_own_i2c_t connection, exercise_list_list_u8_t *lists,
			       exercise_error_code_t *error)
{
	uint8_t reg = LM75_TEMPERATURE;
	const wasi_i2c_i2c_operation_t point = {
		.tag = WASI_I2C_I2C_OPERATION_WRITE,
		.val.write = { &reg, sizeof(reg) },
	}, read = {
		.tag = WASI_I2C_I2C_OPERATION_READ,
		.val.read = LM75_TEMPERATURE_SIZE,
	};
	wasi_i2c_i2c_operation_t all[] = { point, read, point, read };
	wasi_i2c_i2c_list_operation_t operations = { all, 4 };
	bool ok;

	ok = wasi_i2c_i2c_method_i2c_transaction(wasi_i2c_i2c_borrow_i2c(connection), LM75_ADDRESS,
						 &operations, lists, error);
	wasi_i2c_i2c_i2c_drop_own(connection);
	return ok;
}

bool exports_exercise_transact_many(exercise_own_i2c_t connection, uint32_t count,
				    uint32_t *answered, exercise_error_code_t *error)
{
	wasi_i2c_i2c_list_operation_t operations = {
		.ptr = calloc(count, sizeof(*operations.ptr)),
		.len = count,
	};
	exercise_list_list_u8_t lists;
	uint32_t i;
	bool ok;

	for (i = 0; i < count; i++) {
		operations.ptr[i].tag = WASI_I2C_I2C_OPERATION_READ;
		operations.ptr[i].val.read = 1;
	}
	ok = wasi_i2c_i2c_method_i2c_transaction(wasi_i2c_i2c_borrow_i2c(connection), LM75_ADDRESS,
						 &operations, &lists, error);
	free(operations.ptr);
	wasi_i2c_i2c_i2c_drop_own(connection);
	if (ok) {
		*answered = (uint32_t)lists.len;
		exercise_list_list_u8_free(&lists);
	}
	return ok;
}

bool exports_exercise_read(exercise_borrow_i2c_t connection, uint16_t address, uint64_t size,
			   uint64_t *answered, exercise_error_code_t *error)
{
	exercise_list_u8_t bytes;
	bool ok;

	ok = wasi_i2c_i2c_method_i2c_read(connection, address, size, &bytes, error);
	wasi_i2c_i2c_i2c_drop_borrow(connection);
	if (ok) {
		*answered = bytes.len;
		exercise_list_u8_free(&bytes);
	}
	return ok;
}

bool exports_exercise_write(exercise_borrow_i2c_t connection, uint16_t address,
			    exercise_list_u8_t *data, exercise_error_code_t *error)
{
	const bool ok = wasi_i2c_i2c_method_i2c_write(connection, address, data, error);

	wasi_i2c_i2c_i2c_drop_borrow(connection);
	exercise_list_u8_free(data);
	return ok;
}

void exports_exercise_rest(exercise_borrow_delay_t pause, uint32_t ns)
{
	const exercise_own_delay_t own = exercise_get_delay();

	wasi_i2c_delay_method_delay_delay_ns(pause, ns);
	wasi_i2c_delay_method_delay_delay_ns(wasi_i2c_delay_borrow_delay(own), ns);
	wasi_i2c_delay_delay_drop_own(own);
	wasi_i2c_delay_delay_drop_borrow(pause);
}

void exports_exercise_trap(void)
{
	__builtin_trap();
}
