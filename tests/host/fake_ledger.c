// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The ledger in memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_ledger.h"

#define CAPABILITIES_MAX 1024

struct fake_capability {
	uint64_t id;
	int watch;
	bool dead;
	char label[DEVCAP_LABEL_SIZE];
};

struct fake_ledger fake_ledger = {.fail_in = -1};

static struct fake_capability capabilities[CAPABILITIES_MAX];
static uint64_t last_id, last_sequence;
static int stream = -1;

static struct fake_capability *find(uint64_t id)
{
	unsigned int i;

	for (i = 0; i < CAPABILITIES_MAX; i++)
		if (capabilities[i].id == id)
			return &capabilities[i];
	return NULL;
}

void fake_ledger_event(enum devcap_event_type type, uint64_t id, uint32_t code)
{
	const struct devcap_event event = {
		.sequence = ++last_sequence,
		.id = id,
		.type = type,
		.code = code,
		.bus = DEVCAP_BUS_I2C,
		.pid = 42,
		.i2c = {.address = 0x48, .length = 2, .first = 1, .last = 1},
	};

	if (write(stream, &event, sizeof(event)) != sizeof(event))
		abort();
}

static void settle(struct fake_capability *capability)
{
	uint64_t id = capability->id;

	close(capability->watch);
	memset(capability, 0, sizeof(*capability));
	fake_ledger_event(DEVCAP_EVENT_QUIET, id, 0);
}

void fake_ledger_quiet(uint64_t id)
{
	settle(find(id));
}

void fake_ledger_forget(uint64_t id)
{
	struct fake_capability *capability = find(id);

	close(capability->watch);
	memset(capability, 0, sizeof(*capability));
}

unsigned int fake_ledger_living(void)
{
	unsigned int i, count = 0;

	for (i = 0; i < CAPABILITIES_MAX; i++)
		count += !!capabilities[i].id;
	return count;
}

bool fake_ledger_held(uint64_t id)
{
	struct pollfd watch = {.fd = find(id)->watch};

	poll(&watch, 1, 0);
	return !(watch.revents & POLLHUP);
}

void fake_ledger_reap(void)
{
	unsigned int i;

	for (i = 0; i < CAPABILITIES_MAX; i++) {
		struct fake_capability *capability = &capabilities[i];

		if (!capability->id || fake_ledger_held(capability->id))
			continue;
		if (!capability->dead)
			fake_ledger_event(DEVCAP_EVENT_DEATH, capability->id, DEVCAP_DEATH_CLOSED);
		settle(capability);
	}
}

/* ------------------------------------------------------------------------- */

int ledger_open(struct error *error)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) || fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) < 0)
		return error_set(error, ERROR_FAILED, "pipe");
	if (stream >= 0)
		close(stream);
	stream = ends[1];
	return ends[0];
}

int ledger_narrow(int ledger, int parent, const struct rule *rule, const char *label,
		  struct ledger_narrowed *narrowed)
{
	struct fake_capability *capability = find(0);
	int ends[2];

	if (fake_ledger.fail_in >= 0 && !fake_ledger.fail_in--) {
		narrowed->reason = fake_ledger.fail_reason;
		errno = fake_ledger.fail_errno;
		return -1;
	}
	if (pipe2(ends, O_CLOEXEC))
		abort();
	capability->id = ++last_id;
	capability->watch = ends[0];
	capability->dead = false;
	strcpy(capability->label, label);
	narrowed->fd = ends[1];
	narrowed->id = capability->id;
	narrowed->reason = DEVCAP_REASON_NONE;
	fake_ledger.narrows++;
	fake_ledger.last_id = capability->id;
	fake_ledger_event(DEVCAP_EVENT_BIRTH, capability->id, 0);
	return 0;
}

int ledger_revoke(int ledger, uint64_t id, unsigned int flags)
{
	struct fake_capability *capability = find(id);

	/* Waiting here would make the daemon wait for a bus. */
	if (!(flags & DEVCAP_REVOKE_NOWAIT))
		abort();
	if (!capability || capability->dead) {
		errno = ENOENT;
		return -1;
	}
	capability->dead = true;
	fake_ledger_event(DEVCAP_EVENT_DEATH, id, DEVCAP_DEATH_REVOKED);
	if (!fake_ledger.busy_bus)
		settle(capability);
	return 0;
}

int ledger_stat(int ledger, uint64_t id, struct devcap_stat *stat)
{
	const struct fake_capability *capability = find(id);

	if (!capability) {
		errno = ENOENT;
		return -1;
	}
	*stat = (struct devcap_stat){
		.id = id,
		.bus = DEVCAP_BUS_I2C,
		.death = capability->dead ? DEVCAP_DEATH_REVOKED : 0,
		.operations = 5,
		.lease_left_ns = DEVCAP_NO_LIMIT,
		.operations_left = DEVCAP_NO_LIMIT,
		.device = "i2c-1",
	};
	strcpy(stat->label, capability->label);
	return 0;
}

ssize_t ledger_list(int ledger, uint64_t after, uint64_t *ids, size_t room)
{
	return 0;
}

ssize_t ledger_read(int ledger, struct devcap_event *events, size_t room)
{
	ssize_t size = read(ledger, events, room * sizeof(*events));

	return size < 0 ? -1 : size / (ssize_t)sizeof(*events);
}
