/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * When each step of a start was done. Costs nothing unless --timing asks for it.
 */
#ifndef DEVCAP_ENGINE_TIMING_H
#define DEVCAP_ENGINE_TIMING_H

#include <stdint.h>

enum timing_step {
	TIMING_LOADER,		/* execve to main: the kernel's and the dynamic loader's */
	TIMING_OPTIONS,		/* command line, grants, mapping of the code */
	TIMING_LOAD,
	TIMING_LINK,
	TIMING_INSTANTIATE,
	TIMING_FIRST_CALL,	/* to the guest's first call of a bus */
	TIMING_STEPS,
};

/**
 * struct timing - CLOCK_MONOTONIC at the end of each step, 0: not reached
 */
struct timing {
	uint64_t start;
	uint64_t end[TIMING_STEPS];
};

void timing_mark(struct timing *timing, enum timing_step step);

/* One line on stderr: nanoseconds of each step that was reached, and of all. */
void timing_print(const struct timing *timing);

#endif
