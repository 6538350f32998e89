/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The latest events of the ledger, for any number of readers with a place of
 * their own. Refusals have a ring of their own: they never drown the rest.
 */
#ifndef DEVCAP_HISTORY_H
#define DEVCAP_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "rule.h"

/* Records of each ring. */
#define HISTORY_SIZE 1024

/**
 * struct history_record - an event, and what the broker knew about it then
 * @wall_ns: CLOCK_REALTIME of the event
 * @guest:   empty: no guest of this broker
 * @grant:   the logical device name
 * @device:  such as "i2c-1"
 * @address: of the grant; -1: not known
 */
struct history_record {
	struct devcap_event event;
	int64_t wall_ns;
	char guest[DEVCAP_LABEL_SIZE];
	char grant[DEVCAP_LABEL_SIZE];
	char device[DEVCAP_LABEL_SIZE];
	int address;
};

/**
 * struct history_ring - the newest HISTORY_SIZE of @count records
 */
struct history_ring {
	uint64_t count;
	struct history_record records[HISTORY_SIZE];
};

struct history {
	struct history_ring lives;
	struct history_ring refusals;
};

/**
 * struct history_cursor - a reader's place: records it has passed, per ring
 */
struct history_cursor {
	uint64_t lives;
	uint64_t refusals;
};

void history_add(struct history *history, const struct history_record *record);

/**
 * history_skip() - move a reader over what was overwritten before it was read
 *
 * Returns how many records it lost.
 */
uint64_t history_skip(const struct history *history, struct history_cursor *cursor);

/**
 * history_next() - the reader's next record, by the ledger's order; NULL: none
 *
 * The record is valid until the next history_add().
 */
const struct history_record *history_next(const struct history *history,
					  struct history_cursor *cursor);

/** history_pending() - whether history_next() has something */
bool history_pending(const struct history *history, const struct history_cursor *cursor);

#endif /* DEVCAP_HISTORY_H */
