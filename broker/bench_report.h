/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * What a benchmark found, as a table or as JSON.
 */
#ifndef DEVCAP_BENCH_REPORT_H
#define DEVCAP_BENCH_REPORT_H

#include <stdbool.h>

#include "bench_sample.h"

#define BENCH_RUNGS	3

/**
 * struct bench_result - of one rung
 * @samples: all of them
 * @clock:   cost of the rung's own clock
 * @median:  of each block, in order
 */
struct bench_result {
	const char *name;
	struct samples samples;
	struct samples clock;
	double *median;
};

/**
 * struct bench_report
 * @operation: what was measured, for people
 * @result:    the first one is what the others are held against
 * @blocks:    of each rung
 */
struct bench_report {
	const char *operation;
	struct bench_result result[BENCH_RUNGS];
	size_t blocks;
	size_t block_size;
};

/** bench_report_print() - sorts the samples; to stdout */
void bench_report_print(struct bench_report *report, bool json);

#endif /* DEVCAP_BENCH_REPORT_H */
