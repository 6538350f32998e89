/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * One connection to devcapd. Whatever the other side does or leaves undone, it
 * costs a bounded amount of memory and no waiting.
 */
#ifndef DEVCAP_CLIENT_H
#define DEVCAP_CLIENT_H

#include <jansson.h>
#include <sys/queue.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "error.h"
#include "history.h"

/* How long a connection may stay without a request. */
#define CLIENT_IDLE_USEC (10ULL * 1000000)

/* Capabilities that one connection may have made. */
#define CLIENT_CAPABILITIES_MAX 64

struct server;

enum client_state {
	CLIENT_IDLE,	 /* a request may come */
	CLIENT_REVOKING, /* its reply is due when all of @waiting are quiet */
	CLIENT_WATCHING, /* it gets events */
};

/**
 * struct client - one connection
 * @fd:        non-blocking
 * @pid, @uid: of the peer when it connected (SO_PEERCRED)
 * @io, @idle: what the loop watches for it
 * @state:     decides which of the members below have a meaning
 * @made:      capabilities made over this connection
 * @revoked:   how many the reply will tell
 * @waiting:   ids that are not quiet yet, @waiting_count of them; owned
 * @cursor:    its place in the history
 * @follow:    it stays when it has seen all
 * @until:     else it has when it is here
 */
struct client {
	struct server *server;
	int fd;
	pid_t pid;
	uid_t uid;
	sd_event_source *io;
	sd_event_source *idle;
	enum client_state state;
	unsigned int made;
	size_t revoked;
	uint64_t *waiting;
	size_t waiting_count;
	struct history_cursor cursor;
	struct history_cursor until;
	bool follow;
	LIST_ENTRY(client) in_server;
};

/** client_accept() - take a connection over; one that is refused is told why */
void client_accept(struct server *server, int fd);

/** client_close() - frees it; its pending revocations go on without it */
void client_close(struct client *client);

/**
 * client_reply() - send, or fail: nothing is ever queued
 *
 * -1: the client does not read its replies, or is gone. The caller of the
 * request's handler closes it.
 */
int client_reply(struct client *client, const json_t *reply, const int *fds, size_t count);
int client_reply_error(struct client *client, const struct error *error);

/** client_watch() - from now on it gets events, the latest ones first */
void client_watch(struct client *client, bool follow);

/** client_wake() - there may be new events for it */
void client_wake(struct client *client);

/** client_await() - the reply to a revocation is due when @ids are quiet */
int client_await(struct client *client, size_t revoked, uint64_t *ids, size_t count);

/** client_quiet() - a capability is; -1 as client_reply() */
int client_quiet(struct client *client, uint64_t id);

#endif /* DEVCAP_CLIENT_H */
