// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The latest events: order, loss, and that refusals drown nothing.
 */
#include "history.h"
#include "broker_check.h"

static struct history history;
static struct history_cursor cursor;

static void begin(void)
{
	memset(&history, 0, sizeof(history));
	memset(&cursor, 0, sizeof(cursor));
}

static void add(uint64_t sequence, enum devcap_event_type type)
{
	struct history_record record = {
		.event = {.sequence = sequence, .type = type},
	};

	history_add(&history, &record);
}

static uint64_t next(void)
{
	const struct history_record *record = history_next(&history, &cursor);

	return record ? record->event.sequence : 0;
}

TEST(both_rings_come_out_in_one_order)
{
	begin();
	HOLDS(!history_pending(&history, &cursor));
	add(1, DEVCAP_EVENT_BIRTH);
	add(2, DEVCAP_EVENT_REFUSED);
	add(3, DEVCAP_EVENT_REFUSED);
	add(4, DEVCAP_EVENT_DEATH);
	HOLDS(history_pending(&history, &cursor));
	IS(next(), 1);
	IS(next(), 2);
	IS(next(), 3);
	IS(next(), 4);
	IS(next(), 0);
	HOLDS(!history_pending(&history, &cursor));
}

TEST(a_flood_of_refusals_drowns_no_death)
{
	uint64_t i;

	begin();
	add(1, DEVCAP_EVENT_BIRTH);
	add(2, DEVCAP_EVENT_DEATH);
	for (i = 3; i < 3 + 10 * HISTORY_SIZE; i++)
		add(i, DEVCAP_EVENT_REFUSED);
	IS(history_skip(&history, &cursor), 9 * HISTORY_SIZE);
	IS(next(), 1);
	IS(next(), 2);
	IS(next(), 3 + 9 * HISTORY_SIZE);
}

TEST(a_slow_reader_learns_how_many_it_lost)
{
	uint64_t i;

	begin();
	for (i = 1; i <= HISTORY_SIZE + 5; i++)
		add(i, DEVCAP_EVENT_BIRTH);
	IS(history_skip(&history, &cursor), 5);
	IS(history_skip(&history, &cursor), 0);
	IS(next(), 6);
	for (i = 7; i <= HISTORY_SIZE + 5; i++)
		IS(next(), i);
	IS(next(), 0);
}

int main(void)
{
	return tap_run();
}
