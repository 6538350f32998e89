// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcapd's server against a ledger in memory: who may ask for what, and what is
 * left behind when things go wrong. Everything in one thread, step by step.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "adapter.h"
#include "broker_check.h"
#include "client.h"
#include "cleanup.h"
#include "fake_ledger.h"
#include "message.h"
#include "server.h"

static char folder[] = "/tmp/devcap-server-XXXXXX";
static char socket_path[64];
static struct server *server;
static sd_event *loop;

/* Who the next connection comes from. */
static uid_t peer_uid;

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __real_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_adapter_open(const struct adapter *adapter, struct error *error);

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
	if (level != SOL_SOCKET || name != SO_PEERCRED)
		return __real_getsockopt(fd, level, name, value, size);
	*(struct ucred *)value = (struct ucred){.pid = 1234, .uid = peer_uid, .gid = peer_uid};
	return 0;
}

int __wrap_adapter_open(const struct adapter *adapter, struct error *error)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

static void put(const char *path, const char *content)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", folder, path);
	if (!content) {
		mkdir(full, 0755);
		return;
	}
	file = fopen(full, "w");
	fputs(content, file);
	fclose(file);
}

__attribute__((constructor(101))) static void before(void)
{
	if (!mkdtemp(folder))
		abort();
	put("bus", NULL);
	put("bus/i2c", NULL);
	put("bus/i2c/devices", NULL);
	put("bus/i2c/devices/i2c-1", NULL);
	put("bus/i2c/devices/i2c-1/name", "sim\n");
	adapter_sysfs = folder;
	snprintf(socket_path, sizeof(socket_path), "%s/sock", folder);
	/* The daemon's log is not the test's. */
	if (!getenv("V") && !freopen("/dev/null", "w", stderr))
		abort();
}

__attribute__((destructor)) static void after(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	if (system(command))
		abort();
}

static void begin(void)
{
	struct error error = {0};
	int ledger, listener;
	bool made;

	fake_ledger = (struct fake_ledger){.fail_in = -1};
	peer_uid = 0;
	server = calloc(1, sizeof(*server));
	ledger = ledger_open(&error);
	listener = server_listen(socket_path, &made, &error);
	if (ledger < 0 || listener < 0 || sd_event_new(&loop) < 0 ||
	    server_start(server, loop, ledger, listener, &error)) {
		printf("Bail out! %s\n", error.text);
		exit(1);
	}
}

static void pump(void)
{
	while (sd_event_run(loop, 0) > 0)
		;
}

static void end(void)
{
	fake_ledger_reap();
	pump();
	IS(server->guests.count, 0);
	server_stop(server);
	sd_event_unref(loop);
	free(server);
	unlink(socket_path);
	IS(fake_ledger_living(), 0);
}

static int dial(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, socket_path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		printf("# connect: %s\n", strerror(errno));
	return fd;
}

/* What the server answers now; NULL: nothing, or it hung up. */
static json_t *answer(int fd, int *fds, size_t *count)
{
	json_t *reply = NULL;
	size_t none;

	pump();
	message_receive(fd, &reply, fds, fds ? MESSAGE_GRANTS_MAX : 0, count ? count : &none);
	return reply;
}

static void ask(int fd, json_t *request)
{
	message_send(fd, request, NULL, 0);
	json_decref(request);
}

static json_t *grant_request(const char *first, const char *second)
{
	return second ? json_pack("{s:s,s:s,s:[s,s]}", "request", "grant", "guest", "g", "specs",
				  first, second)
		      : json_pack("{s:s,s:s,s:[s]}", "request", "grant", "guest", "g", "specs",
				  first);
}

static bool ok(const json_t *reply)
{
	return json_is_true(json_object_get(reply, "ok"));
}

static void is_refused(json_t *reply, const char *kind, const char *text)
{
	HOLDS(reply && !ok(reply));
	IS_TEXT(json_string_value(json_object_get(reply, "error")), kind);
	HAS(json_string_value(json_object_get(reply, "text")), text);
	json_decref(reply);
}

/* One connection with one grant: its descriptor in @fd, its id returned. */
static uint64_t grant(int connection, const char *spec, int *fd)
{
	int fds[MESSAGE_GRANTS_MAX];
	size_t count = 0;
	json_t *reply;
	uint64_t id;

	ask(connection, grant_request(spec, NULL));
	reply = answer(connection, fds, &count);
	HOLDS(ok(reply));
	IS(count, 1);
	id = (uint64_t)json_integer_value(
		json_object_get(json_array_get(json_object_get(reply, "grants"), 0), "id"));
	json_decref(reply);
	*fd = fds[0];
	return id;
}

/* ------------------------------------------------------------------------- */

TEST(a_grant_gives_capabilities_in_order_and_the_daemon_keeps_none)
{
	int fds[MESSAGE_GRANTS_MAX], connection;
	size_t count = 0;
	json_t *reply;

	begin();
	connection = dial();
	ask(connection, grant_request("temp=i2c:sim@0x48,read", "rom=i2c:1@0x50,read,write"));
	reply = answer(connection, fds, &count);
	HOLDS(ok(reply));
	IS(count, 2);
	IS(server->guests.count, 2);
	json_decref(reply);
	close(fds[0]);
	HOLDS(!fake_ledger_held(1));
	HOLDS(fake_ledger_held(2));
	close(fds[1]);
	HOLDS(!fake_ledger_held(2));
	fake_ledger_reap();
	pump();
	IS(server->guests.count, 0);
	close(connection);
	end();
}

TEST(a_grant_that_fails_takes_the_others_back)
{
	int connection;

	begin();
	connection = dial();
	fake_ledger.fail_in = 1;
	fake_ledger.fail_errno = EBUSY;
	ask(connection, grant_request("a=i2c:1@0x48,read", "b=i2c:1@0x49,read"));
	is_refused(answer(connection, NULL, NULL), "busy",
		   "grant `b`: address 0x49 of `sim` (i2c-1)");
	IS(fake_ledger.narrows, 1);
	IS(fake_ledger_living(), 0);
	IS(server->guests.count, 0);
	close(connection);
	end();
}

TEST(only_root_gets_command_line_grants)
{
	int connection;

	begin();
	peer_uid = 1000;
	connection = dial();
	ask(connection, grant_request("a=i2c:1@0x48,read", NULL));
	is_refused(answer(connection, NULL, NULL), "refused",
		   "only root may do that until a policy file exists (you are user 1000)");
	IS(fake_ledger.narrows, 0);
	close(connection);
	end();
}

TEST(only_root_revokes)
{
	int connection, other, fd;

	begin();
	connection = dial();
	grant(connection, "a=i2c:1@0x48,read", &fd);
	peer_uid = 1000;
	other = dial();
	ask(other, json_pack("{s:s,s:b,s:b}", "request", "revoke", "all", 1, "wait", 1));
	is_refused(answer(other, NULL, NULL), "refused", "revoke: only root");
	IS(fake_ledger_living(), 1);
	close(fd);
	close(connection);
	close(other);
	end();
}

TEST(a_client_that_goes_before_its_reply_leaves_nothing)
{
	int connection;

	begin();
	/* Gone before the request is read … */
	connection = dial();
	ask(connection, grant_request("a=i2c:1@0x48,read", NULL));
	close(connection);
	pump();
	fake_ledger_reap();
	pump();
	IS(fake_ledger_living(), 0);
	/* … and with the reply in its socket. */
	connection = dial();
	ask(connection, grant_request("a=i2c:1@0x48,read", NULL));
	pump();
	IS(fake_ledger_living(), 1);
	HOLDS(fake_ledger_held(fake_ledger.last_id));
	close(connection);
	HOLDS(!fake_ledger_held(fake_ledger.last_id));
	pump();
	IS(server->client_count, 0);
	end();
}

TEST(an_unknown_adapter_is_said_and_nothing_is_made)
{
	int connection;

	begin();
	connection = dial();
	ask(connection, grant_request("a=i2c:1@0x48,read", "b=i2c:nix@0x49,read"));
	is_refused(answer(connection, NULL, NULL), "not-found",
		   "adapter `nix` not found; `devcap list` shows the adapters of this machine");
	IS(fake_ledger_living(), 0);
	close(connection);
	end();
}

TEST(what_the_kernel_refuses_is_said_with_subject_and_reason)
{
	static const struct {
		int errno_value;
		enum devcap_reason reason;
		const char *kind;
		const char *text;
	} cases[] = {
		{EINVAL, DEVCAP_REASON_RULE_LIMIT, "refused",
		 "grant `a`: a limit is above what the bus knows"},
		{EACCES, DEVCAP_REASON_READ, "refused", "grant `a`: the rule has no right to read"},
		{EPERM, 0, "failed", "CAP_SYS_RAWIO"},
		{ENODEV, 0, "not-found", "adapter `sim` (i2c-1) is gone"},
		{ENOSPC, 0, "limit", "revoke some"},
		{EIO, 0, "failed", "narrowing 0x48 of `sim` (i2c-1): Input/output error"},
	};
	int connection;
	size_t i;

	begin();
	connection = dial();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_ledger.fail_in = 0;
		fake_ledger.fail_errno = cases[i].errno_value;
		fake_ledger.fail_reason = cases[i].reason;
		ask(connection, grant_request("a=i2c:1@0x48,read", NULL));
		is_refused(answer(connection, NULL, NULL), cases[i].kind, cases[i].text);
	}
	close(connection);
	end();
}

TEST(an_address_that_a_driver_has_names_the_driver)
{
	int connection;

	begin();
	put("bus/i2c/devices/i2c-1/1-0048", NULL);
	put("bus/i2c/devices/i2c-1/1-0048/name", "lm75\n");
	connection = dial();
	fake_ledger.fail_in = 0;
	fake_ledger.fail_errno = EBUSY;
	ask(connection, grant_request("a=i2c:1@0x48,read", NULL));
	is_refused(answer(connection, NULL, NULL), "busy", "(device 1-0048, `lm75`)");
	close(connection);
	end();
}

TEST(the_daemon_parses_specs_itself)
{
	int connection;

	begin();
	connection = dial();
	ask(connection, grant_request("a=i2c:1@0x88,read", NULL));
	is_refused(answer(connection, NULL, NULL), "usage",
		   "--grant a=i2c:1@0x88,read: column 9: address 0x88 is not a 7-bit address");
	ask(connection, grant_request("a=i2c:1@0x48,read", "a=i2c:1@0x49,read"));
	is_refused(answer(connection, NULL, NULL), "usage", "two grants named `a`");
	ask(connection, json_pack("{s:s,s:s,s:[i]}", "request", "grant", "guest", "g", "specs", 5));
	is_refused(answer(connection, NULL, NULL), "usage", "array of strings");
	ask(connection, json_pack("{s:s,s:s,s:[]}", "request", "grant", "guest", "g", "specs"));
	is_refused(answer(connection, NULL, NULL), "usage", "array of strings");
	ask(connection, json_pack("{s:s,s:s,s:[s]}", "request", "grant", "guest", "../g", "specs",
				  "a=i2c:1@0x48,read"));
	is_refused(answer(connection, NULL, NULL), "usage", "--name ../g: a name is a letter");
	IS(fake_ledger.narrows, 0);
	close(connection);
	end();
}

TEST(what_is_not_understood_is_refused)
{
	int connection;

	begin();
	connection = dial();
	ask(connection, json_pack("{s:s}", "request", "reboot"));
	is_refused(answer(connection, NULL, NULL), "usage", "request `reboot`");
	ask(connection, json_pack("{s:i}", "request", 5));
	is_refused(answer(connection, NULL, NULL), "usage", "request ``");
	ask(connection, json_pack("{s:s,s:s,s:[s],s:b}", "request", "grant", "guest", "g", "specs",
				  "a=i2c:1@0x48,read", "force", 1));
	is_refused(answer(connection, NULL, NULL), "usage", "and nothing else");
	ask(connection, json_pack("{s:s,s:b}", "request", "revoke", "wait", 1));
	is_refused(answer(connection, NULL, NULL), "usage", "one of id, name, all");
	ask(connection,
	    json_pack("{s:s,s:b,s:b,s:i}", "request", "revoke", "wait", 1, "all", 1, "id", 3));
	is_refused(answer(connection, NULL, NULL), "usage", "one of id, name, all");
	ask(connection, json_pack("{s:s,s:i}", "request", "ps", "after", -1));
	is_refused(answer(connection, NULL, NULL), "usage", "request ps");
	HOLDS(send(connection, "garbage", 7, 0) == 7);
	is_refused(answer(connection, NULL, NULL), "usage", "not a JSON object");
	IS(server->client_count, 0);
	close(connection);
	end();
}

TEST(descriptors_from_a_client_are_refused)
{
	json_t *request = grant_request("a=i2c:1@0x48,read", NULL);
	int connection, null = open("/dev/null", O_RDONLY);

	begin();
	connection = dial();
	/* By the kernel where it can (6.16), else by the daemon. */
	if (message_send(connection, request, &null, 1))
		IS(errno, EPERM);
	else
		is_refused(answer(connection, NULL, NULL), "usage", "not a JSON object");
	IS(fake_ledger.narrows, 0);
	json_decref(request);
	close(null);
	close(connection);
	end();
}

TEST(no_text_of_a_client_stops_the_daemon)
{
	char name[400] = "";
	int connection, i;

	begin();
	connection = dial();
	/* Cut in the middle of a character at every place. */
	for (i = 0; i < 4; i++) {
		char spec[400];
		int k;

		snprintf(spec, sizeof(spec), "%.*s", i, "aaaa");
		for (k = 0; k < 90; k++)
			strcat(spec, "\xe2\x82\xac");
		ask(connection, grant_request(spec, NULL));
		is_refused(answer(connection, NULL, NULL), "usage", "--grant");
		snprintf(name, sizeof(name), "%s", spec);
		ask(connection,
		    json_pack("{s:s,s:s,s:b}", "request", "revoke", "name", name, "wait", 1));
		is_refused(answer(connection, NULL, NULL), "not-found", "not found");
		ask(connection, json_pack("{s:s}", "request", name));
		is_refused(answer(connection, NULL, NULL), "usage", "request `");
	}
	close(connection);
	end();
}

TEST(revoke_is_answered_when_the_bus_is_quiet)
{
	int connection, other, fd;
	json_t *reply;
	uint64_t id;

	begin();
	connection = dial();
	id = grant(connection, "temp=i2c:1@0x48,read", &fd);
	fake_ledger.busy_bus = true;
	other = dial();
	ask(other, json_pack("{s:s,s:s,s:b}", "request", "revoke", "name", "temp", "wait", 1));
	HOLDS(!answer(other, NULL, NULL));
	IS(server->guests.count, 1);
	fake_ledger_quiet(id);
	reply = answer(other, NULL, NULL);
	HOLDS(ok(reply));
	IS(json_integer_value(json_object_get(reply, "revoked")), 1);
	IS(server->guests.count, 0);
	json_decref(reply);
	close(fd);
	close(connection);
	close(other);
	end();
}

TEST(revoke_without_wait_is_answered_at_once)
{
	int connection, fd;
	json_t *reply;
	uint64_t id;

	begin();
	connection = dial();
	id = grant(connection, "temp=i2c:1@0x48,read", &fd);
	fake_ledger.busy_bus = true;
	ask(connection,
	    json_pack("{s:s,s:I,s:b}", "request", "revoke", "id", (json_int_t)id, "wait", 0));
	reply = answer(connection, NULL, NULL);
	HOLDS(ok(reply));
	json_decref(reply);
	fake_ledger_quiet(id);
	close(fd);
	close(connection);
	end();
}

TEST(a_second_revoke_waits_for_the_same_transfer)
{
	int connection, first, second, fd;
	json_t *reply;
	uint64_t id;

	begin();
	connection = dial();
	id = grant(connection, "temp=i2c:1@0x48,read", &fd);
	fake_ledger.busy_bus = true;
	first = dial();
	second = dial();
	ask(first,
	    json_pack("{s:s,s:I,s:b}", "request", "revoke", "id", (json_int_t)id, "wait", 1));
	ask(second, json_pack("{s:s,s:b,s:b}", "request", "revoke", "all", 1, "wait", 1));
	HOLDS(!answer(first, NULL, NULL));
	HOLDS(!answer(second, NULL, NULL));
	/* One that gives up does not disturb the other. */
	close(first);
	pump();
	fake_ledger_quiet(id);
	reply = answer(second, NULL, NULL);
	HOLDS(ok(reply));
	json_decref(reply);
	close(fd);
	close(connection);
	close(second);
	end();
}

TEST(revoke_of_what_is_not_there)
{
	json_t *reply;
	int connection;

	begin();
	connection = dial();
	ask(connection, json_pack("{s:s,s:i,s:b}", "request", "revoke", "id", 77, "wait", 1));
	is_refused(answer(connection, NULL, NULL), "not-found",
		   "capability 77 not found; `devcap ps`");
	ask(connection, json_pack("{s:s,s:s,s:b}", "request", "revoke", "name", "temp", "wait", 1));
	is_refused(answer(connection, NULL, NULL), "not-found", "capability `temp` not found");
	ask(connection, json_pack("{s:s,s:b,s:b}", "request", "revoke", "all", 1, "wait", 1));
	reply = answer(connection, NULL, NULL);
	HOLDS(ok(reply));
	json_decref(reply);
	close(connection);
	end();
}

TEST(a_quiet_event_that_was_lost_is_found_by_asking)
{
	int connection, other, fd;
	json_t *reply;
	uint64_t id;

	begin();
	connection = dial();
	id = grant(connection, "temp=i2c:1@0x48,read", &fd);
	fake_ledger.busy_bus = true;
	other = dial();
	ask(other,
	    json_pack("{s:s,s:I,s:b}", "request", "revoke", "id", (json_int_t)id, "wait", 1));
	HOLDS(!answer(other, NULL, NULL));
	fake_ledger_forget(id);
	fake_ledger_event(DEVCAP_EVENT_LOST, 0, DEVCAP_EVENT_QUIET);
	reply = answer(other, NULL, NULL);
	HOLDS(ok(reply));
	json_decref(reply);
	close(fd);
	close(connection);
	close(other);
	end();
}

TEST(ps_comes_in_pages)
{
	int connections[3], fds[100], i;
	json_t *reply;
	uint64_t id;

	begin();
	for (i = 0; i < 100; i++) {
		char spec[64];

		if (i % 40 == 0)
			connections[i / 40] = dial();
		snprintf(spec, sizeof(spec), "g%d=i2c:1@0x48,read", i);
		id = grant(connections[i / 40], spec, &fds[i]);
	}
	ask(connections[0], json_pack("{s:s,s:i}", "request", "ps", "after", 0));
	reply = answer(connections[0], NULL, NULL);
	HOLDS(ok(reply));
	IS(json_array_size(json_object_get(reply, "capabilities")), MESSAGE_PAGE);
	HOLDS(json_is_true(json_object_get(reply, "more")));
	json_decref(reply);
	ask(connections[0], json_pack("{s:s,s:I}", "request", "ps", "after",
				      (json_int_t)(id - 100 + MESSAGE_PAGE)));
	reply = answer(connections[0], NULL, NULL);
	IS(json_array_size(json_object_get(reply, "capabilities")), 100 - MESSAGE_PAGE);
	HOLDS(!json_is_true(json_object_get(reply, "more")));
	json_decref(reply);
	for (i = 0; i < 100; i++)
		close(fds[i]);
	for (i = 0; i < 3; i++)
		close(connections[i]);
	end();
}

TEST(watchers_get_names_and_reasons)
{
	int connection, watcher, fd;
	json_t *reply, *event;
	uint64_t id;

	begin();
	connection = dial();
	id = grant(connection, "temp=i2c:1@0x48,read", &fd);
	watcher = dial();
	ask(watcher, json_pack("{s:s,s:b}", "request", "events", "follow", 1));
	reply = answer(watcher, NULL, NULL);
	HOLDS(ok(reply));
	json_decref(reply);
	reply = answer(watcher, NULL, NULL);
	event = json_object_get(reply, "event");
	IS_TEXT(json_string_value(json_object_get(event, "type")), "birth");
	IS_TEXT(json_string_value(json_object_get(event, "grant")), "temp");
	IS_TEXT(json_string_value(json_object_get(event, "guest")), "g");
	json_decref(reply);
	HOLDS(!answer(watcher, NULL, NULL));
	fake_ledger_event(DEVCAP_EVENT_REFUSED, id, DEVCAP_REASON_REGISTER_WRITE);
	reply = answer(watcher, NULL, NULL);
	event = json_object_get(reply, "event");
	IS_TEXT(json_string_value(json_object_get(event, "type")), "refused");
	IS_TEXT(json_string_value(json_object_get(event, "reason")), "register-write");
	IS(json_integer_value(json_object_get(event, "first")), 1);
	json_decref(reply);
	close(fd);
	close(watcher);
	close(connection);
	end();
}

TEST(events_without_follow_end)
{
	int connection, watcher, fd, seen = 0;
	json_t *reply;

	begin();
	connection = dial();
	grant(connection, "temp=i2c:1@0x48,read", &fd);
	watcher = dial();
	ask(watcher, json_pack("{s:s,s:b}", "request", "events", "follow", 0));
	while ((reply = answer(watcher, NULL, NULL)) && !json_object_get(reply, "end")) {
		seen += !!json_object_get(reply, "event");
		json_decref(reply);
	}
	HOLDS(reply);
	IS(seen, 1);
	json_decref(reply);
	close(fd);
	close(watcher);
	close(connection);
	end();
}

TEST(a_slow_watcher_learns_its_loss_and_delays_nobody)
{
	int connection, watcher, fd, i, seen = 0;
	json_int_t lost = 0;
	json_t *reply;
	uint64_t id;

	begin();
	connection = dial();
	id = grant(connection, "temp=i2c:1@0x48,read", &fd);
	watcher = dial();
	ask(watcher, json_pack("{s:s,s:b}", "request", "events", "follow", 1));
	for (i = 0; i < 8 * HISTORY_SIZE; i++) {
		fake_ledger_event(DEVCAP_EVENT_REFUSED, id, DEVCAP_REASON_READ);
		if (i % 256 == 0)
			pump();
	}
	while ((reply = answer(watcher, NULL, NULL))) {
		json_t *event = json_object_get(reply, "event");
		const char *type = json_string_value(json_object_get(event, "type"));

		if (type && !strcmp(type, "lost"))
			lost += json_integer_value(json_object_get(event, "count"));
		else if (type && !strcmp(type, "refused"))
			seen++;
		json_decref(reply);
	}
	HOLDS(lost > 0);
	IS(seen + lost, 8 * HISTORY_SIZE);
	close(fd);
	close(watcher);
	close(connection);
	end();
}

TEST(a_client_that_reads_no_replies_is_dropped)
{
	int connection, i;
	json_t *request = json_pack("{s:s,s:i}", "request", "ps", "after", 0);

	begin();
	connection = dial();
	for (i = 0; i < 100000 && !message_send(connection, request, NULL, 0); i++)
		pump();
	HOLDS(i < 100000);
	pump();
	IS(server->client_count, 0);
	json_decref(request);
	close(connection);
	end();
}

TEST(one_user_can_not_take_all_connections)
{
	int fds[SERVER_CLIENTS_PER_USER_MAX + 1], i, other;
	json_t *reply;

	begin();
	peer_uid = 1000;
	for (i = 0; i <= SERVER_CLIENTS_PER_USER_MAX; i++) {
		fds[i] = dial();
		pump();
	}
	is_refused(answer(fds[SERVER_CLIENTS_PER_USER_MAX], NULL, NULL), "limit", "user 1000");
	IS(server->client_count, SERVER_CLIENTS_PER_USER_MAX);
	peer_uid = 0;
	other = dial();
	ask(other, json_pack("{s:s,s:i}", "request", "ps", "after", 0));
	reply = answer(other, NULL, NULL);
	HOLDS(ok(reply));
	json_decref(reply);
	close(other);
	for (i = 0; i <= SERVER_CLIENTS_PER_USER_MAX; i++)
		close(fds[i]);
	end();
}

TEST(connections_are_limited_in_all)
{
	int fds[SERVER_CLIENTS_MAX + 1], i;

	begin();
	for (i = 0; i <= SERVER_CLIENTS_MAX; i++) {
		fds[i] = dial();
		pump();
	}
	/* The rate of connections is limited too. */
	while (server->client_count < SERVER_CLIENTS_MAX) {
		usleep(1000);
		pump();
	}
	usleep(200000);
	is_refused(answer(fds[SERVER_CLIENTS_MAX], NULL, NULL), "limit", "clients are connected");
	for (i = 0; i <= SERVER_CLIENTS_MAX; i++)
		close(fds[i]);
	end();
}

TEST(capabilities_are_limited_per_request_and_per_connection)
{
	json_t *specs = json_array(), *reply;
	int connection, i, fds[MESSAGE_GRANTS_MAX], k;
	size_t count = 0;

	begin();
	connection = dial();
	for (i = 0; i <= MESSAGE_GRANTS_MAX; i++) {
		char spec[64];

		snprintf(spec, sizeof(spec), "g%d=i2c:1@0x48,read", i);
		json_array_append_new(specs, json_string(spec));
	}
	ask(connection,
	    json_pack("{s:s,s:s,s:O}", "request", "grant", "guest", "g", "specs", specs));
	is_refused(answer(connection, NULL, NULL), "limit", "at most 32 grants");
	json_array_remove(specs, 0);
	for (k = 0; k < CLIENT_CAPABILITIES_MAX / MESSAGE_GRANTS_MAX; k++) {
		ask(connection,
		    json_pack("{s:s,s:s,s:O}", "request", "grant", "guest", "g", "specs", specs));
		reply = answer(connection, fds, &count);
		HOLDS(ok(reply));
		IS(count, MESSAGE_GRANTS_MAX);
		for (i = 0; i < (int)count; i++)
			close(fds[i]);
		json_decref(reply);
	}
	ask(connection,
	    json_pack("{s:s,s:s,s:O}", "request", "grant", "guest", "g", "specs", specs));
	is_refused(answer(connection, NULL, NULL), "limit", "over one connection");
	json_decref(specs);
	close(connection);
	end();
}

TEST(a_second_daemon_on_the_same_socket_is_refused)
{
	struct error error = {0};
	bool made;

	begin();
	IS(server_listen(socket_path, &made, &error), -1);
	HAS(error.text, "another devcapd answers there");
	pump();
	end();
}

TEST(a_socket_that_a_killed_daemon_left_is_replaced)
{
	struct error error = {0};
	bool made;
	int fd;

	fd = server_listen(socket_path, &made, &error);
	HOLDS(fd >= 0 && made);
	close(fd);
	begin();
	end();
}

TEST(a_file_that_is_no_socket_is_left_alone)
{
	struct error error = {0};
	bool made;

	put("sock", "precious");
	IS(server_listen(socket_path, &made, &error), -1);
	HAS(error.text, "Address already in use");
	IS(access(socket_path, F_OK), 0);
	unlink(socket_path);
}

TEST(the_socket_is_closed_to_others)
{
	struct stat stat_buffer;

	begin();
	IS(stat(socket_path, &stat_buffer), 0);
	IS(stat_buffer.st_mode & 07, 0);
	end();
}

int main(void)
{
	return tap_run();
}
