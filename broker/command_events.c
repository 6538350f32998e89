// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcap events: what happened to capabilities, and what was refused and why.
 */
#include "cleanup.h"
#include "command.h"
#include "connection.h"
#include "report.h"

static const char help[] =
	"Usage: devcap events [--follow] [--json]\n"
	"\n"
	"The latest events, oldest first: births and deaths of capabilities, when the bus\n"
	"became quiet, and each refused operation with its reason.\n"
	"\n"
	"  --follow  stay, and print those that come\n"
	"  --json    one JSON object per line\n";

static void print(const json_t *event, int json)
{
	if (json) {
		json_dumpf(event, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
		putchar('\n');
	} else {
		report_print(stdout, event);
	}
	/* Somebody reads it as it comes. */
	fflush(stdout);
}

static int stream(int follow, int json, struct error *error)
{
	cleanup_fd int connection = connection_open(error);
	cleanup_json json_t *reply = NULL;
	json_t *request;

	if (connection < 0)
		return -1;
	request = json_pack("{s:s,s:b}", "request", "events", "follow", follow);
	reply = connection_ask(connection, request, NULL, 0, NULL, error);
	if (!reply)
		return -1;
	if (follow)
		connection_patience(connection, 0);
	for (;;) {
		cleanup_json json_t *message = connection_next(connection, error);

		if (!message)
			return -1;
		if (json_object_get(message, "end"))
			return 0;
		print(json_object_get(message, "event"), json);
		if (ferror(stdout))
			return 0;
	}
}

static int run(int argc, char **argv, struct error *error)
{
	static const struct option options[] = {
		{"follow", no_argument, NULL, 'f'},
		{"json", no_argument, NULL, 'j'},
		{0},
	};
	int option, follow = 0, json = 0;

	while ((option = command_option(argc, argv, "f", options, error)) != -1) {
		if (option == '?')
			return command_failed(error);
		if (option == 'f')
			follow = 1;
		else
			json = 1;
	}
	if (command_no_arguments(argc, argv, error) || stream(follow, json, error))
		return command_failed(error);
	return EXIT_CODE_SUCCESS;
}

const struct command command_events = {
	.name = "events",
	.summary = "show what happened to capabilities, and what was refused and why",
	.run = run,
	.help = help,
};
