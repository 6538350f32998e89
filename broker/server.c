// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The loop's own sources: the listening socket and the ledger.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "cleanup.h"
#include "client.h"
#include "ledger.h"
#include "server.h"

/* Events read, and connections accepted, before others have their turn. */
#define EVENT_BATCH 64
#define ACCEPT_BATCH 16
/* And so often the listening socket is looked at in that time. */
#define ACCEPT_INTERVAL_USEC 100000
#define ACCEPT_BURST 32

/* ------------------------------------------------------------------------- */
/* The ledger's events                                                       */

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void remember(struct server *server, const struct devcap_event *event)
{
	const struct grant *grant = guest_find(&server->guests, event->id);
	struct history_record record = {
		.event = *event,
		.wall_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME) +
			   (int64_t)event->time_ns,
		.address = -1,
	};

	if (grant) {
		memcpy(record.guest, grant->guest->name, sizeof(record.guest));
		memcpy(record.grant, grant->spec.name, sizeof(record.grant));
		snprintf(record.device, sizeof(record.device), "i2c-%u", grant->adapter.number);
		record.address = grant->spec.rule.i2c.address;
	}
	history_add(&server->history, &record);
}

/* A capability is dead and the bus has no traffic of it any more. */
static void settle(struct server *server, uint64_t id)
{
	struct grant *grant = guest_find(&server->guests, id);
	struct client *client, *next;

	if (grant)
		guest_forget(&server->guests, grant);
	for (client = LIST_FIRST(&server->clients); client; client = next) {
		next = LIST_NEXT(client, in_server);
		if (client_quiet(client, id))
			client_close(client);
	}
}

/* Events of lives were lost: ask the ledger, which knows. */
static void reconcile(struct server *server)
{
	struct grant *grant, *next;
	struct devcap_stat stat;

	for (grant = LIST_FIRST(&server->guests.grants); grant; grant = next) {
		next = LIST_NEXT(grant, in_table);
		if (ledger_stat(server->ledger, grant->id, &stat))
			settle(server, grant->id);
	}
}

static int on_ledger(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct devcap_event events[EVENT_BATCH];
	struct server *server = data;
	struct client *client;
	ssize_t count, i;

	(void)source;
	(void)revents;
	count = ledger_read(fd, events, EVENT_BATCH);
	for (i = 0; i < count; i++) {
		remember(server, &events[i]);
		if (events[i].type == DEVCAP_EVENT_QUIET)
			settle(server, events[i].id);
		else if (events[i].type == DEVCAP_EVENT_LOST &&
			 events[i].code != DEVCAP_EVENT_REFUSED)
			reconcile(server);
	}
	LIST_FOREACH(client, &server->clients, in_server)
	client_wake(client);
	return 0;
}

/* ------------------------------------------------------------------------- */
/* The listening socket                                                      */

static int on_listener(sd_event_source *source, int listener, uint32_t revents, void *data)
{
	int i, fd;

	(void)source;
	(void)revents;
	for (i = 0; i < ACCEPT_BATCH; i++) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			break;
		client_accept(data, fd);
	}
	return 0;
}

static int passed_socket(struct error *error)
{
	int count = sd_listen_fds(1);

	if (count <= 0)
		return -1;
	if (count > 1 || sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_SEQPACKET, 1, NULL, 0) <= 0)
		return error_set(error, ERROR_FAILED,
				 "LISTEN_FDS: devcapd takes one listening SOCK_SEQPACKET unix "
				 "socket; ListenSequentialPacket= in the socket unit makes it");
	fcntl(SD_LISTEN_FDS_START, F_SETFL, fcntl(SD_LISTEN_FDS_START, F_GETFL) | O_NONBLOCK);
	return SD_LISTEN_FDS_START;
}

/* The group devcap may connect, all others get EACCES; each request is checked besides. */
static void open_to_group(const char *path)
{
	const struct group *group = getgrnam("devcap");

	if (group && !chown(path, (uid_t)-1, group->gr_gid))
		chmod(path, 0660);
}

static int bind_new(int fd, const struct sockaddr_un *address, struct error *error)
{
	const struct sockaddr *plain = (const struct sockaddr *)address;
	cleanup_fd int probe = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct stat left;
	mode_t mask;
	int result;

	if (!connect(probe, plain, sizeof(*address)))
		return error_set(error, ERROR_FAILED,
				 "%s: another devcapd answers there; stop it first",
				 address->sun_path);
	/* A file that is no socket refuses too, and is not ours to remove. */
	if (errno == ECONNREFUSED && !lstat(address->sun_path, &left) && S_ISSOCK(left.st_mode))
		unlink(address->sun_path);
	mask = umask(0177);
	result = bind(fd, plain, sizeof(*address));
	umask(mask);
	if (result || listen(fd, SOMAXCONN))
		return error_set(error, ERROR_FAILED, "%s: %s", address->sun_path, strerror(errno));
	open_to_group(address->sun_path);
	return 0;
}

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83 /* Linux 6.16 */
#endif

/*
 * Connections inherit it: nobody sends descriptors, whose closing could take this
 * process long. Kernels that don't know it deliver them, and message_receive()
 * takes none.
 */
static void refuse_descriptors(int listener)
{
	const int no = 0;

	setsockopt(listener, SOL_SOCKET, SO_PASSRIGHTS, &no, sizeof(no));
}

int server_listen(const char *path, bool *made, struct error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	cleanup_fd int fd = -1;

	*made = false;
	*error = (struct error){0};
	fd = passed_socket(error);
	if (fd >= 0)
		refuse_descriptors(fd);
	if (fd >= 0 || error->kind)
		return fd_take(&fd);
	if (strlen(path) >= sizeof(address.sun_path))
		return error_set(error, ERROR_USAGE, "--socket %.64s…: longer than %zu characters",
				 path, sizeof(address.sun_path) - 1);
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return error_set(error, ERROR_FAILED, "%s: %s", path, strerror(errno));
	refuse_descriptors(fd);
	if (bind_new(fd, &address, error))
		return -1;
	*made = true;
	return fd_take(&fd);
}

/* ------------------------------------------------------------------------- */

int server_start(struct server *server, sd_event *loop, int ledger, int listener,
		 struct error *error)
{
	sd_event_source *source;
	int result;

	server->loop = loop;
	server->ledger = ledger;
	server->listener = listener;
	LIST_INIT(&server->clients);
	LIST_INIT(&server->guests.grants);
	result = sd_event_add_io(loop, NULL, ledger, EPOLLIN, on_ledger, server);
	if (result >= 0)
		result = sd_event_add_io(loop, &source, listener, EPOLLIN, on_listener, server);
	if (result < 0)
		return error_set(error, ERROR_FAILED, "event loop: %s", strerror(-result));
	/* A flood, or no descriptor left for the next one: others keep their turn. */
	sd_event_source_set_ratelimit(source, ACCEPT_INTERVAL_USEC, ACCEPT_BURST);
	sd_event_source_set_floating(source, 1);
	sd_event_source_unref(source);
	return 0;
}

void server_stop(struct server *server)
{
	struct grant *grant;

	while (!LIST_EMPTY(&server->clients))
		client_close(LIST_FIRST(&server->clients));
	fd_close(&server->listener);
	fd_close(&server->ledger);
	while ((grant = LIST_FIRST(&server->guests.grants)))
		guest_forget(&server->guests, grant);
}
