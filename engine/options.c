// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The engine's command line. Opens nothing.
 */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option OPTIONS[] = {
	{ "component-fd", required_argument, NULL, 'c' },
	{ "name", required_argument, NULL, 'n' },
	{ "invoke", required_argument, NULL, 'i' },
	{ "arg", required_argument, NULL, 'a' },
	{ "bind", required_argument, NULL, 'b' },
	{ "json", no_argument, NULL, 'j' },
	{ "timing", required_argument, NULL, 't' },
	{ 0 },
};

/**
 * struct complaint - where the reason of a refusal goes
 */
struct complaint {
	char *reason;
	size_t size;
};

__attribute__((format(printf, 2, 3)))
static bool complain(const struct complaint *complaint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(complaint->reason, complaint->size, format, arguments);
	va_end(arguments);
	return false;
}

static bool parse_number(const char *text, uint64_t max, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return !errno && !*end && *number <= max;
}

static bool add_binding(struct options *options, char *text, const struct complaint *complaint)
{
	char *grant = strchr(text, '=');

	if (!grant || grant == text || !grant[1])
		return complain(complaint, "--bind=%s: expected IMPORT=GRANT", text);
	if (options->binding_count == OPTIONS_MAX)
		return complain(complaint, "--bind: more than %d", OPTIONS_MAX);
	*grant++ = '\0';
	options->bindings[options->binding_count++] =
		(struct component_binding){ .import = text, .grant = grant };
	return true;
}

static bool apply(struct options *options, int option, char *text,
		  const struct complaint *complaint)
{
	uint64_t number;

	switch (option) {
	case 'c':
		if (!parse_number(text, INT_MAX, &number))
			return complain(complaint, "--component-fd=%s: not a descriptor", text);
		options->component_fd = (int)number;
		return true;
	case 'n':
		options->name = text;
		return true;
	case 'i':
		options->invoke = text;
		return true;
	case 'a':
		if (options->value_count == OPTIONS_MAX)
			return complain(complaint, "--arg: more than %d", OPTIONS_MAX);
		options->values[options->value_count++] = text;
		return true;
	case 'b':
		return add_binding(options, text, complaint);
	case 'j':
		options->json = true;
		return true;
	case 't':
		options->timed = true;
		if (!parse_number(text, UINT64_MAX, &options->start_ns))
			return complain(complaint, "--timing=%s: not nanoseconds", text);
		return true;
	default:
		return complain(complaint, "usage: devcap-engine --component-fd=N [--name=GUEST] "
				"[--invoke=EXPORT [--arg=WAVE]... [--json]] "
				"[--bind=IMPORT=GRANT]... [-- ARGS...]");
	}
}

bool options_parse(struct options *options, int argc, char **argv, char *reason,
		   size_t reason_size)
{
	const struct complaint complaint = { reason, reason_size };
	int option;

	*options = (struct options){ .component_fd = -1, .name = "guest" };
	opterr = 0;
	while ((option = getopt_long(argc, argv, "+", OPTIONS, NULL)) != -1) {
		if (!apply(options, option, optarg, &complaint))
			return false;
	}
	if (options->component_fd < 0)
		return complain(&complaint, "no --component-fd: `devcap run` starts the engine");
	if (!options->invoke && (options->value_count || options->json))
		return complain(&complaint, "--arg and --json belong to --invoke=EXPORT");
	if (options->invoke && optind < argc)
		return complain(&complaint, "`%s`: arguments of --invoke are given by --arg=WAVE",
				argv[optind]);
	options->arguments = (const char *const *)argv + optind;
	options->argument_count = (size_t)(argc - optind);
	return true;
}
