/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The protocol between devcap and devcapd: one JSON object per message on a
 * SOCK_SEQPACKET socket, one reply per request; descriptors travel beside the
 * message by SCM_RIGHTS, and only from devcapd.
 *
 *	{"request":"grant", "guest":NAME, "specs":[SPEC...]}
 *	    {"ok":true, "grants":[{"name":NAME, "id":ID, "device":"i2c-1"}...]}
 *	    and the capabilities in the same order. All or none.
 *	{"request":"ps", "after":ID}
 *	    {"ok":true, "capabilities":[{...}...], "more":BOOL}
 *	    ids above "after"; ask again from the last one while there are more
 *	{"request":"revoke", "id":ID | "name":NAME | "all":true, "wait":BOOL}
 *	    {"ok":true, "revoked":COUNT}
 *	    with "wait", when the bus carries no more traffic of them
 *	{"request":"events", "follow":BOOL}
 *	    {"ok":true}, then {"event":{...}} for each, then {"end":true} unless
 *	    it follows. This is the only request with more than one reply.
 *
 *	any of them: {"ok":false, "error":KIND, "text":TEXT}; KIND as in error.c
 *
 * A request with a member that devcapd does not know is refused: what is not
 * understood must not be taken for granted. In replies unknown members are
 * ignored. Who asks is taken from SO_PEERCRED, never from the message.
 */
#ifndef DEVCAP_MESSAGE_H
#define DEVCAP_MESSAGE_H

#include <jansson.h>
#include <stddef.h>

#define MESSAGE_SOCKET_PATH "/run/devcap/devcapd.sock"

#define MESSAGE_SIZE_MAX 65536
/* Grants of one request, and so descriptors of one reply. */
#define MESSAGE_GRANTS_MAX 32
/* Capabilities of one reply to ps: what surely fits into a message. */
#define MESSAGE_PAGE 64

/** message_send() - -1 and errno; EMSGSIZE above MESSAGE_SIZE_MAX; never SIGPIPE */
int message_send(int socket, const json_t *message, const int *fds, size_t count);

/**
 * message_receive() - the next message
 * @message: json_decref() it
 * @fds:     descriptors that came with it, close-on-exec; more than @room is an
 *           error, and none of them stays open
 *
 * Returns 1; 0 when the other side is gone; -1 and errno, EPROTO for what is
 * not a JSON object or carries descriptors that were not expected.
 */
int message_receive(int socket, json_t **message, int *fds, size_t room, size_t *count);

#endif /* DEVCAP_MESSAGE_H */
