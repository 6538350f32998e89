// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * bench-i2c [ADDRESS [BYTES]]: measures from inside the guest. Each line on standard
 * input is `N`, N write-reads of BYTES (2) bytes of register 0, or `clock N`, N pairs of
 * clock readings with nothing between them; it answers N nanosecond samples, 64 bits
 * each, little endian. Nothing but the operation is within a sample.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_i2c.h"
#include "lm75.h"

#define SAMPLES_MAX	1000000

static uint64_t samples[SAMPLES_MAX];

static int measure_transfers(wasi_i2c_i2c_borrow_i2c_t bus, uint16_t address, uint64_t length,
			     long count)
{
	uint8_t reg = LM75_TEMPERATURE;
	bench_i2c_list_u8_t write = { &reg, sizeof(reg) }, bytes;
	wasi_i2c_i2c_error_code_t error;
	uint64_t start;
	bool ok;
	long i;

	for (i = 0; i < count; i++) {
		start = wasi_clocks_monotonic_clock_now();
		ok = wasi_i2c_i2c_method_i2c_write_read(bus, address, &write, length, &bytes,
								&error);
		samples[i] = wasi_clocks_monotonic_clock_now() - start;
		if (!ok) {
			fprintf(stderr, "bench-i2c: transfer %ld of %ld failed: error %d\n",
				i + 1, count, error.tag);
			return 1;
		}
		bench_i2c_list_u8_free(&bytes);
	}
	return 0;
}

static void measure_clock(long count)
{
	uint64_t start;
	long i;

	for (i = 0; i < count; i++) {
		start = wasi_clocks_monotonic_clock_now();
		samples[i] = wasi_clocks_monotonic_clock_now() - start;
	}
}

int main(int argc, char **argv)
{
	const uint16_t address = argc > 1 ? (uint16_t)strtol(argv[1], NULL, 0) : LM75_ADDRESS;
	const uint64_t length = argc > 2 ? strtoull(argv[2], NULL, 0) : 2;
	const wasi_i2c_i2c_borrow_i2c_t bus = wasi_i2c_i2c_borrow_i2c(bench_i2c_temp());
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		const int is_clock = !strncmp(line, "clock ", 6);
		const long count = strtol(is_clock ? line + 6 : line, NULL, 10);

		if (count < 1 || count > SAMPLES_MAX) {
			fprintf(stderr, "bench-i2c: expected `N` or `clock N`, N up to %d\n",
				SAMPLES_MAX);
			return 1;
		}
		if (is_clock)
			measure_clock(count);
		else if (measure_transfers(bus, address, length, count))
			return 1;
		fwrite(samples, sizeof(*samples), (size_t)count, stdout);
		fflush(stdout);
	}
	return 0;
}
