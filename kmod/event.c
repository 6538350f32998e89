// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "event.h"

/* Room for lives and for refusals; each record is 64 bytes. */
static const u32 ring_size[EVENT_RINGS] = { 1024, 256 };

int event_stream_init(struct event_stream *stream)
{
	int i;

	BUILD_BUG_ON(sizeof(struct devcap_event) != 64);
	for (i = 0; i < EVENT_RINGS; i++) {
		stream->ring[i].size = ring_size[i];
		stream->ring[i].record = kvcalloc(ring_size[i], sizeof(struct devcap_event),
						  GFP_KERNEL_ACCOUNT);
		if (!stream->ring[i].record) {
			event_stream_destroy(stream);
			return -ENOMEM;
		}
	}
	spin_lock_init(&stream->lock);
	init_waitqueue_head(&stream->wait);
	mutex_init(&stream->reader);
	return 0;
}

void event_stream_destroy(struct event_stream *stream)
{
	int i;

	for (i = 0; i < EVENT_RINGS; i++)
		kvfree(stream->ring[i].record);
}

void event_post(struct event_stream *stream, struct devcap_event *event)
{
	struct event_ring *ring = &stream->ring[event->type == DEVCAP_EVENT_REFUSED ?
						EVENT_RING_REFUSAL : EVENT_RING_LIFE];

	event->time_ns = ktime_get_boottime_ns();
	spin_lock_bh(&stream->lock);
	event->sequence = ++stream->sequence;
	if (ring->head - ring->tail == ring->size) {
		/* The LOST record stands where the first lost one stood. */
		if (!ring->lost++)
			ring->lost_sequence = ring->record[ring->tail % ring->size].sequence;
		ring->tail++;
	}
	ring->record[ring->head++ % ring->size] = *event;
	spin_unlock_bh(&stream->lock);
	wake_up_interruptible_poll(&stream->wait, EPOLLIN | EPOLLRDNORM);
}

/* Sequence of what the ring would yield next, or U64_MAX. */
static u64 ring_next(const struct event_ring *ring)
{
	if (ring->lost)
		return ring->lost_sequence;
	if (ring->head == ring->tail)
		return U64_MAX;
	return ring->record[ring->tail % ring->size].sequence;
}

static struct event_ring *next_ring(struct event_stream *stream)
{
	struct event_ring *life = &stream->ring[EVENT_RING_LIFE];
	struct event_ring *refusal = &stream->ring[EVENT_RING_REFUSAL];
	u64 a = ring_next(life), b = ring_next(refusal);

	if (a == U64_MAX && b == U64_MAX)
		return NULL;
	return a < b ? life : refusal;
}

bool event_pending(struct event_stream *stream)
{
	bool pending;

	spin_lock_bh(&stream->lock);
	pending = next_ring(stream);
	spin_unlock_bh(&stream->lock);
	return pending;
}

/* Takes the oldest record. With the reader mutex held, so that nobody else does. */
static struct event_ring *take(struct event_stream *stream, struct devcap_event *event)
{
	struct event_ring *ring;

	spin_lock_bh(&stream->lock);
	ring = next_ring(stream);
	if (ring && ring->lost) {
		*event = (struct devcap_event){
			.sequence = ring->lost_sequence,
			.time_ns = ktime_get_boottime_ns(),
			.type = DEVCAP_EVENT_LOST,
			.code = ring == &stream->ring[EVENT_RING_REFUSAL] ?
				DEVCAP_EVENT_REFUSED : DEVCAP_EVENT_BIRTH,
			.count = ring->lost,
		};
		ring->lost = 0;
	} else if (ring) {
		*event = ring->record[ring->tail++ % ring->size];
	}
	spin_unlock_bh(&stream->lock);
	return ring;
}

/* It did not reach the reader: it is the oldest again, or lost if there is no room. */
static void give_back(struct event_stream *stream, struct event_ring *ring,
		      const struct devcap_event *event)
{
	spin_lock_bh(&stream->lock);
	if (event->type == DEVCAP_EVENT_LOST) {
		ring->lost += event->count;
		ring->lost_sequence = event->sequence;
	} else if (!ring->lost && ring->head - ring->tail < ring->size) {
		ring->record[--ring->tail % ring->size] = *event;
	} else {
		ring->lost++;
		ring->lost_sequence = event->sequence;
	}
	spin_unlock_bh(&stream->lock);
}

static ssize_t copy_records(struct event_stream *stream, char __user *to, size_t size)
{
	struct devcap_event event;
	struct event_ring *ring;
	ssize_t done = 0;

	while (size - done >= sizeof(event)) {
		ring = take(stream, &event);
		if (!ring)
			break;
		if (copy_to_user(to + done, &event, sizeof(event))) {
			give_back(stream, ring, &event);
			return done ? done : -EFAULT;
		}
		done += sizeof(event);
		if (fatal_signal_pending(current))
			break;
	}
	return done;
}

ssize_t event_read(struct event_stream *stream, char __user *to, size_t size, bool nonblock)
{
	ssize_t done;

	if (size < sizeof(struct devcap_event))
		return -EINVAL;
	do {
		if (nonblock) {
			if (!mutex_trylock(&stream->reader))
				return -EAGAIN;
		} else {
			if (wait_event_interruptible(stream->wait, event_pending(stream)) ||
			    mutex_lock_interruptible(&stream->reader))
				return -ERESTARTSYS;
		}
		done = copy_records(stream, to, size);
		mutex_unlock(&stream->reader);
		/* Nothing: another reader was faster. */
	} while (!done && !nonblock);
	return done ? done : -EAGAIN;
}
