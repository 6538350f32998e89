// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Words for events. The reasons' words are the kernel's own (kmod/reason.c).
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "error.h"
#include "field.h"
#include "report.h"

static const char *const event_names[] = {
	[DEVCAP_EVENT_BIRTH] = "birth", [DEVCAP_EVENT_DEATH] = "death",
	[DEVCAP_EVENT_QUIET] = "quiet", [DEVCAP_EVENT_REFUSED] = "refused",
	[DEVCAP_EVENT_LOST] = "lost",
};

static const char *const death_names[] = {
	[DEVCAP_DEATH_REVOKED] = "revoked", [DEVCAP_DEATH_LEASE] = "lease",
	[DEVCAP_DEATH_LEDGER] = "ledger",   [DEVCAP_DEATH_UNPLUGGED] = "unplugged",
	[DEVCAP_DEATH_CLOSED] = "closed",
};

static const char *const death_texts[] = {
	[DEVCAP_DEATH_REVOKED] = "it was revoked",
	[DEVCAP_DEATH_LEASE] = "its lease ended",
	[DEVCAP_DEATH_LEDGER] = "its ledger was closed",
	[DEVCAP_DEATH_UNPLUGGED] = "its device went away",
	[DEVCAP_DEATH_CLOSED] = "its last descriptor was closed",
};

#define PICK(table, i) \
	((i) < sizeof(table) / sizeof((table)[0]) && (table)[i] ? (table)[i] : "unknown")

const char *report_death_name(unsigned int death)
{
	return PICK(death_names, death);
}

static void set_time(json_t *object, const char *name, int64_t wall_ns)
{
	time_t seconds = (time_t)(wall_ns / 1000000000);
	char text[64], date[32];
	struct tm parts;

	gmtime_r(&seconds, &parts);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text, sizeof(text), "%s.%06dZ", date, (int)(wall_ns % 1000000000 / 1000));
	field_put_text(object, name, text);
}

/* A refused message of I2C: what it was, in numbers. */
static void set_refusal(json_t *object, const struct devcap_event *event)
{
	const enum devcap_reason reason = (enum devcap_reason)event->code;

	field_put_text(object, "reason", rule_reason_name(reason));
	field_put_text(object, "text", rule_reason_text(reason));
	if (event->bus != DEVCAP_BUS_I2C)
		return;
	field_put_number(object, "refused_address", event->i2c.address);
	field_put_number(object, "flags", event->i2c.flags);
	field_put_number(object, "length", event->i2c.length);
	field_put_number(object, "message", event->i2c.message);
	if (reason == DEVCAP_REASON_REGISTER_READ || reason == DEVCAP_REASON_REGISTER_WRITE) {
		field_put_number(object, "first", event->i2c.first);
		field_put_number(object, "last", event->i2c.last);
	}
}

json_t *report_encode(const struct history_record *record)
{
	const struct devcap_event *event = &record->event;
	json_t *object = must(json_object());

	set_time(object, "time", record->wall_ns);
	field_put_number(object, "time_ns", (int64_t)event->time_ns);
	field_put_number(object, "sequence", (int64_t)event->sequence);
	field_put_text(object, "type", PICK(event_names, event->type));
	field_put_number(object, "id", (int64_t)event->id);
	field_put_number(object, "pid", event->pid);
	if (*record->grant) {
		field_put_text(object, "guest", record->guest);
		field_put_text(object, "grant", record->grant);
		field_put_text(object, "device", record->device);
	}
	if (record->address >= 0)
		field_put_number(object, "address", record->address);
	switch (event->type) {
	case DEVCAP_EVENT_DEATH:
		field_put_text(object, "cause", PICK(death_names, event->code));
		field_put_text(object, "text", PICK(death_texts, event->code));
		break;
	case DEVCAP_EVENT_REFUSED:
		set_refusal(object, event);
		break;
	case DEVCAP_EVENT_LOST:
		field_put_number(object, "count", (int64_t)event->count);
		field_put_text(object, "of", PICK(event_names, event->code));
		break;
	}
	return object;
}

json_t *report_lost(uint64_t count)
{
	json_t *object = must(json_object());

	field_put_text(object, "type", event_names[DEVCAP_EVENT_LOST]);
	field_put_number(object, "count", (int64_t)count);
	field_put_text(object, "of", "event");
	return object;
}

/* ------------------------------------------------------------------------- */
/* For people                                                                */

static void print_refusal(FILE *to, const json_t *event)
{
	const int reads = (int)field_number(event, "flags") & RULE_I2C_RD;

	fprintf(to, ": %s of %" PRId64 " %s", reads ? "read" : "write",
		field_number(event, "length"),
		field_number(event, "length") == 1 ? "byte" : "bytes");
	if (field_number(event, "refused_address") != field_number(event, "address"))
		fprintf(to, " at 0x%02" PRIx64, (uint64_t)field_number(event, "refused_address"));
	if (json_object_get(event, "first"))
		fprintf(to, ", registers 0x%02" PRIx64 " to 0x%02" PRIx64,
			(uint64_t)field_number(event, "first"),
			(uint64_t)field_number(event, "last"));
}

void report_print(FILE *to, const json_t *event)
{
	const char *type = field_text(event, "type"), *time = field_text(event, "time");

	fprintf(to, "%s%s%-7s", time, *time ? "  " : "", type);
	if (!strcmp(type, "lost")) {
		fprintf(to, "  %" PRId64 " %ss were lost\n", field_number(event, "count"),
			field_text(event, "of"));
		return;
	}
	fprintf(to, "  %" PRId64, field_number(event, "id"));
	if (*field_text(event, "grant"))
		fprintf(to, " %s", field_text(event, "grant"));
	if (*field_text(event, "device"))
		fprintf(to, " %s@0x%02" PRIx64, field_text(event, "device"),
			(uint64_t)field_number(event, "address"));
	if (*field_text(event, "guest"))
		fprintf(to, " of %s", field_text(event, "guest"));
	if (field_number(event, "pid"))
		fprintf(to, " by pid %" PRId64, field_number(event, "pid"));
	if (!strcmp(type, "refused"))
		print_refusal(to, event);
	if (*field_text(event, "text"))
		fprintf(to, ": %s", field_text(event, "text"));
	fputc('\n', to);
}
