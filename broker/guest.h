/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Who holds what: guests and the capabilities that were made for them. The
 * ledger is the truth; this table only remembers what the kernel does not know.
 * It never holds a capability's descriptor.
 */
#ifndef DEVCAP_GUEST_H
#define DEVCAP_GUEST_H

#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "adapter.h"
#include "spec.h"

/**
 * struct grant - one living capability
 * @id:      of the capability; 0 while it is not made
 * @spec:    what was granted
 * @adapter: on which device
 * @guest:   whose it is
 */
struct grant {
	uint64_t id;
	struct spec spec;
	struct adapter adapter;
	struct guest *guest;
	LIST_ENTRY(grant) in_table;
};

/**
 * struct guest - who asked for one set of grants
 * @name:   for people; need not be unique
 * @pid:    the process that asked, and that becomes the engine or program
 * @uid:    of its user
 * @grants: how many of its grants live; it goes with the last one
 */
struct guest {
	char name[DEVCAP_LABEL_SIZE];
	pid_t pid;
	uid_t uid;
	unsigned int grants;
};

/**
 * struct guest_table
 * @grants: ascending by id is not promised
 * @count:  of them
 */
struct guest_table {
	LIST_HEAD(, grant) grants;
	size_t count;
};

struct guest *guest_new(const char *name, pid_t pid, uid_t uid);

/** guest_add() - a new grant of a guest, which owns it */
struct grant *guest_add(struct guest_table *table, struct guest *guest, uint64_t id,
			const struct spec *spec, const struct adapter *adapter);

/** guest_drop() - forget a guest for which no grant could be made */
void guest_drop(struct guest *guest);

/** guest_forget() - a grant whose capability is dead and quiet */
void guest_forget(struct guest_table *table, struct grant *grant);

struct grant *guest_find(const struct guest_table *table, uint64_t id);

/** guest_after() - the grant of the lowest id above @id, or NULL */
struct grant *guest_after(const struct guest_table *table, uint64_t id);

#endif /* DEVCAP_GUEST_H */
