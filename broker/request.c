// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * What devcapd does when it is asked. Parses the specs itself, whatever the
 * client did: only what this process has parsed is narrowed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "field.h"
#include "ledger.h"
#include "message.h"
#include "mint.h"
#include "report.h"
#include "request.h"
#include "server.h"

/* The policy, as long as there is no policy file. */
static int must_be_root(const struct client *client, const char *what, struct error *error)
{
	if (!client->uid)
		return 0;
	return error_set(
		error, ERROR_REFUSED,
		"%s: only root may do that until a policy file exists (you are user %u); use sudo",
		what, client->uid);
}

/* ------------------------------------------------------------------------- */
/* grant                                                                     */

/**
 * struct batch - the grants of one request: all of them or none
 * @guest:  whose they are to be
 * @grants: in the table of guests, @made of them; the table owns them
 * @fds:    capabilities, open until they are sent or taken back
 */
struct batch {
	struct guest *guest;
	size_t count;
	size_t made;
	struct spec specs[MESSAGE_GRANTS_MAX];
	const struct grant *grants[MESSAGE_GRANTS_MAX];
	int fds[MESSAGE_GRANTS_MAX];
};

static int parse_specs(const json_t *specs, struct batch *batch, struct error *error)
{
	size_t i, k;

	batch->count = json_array_size(specs);
	if (!json_is_array(specs) || !batch->count)
		return error_set(error, ERROR_USAGE,
				 "request grant: specs must be an array of strings");
	if (batch->count > MESSAGE_GRANTS_MAX)
		return error_set(error, ERROR_LIMIT, "--grant: at most %d grants in one request",
				 MESSAGE_GRANTS_MAX);
	for (i = 0; i < batch->count; i++) {
		const char *text = json_string_value(json_array_get(specs, i));

		if (!text)
			return error_set(error, ERROR_USAGE,
					 "request grant: specs must be an array of strings");
		if (spec_parse(text, &batch->specs[i], error))
			return -1;
		for (k = 0; k < i; k++)
			if (!strcmp(batch->specs[k].name, batch->specs[i].name))
				return spec_repeats(text, &batch->specs[i], error);
	}
	return 0;
}

/*
 * Makes those that were made dead; nobody has used them, so nothing waits. They
 * leave the table as all others do, when they are quiet.
 */
static void batch_take_back(struct batch *batch, int ledger)
{
	while (batch->made) {
		batch->made--;
		ledger_revoke(ledger, batch->grants[batch->made]->id, DEVCAP_REVOKE_NOWAIT);
		fd_close(&batch->fds[batch->made]);
	}
}

static int batch_make(struct batch *batch, struct client *client, const char *name,
		      struct error *error)
{
	struct server *server = client->server;
	struct ledger_narrowed narrowed;
	struct adapter adapter;
	size_t i;

	batch->guest = guest_new(name, client->pid, client->uid);
	for (i = 0; i < batch->count; i++) {
		if (mint(server->ledger, &batch->specs[i], &adapter, &narrowed, error)) {
			batch_take_back(batch, server->ledger);
			guest_drop(batch->guest);
			return -1;
		}
		batch->grants[i] = guest_add(&server->guests, batch->guest, narrowed.id,
					     &batch->specs[i], &adapter);
		batch->fds[i] = narrowed.fd;
		batch->made++;
	}
	return 0;
}

static json_t *batch_reply(const struct batch *batch)
{
	json_t *grants = must(json_array()), *entry;
	char device[32];
	size_t i;

	for (i = 0; i < batch->made; i++) {
		const struct grant *grant = batch->grants[i];

		snprintf(device, sizeof(device), "i2c-%u", grant->adapter.number);
		entry = must(json_object());
		field_put_text(entry, "name", grant->spec.name);
		field_put_number(entry, "id", (int64_t)grant->id);
		field_put_text(entry, "device", device);
		if (json_array_append_new(grants, entry))
			error_no_memory();
	}
	return must(json_pack("{s:b,s:o}", "ok", 1, "grants", grants));
}

/* Sent: said in the log, for whoever asks later, and no descriptor is kept. */
static void batch_finish(struct batch *batch, struct client *client)
{
	char rights[32];
	size_t i;

	for (i = 0; i < batch->made; i++) {
		const struct grant *grant = batch->grants[i];

		spec_rights_text(&grant->spec.rule, rights, sizeof(rights));
		fprintf(stderr, "devcapd: granted %s (id %llu) to %s, pid %d: i2c-%u@0x%02x %s\n",
			grant->spec.name, (unsigned long long)grant->id, batch->guest->name,
			client->pid, grant->adapter.number, grant->spec.rule.i2c.address, rights);
		fd_close(&batch->fds[i]);
	}
	client->made += (unsigned int)batch->made;
}

static int grant_check(struct client *client, json_t *request, const char **guest,
		       struct batch *batch, struct error *error)
{
	const char *kind;
	json_t *specs;

	if (json_unpack(request, "{s:s,s:s,s:o!}", "request", &kind, "guest", guest, "specs",
			&specs))
		return error_set(error, ERROR_USAGE,
				 "request grant: needs guest and specs, and nothing else");
	if (must_be_root(client, "--grant", error))
		return -1;
	if (spec_check_name(*guest, error) || parse_specs(specs, batch, error))
		return -1;
	if (client->made + batch->count > CLIENT_CAPABILITIES_MAX)
		return error_set(error, ERROR_LIMIT,
				 "--grant: at most %d capabilities over one connection",
				 CLIENT_CAPABILITIES_MAX);
	return 0;
}

static int handle_grant(struct client *client, json_t *request)
{
	cleanup_free struct batch *batch = must(calloc(1, sizeof(*batch)));
	cleanup_json json_t *reply = NULL;
	const char *guest = NULL;
	struct error error;

	if (grant_check(client, request, &guest, batch, &error) ||
	    batch_make(batch, client, guest, &error)) {
		fprintf(stderr, "devcapd: refused user %u, pid %d: %s\n", client->uid, client->pid,
			error.text);
		return client_reply_error(client, &error);
	}
	reply = batch_reply(batch);
	/*
	 * From here on the only copies are in the client's socket: when it goes
	 * away without having read them, the kernel closes them, and they die.
	 */
	if (client_reply(client, reply, batch->fds, batch->made)) {
		batch_take_back(batch, client->server->ledger);
		return -1;
	}
	batch_finish(batch, client);
	return 0;
}

/* ------------------------------------------------------------------------- */
/* ps                                                                        */

static json_t *limit_or_null(__u64 value)
{
	return must(value == DEVCAP_NO_LIMIT ? json_null() : json_integer((json_int_t)value));
}

static json_t *describe(const struct grant *grant, const struct devcap_stat *stat)
{
	const struct rule_i2c *i2c = &grant->spec.rule.i2c;
	json_t *entry = must(json_object());
	char rights[32];

	spec_rights_text(&grant->spec.rule, rights, sizeof(rights));
	field_put_number(entry, "id", (int64_t)grant->id);
	field_put_text(entry, "grant", grant->spec.name);
	field_put_text(entry, "guest", grant->guest->name);
	field_put_number(entry, "pid", grant->guest->pid);
	field_put_number(entry, "uid", grant->guest->uid);
	field_put_text(entry, "bus", "i2c");
	field_put_text(entry, "device", stat->device);
	field_put_text(entry, "adapter", grant->adapter.name);
	field_put_number(entry, "address", i2c->address);
	field_put_bool(entry, "ten", i2c->flags & DEVCAP_I2C_TEN);
	field_put_text(entry, "rights", rights);
	field_put_number(entry, "operations", (int64_t)stat->operations);
	field_put_number(entry, "refusals", (int64_t)stat->refusals);
	field_put_number(entry, "bytes", (int64_t)stat->bytes);
	field_put_number(entry, "children", stat->children);
	field_put(entry, "lease_left_ns", limit_or_null(stat->lease_left_ns));
	field_put(entry, "operations_left", limit_or_null(stat->operations_left));
	if (stat->death)
		field_put_text(entry, "death", report_death_name(stat->death));
	return entry;
}

static int handle_ps(struct client *client, json_t *request)
{
	const struct server *server = client->server;
	cleanup_json json_t *reply = NULL;
	json_t *list;
	const struct grant *grant;
	struct devcap_stat stat;
	json_int_t after;
	const char *kind;
	struct error error;

	if (json_unpack(request, "{s:s,s:I!}", "request", &kind, "after", &after) || after < 0) {
		error_set(&error, ERROR_USAGE, "request ps: needs after, and nothing else");
		return client_reply_error(client, &error);
	}
	list = must(json_array());
	grant = guest_after(&server->guests, (uint64_t)after);
	while (grant && json_array_size(list) < MESSAGE_PAGE) {
		/* Dead and quiet, and its event not read yet: no longer there. */
		if (!ledger_stat(server->ledger, grant->id, &stat) &&
		    json_array_append_new(list, describe(grant, &stat)))
			error_no_memory();
		grant = guest_after(&server->guests, grant->id);
	}
	reply = must(json_pack("{s:b,s:o,s:b}", "ok", 1, "capabilities", list, "more", !!grant));
	return client_reply(client, reply, NULL, 0);
}

/* ------------------------------------------------------------------------- */
/* revoke                                                                    */

/**
 * struct choice - which capabilities are meant
 * @id:   one, or 0
 * @name: all grants of that name, or NULL
 * @all:  all
 */
struct choice {
	json_int_t id;
	const char *name;
	int all;
	int wait;
};

static bool choice_has(const struct choice *choice, const struct grant *grant)
{
	if (choice->name)
		return !strcmp(choice->name, grant->spec.name);
	return choice->all || (uint64_t)choice->id == grant->id;
}

static int read_choice(json_t *request, struct choice *choice, struct error *error)
{
	const char *kind;
	int ways;

	*choice = (struct choice){0};
	if (json_unpack(request, "{s:s,s?I,s?s,s?b,s:b!}", "request", &kind, "id", &choice->id,
			"name", &choice->name, "all", &choice->all, "wait", &choice->wait))
		return error_set(
			error, ERROR_USAGE,
			"request revoke: needs wait and one of id, name, all, and nothing else");
	ways = (choice->id > 0) + !!choice->name + choice->all;
	if (ways != 1)
		return error_set(error, ERROR_USAGE, "request revoke: needs one of id, name, all");
	return 0;
}

static int no_such(const struct choice *choice, struct error *error)
{
	if (choice->name)
		return error_set(error, ERROR_NOT_FOUND,
				 "capability `%.64s` not found; `devcap ps` shows those that live",
				 choice->name);
	return error_set(error, ERROR_NOT_FOUND,
			 "capability %lld not found; `devcap ps` shows those that live",
			 (long long)choice->id);
}

/* 1: dead, but not quiet; 0: there is nothing to wait for. */
static int revoke_one(int ledger, uint64_t id)
{
	struct devcap_stat stat;

	ledger_revoke(ledger, id, DEVCAP_REVOKE_NOWAIT);
	return !ledger_stat(ledger, id, &stat);
}

static int handle_revoke(struct client *client, json_t *request)
{
	struct server *server = client->server;
	cleanup_free uint64_t *waiting = must(calloc(server->guests.count + 1, sizeof(*waiting)));
	struct choice choice;
	struct grant *grant;
	struct error error;
	size_t count = 0, revoked = 0;
	uint64_t *ids;

	if (read_choice(request, &choice, &error) || must_be_root(client, "revoke", &error))
		return client_reply_error(client, &error);
	LIST_FOREACH(grant, &server->guests.grants, in_table)
	{
		if (!choice_has(&choice, grant))
			continue;
		revoked++;
		if (revoke_one(server->ledger, grant->id) && choice.wait)
			waiting[count++] = grant->id;
	}
	if (!revoked && !choice.all) {
		no_such(&choice, &error);
		return client_reply_error(client, &error);
	}
	ids = waiting;
	waiting = NULL;
	return client_await(client, revoked, ids, count);
}

/* ------------------------------------------------------------------------- */

static int handle_events(struct client *client, json_t *request)
{
	cleanup_json json_t *reply = must(json_pack("{s:b}", "ok", 1));
	struct error error;
	const char *kind;
	int follow;

	if (json_unpack(request, "{s:s,s:b!}", "request", &kind, "follow", &follow)) {
		error_set(&error, ERROR_USAGE, "request events: needs follow, and nothing else");
		return client_reply_error(client, &error);
	}
	if (client_reply(client, reply, NULL, 0))
		return -1;
	client_watch(client, follow);
	return 0;
}

static const struct {
	const char *name;
	int (*handle)(struct client *client, json_t *request);
} requests[] = {
	{"grant", handle_grant},
	{"ps", handle_ps},
	{"revoke", handle_revoke},
	{"events", handle_events},
};

int request_handle(struct client *client, json_t *request)
{
	const char *name = json_string_value(json_object_get(request, "request"));
	struct error error;
	size_t i;

	for (i = 0; name && i < sizeof(requests) / sizeof(requests[0]); i++)
		if (!strcmp(name, requests[i].name))
			return requests[i].handle(client, request);
	error_set(&error, ERROR_USAGE,
		  "request `%.32s`: devcapd does not know it; is devcap newer than devcapd?",
		  name ? name : "");
	return client_reply_error(client, &error);
}
