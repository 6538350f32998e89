// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <math.h>
#include <stdlib.h>

#include "bench_sample.h"
#include "error.h"

uint64_t *samples_extend(struct samples *samples, size_t count)
{
	uint64_t *at;

	if (samples->count + count > samples->room) {
		samples->room = 2 * samples->room + count;
		samples->value = must(reallocarray(samples->value, samples->room,
						   sizeof(*samples->value)));
	}
	at = samples->value + samples->count;
	samples->count += count;
	return at;
}

void samples_free(struct samples *samples)
{
	free(samples->value);
	*samples = (struct samples){ 0 };
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void samples_sort(struct samples *samples)
{
	qsort(samples->value, samples->count, sizeof(*samples->value), by_value);
}

uint64_t samples_percentile(const struct samples *samples, double percent)
{
	size_t rank = (size_t)ceil(percent / 100 * (double)samples->count);

	if (!samples->count)
		return 0;
	return samples->value[rank ? rank - 1 : 0];
}

/* P(X <= k) of a binomial with p = 1/2, by its terms. */
static double binomial_half(size_t n, size_t k)
{
	double sum = 0, term = exp2(-(double)n);
	size_t i;

	for (i = 0; i <= k; i++) {
		sum += term;
		term *= (double)(n - i) / (double)(i + 1);
	}
	return sum;
}

struct interval interval_of(double *value, size_t count)
{
	struct interval interval = { 0 };
	size_t skip = 0;

	if (!count)
		return interval;
	qsort(value, count, sizeof(*value), by_number);
	interval.median = count % 2 ? value[count / 2] :
			  (value[count / 2 - 1] + value[count / 2]) / 2;
	/* As many from each end as leave 95 % between them. */
	while (skip + 1 < count / 2 && 1 - 2 * binomial_half(count, skip) >= 0.95)
		skip++;
	if (skip)
		skip--;
	interval.low = value[skip];
	interval.high = value[count - 1 - skip];
	interval.coverage = 1 - 2 * binomial_half(count, skip);
	return interval;
}
