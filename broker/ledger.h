/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The ledger, as user space calls it: one function per ioctl of /dev/devcap.
 * Decides nothing and keeps nothing. Failure is -1 and errno, as in
 * uapi/devcap.h, except where a struct error is taken.
 */
#ifndef DEVCAP_BROKER_LEDGER_H
#define DEVCAP_BROKER_LEDGER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "rule.h"

#define LEDGER_PATH "/dev/devcap"

/** ledger_open() - a new ledger's descriptor, close-on-exec and non-blocking */
int ledger_open(struct error *error);

/**
 * struct ledger_narrowed - what a narrow gave, or why it did not
 * @fd:     the capability; the caller's to close
 * @id:     of the capability
 * @reason: on EACCES and EINVAL
 */
struct ledger_narrowed {
	int fd;
	uint64_t id;
	enum devcap_reason reason;
};

int ledger_narrow(int ledger, int parent, const struct rule *rule, const char *label,
		  struct ledger_narrowed *narrowed);

/** ledger_revoke() - one capability and its subtree; @flags: DEVCAP_REVOKE_NOWAIT or 0 */
int ledger_revoke(int ledger, uint64_t id, unsigned int flags);

int ledger_stat(int ledger, uint64_t id, struct devcap_stat *stat);

/** ledger_list() - ids above @after, ascending; how many, 0: no more */
ssize_t ledger_list(int ledger, uint64_t after, uint64_t *ids, size_t room);

/** ledger_read() - how many events were read; EAGAIN when there is none */
ssize_t ledger_read(int ledger, struct devcap_event *events, size_t room);

#endif /* DEVCAP_BROKER_LEDGER_H */
