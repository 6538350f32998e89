// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Two rings read as one. A slow reader loses records, never memory.
 */
#include <stddef.h>

#include "history.h"

static struct history_ring *ring_of(struct history *history, const struct devcap_event *event)
{
	return event->type == DEVCAP_EVENT_REFUSED ? &history->refusals : &history->lives;
}

void history_add(struct history *history, const struct history_record *record)
{
	struct history_ring *ring = ring_of(history, &record->event);

	ring->records[ring->count++ % HISTORY_SIZE] = *record;
}

static uint64_t skip(const struct history_ring *ring, uint64_t *place)
{
	uint64_t oldest = ring->count > HISTORY_SIZE ? ring->count - HISTORY_SIZE : 0, lost;

	if (*place >= oldest)
		return 0;
	lost = oldest - *place;
	*place = oldest;
	return lost;
}

uint64_t history_skip(const struct history *history, struct history_cursor *cursor)
{
	return skip(&history->lives, &cursor->lives) + skip(&history->refusals, &cursor->refusals);
}

static const struct history_record *peek(const struct history_ring *ring, uint64_t place)
{
	return place < ring->count ? &ring->records[place % HISTORY_SIZE] : NULL;
}

const struct history_record *history_next(const struct history *history,
					  struct history_cursor *cursor)
{
	const struct history_record *life, *refusal;

	history_skip(history, cursor);
	life = peek(&history->lives, cursor->lives);
	refusal = peek(&history->refusals, cursor->refusals);
	if (life && (!refusal || life->event.sequence < refusal->event.sequence)) {
		cursor->lives++;
		return life;
	}
	if (refusal)
		cursor->refusals++;
	return refusal;
}

bool history_pending(const struct history *history, const struct history_cursor *cursor)
{
	return cursor->lives < history->lives.count || cursor->refusals < history->refusals.count;
}
