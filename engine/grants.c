// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The grants of this process, by the systemd convention. Never takes a descriptor
 * that wasn't meant for this process, and never one without a name.
 */
#include "grants.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool parse_number(const char *text, unsigned long max, unsigned long *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoul(text, &end, 10);
	return !errno && !*end && *number <= max;
}

/* Whether the variables are there and meant for this process. */
static bool is_ours(void)
{
	const char *pid = getenv("LISTEN_PID");
	unsigned long number;

	if (!getenv("LISTEN_FDS"))
		return false;
	return !pid || (parse_number(pid, INT32_MAX, &number) && number == (unsigned long)getpid());
}

static bool take(struct grants *grants, const char *name, char *reason, size_t reason_size)
{
	const int fd = grants_fd(grants->count);
	size_t i;

	if (!*name) {
		snprintf(reason, reason_size,
			 "LISTEN_FDNAMES: descriptor %d has no name; each grant needs one", fd);
		return false;
	}
	for (i = 0; i < grants->count; i++) {
		if (strcmp(grants->names[i], name))
			continue;
		snprintf(reason, reason_size, "LISTEN_FDNAMES: two grants are named `%s`", name);
		return false;
	}
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		snprintf(reason, reason_size, "grant `%s`: descriptor %d is not open", name, fd);
		return false;
	}
	grants->names[grants->count++] = name;
	return true;
}

bool grants_inherit(struct grants *grants, char *reason, size_t reason_size)
{
	unsigned long count;
	char *names;

	grants->count = 0;
	if (!is_ours())
		return true;
	if (!parse_number(getenv("LISTEN_FDS"), GRANTS_MAX, &count)) {
		snprintf(reason, reason_size, "LISTEN_FDS=%s: not a number up to %d",
			 getenv("LISTEN_FDS"), GRANTS_MAX);
		return false;
	}
	names = getenv("LISTEN_FDNAMES");
	while (grants->count < count) {
		const char *name = names ? strsep(&names, ":") : "";

		if (!take(grants, name, reason, reason_size))
			return false;
	}
	if (names && count) {
		snprintf(reason, reason_size, "LISTEN_FDNAMES: more names than LISTEN_FDS=%lu",
			 count);
		return false;
	}
	return true;
}

int grants_fd(size_t grant)
{
	return GRANTS_FIRST_FD + (int)grant;
}

bool grants_have_fd(const struct grants *grants, int fd)
{
	return fd >= GRANTS_FIRST_FD && (size_t)(fd - GRANTS_FIRST_FD) < grants->count;
}
