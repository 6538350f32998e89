// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Connections: who it is, what state it is in, what it is sent. Requests are
 * handled in request.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "client.h"
#include "message.h"
#include "report.h"
#include "request.h"
#include "server.h"

/* Events sent to one client before the others have their turn. */
#define WATCH_BATCH 64

/* ------------------------------------------------------------------------- */
/* Replies                                                                   */

int client_reply(struct client *client, const json_t *reply, const int *fds, size_t count)
{
	return message_send(client->fd, reply, fds, count);
}

static json_t *error_reply(const struct error *error)
{
	return must(json_pack("{s:b,s:s,s:s}", "ok", 0, "error", error_kind_name(error->kind),
			      "text", error->text));
}

int client_reply_error(struct client *client, const struct error *error)
{
	cleanup_json json_t *reply = error_reply(error);

	return client_reply(client, reply, NULL, 0);
}

static void client_be(struct client *client, enum client_state state)
{
	client->state = state;
	/* Without a mask the loop still tells that the other side hung up. */
	sd_event_source_set_io_events(client->io, state == CLIENT_IDLE	     ? EPOLLIN
						  : state == CLIENT_WATCHING ? EPOLLOUT
									     : 0);
	sd_event_source_set_time_relative(client->idle, CLIENT_IDLE_USEC);
	sd_event_source_set_enabled(client->idle,
				    state == CLIENT_IDLE ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

/* ------------------------------------------------------------------------- */
/* Events                                                                    */

static int send_event(struct client *client, json_t *event)
{
	cleanup_json json_t *message = must(json_pack("{s:o}", "event", event));

	return client_reply(client, message, NULL, 0);
}

/* One event, or the count of those it was too slow for; 1: nothing is left. */
static int watch_step(struct client *client)
{
	const struct history *history = &client->server->history;
	struct history_cursor cursor = client->cursor;
	const struct history_record *record;
	uint64_t lost = history_skip(history, &cursor);
	json_t *event;

	if (!client->follow && cursor.lives >= client->until.lives &&
	    cursor.refusals >= client->until.refusals)
		return 1;
	if (lost) {
		event = report_lost(lost);
	} else {
		record = history_next(history, &cursor);
		if (!record)
			return 1;
		event = report_encode(record);
	}
	if (send_event(client, event))
		return -1;
	client->cursor = cursor;
	return 0;
}

static int watch(struct client *client)
{
	cleanup_json json_t *end = NULL;
	int step = 0, i;

	for (i = 0; i < WATCH_BATCH && !step; i++)
		step = watch_step(client);
	if (step < 0)
		return errno == EAGAIN ? 0 : -1;
	if (!step)
		return 0;
	if (client->follow) {
		sd_event_source_set_io_events(client->io, 0);
		return 0;
	}
	end = must(json_pack("{s:b}", "end", 1));
	client_be(client, CLIENT_IDLE);
	return client_reply(client, end, NULL, 0);
}

void client_watch(struct client *client, bool follow)
{
	memset(&client->cursor, 0, sizeof(client->cursor));
	/* What was overwritten before it asked is not its loss. */
	history_skip(&client->server->history, &client->cursor);
	client->follow = follow;
	client->until.lives = client->server->history.lives.count;
	client->until.refusals = client->server->history.refusals.count;
	client_be(client, CLIENT_WATCHING);
}

void client_wake(struct client *client)
{
	if (client->state == CLIENT_WATCHING &&
	    history_pending(&client->server->history, &client->cursor))
		sd_event_source_set_io_events(client->io, EPOLLOUT);
}

/* ------------------------------------------------------------------------- */
/* Revocations                                                               */

static int reply_revoked(struct client *client)
{
	cleanup_json json_t *reply =
		must(json_pack("{s:b,s:I}", "ok", 1, "revoked", (json_int_t)client->revoked));

	free(client->waiting);
	client->waiting = NULL;
	client_be(client, CLIENT_IDLE);
	return client_reply(client, reply, NULL, 0);
}

int client_await(struct client *client, size_t revoked, uint64_t *ids, size_t count)
{
	client->revoked = revoked;
	client->waiting = ids;
	client->waiting_count = count;
	if (!count)
		return reply_revoked(client);
	client_be(client, CLIENT_REVOKING);
	return 0;
}

int client_quiet(struct client *client, uint64_t id)
{
	size_t i;

	if (client->state != CLIENT_REVOKING)
		return 0;
	for (i = 0; i < client->waiting_count && client->waiting[i] != id; i++)
		;
	if (i == client->waiting_count)
		return 0;
	client->waiting[i] = client->waiting[--client->waiting_count];
	return client->waiting_count ? 0 : reply_revoked(client);
}

/* ------------------------------------------------------------------------- */
/* The connection                                                            */

static int receive(struct client *client)
{
	cleanup_json json_t *request = NULL;
	size_t count;
	int received = message_receive(client->fd, &request, NULL, 0, &count);

	if (received < 0 && errno == EAGAIN)
		return 0;
	if (received < 0 && errno == EPROTO) {
		struct error error;

		error_set(&error, ERROR_USAGE, "request: not a JSON object of at most %d bytes",
			  MESSAGE_SIZE_MAX);
		client_reply_error(client, &error);
	}
	if (received <= 0)
		return -1;
	sd_event_source_set_time_relative(client->idle, CLIENT_IDLE_USEC);
	return request_handle(client, request);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct client *client = data;
	int result = 0;

	(void)source;
	(void)fd;
	if (events & (EPOLLHUP | EPOLLERR))
		result = -1;
	else if (client->state == CLIENT_IDLE && events & EPOLLIN)
		result = receive(client);
	else if (client->state == CLIENT_WATCHING && events & EPOLLOUT)
		result = watch(client);
	if (result)
		client_close(client);
	return 0;
}

static int on_idle(sd_event_source *source, uint64_t usec, void *data)
{
	(void)source;
	(void)usec;
	client_close(data);
	return 0;
}

void client_close(struct client *client)
{
	sd_event_source_disable_unref(client->io);
	sd_event_source_disable_unref(client->idle);
	free(client->waiting);
	fd_close(&client->fd);
	LIST_REMOVE(client, in_server);
	client->server->client_count--;
	free(client);
}

static int check_limits(const struct server *server, uid_t uid, struct error *error)
{
	const struct client *other;
	unsigned int same = 0;

	if (server->client_count >= SERVER_CLIENTS_MAX - (uid ? SERVER_CLIENTS_ROOT : 0))
		return error_set(error, ERROR_LIMIT,
				 "devcapd: %zu clients are connected already; try again later",
				 server->client_count);
	LIST_FOREACH(other, &server->clients, in_server)
	same += other->uid == uid;
	if (uid && same >= SERVER_CLIENTS_PER_USER_MAX)
		return error_set(error, ERROR_LIMIT,
				 "devcapd: user %u has %d connections already; close some", uid,
				 SERVER_CLIENTS_PER_USER_MAX);
	return 0;
}

void client_accept(struct server *server, int fd)
{
	cleanup_fd int owned = fd;
	struct ucred peer;
	socklen_t size = sizeof(peer);
	struct client *client;
	struct error error;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return;
	if (check_limits(server, peer.uid, &error)) {
		cleanup_json json_t *reply = error_reply(&error);

		message_send(fd, reply, NULL, 0);
		return;
	}
	client = must(calloc(1, sizeof(*client)));
	client->server = server;
	client->fd = fd_take(&owned);
	client->pid = peer.pid;
	client->uid = peer.uid;
	LIST_INSERT_HEAD(&server->clients, client, in_server);
	server->client_count++;
	if (sd_event_add_io(server->loop, &client->io, fd, EPOLLIN, on_io, client) < 0 ||
	    sd_event_add_time_relative(server->loop, &client->idle, CLOCK_MONOTONIC,
				       CLIENT_IDLE_USEC, 0, on_idle, client) < 0)
		client_close(client);
}
