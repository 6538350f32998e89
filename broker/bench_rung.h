/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * A rung of a benchmark: a program of its own that does the operation and times
 * it from inside. All rungs speak one protocol: a line "N" asks for N
 * operations, a line "clock N" for N pairs of clock readings with nothing in
 * between; the answer is N little-endian 64-bit nanosecond counts. The end of
 * its input ends the program.
 */
#ifndef DEVCAP_BENCH_RUNG_H
#define DEVCAP_BENCH_RUNG_H

#include <sys/types.h>

#include "bench_sample.h"
#include "error.h"

/**
 * struct rung
 * @name: for reports
 * @pid, @to, @from: the running program and its two pipes
 */
struct rung {
	const char *name;
	pid_t pid;
	int to;
	int from;
};

/** rung_start() - run @argv; -1 and @error */
int rung_start(struct rung *rung, const char *name, char *const argv[], struct error *error);

/** rung_ask() - @what is "" or "clock "; @count samples are added */
int rung_ask(struct rung *rung, const char *what, size_t count, struct samples *samples,
	     struct error *error);

/** rung_stop() - end its input and wait for it; fine on one that never started */
void rung_stop(struct rung *rung);

/**
 * rung_serve() - the native program: serve the protocol on stdin and stdout
 * @operation: one operation; 0, or an errno
 */
int rung_serve(int (*operation)(void *context), void *context);

#endif /* DEVCAP_BENCH_RUNG_H */
