// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcap ps: the capabilities that live.
 */
#include <inttypes.h>

#include "cleanup.h"
#include "command.h"
#include "connection.h"
#include "field.h"

static const char help[] =
	"Usage: devcap ps [--json]\n"
	"\n"
	"The capabilities that devcapd granted and that live: whose they are, what they\n"
	"allow, how many operations were done and refused, and how long they have left.\n";

/* All pages in one array. */
static json_t *fetch(int connection, struct error *error)
{
	json_t *all = must(json_array()), *page;
	json_int_t after = 0;
	int more = 1;

	while (more) {
		json_t *request = json_pack("{s:s,s:I}", "request", "ps", "after", after);
		cleanup_json json_t *reply =
			connection_ask(connection, request, NULL, 0, NULL, error);

		if (!reply) {
			json_decref(all);
			return NULL;
		}
		page = json_object_get(reply, "capabilities");
		more = json_is_true(json_object_get(reply, "more")) && json_array_size(page);
		after = json_integer_value(
			json_object_get(json_array_get(page, json_array_size(page) - 1), "id"));
		json_array_extend(all, page);
	}
	return all;
}

static void print_left(const json_t *capability)
{
	const json_t *lease = json_object_get(capability, "lease_left_ns");
	const json_t *operations = json_object_get(capability, "operations_left");

	if (*field_text(capability, "death"))
		printf("dying (%s)", field_text(capability, "death"));
	else if (json_is_integer(lease))
		printf("%.1f s", (double)json_integer_value(lease) / 1e9);
	else
		printf("-");
	if (json_is_integer(operations))
		printf(", %" JSON_INTEGER_FORMAT " ops", json_integer_value(operations));
	putchar('\n');
}

static void print_all(const json_t *all)
{
	const json_t *capability;
	char device[64];
	size_t i;

	printf("%4s  %-12s %-14s %7s  %-18s %-12s %9s %8s  %s\n", "ID", "GRANT", "GUEST", "PID",
	       "DEVICE", "RIGHTS", "OPERATIONS", "REFUSED", "LEFT");
	json_array_foreach(all, i, capability)
	{
		snprintf(device, sizeof(device), "%s@0x%02x%s", field_text(capability, "device"),
			 (unsigned int)field_number(capability, "address"),
			 json_is_true(json_object_get(capability, "ten")) ? " ten" : "");
		printf("%4" PRId64 "  %-12s %-14s %7" PRId64 "  %-18s %-12s %9" PRId64 " %8" PRId64
		       "  ",
		       field_number(capability, "id"), field_text(capability, "grant"),
		       field_text(capability, "guest"), field_number(capability, "pid"), device,
		       field_text(capability, "rights"), field_number(capability, "operations"),
		       field_number(capability, "refusals"));
		print_left(capability);
	}
}

static int run(int argc, char **argv, struct error *error)
{
	cleanup_json json_t *all = NULL;
	cleanup_fd int connection = -1;
	int json;

	json = command_json(argc, argv, error);
	if (json < 0)
		return command_failed(error);
	connection = connection_open(error);
	if (connection < 0)
		return command_failed(error);
	all = fetch(connection, error);
	if (!all)
		return command_failed(error);
	if (json) {
		cleanup_json json_t *object = must(json_pack("{s:O}", "capabilities", all));

		command_print_json(object);
	} else {
		print_all(all);
	}
	return EXIT_CODE_SUCCESS;
}

const struct command command_ps = {
	.name = "ps",
	.summary = "show the capabilities that live",
	.run = run,
	.help = help,
};
