// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The cache of compiled components. Loading compiled code that somebody else
 * wrote is running his code: the directory is its owner's alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "cache.h"
#include "cleanup.h"
#include "digest.h"
#include "launch.h"

#define COMPILER "devcap-compile"
#define SYSTEM_CACHE "/var/cache/devcap"

/* The compiler's own exit status for a component that it does not accept. */
#define COMPILER_REFUSED 1

#define NAME_SIZE (DIGEST_SIZE + 16)

/* ------------------------------------------------------------------------- */
/* Files                                                                     */

static int open_component(const char *path, struct error *error)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat stat;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return error_set(error, ERROR_NO_FILE, "%s: not found", path);
	if (fd < 0 || fstat(fd, &stat))
		return error_set(error, ERROR_UNRUNNABLE, "%s: %s", path, strerror(errno));
	if (!S_ISREG(stat.st_mode))
		return error_set(error, ERROR_UNRUNNABLE,
				 "%s: not a regular file; a component is a .wasm file", path);
	return fd_take(&fd);
}

static int make_path(char *path)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return mkdir(path, 0700) && errno != EEXIST ? -1 : 0;
}

/* The directory, if nobody else can write there; -1: do without. */
static int open_directory(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	cleanup_fd int fd = -1;
	char path[PATH_MAX];
	struct stat stat;

	if (!geteuid())
		snprintf(path, sizeof(path), SYSTEM_CACHE);
	else if (cache && *cache == '/')
		snprintf(path, sizeof(path), "%s/devcap/components", cache);
	else if (home && *home == '/')
		snprintf(path, sizeof(path), "%s/.cache/devcap/components", home);
	else
		return -1;
	if (make_path(path))
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &stat) || stat.st_uid != geteuid() || stat.st_mode & 022)
		return -1;
	return fd_take(&fd);
}

/* A sealed copy that has this digest: its owner can change the file, not the copy. */
static int copy_component(int component, const char *path, const char *digest, struct error *error)
{
	cleanup_fd int copy = memfd_create("devcap-component", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	char copied[DIGEST_SIZE];
	off_t offset = 0;
	ssize_t length;

	if (copy < 0)
		goto fail;
	for (;;) {
		char block[65536];

		length = pread(component, block, sizeof(block), offset);
		if (length <= 0)
			break;
		if (write(copy, block, (size_t)length) != length)
			goto fail;
		offset += length;
	}
	if (length < 0 || fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) ||
	    digest_file(copy, copied) || lseek(copy, 0, SEEK_SET))
		goto fail;
	if (strcmp(copied, digest))
		return error_set(error, ERROR_FAILED,
				 "%s: it was changed while it was read; try again", path);
	return fd_take(&copy);
fail:
	return error_set(error, ERROR_FAILED, "%s: %s", path, strerror(errno));
}

/* ------------------------------------------------------------------------- */
/* Compiling                                                                 */

static int explain_compiler(const char *path, int status, const char *said, struct error *error)
{
	const char *prefix = COMPILER ": ";

	if (!strncmp(said, prefix, strlen(prefix)))
		said += strlen(prefix);
	if (status == COMPILER_REFUSED)
		return error_set(error, ERROR_UNRUNNABLE, "%s: %s", path,
				 *said ? said : "not a component");
	if (status > 128)
		return error_set(error, ERROR_FAILED, "%s: " COMPILER " was ended by signal %d",
				 path, status - 128);
	return error_set(error, ERROR_FAILED, "%s: " COMPILER " failed: %s", path,
			 *said ? said : "it says nothing");
}

static int compile(int component, const char *digest, const char *path, int out,
		   struct error *error)
{
	cleanup_fd int copy = copy_component(component, path, digest, error);
	char said[384];
	int status;

	if (copy < 0)
		return -1;
	status = launch_child(COMPILER, copy, out, said, sizeof(said), error);
	if (status < 0)
		return -1;
	return status ? explain_compiler(path, status, said, error) : 0;
}

/* What identifies the code that would come out: the component and its compiler. */
static int make_key(const char *digest, char key[DIGEST_SIZE], struct error *error)
{
	char both[2 * DIGEST_SIZE], compiler[DIGEST_SIZE], path[PATH_MAX];
	cleanup_fd int found = launch_find(COMPILER, path, error), readable = -1;

	if (found < 0)
		return -1;
	readable = open(path, O_RDONLY | O_CLOEXEC);
	if (readable < 0 || digest_program(readable, compiler))
		return error_set(error, ERROR_FAILED, "%s: %s", path, strerror(errno));
	snprintf(both, sizeof(both), "%s %s", digest, compiler);
	digest_bytes(both, strlen(both), key);
	return 0;
}

/* ------------------------------------------------------------------------- */
/* Kept code                                                                 */

/* The code that is kept under @key, unless it is not what was stored. */
static int look_up(int directory, const char *key)
{
	char name[NAME_SIZE], stored[DIGEST_SIZE] = "", found[DIGEST_SIZE];
	cleanup_fd int index = -1, code = -1;

	snprintf(name, sizeof(name), "%s.index", key);
	index = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (index < 0 || read(index, stored, DIGEST_SIZE - 1) != DIGEST_SIZE - 1)
		return -1;
	if (strspn(stored, "0123456789abcdef") != DIGEST_SIZE - 1)
		return -1;
	snprintf(name, sizeof(name), "%s.cwasm", stored);
	code = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (code < 0 || digest_file(code, found) || strcmp(stored, found))
		return -1;
	return fd_take(&code);
}

static int new_file(int directory, char *name)
{
	static unsigned int serial;

	snprintf(name, NAME_SIZE, ".new-%d-%u", getpid(), serial++);
	unlinkat(directory, name, 0);
	return openat(directory, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static int put_index(int directory, const char *key, const char *digest)
{
	char new_name[NAME_SIZE], name[NAME_SIZE];
	cleanup_fd int fd = new_file(directory, new_name);

	snprintf(name, sizeof(name), "%s.index", key);
	if (fd < 0)
		return -1;
	if (dprintf(fd, "%s\n", digest) == DIGEST_SIZE && !fsync(fd) &&
	    !renameat(directory, new_name, directory, name))
		return 0;
	unlinkat(directory, new_name, 0);
	return -1;
}

/* First the code under its own digest, then the index that leads to it. */
static int store(int directory, const char *key, int code, const char *new_name)
{
	char digest[DIGEST_SIZE], name[NAME_SIZE];

	if (fsync(code) || digest_file(code, digest))
		return -1;
	snprintf(name, sizeof(name), "%s.cwasm", digest);
	if (renameat(directory, new_name, directory, name))
		return -1;
	return put_index(directory, key, digest);
}

static int compile_and_keep(int directory, const char *key, int component, const char *digest,
			    const char *path, struct error *error)
{
	char new_name[NAME_SIZE];
	cleanup_fd int code = new_file(directory, new_name);
	int kept = -1;

	if (code < 0)
		return error_set(error, ERROR_FAILED, "cache of compiled components: %s",
				 strerror(errno));
	if (compile(component, digest, path, code, error)) {
		unlinkat(directory, new_name, 0);
		return -1;
	}
	if (!store(directory, key, code, new_name))
		kept = look_up(directory, key);
	if (kept < 0) {
		unlinkat(directory, new_name, 0);
		error_set(error, ERROR_FAILED,
			  "cache of compiled components: what was stored can't be read back (%s)",
			  strerror(errno));
	}
	return kept;
}

/* Without a cache: code in memory, read-only for whoever gets it. */
static int compile_only(int component, const char *digest, const char *path, struct error *error)
{
	cleanup_fd int code = memfd_create("devcap-code", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (code < 0)
		return error_set(error, ERROR_FAILED, "%s: %s", path, strerror(errno));
	if (compile(component, digest, path, code, error))
		return -1;
	if (fcntl(code, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) ||
	    lseek(code, 0, SEEK_SET))
		return error_set(error, ERROR_FAILED, "%s: %s", path, strerror(errno));
	return fd_take(&code);
}

int cache_get(const char *path, struct error *error)
{
	cleanup_fd int component = -1, directory = -1;
	char digest[DIGEST_SIZE], key[DIGEST_SIZE];
	int code;

	component = open_component(path, error);
	if (component < 0)
		return -1;
	if (digest_file(component, digest))
		return error_set(error, ERROR_UNRUNNABLE, "%s: %s", path, strerror(errno));
	directory = open_directory();
	if (directory < 0)
		return compile_only(component, digest, path, error);
	if (make_key(digest, key, error))
		return -1;
	code = look_up(directory, key);
	if (code >= 0)
		return code;
	return compile_and_keep(directory, key, component, digest, path, error);
}

int cache_compile(const char *path, int out, struct error *error)
{
	cleanup_fd int component = open_component(path, error);
	char digest[DIGEST_SIZE];

	if (component < 0)
		return -1;
	if (digest_file(component, digest))
		return error_set(error, ERROR_UNRUNNABLE, "%s: %s", path, strerror(errno));
	return compile(component, digest, path, out, error);
}
