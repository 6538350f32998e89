// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Everything between the last line of a devcap command and the first of the
 * program that takes its place.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "launch.h"

#define FIRST_FD 3
#define NOBODY 65534

int launch_find(const char *program, char *path, struct error *error)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;
	int fd;

	if (length > 0) {
		self[length] = '\0';
		slash = strrchr(self, '/');
		if (snprintf(path, PATH_MAX, "%.*s/%s", (int)(slash - self), self, program) <
		    PATH_MAX) {
			fd = open(path, O_PATH | O_CLOEXEC);
			if (fd >= 0)
				return fd;
		}
	}
	snprintf(path, PATH_MAX, DEVCAP_LIBEXECDIR "/%s", program);
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return error_set(error, ERROR_FAILED,
				 "%s: %s; it is a part of devcap: install it again", path,
				 strerror(errno));
	return fd;
}

/* ------------------------------------------------------------------------- */
/* Descriptors                                                               */

static int set_names(const char *const *names, size_t count)
{
	cleanup_free char *joined = NULL;
	size_t size = 1, i;
	char number[32];

	for (i = 0; i < count; i++)
		size += strlen(names[i]) + 1;
	joined = must(calloc(1, size));
	for (i = 0; i < count; i++) {
		if (i)
			strcat(joined, ":");
		strcat(joined, names[i]);
	}
	snprintf(number, sizeof(number), "%d", getpid());
	if (setenv("LISTEN_PID", number, 1))
		return -1;
	snprintf(number, sizeof(number), "%zu", count);
	if (setenv("LISTEN_FDS", number, 1))
		return -1;
	return setenv("LISTEN_FDNAMES", joined, 1);
}

int launch_place(const int *fds, const char *const *names, size_t count, int extra,
		 struct error *error)
{
	const int end = FIRST_FD + (int)count + (extra >= 0);
	size_t i, total = count + (extra >= 0);
	int aside[256];

	if (total > sizeof(aside) / sizeof(aside[0]))
		return error_set(error, ERROR_LIMIT, "descriptors: more than %zu",
				 sizeof(aside) / sizeof(aside[0]));
	/* Out of the way first: a place may be another one's descriptor. */
	for (i = 0; i < total; i++) {
		aside[i] = fcntl(i < count ? fds[i] : extra, F_DUPFD_CLOEXEC, end);
		if (aside[i] < 0)
			goto fail;
	}
	for (i = 0; i < total; i++)
		if (dup2(aside[i], FIRST_FD + (int)i) < 0)
			goto fail;
	if (close_range((unsigned int)end, ~0U, CLOSE_RANGE_CLOEXEC) || set_names(names, count))
		goto fail;
	return 0;
fail:
	return error_set(error, ERROR_FAILED, "descriptors: %s", strerror(errno));
}

/* ------------------------------------------------------------------------- */
/* Rights                                                                    */

static int drop_bounding_set(void)
{
	int capability;

	for (capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
			return -1;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

/* Leaving uid 0 does that, unless the caller's securebits keep it from it. */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	return (int)syscall(SYS_capset, &head, none);
}

int launch_confine(struct error *error)
{
	const struct passwd *user;
	uid_t uid = NOBODY;
	gid_t gid = NOBODY;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		goto fail;
	/* An ordinary user is confined to itself: there is nothing to drop. */
	if (geteuid())
		return 0;
	user = getpwnam(LAUNCH_ENGINE_USER);
	if (user && user->pw_uid) {
		uid = user->pw_uid;
		gid = user->pw_gid;
	}
	if (drop_bounding_set() || setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid) || drop_capabilities() || chdir("/"))
		goto fail;
	return 0;
fail:
	return error_set(error, ERROR_FAILED, "user %u: %s", uid, strerror(errno));
}

int launch_become(const char *name, struct error *error)
{
	const struct passwd *user;

	errno = 0;
	user = getpwnam(name);
	if (!user)
		return error_set(error, ERROR_USAGE, "--user %s: no such user", name);
	if (initgroups(name, user->pw_gid) || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid))
		return error_set(error, ERROR_FAILED, "--user %s: %s", name, strerror(errno));
	setenv("HOME", user->pw_dir, 1);
	setenv("USER", user->pw_name, 1);
	setenv("LOGNAME", user->pw_name, 1);
	return 0;
}

void launch_clean_environment(void)
{
	static const char *const names[] = {"LANG", "LC_ALL", "TERM", "TZ", "NO_COLOR"};
	enum { NAMES = sizeof(names) / sizeof(names[0]) };
	char *values[NAMES];
	size_t i;

	for (i = 0; i < NAMES; i++) {
		const char *value = getenv(names[i]);

		values[i] = value ? must(strdup(value)) : NULL;
	}
	clearenv();
	for (i = 0; i < NAMES; i++) {
		if (values[i])
			setenv(names[i], values[i], 1);
		free(values[i]);
	}
}

/* ------------------------------------------------------------------------- */
/* A child                                                                   */

static void become_child(int program, const char *path, int in, int out, int err)
	__attribute__((noreturn));

static void become_child(int program, const char *path, int in, int out, int err)
{
	static const struct rlimit no_core;
	char *const arguments[] = {(char *)path, NULL};
	struct error error;

	/* The three are above 2: launch_child() saw to it. */
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 ||
	    close_range(FIRST_FD, ~0U, CLOSE_RANGE_CLOEXEC))
		_exit(EXIT_CODE_DEVCAP);
	setrlimit(RLIMIT_CORE, &no_core);
	launch_clean_environment();
	if (launch_confine(&error)) {
		dprintf(2, "%s\n", error.text);
		_exit(EXIT_CODE_DEVCAP);
	}
	fexecve(program, arguments, environ);
	dprintf(2, "%s: %s\n", path, strerror(errno));
	_exit(EXIT_CODE_DEVCAP);
}

/* All of it is read, so that nobody is stopped by a full pipe; the first line is kept. */
static void read_line(int fd, char *line, size_t size)
{
	char block[512];
	size_t used = 0;
	ssize_t length;

	while ((length = read(fd, block, sizeof(block))) > 0 || (length < 0 && errno == EINTR)) {
		if (length < 0)
			continue;
		if ((size_t)length > size - 1 - used)
			length = (ssize_t)(size - 1 - used);
		memcpy(line + used, block, (size_t)length);
		used += (size_t)length;
	}
	line[used] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

int launch_child(const char *program, int in, int out, char *said, size_t size, struct error *error)
{
	cleanup_fd int binary = -1, reader = -1, writer = -1;
	char path[PATH_MAX];
	int ends[2], status;
	pid_t pid;

	binary = launch_find(program, path, error);
	if (binary < 0)
		return -1;
	if (pipe2(ends, O_CLOEXEC))
		return error_set(error, ERROR_FAILED, "pipe: %s", strerror(errno));
	reader = ends[0];
	writer = ends[1];
	pid = fork();
	if (pid < 0)
		return error_set(error, ERROR_FAILED, "fork: %s", strerror(errno));
	if (!pid)
		become_child(binary, path, in, out, writer);
	fd_close(&writer);
	read_line(reader, said, size);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_set(error, ERROR_FAILED, "%s: %s", path, strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
