/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The grants of this process: descriptors that were inherited by the systemd
 * convention (LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES). Takes no other descriptor.
 */
#ifndef DEVCAP_ENGINE_GRANTS_H
#define DEVCAP_ENGINE_GRANTS_H

#include <stdbool.h>
#include <stddef.h>

/* The first inherited descriptor, as sd_listen_fds(3) has it. */
#define GRANTS_FIRST_FD	3
#define GRANTS_MAX	64

/**
 * struct grants - names and descriptors; a grant is its index
 * @count: how many
 * @names: their names, unique; not owned
 */
struct grants {
	size_t count;
	const char *names[GRANTS_MAX];
};

/*
 * Reads the environment and takes its descriptors: each is checked to be open and made
 * close-on-exec. Keeps pointers into the environment, whose separators it overwrites.
 * False: the reason was written to @reason.
 */
bool grants_inherit(struct grants *grants, char *reason, size_t reason_size);

/* The descriptor of a grant. */
int grants_fd(size_t grant);

/* Whether @fd is a descriptor of a grant. */
bool grants_have_fd(const struct grants *grants, int fd);

#endif
