// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * What a program finds when it starts: its capabilities in their places, nothing
 * else open, and as root's child no right of root.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker_check.h"
#include "launch.h"

/* Runs @body in a child; what it prints is the result. */
static char *in_child(void (*body)(void))
{
	static char text[4096];
	size_t used = 0;
	ssize_t length;
	int ends[2];
	pid_t pid;

	fflush(stdout);
	if (pipe(ends))
		abort();
	pid = fork();
	if (!pid) {
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		body();
		_exit(1);
	}
	close(ends[1]);
	while ((length = read(ends[0], text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)length;
	text[used] = '\0';
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return text;
}

/* Descriptors of files whose size says which they are. */
static int numbered(int number)
{
	int fd = memfd_create("numbered", 0);

	if (ftruncate(fd, number))
		abort();
	return fd;
}

static void show(const char *script)
{
	char *const words[] = {"sh", "-c", (char *)script, NULL};

	execv("/bin/sh", words);
}

static void place_crossed(void)
{
	struct error error;
	const char *names[] = {"first", "second", "third"};
	int fds[3], all[8], i;

	for (i = 0; i < 8; i++)
		all[i] = numbered(i);
	/* Each stands where another one belongs. */
	fds[0] = all[2];
	fds[1] = all[0];
	fds[2] = all[1];
	if (launch_place(fds, names, 3, all[7], &error))
		return;
	show("for i in 3 4 5 6; do stat -Lc %s /proc/self/fd/$i; done; "
	     "echo $LISTEN_FDS $LISTEN_FDNAMES; [ $LISTEN_PID = $$ ] && echo mine");
}

TEST(descriptors_come_in_order_even_when_they_cross)
{
	IS_TEXT(in_child(place_crossed), "2\n0\n1\n7\n3 first:second:third\nmine\n");
}

static void place_and_list(void)
{
	struct error error;
	const char *names[] = {"only"};
	int fd = numbered(1), i;

	for (i = 0; i < 50; i++)
		numbered(i);
	if (launch_place(&fd, names, 1, -1, &error))
		return;
	show("for fd in $(seq 0 99); do [ -e /proc/$$/fd/$fd ] && echo $fd; done");
}

TEST(nothing_else_is_open)
{
	IS_TEXT(in_child(place_and_list), "0\n1\n2\n3\n");
}

static void confine(void)
{
	struct error error;

	if (launch_confine(&error)) {
		dprintf(1, "%s\n", error.text);
		return;
	}
	show("grep -E '^(CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs|Groups)' /proc/self/status | tr -s "
	     "' \\t' ' '; "
	     "[ $(id -u) != 0 ] && echo not root; pwd");
}

TEST(a_confined_child_has_no_right_of_root)
{
	const char *text = in_child(confine);

	HAS(text, "CapPrm: 0000000000000000\n");
	HAS(text, "CapEff: 0000000000000000\n");
	HAS(text, "CapInh: 0000000000000000\n");
	HAS(text, "CapAmb: 0000000000000000\n");
	HAS(text, "NoNewPrivs: 1\n");
	HAS(text, "not root\n");
	if (!geteuid()) {
		HAS(text, "Groups: \n");
		HAS(text, "\n/\n");
	}
}

static void bounding_set(void)
{
	struct error error;

	if (!launch_confine(&error))
		show("grep ^CapBnd /proc/self/status | tr -d ' \\t'");
}

TEST(roots_bounding_set_is_empty)
{
	if (!geteuid())
		IS_TEXT(in_child(bounding_set), "CapBnd:0000000000000000\n");
}

static void environment(void)
{
	setenv("SECRET", "x", 1);
	setenv("LD_PRELOAD_X", "x", 1);
	setenv("TERM", "vt100", 1);
	setenv("LANG", "C", 1);
	launch_clean_environment();
	show("echo \"[$SECRET$LD_PRELOAD_X$HOME]\" $TERM $LANG");
}

TEST(the_environment_is_not_passed_on)
{
	IS_TEXT(in_child(environment), "[] vt100 C\n");
}

TEST(an_unknown_user_is_said)
{
	struct error error = {0};

	IS(launch_become("nosuchuser", &error), -1);
	HAS(error.text, "--user nosuchuser: no such user");
	IS(error.kind, ERROR_USAGE);
}

TEST(a_missing_part_of_devcap_is_said)
{
	struct error error = {0};
	char path[4096];

	IS(launch_find("devcap-nosuch", path, &error), -1);
	HAS(error.text, "devcap-nosuch: No such file or directory; it is a part of devcap");
}

int main(void)
{
	return tap_run();
}
