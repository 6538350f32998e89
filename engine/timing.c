// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * When each step of a start was done. Never estimates: a step that was not reached is
 * not printed.
 */
#include "timing.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static const char *const NAMES[TIMING_STEPS] = {
	[TIMING_LOADER] = "loader",
	[TIMING_OPTIONS] = "options",
	[TIMING_LOAD] = "load",
	[TIMING_LINK] = "link",
	[TIMING_INSTANTIATE] = "instantiate",
	[TIMING_FIRST_CALL] = "first-call",
};

void timing_mark(struct timing *timing, enum timing_step step)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	timing->end[step] = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void timing_print(const struct timing *timing)
{
	uint64_t last = timing->start;
	int step;

	fprintf(stderr, "timing:");
	for (step = 0; step < TIMING_STEPS; step++) {
		if (!timing->end[step])
			continue;
		fprintf(stderr, " %s=%" PRIu64, NAMES[step], timing->end[step] - last);
		last = timing->end[step];
	}
	fprintf(stderr, " total=%" PRIu64 " ns\n", last - timing->start);
}
