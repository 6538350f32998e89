/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The command's side of the protocol: one request, its reply, and errors as the
 * error contract wants them.
 */
#ifndef DEVCAP_CONNECTION_H
#define DEVCAP_CONNECTION_H

#include <jansson.h>
#include <stddef.h>

#include "error.h"

/** connection_open() - to $DEVCAP_SOCKET, or where devcapd listens by default */
int connection_open(struct error *error);

/**
 * connection_ask() - send a request and wait for its reply
 * @request: consumed
 * @fds:     room for @room descriptors that come with the reply
 *
 * Returns the reply, a new reference; NULL when devcapd refused (its own text)
 * or does not answer.
 */
json_t *connection_ask(int connection, json_t *request, int *fds, size_t room, size_t *count,
		       struct error *error);

/** connection_next() - the next message of a stream; waits for ever */
json_t *connection_next(int connection, struct error *error);

/** connection_patience() - how long a reply is waited for; 0: for ever */
void connection_patience(int connection, unsigned int seconds);

#endif /* DEVCAP_CONNECTION_H */
