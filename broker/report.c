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
#include "report.h"

static const char *const event_names[] = {
	[DEVCAP_EVENT_BIRTH] = "birth",	    [DEVCAP_EVENT_DEATH] = "death",
	[DEVCAP_EVENT_QUIET] = "quiet",	    [DEVCAP_EVENT_REFUSED] = "refused",
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

#define PICK(table, i)	\
	((i) < sizeof(table) / sizeof((table)[0]) && (table)[i] ? (table)[i] : "unknown")

const char *report_death_name(unsigned int death)
{
	return PICK(death_names, death);
}

static void set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value))
		error_no_memory();
}

static void set_text(json_t *object, const char *name, const char *text)
{
	if (*text)
		set(object, name, must(json_string(text)));
}

static void set_number(json_t *object, const char *name, uint64_t value)
{
	set(object, name, must(json_integer((json_int_t)value)));
}

static void set_time(json_t *object, const char *name, int64_t wall_ns)
{
	time_t seconds = (time_t)(wall_ns / 1000000000);
	char text[64], date[32];
	struct tm parts;

	gmtime_r(&seconds, &parts);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text, sizeof(text), "%s.%06dZ", date, (int)(wall_ns % 1000000000 / 1000));
	set_text(object, name, text);
}

/* A refused message of I2C: what it was, in numbers. */
static void set_refusal(json_t *object, const struct devcap_event *event)
{
	const enum devcap_reason reason = (enum devcap_reason)event->code;

	set_text(object, "reason", rule_reason_name(reason));
	set_text(object, "text", rule_reason_text(reason));
	if (event->bus != DEVCAP_BUS_I2C)
		return;
	set_number(object, "refused_address", event->i2c.address);
	set_number(object, "flags", event->i2c.flags);
	set_number(object, "length", event->i2c.length);
	set_number(object, "message", event->i2c.message);
	if (reason == DEVCAP_REASON_REGISTER_READ || reason == DEVCAP_REASON_REGISTER_WRITE) {
		set_number(object, "first", event->i2c.first);
		set_number(object, "last", event->i2c.last);
	}
}

json_t *report_encode(const struct history_record *record)
{
	const struct devcap_event *event = &record->event;
	json_t *object = must(json_object());

	set_time(object, "time", record->wall_ns);
	set_number(object, "time_ns", event->time_ns);
	set_number(object, "sequence", event->sequence);
	set_text(object, "type", PICK(event_names, event->type));
	set_number(object, "id", event->id);
	set_number(object, "pid", (uint64_t)event->pid);
	set_text(object, "guest", record->guest);
	set_text(object, "grant", record->grant);
	set_text(object, "device", record->device);
	if (record->address >= 0)
		set_number(object, "address", (uint64_t)record->address);
	switch (event->type) {
	case DEVCAP_EVENT_DEATH:
		set_text(object, "cause", PICK(death_names, event->code));
		set_text(object, "text", PICK(death_texts, event->code));
		break;
	case DEVCAP_EVENT_REFUSED:
		set_refusal(object, event);
		break;
	case DEVCAP_EVENT_LOST:
		set_number(object, "count", event->count);
		set_text(object, "of", PICK(event_names, event->code));
		break;
	}
	return object;
}

json_t *report_lost(uint64_t count)
{
	json_t *object = must(json_object());

	set_text(object, "type", event_names[DEVCAP_EVENT_LOST]);
	set_number(object, "count", count);
	set_text(object, "of", "event");
	return object;
}

/* ------------------------------------------------------------------------- */
/* For people                                                                */

static const char *text_of(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text ? text : "";
}

static json_int_t number_of(const json_t *event, const char *name)
{
	return json_integer_value(json_object_get(event, name));
}

static void print_refusal(FILE *to, const json_t *event)
{
	const int reads = (int)number_of(event, "flags") & RULE_I2C_RD;

	fprintf(to, ": %s of %" JSON_INTEGER_FORMAT " bytes", reads ? "read" : "write",
		number_of(event, "length"));
	if (number_of(event, "refused_address") != number_of(event, "address"))
		fprintf(to, " at 0x%02" PRIx64, (uint64_t)number_of(event, "refused_address"));
	if (json_object_get(event, "first"))
		fprintf(to, ", registers 0x%02" PRIx64 " to 0x%02" PRIx64,
			(uint64_t)number_of(event, "first"), (uint64_t)number_of(event, "last"));
}

void report_print(FILE *to, const json_t *event)
{
	const char *type = text_of(event, "type"), *time = text_of(event, "time");

	fprintf(to, "%s%s%-7s", time, *time ? "  " : "", type);
	if (!strcmp(type, "lost")) {
		fprintf(to, "  %" JSON_INTEGER_FORMAT " %ss were lost\n", number_of(event, "count"),
			text_of(event, "of"));
		return;
	}
	fprintf(to, "  %" JSON_INTEGER_FORMAT, number_of(event, "id"));
	if (*text_of(event, "grant"))
		fprintf(to, " %s", text_of(event, "grant"));
	if (*text_of(event, "device"))
		fprintf(to, " %s@0x%02" PRIx64, text_of(event, "device"),
			(uint64_t)number_of(event, "address"));
	if (*text_of(event, "guest"))
		fprintf(to, " of %s", text_of(event, "guest"));
	if (number_of(event, "pid"))
		fprintf(to, " by pid %" JSON_INTEGER_FORMAT, number_of(event, "pid"));
	if (!strcmp(type, "refused"))
		print_refusal(to, event);
	if (*text_of(event, "text"))
		fprintf(to, ": %s", text_of(event, "text"));
	fputc('\n', to);
}
