// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The devcap command: finds the subcommand, prints its errors.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

static const struct command *const commands[] = {
	&command_list,	 &command_run,	  &command_exec,    &command_ps,
	&command_revoke, &command_events, &command_compile, &command_bench,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *to)
{
	size_t i;

	fputs("Usage: devcap COMMAND [OPTION]...\n\n"
	      "Give a program exactly one piece of hardware, and nothing else.\n\n",
	      to);
	for (i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n`devcap COMMAND --help` tells more of each; `devcap --version` the version.\n"
	      "\n"
	      "Exit codes:\n"
	      "    0  success; of run and exec: whatever the guest or program exits with\n"
	      "    1  devcapd refused, or the request failed\n"
	      "  125  devcap's own failure, bad usage, or a grant that could not be had\n"
	      "  126  the component or program can't be run\n"
	      "  127  guest file or program not found\n"
	      "  134  the guest trapped\n"
	      "\n"
	      "Environment: DEVCAP_SOCKET is where devcapd listens.\n",
	      to);
}

static const struct command *find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

/* Whether --help stands before `--` and before what is not devcap's. */
static int wants_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return 1;
	return 0;
}

/* A capability must never land on 0, 1 or 2 because the caller closed them. */
static void fill_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

int command_failed(const struct error *error)
{
	return error_exit_code(error->kind);
}

int command_not_started(const struct error *error)
{
	int code = error_exit_code(error->kind);

	return code == EXIT_CODE_REFUSED ? EXIT_CODE_DEVCAP : code;
}

int command_option(int argc, char **argv, const char *letters, const struct option *options,
		   struct error *error)
{
	int option, index = optind ? optind : 1;

	opterr = 0;
	option = getopt_long(argc, argv, letters, options, NULL);
	if (option != '?' && option != ':')
		return option;
	error_set(error, ERROR_USAGE, "%s: %s %.64s; `devcap %s --help`", argv[0],
		  option == ':' ? "a value is missing after" : "unknown option",
		  argv[optind - 1 > index ? optind - 1 : index], argv[0]);
	return '?';
}

int command_no_arguments(int argc, char **argv, struct error *error)
{
	if (optind >= argc)
		return 0;
	return error_set(error, ERROR_USAGE, "%s: unexpected argument %.64s; `devcap %s --help`",
			 argv[0], argv[optind], argv[0]);
}

int command_json(int argc, char **argv, struct error *error)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{0},
	};
	int option, json = 0;

	while ((option = command_option(argc, argv, "", options, error)) != -1) {
		if (option == '?')
			return -1;
		json = 1;
	}
	return command_no_arguments(argc, argv, error) ? -1 : json;
}

void command_print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct error error = {0};
	int code;

	fill_standard_descriptors();
	if (argc < 2) {
		print_help(stderr);
		return EXIT_CODE_DEVCAP;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_help(stdout);
		return EXIT_CODE_SUCCESS;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("devcap " DEVCAP_VERSION);
		return EXIT_CODE_SUCCESS;
	}
	command = find(argv[1]);
	if (!command) {
		fprintf(stderr, "devcap: %s: no such command; `devcap --help` lists them\n",
			argv[1]);
		return EXIT_CODE_DEVCAP;
	}
	if (wants_help(argc - 1, argv + 1)) {
		fputs(command->help, stdout);
		return EXIT_CODE_SUCCESS;
	}
	code = command->run(argc - 1, argv + 1, &error);
	if (error.kind)
		fprintf(stderr, "devcap: %s\n", error.text);
	if (fflush(stdout) || ferror(stdout)) {
		fputs("devcap: standard output: can't be written\n", stderr);
		return code ? code : EXIT_CODE_DEVCAP;
	}
	return code;
}
