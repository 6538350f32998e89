// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * thermometer [--address ADDRESS] [--watch [INTERVAL_MS]]: prints the temperature of
 * an LM75, once, or until the sensor is gone (exit status 3).
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lm75.h"
#include "thermometer.h"

enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_GONE = 3,
};

struct settings {
	uint16_t address;
	bool watch;
	long interval_ms;
};

static const char *error_text(const wasi_i2c_i2c_error_code_t *error)
{
	switch (error->tag) {
	case WASI_I2C_I2C_ERROR_CODE_BUS:
		return "bus error";
	case WASI_I2C_I2C_ERROR_CODE_ARBITRATION_LOSS:
		return "another controller won the bus";
	case WASI_I2C_I2C_ERROR_CODE_NO_ACKNOWLEDGE:
		return "the sensor does not answer";
	case WASI_I2C_I2C_ERROR_CODE_OVERRUN:
		return "overrun";
	default:
		return "the sensor can't be reached";
	}
}

static bool read_degrees(wasi_i2c_i2c_borrow_i2c_t bus, uint16_t address, float *degrees,
			 wasi_i2c_i2c_error_code_t *error)
{
	uint8_t reg = LM75_TEMPERATURE;
	thermometer_list_u8_t write = { &reg, sizeof(reg) }, bytes;

	if (!wasi_i2c_i2c_method_i2c_write_read(bus, address, &write, LM75_TEMPERATURE_SIZE,
						&bytes, error))
		return false;
	*degrees = lm75_degrees(bytes.ptr);
	thermometer_list_u8_free(&bytes);
	return true;
}

static void wait_ms(long ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

/* `other` after a reading that worked: revoked, a lease that ended, or unplugged. */
static enum status watch(wasi_i2c_i2c_borrow_i2c_t bus, const struct settings *settings)
{
	wasi_i2c_i2c_error_code_t error;
	bool worked = false;
	float degrees;

	for (;; wait_ms(settings->interval_ms)) {
		if (read_degrees(bus, settings->address, &degrees, &error)) {
			worked = true;
			printf("%.1f °C\n", degrees);
			fflush(stdout);
			continue;
		}
		if (worked && error.tag == WASI_I2C_I2C_ERROR_CODE_OTHER) {
			printf("thermometer: the sensor is gone\n");
			return STATUS_GONE;
		}
		fprintf(stderr, "thermometer: %s\n", error_text(&error));
		if (!worked)
			return STATUS_FAILED;
	}
}

static enum status read_once(wasi_i2c_i2c_borrow_i2c_t bus, const struct settings *settings)
{
	wasi_i2c_i2c_error_code_t error;
	float degrees;

	if (!read_degrees(bus, settings->address, &degrees, &error)) {
		fprintf(stderr, "thermometer: %s\n", error_text(&error));
		return STATUS_FAILED;
	}
	printf("%.1f °C\n", degrees);
	return STATUS_OK;
}

static bool parse_number(const char *text, long max, long *number)
{
	char *end;

	*number = strtol(text, &end, 0);
	return *text && !*end && *number >= 0 && *number <= max;
}

static bool parse(struct settings *settings, int argc, char **argv)
{
	long number;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--watch")) {
			settings->watch = true;
			if (i + 1 < argc && parse_number(argv[i + 1], 3600000, &number)) {
				settings->interval_ms = number;
				i++;
			}
		} else if (!strcmp(argv[i], "--address") && i + 1 < argc &&
			   parse_number(argv[i + 1], 0x3ff, &number)) {
			settings->address = (uint16_t)number;
			i++;
		} else {
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	struct settings settings = { .address = LM75_ADDRESS, .interval_ms = 1000 };
	wasi_i2c_i2c_borrow_i2c_t bus;
	enum status status;

	if (!parse(&settings, argc, argv)) {
		fprintf(stderr, "usage: thermometer [--address ADDRESS] [--watch [INTERVAL_MS]]\n");
		wasi_cli_exit_exit_with_code(STATUS_USAGE);
	}
	bus = wasi_i2c_i2c_borrow_i2c(thermometer_temp());
	status = settings.watch ? watch(bus, &settings) : read_once(bus, &settings);
	fflush(NULL);
	/* The C library's exit() only knows success and failure. */
	wasi_cli_exit_exit_with_code(status);
	return 0;
}
