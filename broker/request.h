/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The requests of the protocol (message.h). Each says who may make it; until a
 * policy file exists, capabilities are root's to give and to take.
 */
#ifndef DEVCAP_REQUEST_H
#define DEVCAP_REQUEST_H

#include <jansson.h>

#include "client.h"

/** request_handle() - answer one request; -1: the client can't be answered, close it */
int request_handle(struct client *client, json_t *request);

#endif /* DEVCAP_REQUEST_H */
