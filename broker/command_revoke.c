// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcap revoke: makes capabilities dead, and says so only when the bus carries
 * no more traffic of them.
 */
#include <ctype.h>
#include <stdlib.h>

#include "cleanup.h"
#include "command.h"
#include "connection.h"
#include "spec.h"

static const char help[] =
	"Usage: devcap revoke ID|NAME|--all [--nowait]\n"
	"\n"
	"Make a capability dead, as if its device had been unplugged: by its id, all those\n"
	"of a grant's name, or all. When the command ends, the bus carries no more traffic\n"
	"of them. `devcap ps` shows ids and names.\n"
	"\n"
	"  --all     every capability that devcapd granted\n"
	"  --nowait  do not wait for a transfer that is on the wire\n";

/* The request for what was typed; NULL: it is neither an id nor a name. */
static json_t *make_request(const char *what, int wait)
{
	char *end;
	long long id;

	if (!what)
		return json_pack("{s:s,s:b,s:b}", "request", "revoke", "all", 1, "wait", wait);
	if (spec_name_is_valid(what))
		return json_pack("{s:s,s:s,s:b}", "request", "revoke", "name", what, "wait", wait);
	id = strtoll(what, &end, 10);
	if (!isdigit((unsigned char)*what) || *end || id <= 0)
		return NULL;
	return json_pack("{s:s,s:I,s:b}", "request", "revoke", "id", (json_int_t)id, "wait", wait);
}

static int ask(json_t *request, struct error *error)
{
	cleanup_fd int connection = connection_open(error);
	cleanup_json json_t *owned = json_incref(request), *reply = NULL;
	json_int_t count;

	json_decref(request);
	if (connection < 0)
		return -1;
	/* A transfer on the wire takes what it takes. */
	connection_patience(connection, 0);
	reply = connection_ask(connection, json_incref(owned), NULL, 0, NULL, error);
	if (!reply)
		return -1;
	count = json_integer_value(json_object_get(reply, "revoked"));
	printf("revoked %" JSON_INTEGER_FORMAT " %s\n", count,
	       count == 1 ? "capability" : "capabilities");
	return 0;
}

static int run(int argc, char **argv, struct error *error)
{
	static const struct option options[] = {
		{"all", no_argument, NULL, 'a'},
		{"nowait", no_argument, NULL, 'n'},
		{0},
	};
	int option, all = 0, wait = 1;
	json_t *request;

	while ((option = command_option(argc, argv, "", options, error)) != -1) {
		if (option == '?')
			return command_failed(error);
		if (option == 'a')
			all = 1;
		else
			wait = 0;
	}
	if (argc - optind != !all) {
		error_set(error, ERROR_USAGE,
			  "revoke: one of ID, NAME or --all; `devcap revoke --help`");
		return command_failed(error);
	}
	request = make_request(all ? NULL : argv[optind], wait);
	if (!request)
		error_set(
			error, ERROR_USAGE,
			"revoke: %.64s is neither an id nor a grant's name; `devcap ps` shows both",
			argv[optind]);
	if (!request || ask(request, error))
		return command_failed(error);
	return EXIT_CODE_SUCCESS;
}

const struct command command_revoke = {
	.name = "revoke",
	.summary = "make capabilities dead, as if their device had been unplugged",
	.run = run,
	.help = help,
};
