// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench_rung.h"
#include "cleanup.h"

/* ------------------------------------------------------------------------- */
/* The side that asks                                                        */

static void become(char *const argv[], int in, int out)
{
	signal(SIGPIPE, SIG_DFL);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(EXIT_CODE_DEVCAP);
	execv(argv[0], argv);
	fprintf(stderr, "devcap: %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_CODE_NO_FILE);
}

int rung_start(struct rung *rung, const char *name, char *const argv[], struct error *error)
{
	int to[2] = { -1, -1 }, from[2] = { -1, -1 };

	*rung = (struct rung){ .name = name, .to = -1, .from = -1 };
	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		goto fail;
	rung->pid = fork();
	if (rung->pid < 0)
		goto fail;
	if (!rung->pid)
		become(argv, to[0], from[1]);
	fd_close(&to[0]);
	fd_close(&from[1]);
	rung->to = to[1];
	rung->from = from[0];
	return 0;

fail:
	error_set(error, ERROR_FAILED, "rung %s: %s", name, strerror(errno));
	fd_close(&to[0]);
	fd_close(&to[1]);
	fd_close(&from[0]);
	fd_close(&from[1]);
	rung->pid = 0;
	return -1;
}

static int read_all(int fd, void *to, size_t size)
{
	while (size) {
		ssize_t got = read(fd, to, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		to = (char *)to + got;
		size -= (size_t)got;
	}
	return 0;
}

int rung_ask(struct rung *rung, const char *what, size_t count, struct samples *samples,
	     struct error *error)
{
	uint64_t *at = samples_extend(samples, count);
	size_t i;

	if (dprintf(rung->to, "%s%zu\n", what, count) < 0 ||
	    read_all(rung->from, at, count * sizeof(*at))) {
		samples->count -= count;
		return error_set(error, ERROR_FAILED,
				 "rung %s: it ended before it answered; its message is above",
				 rung->name);
	}
	for (i = 0; i < count; i++)
		at[i] = le64toh(at[i]);
	return 0;
}

void rung_stop(struct rung *rung)
{
	if (rung->pid <= 0)
		return;
	fd_close(&rung->to);
	fd_close(&rung->from);
	while (waitpid(rung->pid, NULL, 0) < 0 && errno == EINTR)
		;
	rung->pid = 0;
}

/* ------------------------------------------------------------------------- */
/* The side that answers                                                     */

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static int take_samples(uint64_t *to, size_t count, int (*operation)(void *), void *context)
{
	size_t i;

	for (i = 0; i < count; i++) {
		uint64_t start = now();
		int failed = operation ? operation(context) : 0;

		to[i] = htole64(now() - start);
		if (failed)
			return failed;
	}
	return 0;
}

static int answer(const char *line, int (*operation)(void *), void *context)
{
	cleanup_free uint64_t *samples = NULL;
	size_t count;
	int failed;

	if (!strncmp(line, "clock ", strlen("clock "))) {
		line += strlen("clock ");
		operation = NULL;
	}
	count = strtoul(line, NULL, 10);
	samples = must(calloc(count ? count : 1, sizeof(*samples)));
	failed = take_samples(samples, count, operation, context);
	if (failed)
		return failed;
	return fwrite(samples, sizeof(*samples), count, stdout) == count && !fflush(stdout) ?
	       0 : EPIPE;
}

int rung_serve(int (*operation)(void *context), void *context)
{
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		int failed = answer(line, operation, context);

		if (failed) {
			fprintf(stderr, "devcap: the measured operation: %s\n", strerror(failed));
			return EXIT_CODE_DEVCAP;
		}
	}
	return EXIT_CODE_SUCCESS;
}
