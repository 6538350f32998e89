// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stall.h"

static int register_page(struct stall *stall)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = (unsigned long)stall->page, .len = stall->size },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	stall->fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (stall->fd < 0)
		return -1;
	if (ioctl(stall->fd, UFFDIO_API, &api) || ioctl(stall->fd, UFFDIO_REGISTER, &range)) {
		close(stall->fd);
		return -1;
	}
	return 0;
}

int stall_open(struct stall *stall)
{
	stall->fd = -1;
	stall->size = sysconf(_SC_PAGESIZE);
	stall->page = mmap(NULL, stall->size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stall->page == MAP_FAILED)
		return -1;
	/* Before any fault: a page that is there never asks. */
	if (register_page(stall)) {
		munmap(stall->page, stall->size);
		stall->fd = -1;
		return -1;
	}
	return 0;
}

bool stall_hit(const struct stall *stall, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = stall->fd, .events = POLLIN };
	struct uffd_msg message;

	return poll(&poll_fd, 1, timeout_ms) == 1 &&
	       read(stall->fd, &message, sizeof(message)) == sizeof(message);
}

int stall_release(const struct stall *stall, const void *data, size_t size)
{
	void *source = calloc(1, stall->size);
	struct uffdio_copy copy = {
		.dst = (unsigned long)stall->page,
		.src = (unsigned long)source,
		.len = stall->size,
	};
	int result;

	if (!source)
		return -1;
	if (data)
		memcpy(source, data, size);
	result = ioctl(stall->fd, UFFDIO_COPY, &copy);
	free(source);
	return result;
}

void stall_close(struct stall *stall)
{
	if (stall->fd >= 0)
		close(stall->fd);
	munmap(stall->page, stall->size);
	stall->fd = -1;
}
