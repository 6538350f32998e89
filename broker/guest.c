// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The table of guests. At most DEVCAP_LEDGER_MAX grants: a list is enough.
 */
#include <stdio.h>
#include <stdlib.h>

#include "guest.h"

struct guest *guest_new(const char *name, pid_t pid, uid_t uid)
{
	struct guest *guest = must(calloc(1, sizeof(*guest)));

	snprintf(guest->name, sizeof(guest->name), "%s", name);
	guest->pid = pid;
	guest->uid = uid;
	return guest;
}

struct grant *guest_add(struct guest_table *table, struct guest *guest, uint64_t id,
			const struct spec *spec, const struct adapter *adapter)
{
	struct grant *grant = must(calloc(1, sizeof(*grant)));

	grant->id = id;
	grant->spec = *spec;
	grant->adapter = *adapter;
	grant->guest = guest;
	guest->grants++;
	LIST_INSERT_HEAD(&table->grants, grant, in_table);
	table->count++;
	return grant;
}

void guest_drop(struct guest *guest)
{
	if (!guest->grants)
		free(guest);
}

void guest_forget(struct guest_table *table, struct grant *grant)
{
	LIST_REMOVE(grant, in_table);
	table->count--;
	grant->guest->grants--;
	guest_drop(grant->guest);
	free(grant);
}

struct grant *guest_find(const struct guest_table *table, uint64_t id)
{
	struct grant *grant;

	LIST_FOREACH(grant, &table->grants, in_table)
	if (grant->id == id)
		return grant;
	return NULL;
}

struct grant *guest_after(const struct guest_table *table, uint64_t id)
{
	struct grant *grant, *next = NULL;

	LIST_FOREACH(grant, &table->grants, in_table)
	if (grant->id > id && (!next || grant->id < next->id))
		next = grant;
	return next;
}
