/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Memory whose first access sleeps for as long as its owner likes: what a
 * hostile holder passes as an argument.
 */
#ifndef TESTS_STALL_H
#define TESTS_STALL_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct stall - one page that nobody can touch until it is released
 * @page: where it is
 * @size: of it
 * @fd:   the userfaultfd that answers for it, or -1
 */
struct stall {
	void *page;
	size_t size;
	int fd;
};

/** stall_open() - make one; 0, or -1 and errno (ENOSYS, EPERM: no userfaultfd here) */
int stall_open(struct stall *stall);

/** stall_hit() - whether somebody sleeps on it, waiting up to that long for it */
bool stall_hit(const struct stall *stall, int timeout_ms);

/** stall_release() - fill the page, from @data or with zeros; sleepers go on */
int stall_release(const struct stall *stall, const void *data, size_t size);

/** stall_close() - sleepers go on as well, with zeros */
void stall_close(struct stall *stall);

#endif /* TESTS_STALL_H */
