// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcap run: becomes devcap-engine, which runs one guest. When the guest's
 * first instruction runs, nothing of the caller's rights is left.
 */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cache.h"
#include "cleanup.h"
#include "command.h"
#include "grants.h"
#include "launch.h"
#include "spec.h"

static const char help[] =
	"Usage: devcap run GUEST.wasm [--grant NAME=SPEC]... [--invoke EXPORT [VALUE]...]\n"
	"                  [--bind IMPORT=GRANT]... [--json] [--name NAME] [-- ARGUMENT...]\n"
	"\n"
	"Run a WebAssembly component that holds the granted capabilities and nothing else.\n"
	"\n"
	"  --grant NAME=i2c:ADAPTER@ADDRESS,OPTION...\n"
	"                        a capability for one chip; may be repeated. ADAPTER is its\n"
	"                        name, its number or /dev/i2c-N; ADDRESS is such as 0x48.\n"
	"        read  write  quick        what may be done; at least one of them\n"
	"        regs=0x00-0x03+0x10       registers that may be reached; for one right\n"
	"        read-regs=  write-regs=   alone. A right without any reaches them all.\n"
	"        width=1|2|2le             bytes of the register pointer (2le: low byte first),\n"
	"                                  1 where registers are given; without it a chip has\n"
	"                                  none, and sending a pointer takes the right to write\n"
	"        ten                       a 10-bit address\n"
	"        lease=10s                 it dies by itself after that time\n"
	"        ops=N                     budget of operations\n"
	"        bytes=N  wire=50ms        limits of one call: bytes, time on the bus\n"
	"  --invoke EXPORT       call that export instead of running the command; VALUEs are\n"
	"                        written in WAVE. `--arg VALUE` does for one that begins with -\n"
	"  --bind IMPORT=GRANT   which grant an import gets, when names do not say it\n"
	"  --json                print the result as JSON\n"
	"  --name NAME           what `devcap ps` calls the guest (default: the file's name)\n"
	"  --timing              tell on standard error how long each step of the start took\n"
	"  -- ARGUMENT...        the guest's own\n";

#define WORDS_MAX 128

/**
 * struct request - the command line, read
 * @words: the engine's options, in order; built from argv, so never freed
 */
struct request {
	const char *guest;
	const char *name;
	const char *invoke;
	int json;
	int timing;
	struct grants grants;
	const char *values[WORDS_MAX];
	size_t value_count;
	const char *bindings[WORDS_MAX];
	size_t binding_count;
	char *const *arguments;
	size_t argument_count;
};

static int add(const char **words, size_t *count, const char *word, struct error *error)
{
	if (*count == WORDS_MAX)
		return error_set(error, ERROR_USAGE, "run: more than %d values or bindings",
				 WORDS_MAX);
	words[(*count)++] = word;
	return 0;
}

/* Arguments before `--`: the guest first, then values for --invoke. */
static int add_argument(struct request *request, const char *word, struct error *error)
{
	if (!request->guest) {
		request->guest = word;
		return 0;
	}
	if (!request->invoke)
		return error_set(error, ERROR_USAGE,
				 "run: unexpected argument %.64s; the guest's own go behind `--`",
				 word);
	return add(request->values, &request->value_count, word, error);
}

static int read_option(struct request *request, int option, struct error *error)
{
	switch (option) {
	case 1:
		return add_argument(request, optarg, error);
	case 'g':
		return grants_add(&request->grants, optarg, error);
	case 'i':
		request->invoke = optarg;
		return 0;
	case 'a':
		return add(request->values, &request->value_count, optarg, error);
	case 'b':
		return add(request->bindings, &request->binding_count, optarg, error);
	case 'n':
		request->name = optarg;
		return spec_check_name(optarg, error);
	case 'j':
		request->json = 1;
		return 0;
	case 't':
		request->timing = 1;
		return 0;
	default:
		return -1;
	}
}

static int read_command_line(struct request *request, int argc, char **argv, struct error *error)
{
	static const struct option options[] = {
		{"grant", required_argument, NULL, 'g'}, {"invoke", required_argument, NULL, 'i'},
		{"arg", required_argument, NULL, 'a'},	 {"bind", required_argument, NULL, 'b'},
		{"name", required_argument, NULL, 'n'},	 {"json", no_argument, NULL, 'j'},
		{"timing", no_argument, NULL, 't'},	 {0},
	};
	int option;

	while ((option = command_option(argc, argv, "-:", options, error)) != -1)
		if (read_option(request, option, error))
			return -1;
	if (!request->guest)
		return error_set(error, ERROR_USAGE, "run: which guest? `devcap run --help`");
	if (request->value_count && !request->invoke)
		return error_set(error, ERROR_USAGE,
				 "--arg: there is no --invoke to which it belongs");
	request->arguments = argv + optind;
	request->argument_count = (size_t)(argc - optind);
	return 0;
}

static char *word(const char *prefix, const char *value)
{
	char *text;

	if (asprintf(&text, "%s%s", prefix, value) < 0)
		error_no_memory();
	return text;
}

static char *word_number(const char *prefix, unsigned long long value)
{
	char number[24];

	snprintf(number, sizeof(number), "%llu", value);
	return word(prefix, number);
}

/* The engine's command line; only lives until execve(2). */
static char **engine_words(const struct request *request, const char *engine, const char *name)
{
	size_t room = 10 + request->value_count + request->binding_count + request->argument_count;
	char **words = must(calloc(room, sizeof(*words)));
	struct timespec now;
	size_t used = 0, i;

	words[used++] = word("", engine);
	words[used++] = word_number("--component-fd=", 3 + request->grants.count);
	words[used++] = word("--name=", name);
	if (request->invoke)
		words[used++] = word("--invoke=", request->invoke);
	for (i = 0; i < request->value_count; i++)
		words[used++] = word("--arg=", request->values[i]);
	for (i = 0; i < request->binding_count; i++)
		words[used++] = word("--bind=", request->bindings[i]);
	if (request->json)
		words[used++] = word("--json", "");
	if (request->timing) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		words[used++] =
			word_number("--timing=", (unsigned long long)now.tv_sec * 1000000000 +
							 (unsigned long long)now.tv_nsec);
	}
	words[used++] = word("--", "");
	for (i = 0; i < request->argument_count; i++)
		words[used++] = request->arguments[i];
	return words;
}

/* Only returns when it failed. */
static int become_engine(struct request *request, const char *name, int code, struct error *error)
{
	const char *names[MESSAGE_GRANTS_MAX];
	cleanup_fd int engine = -1;
	char path[PATH_MAX];
	char **words;

	engine = launch_find("devcap-engine", path, error);
	if (engine < 0)
		return -1;
	grants_names(&request->grants, names);
	launch_clean_environment();
	if (launch_confine(error) ||
	    launch_place(request->grants.fds, names, request->grants.count, code, error))
		return -1;
	/* By its path for the sake of its name in ps(1); that may be closed to its user. */
	words = engine_words(request, path, name);
	execv(path, words);
	fexecve(engine, words, environ);
	return error_set(error, ERROR_FAILED, "%s: %s", path, strerror(errno));
}

static int run(int argc, char **argv, struct error *error)
{
	struct request request = {0};
	char name[DEVCAP_LABEL_SIZE];
	int code;

	if (read_command_line(&request, argc, argv, error))
		return command_not_started(error);
	if (request.name)
		snprintf(name, sizeof(name), "%s", request.name);
	else
		grants_guest_name(request.guest, name);
	code = cache_get(request.guest, error);
	if (code < 0)
		return command_not_started(error);
	if (!grants_ask(&request.grants, name, error))
		become_engine(&request, name, code, error);
	grants_close(&request.grants);
	fd_close(&code);
	return command_not_started(error);
}

const struct command command_run = {
	.name = "run",
	.summary = "run a WebAssembly component with the granted capabilities",
	.run = run,
	.help = help,
};
