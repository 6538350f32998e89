// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcapd: opens device nodes, narrows them and hands capabilities out. When it
 * ends, its ledger closes, and every capability that it granted is dead.
 */
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "cleanup.h"
#include "ledger.h"
#include "message.h"
#include "server.h"

static const char help[] =
	"Usage: devcapd [--socket PATH]\n"
	"\n"
	"The broker of devcap: opens device nodes, narrows them into capabilities and\n"
	"hands those out. Runs in the foreground, as root. All capabilities die with it.\n"
	"\n"
	"  --socket PATH  listen there (default " MESSAGE_SOCKET_PATH "); systemd\n"
	"                 may pass the socket instead\n"
	"  --help         this text\n"
	"  --version      the version\n";

/* 1: all is said and done; 0: go on. */
static int read_options(int argc, char **argv, const char **socket_path, struct error *error)
{
	static const struct option options[] = {
		{"socket", required_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{0},
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 's':
			*socket_path = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return 1;
		case 'V':
			puts("devcapd " DEVCAP_VERSION);
			return 1;
		default:
			return error_set(error, ERROR_USAGE, "%s: unknown option; `devcapd --help`",
					 argv[optind - 1]);
		}
	}
	if (optind < argc)
		return error_set(error, ERROR_USAGE, "%s: no argument expected; `devcapd --help`",
				 argv[optind]);
	return 0;
}

/* Only the default's directory is ours to make. */
static void make_runtime_directory(const char *socket_path)
{
	char path[] = MESSAGE_SOCKET_PATH;

	if (!strcmp(socket_path, MESSAGE_SOCKET_PATH))
		mkdir(dirname(path), 0755);
}

static int watch_signals(sd_event *loop)
{
	sigset_t mask;
	int result;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* Without a handler the loop ends. */
	result = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL);
	if (result >= 0)
		result = sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL);
	if (result >= 0)
		result = sd_event_set_watchdog(loop, 1);
	return result;
}

static int serve(struct server *server, int ledger, int listener, struct error *error)
{
	sd_event *loop = NULL;
	int result = sd_event_new(&loop);

	if (result >= 0)
		result = watch_signals(loop);
	if (result < 0)
		return error_set(error, ERROR_FAILED, "event loop: %s", strerror(-result));
	if (server_start(server, loop, ledger, listener, error))
		return -1;
	sd_notify(0, "READY=1\nSTATUS=Granting capabilities");
	fputs("devcapd: ready\n", stderr);
	result = sd_event_loop(loop);
	sd_notify(0, "STOPPING=1");
	fputs("devcapd: stopping; every capability of it dies now\n", stderr);
	server_stop(server);
	sd_event_unref(loop);
	if (result < 0)
		return error_set(error, ERROR_FAILED, "event loop: %s", strerror(-result));
	return 0;
}

static int run(const char *socket_path, struct error *error)
{
	cleanup_free struct server *server = must(calloc(1, sizeof(*server)));
	int ledger, listener, result;
	bool made;

	ledger = ledger_open(error);
	if (ledger < 0)
		return -1;
	make_runtime_directory(socket_path);
	listener = server_listen(socket_path, &made, error);
	if (listener < 0)
		return -1;
	result = serve(server, ledger, listener, error);
	if (made)
		unlink(socket_path);
	return result;
}

int main(int argc, char **argv)
{
	const char *socket_path = MESSAGE_SOCKET_PATH;
	struct error error = {0};
	int result = read_options(argc, argv, &socket_path, &error);

	if (result > 0)
		return EXIT_CODE_SUCCESS;
	if (!result)
		result = run(socket_path, &error);
	if (!result)
		return EXIT_CODE_SUCCESS;
	fprintf(stderr, "devcapd: %s\n", error.text);
	sd_notifyf(0, "STATUS=%s", error.text);
	return EXIT_CODE_DEVCAP;
}
