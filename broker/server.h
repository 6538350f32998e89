/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * devcapd's one loop: the listening socket, the ledger's events, the clients.
 * It never waits for a client or for a bus, and is on no data path.
 */
#ifndef DEVCAP_SERVER_H
#define DEVCAP_SERVER_H

#include <sys/queue.h>
#include <systemd/sd-event.h>

#include "guest.h"
#include "history.h"

#define SERVER_CLIENTS_MAX 256
/* The last of those places are root's: a revocation must always get through. */
#define SERVER_CLIENTS_ROOT 64
/* Clients of one user; root is not held to it. */
#define SERVER_CLIENTS_PER_USER_MAX 16

struct client;

/**
 * struct server - all that devcapd knows
 * @loop:     one thread; every member belongs to it
 * @ledger:   owns every capability that was granted
 * @listener: the socket that clients connect to
 * @clients:  connections, @client_count of them
 * @guests:   who holds what
 * @history:  latest events
 */
struct server {
	sd_event *loop;
	int ledger;
	int listener;
	LIST_HEAD(, client) clients;
	size_t client_count;
	struct guest_table guests;
	struct history history;
};

/**
 * server_listen() - the socket that systemd passed, or a new one at @path
 * @made: result: whether it is ours to remove
 *
 * Returns a descriptor. A socket on which another devcapd answers is an error.
 */
int server_listen(const char *path, bool *made, struct error *error);

/** server_start() - watch @ledger and @listener on @loop; takes both over */
int server_start(struct server *server, sd_event *loop, int ledger, int listener,
		 struct error *error);

/** server_stop() - drop every client and close the ledger, which revokes all */
void server_stop(struct server *server);

#endif /* DEVCAP_SERVER_H */
