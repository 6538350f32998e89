/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * What goes out of scope is given back: descriptors, memory, JSON values.
 */
#ifndef DEVCAP_CLEANUP_H
#define DEVCAP_CLEANUP_H

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Closes and forgets; errno stays, for it is often what is reported next. */
static inline void fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

/* The descriptor, which now belongs to the caller. */
static inline int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

static inline void cleanup_free_memory(void *at)
{
	free(*(void **)at);
}

static inline void cleanup_close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

static inline void cleanup_close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static inline void cleanup_put_json(json_t **json)
{
	json_decref(*json);
}

#define cleanup_fd __attribute__((cleanup(fd_close)))
#define cleanup_free __attribute__((cleanup(cleanup_free_memory)))
#define cleanup_file __attribute__((cleanup(cleanup_close_file)))
#define cleanup_dir __attribute__((cleanup(cleanup_close_dir)))
#define cleanup_json __attribute__((cleanup(cleanup_put_json)))

#endif /* DEVCAP_CLEANUP_H */
