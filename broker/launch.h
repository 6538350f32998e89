/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * From a devcap command to the program that it becomes: descriptors in their
 * places, no right that is not needed, nothing that leaks.
 */
#ifndef DEVCAP_LAUNCH_H
#define DEVCAP_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

/* The user of engines and compilers; where it is missing, nobody. */
#define LAUNCH_ENGINE_USER "devcap-engine"

/**
 * launch_find() - one of devcap's own programs: beside this one, else installed
 * @path: result, PATH_MAX bytes
 *
 * Returns a descriptor of it (O_PATH), so that it stays the one that was found.
 */
int launch_find(const char *program, char *path, struct error *error);

/**
 * launch_place() - descriptors from 3 on, and LISTEN_* in the environment
 * @fds, @names: @count of them; systemd's convention, see sd_listen_fds(3)
 * @extra:       one more, behind them; -1: none
 *
 * Every other descriptor above 2 will be closed by execve(2). LISTEN_PID is
 * this process: it must be the one that executes the program.
 */
int launch_place(const int *fds, const char *const *names, size_t count, int extra,
		 struct error *error);

/** launch_confine() - for good: another user without groups, no capability, no new privileges */
int launch_confine(struct error *error);

/** launch_become() - a user with its groups, as login does */
int launch_become(const char *user, struct error *error);

/** launch_clean_environment() - nothing but what language and terminal need */
void launch_clean_environment(void);

/**
 * launch_child() - run one of devcap's own programs, confined, and wait for it
 * @in, @out: its standard input and output
 * @said:     what it wrote to standard error, its first line, cut to @size
 *
 * Returns its exit status, or 128 + the signal that ended it; -1: it did not run.
 */
int launch_child(const char *program, int in, int out, char *said, size_t size,
		 struct error *error);

#endif /* DEVCAP_LAUNCH_H */
