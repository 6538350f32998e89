// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The ioctls of /dev/devcap.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ledger.h"

int ledger_open(struct error *error)
{
	int fd = open(LEDGER_PATH, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		return fd;
	switch (errno) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return error_set(error, ERROR_FAILED,
				 LEDGER_PATH
				 ": the kernel module devcap is not loaded; `modprobe devcap`");
	case EACCES:
	case EPERM:
		return error_set(error, ERROR_FAILED, LEDGER_PATH ": %s; devcapd runs as root",
				 strerror(errno));
	default:
		return error_set(error, ERROR_FAILED, LEDGER_PATH ": %s", strerror(errno));
	}
}

int ledger_narrow(int ledger, int parent, const struct rule *rule, const char *label,
		  struct ledger_narrowed *narrowed)
{
	_Alignas(8) unsigned char wire[DEVCAP_RULE_SIZE_MAX];
	struct devcap_narrow args = {
		.size = sizeof(args),
		.parent_fd = parent,
		.rule = (uintptr_t)wire,
	};

	if (rule_encode(rule, wire, sizeof(wire)) > sizeof(wire)) {
		errno = E2BIG;
		return -1;
	}
	strncpy(args.label, label, sizeof(args.label) - 1);
	narrowed->fd = ioctl(ledger, DEVCAP_NARROW, &args);
	narrowed->id = args.id;
	narrowed->reason = (enum devcap_reason)args.reason;
	return narrowed->fd < 0 ? -1 : 0;
}

int ledger_revoke(int ledger, uint64_t id, unsigned int flags)
{
	struct devcap_revoke args = {.size = sizeof(args), .flags = flags, .id = id};

	return ioctl(ledger, DEVCAP_REVOKE, &args);
}

int ledger_stat(int ledger, uint64_t id, struct devcap_stat *stat)
{
	*stat = (struct devcap_stat){.size = sizeof(*stat), .id = id};
	return ioctl(ledger, DEVCAP_STAT, stat);
}

ssize_t ledger_list(int ledger, uint64_t after, uint64_t *ids, size_t room)
{
	struct devcap_list args = {
		.size = sizeof(args),
		.count = room > DEVCAP_LIST_MAX ? DEVCAP_LIST_MAX : (__u32)room,
		.after = after,
		.ids = (uintptr_t)ids,
	};

	return ioctl(ledger, DEVCAP_LIST, &args) < 0 ? -1 : (ssize_t)args.count;
}

ssize_t ledger_read(int ledger, struct devcap_event *events, size_t room)
{
	ssize_t size = read(ledger, events, room * sizeof(*events));

	return size < 0 ? -1 : size / (ssize_t)sizeof(*events);
}
