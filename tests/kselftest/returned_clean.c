// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 6, returned clean: whenever and however a capability dies, its address
 * is free for the next user at once, even if the dead descriptor stays open.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

/* How often, and how long at most: a debug kernel, where each is dear, does less. */
#define KILLS		1000
#define KILLS_MS	48000
#define DEBUG_KERNEL	"/sys/kernel/debug/kmemleak"

FIXTURE(returned)
{
	int node;
	int ledger;
	int other_ledger;
};

FIXTURE_SETUP(returned)
{
	ASSERT_EQ(0, sim_reset());
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
	self->other_ledger = ledger_open();
	ASSERT_LE(0, self->other_ledger);
}

FIXTURE_TEARDOWN(returned)
{
	if (self->node >= 0)
		close(self->node);
	if (self->ledger >= 0)
		close(self->ledger);
	close(self->other_ledger);
	EXPECT_EQ(0, sim_reset());
}

/* ------------------------------------------------------------------------- */
/* Who holds the address                                                     */

/* A client of the kernel's own at an address, as an administrator makes it. */
static int write_adapter(const char *file, const char *text)
{
	char path[64];
	int fd, error = 0;

	snprintf(path, sizeof(path), "/sys/bus/i2c/devices/i2c-%d/%s", sim_i2c_number(), file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

static int new_device(const char *driver, uint16_t address)
{
	char text[64];

	snprintf(text, sizeof(text), "%s 0x%x\n", driver, address);
	return write_adapter("new_device", text);
}

static int delete_device(uint16_t address)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%x\n", address);
	return write_adapter("delete_device", text);
}

#define EXPECT_HELD() do { \
	EXPECT_EQ(-EBUSY, node_select(self->node, OPERATION_ADDRESS)); \
	EXPECT_EQ(-EBUSY, ledger_mint(self->other_ledger, self->node, OPERATION_ADDRESS, NULL)); \
} while (0)

/* Both ways of the next user: the node, and a capability of another ledger. */
#define EXPECT_FREE() do { \
	int fd_; \
	EXPECT_EQ(0, node_select(self->node, OPERATION_ADDRESS)); \
	fd_ = ledger_mint(self->other_ledger, self->node, OPERATION_ADDRESS, NULL); \
	EXPECT_LE(0, fd_); \
	EXPECT_EQ(2, operation_named("read")->run(fd_)); \
	close(fd_); \
	EXPECT_EQ(0, node_select(self->node, OPERATION_ADDRESS)); \
} while (0)

TEST_F(returned, a_claim_is_exclusive)
{
	int cap = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, NULL);

	ASSERT_LE(0, cap);
	EXPECT_HELD();
	EXPECT_EQ(-EBUSY, new_device("dummy", OPERATION_ADDRESS));
	/* Another address is another claim. */
	EXPECT_EQ(0, node_select(self->node, CHIP_TWIN));
	close(cap);
	EXPECT_FREE();
}

TEST_F(returned, capabilities_of_one_ledger_share_a_counted_claim)
{
	int first = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, NULL);
	int second = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, NULL);
	struct want want = want_full(OPERATION_ADDRESS);
	int child = ledger_narrow(self->ledger, second, &want, NULL, NULL);

	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	ASSERT_LE(0, child);
	close(first);
	EXPECT_HELD();
	close(second);
	EXPECT_HELD();
	close(child);
	EXPECT_FREE();
}

TEST_F(returned, another_ledgers_child_keeps_no_claim_beyond_its_parent)
{
	struct want want = want_full(OPERATION_ADDRESS);
	uint64_t id;
	int parent = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, &id);
	int child = ledger_narrow(self->other_ledger, parent, &want, NULL, NULL);

	ASSERT_LE(0, child);
	ASSERT_EQ(0, ledger_revoke(self->ledger, id, 0));
	EXPECT_FREE();
	close(parent);
	close(child);
}

TEST_F(returned, ten_bit_addresses_are_claims_of_their_own)
{
	struct want want = want_full(OPERATION_ADDRESS);
	int seven = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, NULL);
	int ten;

	want.flags = DEVCAP_I2C_TEN;
	ten = ledger_narrow(self->other_ledger, self->node, &want, NULL, NULL);
	ASSERT_LE(0, seven);
	EXPECT_LE(0, ten);
	close(ten);
	EXPECT_HELD();
	close(seven);
	EXPECT_FREE();
}

TEST_F(returned, a_kernel_drivers_address_is_busy)
{
	ASSERT_EQ(0, new_device("dummy", CHIP_TWIN));
	EXPECT_EQ(-EBUSY, ledger_mint(self->ledger, self->node, CHIP_TWIN, NULL));
	ASSERT_EQ(0, delete_device(CHIP_TWIN));
	close(ledger_mint(self->ledger, self->node, CHIP_TWIN, NULL));
}

TEST_F(returned, new_device_can_not_name_our_driver)
{
	int fd;

	/* It may register a client, but nobody is bound to it. */
	ASSERT_EQ(0, new_device("devcap", CHIP_TWIN));
	EXPECT_EQ(0, node_select(self->node, CHIP_TWIN));
	ASSERT_EQ(0, delete_device(CHIP_TWIN));
	fd = ledger_mint(self->ledger, self->node, CHIP_TWIN, NULL);
	EXPECT_LE(0, fd);
	close(fd);
}

TEST_F(returned, delete_device_unplugs)
{
	uint64_t id;
	int cap = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, &id);
	struct devcap_event event;

	ASSERT_LE(0, cap);
	ASSERT_EQ(0, delete_device(OPERATION_ADDRESS));
	EXPECT_EQ(-ENODEV, operation_named("read")->run(cap));
	ASSERT_EQ(1, ledger_wait_event(self->ledger, DEVCAP_EVENT_DEATH, id, &event, 500));
	EXPECT_EQ(DEVCAP_DEATH_UNPLUGGED, event.code);
	EXPECT_EQ(1, ledger_wait_event(self->ledger, DEVCAP_EVENT_QUIET, id, NULL, 500));
	EXPECT_FREE();
	close(cap);
}

/* ------------------------------------------------------------------------- */
/* Dead, but kept open                                                       */

TEST_F(returned, a_dead_descriptor_holds_no_claim)
{
	uint64_t id;
	int cap = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, &id);
	int copy = dup(cap);

	ASSERT_LE(0, cap);
	ASSERT_EQ(0, ledger_revoke(self->ledger, id, 0));
	EXPECT_FREE();
	EXPECT_EQ(-ENODEV, operation_named("read")->run(cap));
	EXPECT_EQ(-ENODEV, operation_named("read")->run(copy));
	close(cap);
	close(copy);
	EXPECT_FREE();
}

TEST_F(returned, a_closed_ledger_leaves_no_claim)
{
	int cap = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, NULL);

	ASSERT_LE(0, cap);
	close(self->ledger);
	self->ledger = -1;
	EXPECT_FREE();
	EXPECT_EQ(-ENODEV, operation_named("read")->run(cap));
	close(cap);
}

TEST_F(returned, an_ended_lease_leaves_no_claim)
{
	struct want want = want_full(OPERATION_ADDRESS);
	uint64_t id;
	int cap;

	want.lease_ns = 20 * 1000000ULL;
	cap = ledger_narrow(self->ledger, self->node, &want, NULL, &id);
	ASSERT_LE(0, cap);
	ASSERT_EQ(1, ledger_wait_event(self->ledger, DEVCAP_EVENT_QUIET, id, NULL, 1000));
	EXPECT_FREE();
	close(cap);
}

TEST_F(returned, quiet_means_free)
{
	for (int i = 0; i < 100; i++) {
		uint64_t id;
		int cap = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, &id);

		ASSERT_LE(0, cap);
		ASSERT_EQ(0, ledger_revoke(self->ledger, id, DEVCAP_REVOKE_NOWAIT));
		ASSERT_EQ(1, ledger_wait_event(self->ledger, DEVCAP_EVENT_QUIET, id, NULL, 1000));
		EXPECT_FREE();
		close(cap);
	}
}

TEST_F(returned, duplicates_and_heirs_hold_it_together)
{
	int cap = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, NULL);
	int copy = dup(cap);
	int status;
	pid_t pid;

	ASSERT_LE(0, cap);
	close(cap);
	EXPECT_EQ(2, operation_named("read")->run(copy));
	EXPECT_HELD();
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		sleep_ms(200);
		_exit(operation_named("read")->run(copy) != 2);
	}
	close(copy);
	EXPECT_HELD();
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFEXITED(status) && !WEXITSTATUS(status));
	EXPECT_FREE();
}

/* Sends @fd over a socket and closes it: it is open nowhere but in flight. */
static int send_away(int fd, int pair[2])
{
	char control[CMSG_SPACE(sizeof(fd))] = { }, byte = 0;
	struct iovec data = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || sendmsg(pair[0], &message, 0) != 1)
		return -1;
	return close(fd);
}

TEST_F(returned, a_descriptor_in_a_socket_lives_and_dies_with_it)
{
	int cap = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, NULL);
	int pair[2];

	ASSERT_LE(0, cap);
	ASSERT_EQ(0, send_away(cap, pair));
	EXPECT_HELD();
	close(pair[0]);
	close(pair[1]);
	EXPECT_FREE();
}

TEST_F(returned, a_ledger_that_is_full_is_full_until_one_dies)
{
	struct want want = want_full(OPERATION_ADDRESS);
	static int fd[DEVCAP_LEDGER_MAX];
	struct devcap_list list = { .size = sizeof(list), .count = 1 };
	int i;

	/* The limit of descriptors may come first: the ledger's is higher. */
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 8192, 8192 }));
	fd[0] = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, NULL);
	for (i = 1; i < DEVCAP_LEDGER_MAX; i++) {
		fd[i] = ledger_narrow(self->ledger, fd[0], &want, NULL, NULL);
		ASSERT_LE(0, fd[i]);
	}
	EXPECT_EQ(-ENOSPC, ledger_narrow(self->ledger, fd[0], &want, NULL, NULL));
	close(fd[--i]);
	fd[i] = ledger_narrow(self->ledger, fd[0], &want, NULL, NULL);
	EXPECT_LE(0, fd[i]);
	EXPECT_EQ(0, ledger_revoke_all(self->ledger, 0));
	list.ids = (uintptr_t)&list.after;
	EXPECT_EQ(0, ioctl(self->ledger, DEVCAP_LIST, &list));
	EXPECT_EQ(0, list.count);
	EXPECT_FREE();
	for (i = 0; i < DEVCAP_LEDGER_MAX; i++)
		close(fd[i]);
}

/* When to stop: CLOCK_MONOTONIC. */
static int64_t end_after(int64_t ms)
{
	bool brief = !access(DEBUG_KERNEL, F_OK) && !getenv("DEVCAP_TEST_FULL");

	return now_ns() + (brief ? ms / 4 : ms) * 1000000LL;
}

/* ------------------------------------------------------------------------- */
/* SIGKILL at random points                                                  */

/* What the victim does until it is killed: all that a holder or a broker does. */
static void live(int node, unsigned int seed, bool own_ledger, int cap)
{
	struct want want = want_full(OPERATION_ADDRESS);
	int ledger = own_ledger ? ledger_open() : ledger_open_unprivileged();
	uint64_t id;

	for (;;) {
		int fd = own_ledger ? ledger_mint(ledger, node, OPERATION_ADDRESS, &id) : dup(cap);
		int child = ledger_narrow(ledger, fd, &want, NULL, NULL);

		operation_named(rand_r(&seed) % 2 ? "read" : "I2C_SMBUS")->run(child);
		operation_named("I2C_RDWR")->run(fd);
		if (own_ledger && rand_r(&seed) % 2)
			ledger_revoke(ledger, id, rand_r(&seed) % 2);
		close(fd);
		close(child);
	}
}

static pid_t start_victim(int node, unsigned int seed, bool own_ledger, int cap)
{
	pid_t pid = fork();

	if (!pid) {
		live(node, seed, own_ledger, cap);
		_exit(1);
	}
	return pid;
}

static void kill_victim(struct __test_metadata *_metadata, pid_t pid, unsigned int *seed)
{
	int status;

	usleep(rand_r(seed) % 3000);
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST_F_TIMEOUT(returned, killed_ledgers_return_everything, 120)
{
	int64_t end = end_after(KILLS_MS);
	unsigned int seed = 4;
	int kills;

	close(self->ledger);
	close(self->other_ledger);
	self->ledger = -1;
	/* Some transfers are on the wire when the blow falls. */
	ASSERT_EQ(0, sim_command("delay 300"));
	for (kills = 0; kills < KILLS && now_ns() < end; kills++) {
		pid_t pid = start_victim(self->node, kills, true, -1);

		ASSERT_LE(0, pid);
		kill_victim(_metadata, pid, &seed);
		ASSERT_EQ(0, node_select(self->node, OPERATION_ADDRESS))
			TH_LOG("after kill %d", kills);
		if (kills % 10)
			continue;
		self->other_ledger = ledger_open();
		EXPECT_FREE();
		close(self->other_ledger);
	}
	self->other_ledger = ledger_open();
	TH_LOG("%d of %d kills in the time there was", kills, KILLS);
}

TEST_F_TIMEOUT(returned, killed_holders_return_everything, 120)
{
	int64_t end = end_after(KILLS_MS);
	unsigned int seed = 5;
	int kills;

	ASSERT_EQ(0, sim_command("delay 300"));
	for (kills = 0; kills < KILLS && now_ns() < end; kills++) {
		int cap = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, NULL);
		pid_t pid;

		ASSERT_LE(0, cap);
		pid = start_victim(self->node, kills, false, cap);
		ASSERT_LE(0, pid);
		close(cap);
		kill_victim(_metadata, pid, &seed);
		ASSERT_EQ(0, node_select(self->node, OPERATION_ADDRESS))
			TH_LOG("after kill %d", kills);
	}
	TH_LOG("%d of %d kills in the time there was", kills, KILLS);
}

/* ------------------------------------------------------------------------- */
/* The module                                                                */

/* The checkout's build folder, from this program's place in it: build/tests/kselftest/. */
static bool build_folder(char *folder, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", folder, size - 1);

	if (length < 0)
		return false;
	folder[length] = '\0';
	for (int i = 0; i < 3; i++) {
		char *slash = strrchr(folder, '/');

		if (!slash)
			return false;
		*slash = '\0';
	}
	return true;
}

/* Exit status of a shell's command. */
static int run(const char *format, const char *argument)
{
	char command[PATH_MAX + 256];
	int status;

	snprintf(command, sizeof(command), format, argument);
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

FIXTURE(module)
{
	char build[PATH_MAX];
};

FIXTURE_SETUP(module)
{
	ASSERT_TRUE(build_folder(self->build, sizeof(self->build)));
}

FIXTURE_TEARDOWN(module)
{
}

/* The last test of all: what the others left behind would hold the module. */
TEST_F(module, can_be_unloaded_and_loaded_again)
{
	struct stat node;
	bool daemon;

	if (!getenv("DEVCAP_LAB"))
		SKIP(return, "not in a lab machine: devcap stays loaded");
	/* The lab itself unloads there, and looks for leaks. */
	if (!access(DEBUG_KERNEL, F_OK))
		SKIP(return, "KASAN of user-mode Linux can not load any module twice");
	ASSERT_EQ(0, stat("/dev/devcap", &node));
	/* The daemon's ledger holds the module as well: it comes back after that. */
	daemon = !run("pid=$(pidof %s) && kill $pid", "devcapd");
	for (int i = 0; daemon && i < 100 && !run("pidof %s >/dev/null", "devcapd"); i++)
		sleep_ms(20);
	EXPECT_EQ(0, run("rmmod %s", "devcap"));
	EXPECT_EQ(-1, access("/dev/devcap", F_OK));
	EXPECT_EQ(0, run("insmod '%s'/modules/$(uname -r)/devcap.ko", self->build));
	EXPECT_EQ(0, chown("/dev/devcap", node.st_uid, node.st_gid));
	EXPECT_EQ(0, chmod("/dev/devcap", node.st_mode));
	if (!daemon)
		return;
	EXPECT_EQ(0, run("'%s/devcapd' >/dev/null 2>&1 </dev/null &", self->build));
	for (int i = 0; i < 100 && run("'%s/devcap' ps >/dev/null 2>&1", self->build); i++)
		sleep_ms(50);
	EXPECT_EQ(0, run("'%s/devcap' ps >/dev/null", self->build));
}

TEST_HARNESS_MAIN
