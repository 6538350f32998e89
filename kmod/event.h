/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * A ledger's event stream: two rings, so that a flood of refusals can't drown
 * births and deaths. Posting never sleeps, allocates or fails.
 */
#ifndef DEVCAP_EVENT_H
#define DEVCAP_EVENT_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "uapi/devcap.h"

/**
 * struct event_ring - the newest @size records; older ones are overwritten
 * @head:  records ever written
 * @tail:  records ever read or overwritten
 * @lost:  overwritten since the last LOST record
 */
struct event_ring {
	struct devcap_event *record;
	u32 size;
	u64 head;
	u64 tail;
	u64 lost;
	u64 lost_sequence;
};

enum { EVENT_RING_LIFE, EVENT_RING_REFUSAL, EVENT_RINGS };

/**
 * struct event_stream
 * @lock:     of all but @reader; taken from softirq too (a lease's end)
 * @sequence: of the last record
 * @reader:   one read at a time, so that records come out in order
 */
struct event_stream {
	spinlock_t lock;
	u64 sequence;
	struct event_ring ring[EVENT_RINGS];
	wait_queue_head_t wait;
	struct mutex reader;
};

int event_stream_init(struct event_stream *stream);
void event_stream_destroy(struct event_stream *stream);

/** event_post() - number, date and keep @event; wakes the reader */
void event_post(struct event_stream *stream, struct devcap_event *event);

bool event_pending(struct event_stream *stream);

/** event_read() - whole records into user memory; bytes, or an errno */
ssize_t event_read(struct event_stream *stream, char __user *to, size_t size, bool nonblock);

#endif /* DEVCAP_EVENT_H */
