/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * One call on a device node or on a capability, on chips that are twins, and all
 * that can be seen of it: result, data, messages on the bus. Judges nothing.
 */
#ifndef TESTS_TWIN_H
#define TESTS_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim.h"

#define TWIN_DATA_MAX	9000
#define TWIN_LOG_MAX	64

/**
 * struct side - one of the two descriptors, and the chip behind it
 */
struct side {
	int fd;
	uint16_t address;
};

/**
 * struct outcome - what can be seen of a step
 * @pec:  the last byte on the bus depends on the chip's address
 * @data: what it brought, as far as it says so
 */
struct outcome {
	bool pec;
	long result;
	long messages;
	struct sim_message log[TWIN_LOG_MAX];
	size_t size;
	uint8_t data[TWIN_DATA_MAX];
};

/** step_run - make the call; as system calls return, -1 and errno when it fails */
typedef long (*step_run)(const struct side *side, struct outcome *outcome, const void *with);

/**
 * twin_run() - make a call and look at what came of it
 * @fault: of the bus, while the call runs; or NULL
 * @with:  handed to @run
 *
 * Before it the chip's pointer and the descriptor's settings are as at first.
 */
void twin_run(const struct side *side, const char *fault, step_run run, const void *with,
	      struct outcome *outcome);

bool twin_same_traffic(const struct outcome *a, const struct outcome *b);
bool twin_same_data(const struct outcome *a, const struct outcome *b);

/*
 * Calls that any file may be asked for; @with is a size_t for read and write, an
 * int for lseek (from where), setfl (flags to add) and mmap (flags).
 */
long run_read(const struct side *side, struct outcome *outcome, const void *with);
long run_read_nowhere(const struct side *side, struct outcome *outcome, const void *with);
long run_write(const struct side *side, struct outcome *outcome, const void *with);
long run_write_nowhere(const struct side *side, struct outcome *outcome, const void *with);
long run_readv(const struct side *side, struct outcome *outcome, const void *with);
long run_writev(const struct side *side, struct outcome *outcome, const void *with);
long run_pread(const struct side *side, struct outcome *outcome, const void *with);
long run_pwrite(const struct side *side, struct outcome *outcome, const void *with);
long run_lseek(const struct side *side, struct outcome *outcome, const void *with);
long run_poll(const struct side *side, struct outcome *outcome, const void *with);
long run_epoll(const struct side *side, struct outcome *outcome, const void *with);
long run_fstat(const struct side *side, struct outcome *outcome, const void *with);
long run_getfl(const struct side *side, struct outcome *outcome, const void *with);
long run_setfl(const struct side *side, struct outcome *outcome, const void *with);
long run_mmap(const struct side *side, struct outcome *outcome, const void *with);
long run_reopen(const struct side *side, struct outcome *outcome, const void *with);
long run_fsync(const struct side *side, struct outcome *outcome, const void *with);
long run_ftruncate(const struct side *side, struct outcome *outcome, const void *with);
long run_fallocate(const struct side *side, struct outcome *outcome, const void *with);
long run_flock(const struct side *side, struct outcome *outcome, const void *with);

#endif /* TESTS_TWIN_H */
