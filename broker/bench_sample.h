/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Latency samples: kept raw, so that every percentile is exact.
 */
#ifndef DEVCAP_BENCH_SAMPLE_H
#define DEVCAP_BENCH_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct samples - nanoseconds, in the order they were taken
 */
struct samples {
	uint64_t *value;
	size_t count;
	size_t room;
};

/** samples_extend() - room for @count more; where they go */
uint64_t *samples_extend(struct samples *samples, size_t count);
void samples_free(struct samples *samples);

/** samples_sort() - in place; the percentiles below need it */
void samples_sort(struct samples *samples);

/** samples_percentile() - nearest rank; @percent 0 to 100; of sorted samples */
uint64_t samples_percentile(const struct samples *samples, double percent);

/**
 * struct interval - a median and what covers it
 * @coverage: of @low to @high, at least 0.95 where there are samples enough
 */
struct interval {
	double median;
	double low;
	double high;
	double coverage;
};

/**
 * interval_of() - distribution-free confidence interval of a median
 * @value: sorted by this function
 *
 * By order statistics: the number of values below the true median is binomial
 * with p = 1/2, whatever the distribution (Hollander and Wolfe, 3.6).
 */
struct interval interval_of(double *value, size_t count);

#endif /* DEVCAP_BENCH_SAMPLE_H */
