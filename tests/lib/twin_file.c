// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "twin.h"

long run_read(const struct side *side, struct outcome *outcome, const void *with)
{
	outcome->size = TWIN_DATA_MAX;
	return read(side->fd, outcome->data, *(const size_t *)with);
}

long run_read_nowhere(const struct side *side, struct outcome *outcome, const void *with)
{
	return read(side->fd, (void *)8, *(const size_t *)with);
}

long run_write(const struct side *side, struct outcome *outcome, const void *with)
{
	static uint8_t data[TWIN_DATA_MAX] = { 0x20, 1, 2, 3 };

	return write(side->fd, data, *(const size_t *)with);
}

long run_write_nowhere(const struct side *side, struct outcome *outcome, const void *with)
{
	return write(side->fd, (void *)8, *(const size_t *)with);
}

long run_readv(const struct side *side, struct outcome *outcome, const void *with)
{
	struct iovec vector[2] = { { outcome->data, 1 }, { outcome->data + 1, 2 } };

	outcome->size = 3;
	return readv(side->fd, vector, 2);
}

long run_writev(const struct side *side, struct outcome *outcome, const void *with)
{
	uint8_t data[] = { 0x30, 1, 2 };
	struct iovec vector[2] = { { data, 1 }, { data + 1, 2 } };

	return writev(side->fd, vector, 2);
}

long run_pread(const struct side *side, struct outcome *outcome, const void *with)
{
	return pread(side->fd, outcome->data, 1, 0);
}

long run_pwrite(const struct side *side, struct outcome *outcome, const void *with)
{
	return pwrite(side->fd, "\x10", 1, 0);
}

long run_lseek(const struct side *side, struct outcome *outcome, const void *with)
{
	return lseek(side->fd, 0, *(const int *)with);
}

long run_poll(const struct side *side, struct outcome *outcome, const void *with)
{
	struct pollfd poll_fd = { .fd = side->fd, .events = ~0 };
	long result = poll(&poll_fd, 1, 0);

	memcpy(outcome->data, &poll_fd.revents, sizeof(poll_fd.revents));
	outcome->size = sizeof(poll_fd.revents);
	return result;
}

long run_epoll(const struct side *side, struct outcome *outcome, const void *with)
{
	int epoll = epoll_create1(0), error;
	struct epoll_event event = { .events = EPOLLIN };
	long result = epoll_ctl(epoll, EPOLL_CTL_ADD, side->fd, &event);

	error = errno;
	close(epoll);
	errno = error;
	return result;
}

long run_fstat(const struct side *side, struct outcome *outcome, const void *with)
{
	struct stat stat;
	long result = fstat(side->fd, &stat);

	memcpy(outcome->data, &stat.st_mode, sizeof(stat.st_mode));
	outcome->size = sizeof(stat.st_mode);
	return result;
}

long run_getfl(const struct side *side, struct outcome *outcome, const void *with)
{
	int flags = fcntl(side->fd, F_GETFL);

	memcpy(outcome->data, &flags, sizeof(flags));
	outcome->size = sizeof(flags);
	return flags < 0 ? -1 : 0;
}

long run_setfl(const struct side *side, struct outcome *outcome, const void *with)
{
	int flags = fcntl(side->fd, F_GETFL);
	long result = fcntl(side->fd, F_SETFL, flags | *(const int *)with);

	fcntl(side->fd, F_SETFL, flags);
	return result;
}

long run_mmap(const struct side *side, struct outcome *outcome, const void *with)
{
	void *map = mmap(NULL, 4096, PROT_READ, *(const int *)with, side->fd, 0);

	return map == MAP_FAILED ? -1 : 0;
}

long run_reopen(const struct side *side, struct outcome *outcome, const void *with)
{
	char path[40];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", side->fd);
	fd = open(path, O_RDWR);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

long run_fsync(const struct side *side, struct outcome *outcome, const void *with)
{
	return fsync(side->fd);
}

long run_ftruncate(const struct side *side, struct outcome *outcome, const void *with)
{
	return ftruncate(side->fd, 0);
}

long run_fallocate(const struct side *side, struct outcome *outcome, const void *with)
{
	return fallocate(side->fd, 0, 0, 1);
}

long run_flock(const struct side *side, struct outcome *outcome, const void *with)
{
	return flock(side->fd, LOCK_EX | LOCK_NB) || flock(side->fd, LOCK_UN) ? -1 : 0;
}
