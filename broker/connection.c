// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * How a devcap command talks to devcapd.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "cleanup.h"
#include "connection.h"
#include "message.h"

/* devcapd never waits for anything: an answer that takes longer does not come. */
#define PATIENCE_SECONDS 10

static const char *socket_path(void)
{
	const char *path = getenv("DEVCAP_SOCKET");

	return path && *path ? path : MESSAGE_SOCKET_PATH;
}

static int explain(const char *path, struct error *error)
{
	switch (errno) {
	case ENOENT:
	case ECONNREFUSED:
		return error_set(error, ERROR_DAEMON,
				 "%s: devcapd is not running; start it with `systemctl start "
				 "devcapd`, or `devcapd` as root",
				 path);
	case EACCES:
	case EPERM:
		return error_set(
			error, ERROR_DAEMON,
			"%s: permission denied; only root and the group devcap may talk to devcapd",
			path);
	default:
		return error_set(error, ERROR_DAEMON, "%s: %s", path, strerror(errno));
	}
}

int connection_open(struct error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = socket_path();
	cleanup_fd int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path))
		return error_set(error, ERROR_USAGE, "DEVCAP_SOCKET: longer than %zu characters",
				 sizeof(address.sun_path) - 1);
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		return explain(path, error);
	connection_patience(fd, PATIENCE_SECONDS);
	return fd_take(&fd);
}

void connection_patience(int connection, unsigned int seconds)
{
	const struct timeval patience = {.tv_sec = seconds};

	setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

static json_t *receive(int connection, int *fds, size_t room, size_t *count, struct error *error)
{
	json_t *message;
	int received, resets = 0;

	/* A hang-up is told first; what was said before it is still there. */
	do
		received = message_receive(connection, &message, fds, room, count);
	while (received < 0 && (errno == EINTR || (errno == ECONNRESET && !resets++)));
	if (received > 0)
		return message;
	if (!received || errno == ECONNRESET)
		error_set(error, ERROR_DAEMON, "%s: devcapd closed the connection; is it stopping?",
			  socket_path());
	else if (errno == EAGAIN)
		error_set(error, ERROR_DAEMON, "%s: devcapd does not answer", socket_path());
	else
		error_set(error, ERROR_DAEMON, "%s: %s", socket_path(),
			  errno == EPROTO ? "an answer that this devcap does not understand"
					  : strerror(errno));
	return NULL;
}

json_t *connection_next(int connection, struct error *error)
{
	size_t count;

	return receive(connection, NULL, 0, &count, error);
}

json_t *connection_ask(int connection, json_t *request, int *fds, size_t room, size_t *count,
		       struct error *error)
{
	cleanup_json json_t *owned = must(request);
	const char *kind, *text;
	json_t *reply;
	size_t got = 0;

	/* When devcapd hung up it may have said why: its answer tells more than EPIPE. */
	if (message_send(connection, owned, NULL, 0) && errno != EPIPE) {
		error_set(error, ERROR_DAEMON, "%s: %s", socket_path(), strerror(errno));
		return NULL;
	}
	reply = receive(connection, fds, room, &got, error);
	if (count)
		*count = got;
	if (!reply || json_is_true(json_object_get(reply, "ok")))
		return reply;
	kind = json_string_value(json_object_get(reply, "error"));
	text = json_string_value(json_object_get(reply, "text"));
	error_set(error, error_kind_parse(kind ? kind : ""), "%s", text ? text : "devcapd refused");
	json_decref(reply);
	return NULL;
}
