// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcap exec: becomes a native program that holds the granted capabilities. It
 * is not confined: it has all that its user has besides.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "command.h"
#include "grants.h"
#include "launch.h"
#include "spec.h"

static const char help[] =
	"Usage: devcap exec [--grant NAME=SPEC]... [--user USER] [--name NAME]\n"
	"                   -- PROGRAM [ARGUMENT]...\n"
	"\n"
	"Run a native program with the granted capabilities as descriptors from 3 on, named\n"
	"by LISTEN_FDNAMES as sd_listen_fds_with_names(3) reads them. Each behaves as the\n"
	"device node that it was narrowed from.\n"
	"\n"
	"  --grant NAME=SPEC   as for `devcap run`; see `devcap run --help`\n"
	"  --user USER         become that user first (as root); else it stays the caller's\n"
	"  --name NAME         what `devcap ps` calls it (default: the program's name)\n";

struct request {
	const char *name;
	const char *user;
	struct grants grants;
};

static int read_command_line(struct request *request, int argc, char **argv, struct error *error)
{
	static const struct option options[] = {
		{"grant", required_argument, NULL, 'g'},
		{"user", required_argument, NULL, 'u'},
		{"name", required_argument, NULL, 'n'},
		{0},
	};
	int option;

	while ((option = command_option(argc, argv, "+:", options, error)) != -1) {
		if (option == '?')
			return -1;
		if (option == 'g' && grants_add(&request->grants, optarg, error))
			return -1;
		if (option == 'u')
			request->user = optarg;
		if (option == 'n')
			request->name = optarg;
		if (option == 'n' && spec_check_name(optarg, error))
			return -1;
	}
	if (optind == argc)
		return error_set(error, ERROR_USAGE, "exec: which program? `devcap exec --help`");
	return 0;
}

/* Only returns when it failed. */
static int become_program(struct request *request, char **words, struct error *error)
{
	const char *names[MESSAGE_GRANTS_MAX];

	grants_names(&request->grants, names);
	if (request->user && launch_become(request->user, error))
		return -1;
	if (launch_place(request->grants.fds, names, request->grants.count, -1, error))
		return -1;
	execvp(words[0], words);
	if (errno == ENOENT)
		return error_set(error, ERROR_NO_FILE, "%s: not found", words[0]);
	return error_set(error, ERROR_UNRUNNABLE, "%s: %s", words[0], strerror(errno));
}

static int run(int argc, char **argv, struct error *error)
{
	struct request request = {0};
	char name[DEVCAP_LABEL_SIZE];

	if (read_command_line(&request, argc, argv, error))
		return command_not_started(error);
	if (request.name)
		snprintf(name, sizeof(name), "%s", request.name);
	else
		grants_guest_name(argv[optind], name);
	if (!grants_ask(&request.grants, name, error))
		become_program(&request, argv + optind, error);
	grants_close(&request.grants);
	return command_not_started(error);
}

const struct command command_exec = {
	.name = "exec",
	.summary = "run a native program with the granted capabilities",
	.run = run,
	.help = help,
};
