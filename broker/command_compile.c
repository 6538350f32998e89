// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcap compile: makes a component ready to run. The compiler runs confined.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "cache.h"
#include "cleanup.h"
#include "command.h"

static const char help[] =
	"Usage: devcap compile GUEST.wasm [-o OUT.cwasm]\n"
	"\n"
	"Compile a component, so that its first `devcap run` is as fast as the next ones.\n"
	"`devcap run` does that by itself where it is needed, and takes its own code only.\n"
	"\n"
	"  -o OUT.cwasm  write the code there instead of keeping it, for devcap-engine\n";

/* Beside its place first: a half-written file never bears the name. */
static int compile_to(const char *guest, const char *out, struct error *error)
{
	cleanup_fd int fd = -1;
	char name[PATH_MAX];

	if (snprintf(name, sizeof(name), "%s.%d", out, getpid()) >= (int)sizeof(name))
		return error_set(error, ERROR_USAGE, "-o %.64s…: too long", out);
	fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return error_set(error, ERROR_FAILED, "-o %s: %s", out, strerror(errno));
	if (!cache_compile(guest, fd, error)) {
		if (!rename(name, out))
			return 0;
		error_set(error, ERROR_FAILED, "-o %s: %s", out, strerror(errno));
	}
	unlink(name);
	return -1;
}

static int keep(const char *guest, struct error *error)
{
	cleanup_fd int code = cache_get(guest, error);

	return code < 0 ? -1 : 0;
}

static int run(int argc, char **argv, struct error *error)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{0},
	};
	const char *out = NULL;
	int option;

	while ((option = command_option(argc, argv, ":o:", options, error)) != -1) {
		if (option == '?')
			return command_not_started(error);
		out = optarg;
	}
	if (argc - optind != 1)
		error_set(error, ERROR_USAGE, "compile: one component; `devcap compile --help`");
	else if (out)
		compile_to(argv[optind], out, error);
	else
		keep(argv[optind], error);
	return error->kind ? command_not_started(error) : EXIT_CODE_SUCCESS;
}

const struct command command_compile = {
	.name = "compile",
	.summary = "compile a component ahead of its first run",
	.run = run,
	.help = help,
};
