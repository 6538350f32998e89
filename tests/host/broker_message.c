// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Messages: what arrives is what was sent, and nothing that is not expected
 * stays open.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"
#include "broker_check.h"

static int pair[2];

static void begin(void)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		abort();
}

static void end(void)
{
	close(pair[0]);
	close(pair[1]);
}

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

TEST(a_message_comes_out_as_it_went_in)
{
	json_t *sent = json_pack("{s:s,s:I}", "request", "ps", "after", (json_int_t)7), *got;
	size_t count;

	begin();
	IS(message_send(pair[0], sent, NULL, 0), 0);
	IS(message_receive(pair[1], &got, NULL, 0, &count), 1);
	HOLDS(json_equal(sent, got));
	IS(count, 0);
	json_decref(sent);
	json_decref(got);
	end();
}

TEST(descriptors_come_in_order_and_close_on_exec)
{
	json_t *sent = json_object(), *got;
	int fds[MESSAGE_GRANTS_MAX], received[MESSAGE_GRANTS_MAX], i;
	size_t count;

	begin();
	for (i = 0; i < MESSAGE_GRANTS_MAX; i++) {
		fds[i] = open("/dev/null", O_RDONLY);
		lseek(fds[i], i, SEEK_SET);
	}
	IS(message_send(pair[0], sent, fds, MESSAGE_GRANTS_MAX), 0);
	IS(message_receive(pair[1], &got, received, MESSAGE_GRANTS_MAX, &count), 1);
	IS(count, MESSAGE_GRANTS_MAX);
	for (i = 0; i < MESSAGE_GRANTS_MAX; i++) {
		HOLDS(fcntl(received[i], F_GETFD) & FD_CLOEXEC);
		close(fds[i]);
		close(received[i]);
	}
	json_decref(sent);
	json_decref(got);
	end();
}

TEST(unexpected_descriptors_are_refused_and_closed)
{
	int fds[3] = {0, 1, 2}, room[2], before;
	json_t *sent = json_object(), *got;
	size_t count;

	begin();
	before = open_descriptors();
	IS(message_send(pair[0], sent, fds, 3), 0);
	IS(message_receive(pair[1], &got, NULL, 0, &count), -1);
	IS(errno, EPROTO);
	IS(message_send(pair[0], sent, fds, 3), 0);
	IS(message_receive(pair[1], &got, room, 2, &count), -1);
	IS(errno, EPROTO);
	HOLDS(!got);
	IS(open_descriptors(), before);
	json_decref(sent);
	end();
}

TEST(what_is_no_object_is_refused)
{
	static const char *const texts[] = {
		"x", "[]", "{", "{}{}", "7", "{\"a\":1,\"a\":2}", "{\"a\":\"\\u0000\"}", "\xff",
	};
	json_t *got;
	size_t count, i;

	begin();
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		HOLDS(send(pair[0], texts[i], strlen(texts[i]), 0) > 0);
		errno = 0;
		IS(message_receive(pair[1], &got, NULL, 0, &count), -1);
		IS(errno, EPROTO);
	}
	end();
}

TEST(too_long_is_refused_on_both_sides)
{
	char *text = calloc(1, MESSAGE_SIZE_MAX + 2);
	json_t *sent, *got;
	size_t count;

	begin();
	memset(text, 'a', MESSAGE_SIZE_MAX + 1);
	sent = json_pack("{s:s}", "a", text);
	IS(message_send(pair[0], sent, NULL, 0), -1);
	IS(errno, EMSGSIZE);
	memcpy(text, "{\"a\":\"", 6);
	memcpy(text + MESSAGE_SIZE_MAX - 1, "\"}", 2);
	HOLDS(send(pair[0], text, MESSAGE_SIZE_MAX + 1, 0) > 0);
	IS(message_receive(pair[1], &got, NULL, 0, &count), -1);
	IS(errno, EPROTO);
	json_decref(sent);
	free(text);
	end();
}

TEST(the_other_side_gone_is_no_signal)
{
	json_t *sent = json_object(), *got;
	size_t count;

	begin();
	close(pair[0]);
	IS(message_receive(pair[1], &got, NULL, 0, &count), 0);
	IS(message_send(pair[1], sent, NULL, 0), -1);
	IS(errno, EPIPE);
	json_decref(sent);
	close(pair[1]);
}

int main(void)
{
	return tap_run();
}
