// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * JSON messages and descriptors over a socket. Knows no request.
 */
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "cleanup.h"
#include "error.h"
#include "message.h"

#define CONTROL_SIZE CMSG_SPACE(sizeof(int) * MESSAGE_GRANTS_MAX)

int message_send(int socket, const json_t *message, const int *fds, size_t count)
{
	_Alignas(struct cmsghdr) char control[CONTROL_SIZE];
	cleanup_free char *text = must(json_dumps(message, JSON_COMPACT));
	struct iovec part = {.iov_base = text, .iov_len = strlen(text)};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	struct cmsghdr *rights;

	if (part.iov_len > MESSAGE_SIZE_MAX || count > MESSAGE_GRANTS_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	if (count) {
		memset(control, 0, sizeof(control));
		header.msg_control = control;
		header.msg_controllen = CMSG_SPACE(sizeof(int) * count);
		rights = CMSG_FIRSTHDR(&header);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(rights), fds, sizeof(int) * count);
	}
	return sendmsg(socket, &header, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* All descriptors of a message; those above @room are closed, but counted. */
static size_t take_descriptors(struct msghdr *header, int *fds, size_t room)
{
	struct cmsghdr *part;
	size_t found = 0, count, i;

	for (part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
			if (found < room)
				fds[found] = fd;
			else
				close(fd);
			found++;
		}
	}
	return found;
}

int message_receive(int socket, json_t **message, int *fds, size_t room, size_t *count)
{
	_Alignas(struct cmsghdr) char control[CONTROL_SIZE];
	cleanup_free char *text = must(malloc(MESSAGE_SIZE_MAX));
	struct iovec part = {.iov_base = text, .iov_len = MESSAGE_SIZE_MAX};
	struct msghdr header = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		/* Who has no room takes none: to close them here could take long. */
		.msg_control = room ? control : NULL,
		.msg_controllen = room ? sizeof(control) : 0,
	};
	ssize_t size;
	size_t found, i;

	*message = NULL;
	*count = 0;
	size = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
	if (size < 0)
		return -1;
	found = take_descriptors(&header, fds, room);
	if (!size && !found)
		return 0;
	if (!(header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) && found <= room)
		*message = json_loadb(text, (size_t)size, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(*message)) {
		*count = found;
		return 1;
	}
	for (i = 0; i < found && i < room; i++)
		close(fds[i]);
	json_decref(*message);
	*message = NULL;
	errno = EPROTO;
	return -1;
}
