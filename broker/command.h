/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The subcommands of devcap: one file each, one entry each in devcap.c.
 */
#ifndef DEVCAP_COMMAND_H
#define DEVCAP_COMMAND_H

#include <getopt.h>
#include <jansson.h>

#include "error.h"

/**
 * struct command - a subcommand
 * @name:    as typed
 * @summary: one line
 * @run:     argv[0] is the name; returns the exit code, with @error set when it
 *           is not the program's own: devcap.c prints it
 * @help:    what `devcap NAME --help` prints
 */
struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv, struct error *error);
	const char *help;
};

extern const struct command command_list;
extern const struct command command_run;
extern const struct command command_exec;
extern const struct command command_ps;
extern const struct command command_revoke;
extern const struct command command_events;
extern const struct command command_compile;
extern const struct command command_bench;

/**
 * command_failed() - the exit code that goes with the error
 *
 * command_not_started() is for commands that leave 1 to somebody else (run and
 * exec), or that ask nobody who could refuse: there everything else is 125.
 */
int command_failed(const struct error *error);
int command_not_started(const struct error *error);

/**
 * command_option() - getopt_long(), with errors as devcap writes them
 * @letters: as for getopt_long(); "-" makes arguments come as option 1, in order
 *
 * Returns -1 at the end, '?' after a mistake, with @error set. `--help` never
 * comes here.
 */
int command_option(int argc, char **argv, const char *letters, const struct option *options,
		   struct error *error);

/**
 * command_json() - for a command whose only option is --json
 *
 * 1 or 0, whether it was given; -1 and @error after a mistake.
 */
int command_json(int argc, char **argv, struct error *error);

/** command_no_arguments() - -1 when something is left on the command line */
int command_no_arguments(int argc, char **argv, struct error *error);

/** command_print_json() - for people and programs alike */
void command_print_json(const json_t *value);

#endif /* DEVCAP_COMMAND_H */
