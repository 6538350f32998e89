// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 3, gone means unplugged: whatever a capability dies of, and whatever its
 * holder is doing, it looks the same, and then the bus is silent.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

/* One transfer, and when in it the test strikes. */
#define WIRE_MS		400
#define UNDERWAY_MS	120
/* What waits for nothing returns within that time, on a debug kernel too. */
#define PROMPT_MS	150
#define LEASE_MS	250

static int64_t ms_since(int64_t start)
{
	return (now_ns() - start) / 1000000;
}

/* ------------------------------------------------------------------------- */
/* Every cause of death                                                      */

enum cause {
	BY_ID, BY_LABEL, BY_ALL, BY_NOWAIT, BY_PARENT, BY_LEASE, BY_LEDGER, BY_UNPLUG,
};

FIXTURE(gone)
{
	int ledger;
	int other_ledger;
	int root;
	int cap;
	uint64_t root_id;
	uint64_t id;
};

FIXTURE_VARIANT(gone)
{
	enum cause cause;
};

FIXTURE_VARIANT_ADD(gone, revoked_by_id) { .cause = BY_ID };
FIXTURE_VARIANT_ADD(gone, revoked_by_label) { .cause = BY_LABEL };
FIXTURE_VARIANT_ADD(gone, revoked_with_all) { .cause = BY_ALL };
FIXTURE_VARIANT_ADD(gone, revoked_without_waiting) { .cause = BY_NOWAIT };
FIXTURE_VARIANT_ADD(gone, parent_of_another_ledger_revoked) { .cause = BY_PARENT };
FIXTURE_VARIANT_ADD(gone, lease_ended) { .cause = BY_LEASE };
FIXTURE_VARIANT_ADD(gone, ledger_closed) { .cause = BY_LEDGER };
FIXTURE_VARIANT_ADD(gone, adapter_removed) { .cause = BY_UNPLUG };

FIXTURE_SETUP(gone)
{
	struct want want = want_full(OPERATION_ADDRESS);
	int node;

	ASSERT_EQ(0, sim_reset());
	node = sim_i2c_open();
	ASSERT_LE(0, node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
	self->other_ledger = ledger_open_unprivileged();
	ASSERT_LE(0, self->other_ledger);
	if (variant->cause == BY_LEASE)
		want.lease_ns = LEASE_MS * 1000000ULL;
	self->cap = ledger_narrow(self->ledger, node, &want, "temp", &self->id);
	ASSERT_LE(0, self->cap);
	/* Every open node makes the adapter's removal wait. */
	close(node);
	self->root = -1;
	if (variant->cause == BY_PARENT) {
		self->root = self->cap;
		self->root_id = self->id;
		self->cap = ledger_narrow(self->other_ledger, self->root, &want, "temp",
					  &self->id);
		ASSERT_LE(0, self->cap);
	}
}

FIXTURE_TEARDOWN(gone)
{
	close(self->cap);
	if (self->root >= 0)
		close(self->root);
	if (self->ledger >= 0)
		close(self->ledger);
	close(self->other_ledger);
	EXPECT_EQ(0, sim_reset());
}

/* Death by the variant's cause; returns when the bus has to be silent. */
static int die(FIXTURE_DATA(gone) *self, enum cause cause)
{
	int64_t start = now_ns();
	int result;

	switch (cause) {
	case BY_ID:
		return ledger_revoke(self->ledger, self->id, 0);
	case BY_LABEL:
		return ledger_revoke_label(self->ledger, "temp", 0);
	case BY_ALL:
		return ledger_revoke_all(self->ledger, 0);
	case BY_NOWAIT:
		result = ledger_revoke(self->ledger, self->id, DEVCAP_REVOKE_NOWAIT);
		if (result || ms_since(start) > PROMPT_MS)
			return result ? result : -ETIME;
		break;
	case BY_PARENT:
		return ledger_revoke(self->ledger, self->root_id, 0);
	case BY_LEASE:
		break;
	case BY_LEDGER:
		result = close(self->ledger);
		self->ledger = -1;
		return result;
	case BY_UNPLUG:
		return sim_command("adapter remove");
	}
	result = ledger_wait_event(self->ledger, DEVCAP_EVENT_QUIET, self->id, NULL, 5000);
	return result == 1 ? 0 : -ETIMEDOUT;
}

#define EXPECT_ALL_GONE(fd) do { \
	for (unsigned int i_ = 0; i_ < operation_count; i_++) { \
		EXPECT_EQ(-ENODEV, operations[i_].run(fd)) \
			TH_LOG("%s on a dead capability", operations[i_].name); \
	} \
} while (0)

/* When the last message reached the bus, or 0. */
static int64_t last_message_ns(void)
{
	static struct sim_message messages[64];
	long count = sim_log_read(messages, 64, NULL);

	return count > 0 ? (int64_t)messages[count - 1].time_ns : 0;
}

TEST_F(gone, every_operation_works_before_and_finds_nothing_after)
{
	long count;

	for (unsigned int i = 0; i < operation_count; i++) {
		EXPECT_LE(0, operations[i].run(self->cap))
			TH_LOG("%s on a living capability", operations[i].name);
	}
	ASSERT_EQ(0, die(self, variant->cause));
	count = sim_count();
	EXPECT_LT(0, count);
	EXPECT_ALL_GONE(self->cap);
	EXPECT_ALL_GONE(self->cap);
	EXPECT_EQ(count, sim_count());
}

TEST_F(gone, sleeping_poll_wakes_with_hup_and_err)
{
	struct worker sleepers[4];
	int i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, worker_start(&sleepers[i], operation_named("sleeping poll"),
					  self->cap));
	sleep_ms(30);
	for (i = 0; i < 4; i++)
		EXPECT_FALSE(worker_is_done(&sleepers[i], 0));
	ASSERT_EQ(0, die(self, variant->cause));
	for (i = 0; i < 4; i++) {
		EXPECT_TRUE(worker_is_done(&sleepers[i], PROMPT_MS));
		EXPECT_EQ(-ENODEV, worker_join(&sleepers[i]));
	}
}

TEST_F(gone, epoll_wakes_with_hup_and_err)
{
	struct epoll_event event = { .data.fd = self->cap };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	ASSERT_LE(0, epoll);
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, self->cap, &event));
	EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 10));
	ASSERT_EQ(0, die(self, variant->cause));
	ASSERT_EQ(1, epoll_wait(epoll, &event, 1, PROMPT_MS));
	EXPECT_EQ(EPOLLHUP | EPOLLERR, event.events);
	close(epoll);
}

TEST_F(gone, transfer_in_flight_is_waited_for)
{
	for (unsigned int i = 0; i < operation_count; i++) {
		struct worker worker;
		int64_t start, quiet_ns;
		long count;

		if (!operations[i].on_wire)
			continue;
		ASSERT_EQ(0, sim_command("delay %u", WIRE_MS * 1000));
		start = now_ns();
		ASSERT_EQ(0, worker_start(&worker, &operations[i], self->cap));
		/* A lease is not asked: it strikes LEASE_MS after birth. */
		sleep_ms(UNDERWAY_MS);
		EXPECT_FALSE(worker_is_done(&worker, 0));
		ASSERT_EQ(0, die(self, variant->cause)) TH_LOG("%s", operations[i].name);
		quiet_ns = now_ns();
		/* Not before the wire was free; not much later. */
		EXPECT_LE(WIRE_MS - 20, ms_since(start)) TH_LOG("%s", operations[i].name);
		EXPECT_GE(WIRE_MS + 2 * PROMPT_MS, ms_since(start))
			TH_LOG("%s", operations[i].name);
		count = sim_count();
		EXPECT_TRUE(worker_is_done(&worker, PROMPT_MS));
		EXPECT_LE(-1, worker_join(&worker) < 0 ? -1 : 0);
		EXPECT_ALL_GONE(self->cap);
		EXPECT_GT(quiet_ns, last_message_ns());
		EXPECT_EQ(count, sim_count());
		/* The next operation has a scene of its own. */
		gone_teardown(_metadata, self, variant);
		gone_setup(_metadata, self, variant);
	}
}

TEST_F(gone, queue_for_the_bus_delays_nothing)
{
	struct worker queue[8];
	int64_t start;
	long count;
	int i;

	ASSERT_EQ(0, sim_command("delay %u", WIRE_MS * 1000));
	start = now_ns();
	for (i = 0; i < 8; i++)
		ASSERT_EQ(0, worker_start(&queue[i], operation_named("write"), self->cap));
	sleep_ms(UNDERWAY_MS);
	ASSERT_EQ(0, die(self, variant->cause));
	/* One was on the wire; the lease may have met the second one. */
	EXPECT_GE(2 * WIRE_MS + PROMPT_MS, ms_since(start));
	count = sim_count();
	EXPECT_GE(2, count);
	for (i = 0; i < 8; i++)
		worker_join(&queue[i]);
	EXPECT_EQ(count, sim_count());
}

/* ------------------------------------------------------------------------- */
/* The tree                                                                  */

FIXTURE(tree)
{
	int node;
	int ledger;
	int other_ledger;
	int root;
	uint64_t root_id;
};

FIXTURE_SETUP(tree)
{
	struct want want = want_full(OPERATION_ADDRESS);

	ASSERT_EQ(0, sim_reset());
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
	self->other_ledger = ledger_open_unprivileged();
	ASSERT_LE(0, self->other_ledger);
	self->root = ledger_narrow(self->ledger, self->node, &want, "root", &self->root_id);
	ASSERT_LE(0, self->root);
}

FIXTURE_TEARDOWN(tree)
{
	if (self->ledger >= 0)
		close(self->ledger);
	close(self->other_ledger);
	close(self->root);
	if (self->node >= 0)
		close(self->node);
	EXPECT_EQ(0, sim_reset());
}

TEST_F(tree, closing_a_parent_kills_nothing_and_revoking_it_kills_all)
{
	struct want want = want_full(OPERATION_ADDRESS);
	uint64_t child_id;
	int child = ledger_narrow(self->ledger, self->root, &want, "child", &child_id);
	int grandchild = ledger_narrow(self->other_ledger, child, &want, "grandchild", NULL);

	ASSERT_LE(0, child);
	ASSERT_LE(0, grandchild);
	close(child);
	EXPECT_EQ(2, operation_named("read")->run(grandchild));
	/* The closed one is nobody's any more: it lives for its child alone. */
	EXPECT_EQ(0, ledger_revoke(self->ledger, child_id, 0));
	EXPECT_ALL_GONE(grandchild);
	EXPECT_EQ(2, operation_named("read")->run(self->root));
	close(grandchild);
}

TEST_F(tree, a_parent_closed_for_good_goes_with_its_last_child)
{
	struct want want = want_full(OPERATION_ADDRESS);
	struct devcap_stat stat;
	uint64_t id;
	int child = ledger_narrow(self->ledger, self->root, &want, "child", &id);
	int grandchild = ledger_narrow(self->ledger, child, &want, "grandchild", NULL);

	ASSERT_LE(0, grandchild);
	close(child);
	EXPECT_EQ(0, ledger_stat(self->ledger, id, &stat));
	EXPECT_EQ(DEVCAP_STAT_CLOSED, stat.flags);
	EXPECT_EQ(1, stat.children);
	close(grandchild);
	EXPECT_EQ(-ENOENT, ledger_stat(self->ledger, id, &stat));
}

TEST_F(tree, revoke_reaches_sixteen_generations)
{
	struct want want = want_full(OPERATION_ADDRESS);
	int fd[DEVCAP_DEPTH_MAX];
	int i;

	fd[0] = self->root;
	for (i = 1; i < DEVCAP_DEPTH_MAX; i++) {
		fd[i] = ledger_narrow(i % 2 ? self->other_ledger : self->ledger, fd[i - 1],
				      &want, NULL, NULL);
		ASSERT_LE(0, fd[i]);
	}
	EXPECT_EQ(-EMLINK, ledger_narrow(self->ledger, fd[i - 1], &want, NULL, NULL));
	EXPECT_EQ(2, operation_named("read")->run(fd[i - 1]));
	EXPECT_EQ(0, ledger_revoke(self->ledger, self->root_id, 0));
	for (i = 0; i < DEVCAP_DEPTH_MAX; i++)
		EXPECT_ALL_GONE(fd[i]);
	for (i = 1; i < DEVCAP_DEPTH_MAX; i++)
		close(fd[i]);
}

TEST_F(tree, dead_parents_make_no_children)
{
	struct want want = want_full(OPERATION_ADDRESS);

	ASSERT_EQ(0, ledger_revoke(self->ledger, self->root_id, 0));
	EXPECT_EQ(-ENODEV, ledger_narrow(self->ledger, self->root, &want, NULL, NULL));
	EXPECT_EQ(-ENODEV, ledger_narrow(self->other_ledger, self->root, &want, NULL, NULL));
}

/* Starts a slow write on @fd, and strikes when it is on the wire. */
static void start_slow_write(struct __test_metadata *_metadata, struct worker *worker, int fd)
{
	ASSERT_EQ(0, sim_command("delay %u", WIRE_MS * 1000));
	ASSERT_EQ(0, worker_start(worker, operation_named("write"), fd));
	sleep_ms(UNDERWAY_MS);
	ASSERT_FALSE(worker_is_done(worker, 0));
}

/* The caller's revoke has returned: the write must have left the wire by then. */
static void expect_waited(struct __test_metadata *_metadata, struct worker *worker,
			  int64_t start)
{
	EXPECT_LE(WIRE_MS - UNDERWAY_MS - 20, ms_since(start));
	EXPECT_TRUE(worker_is_done(worker, PROMPT_MS));
	worker_join(worker);
}

TEST_F(tree, revoke_waits_for_a_grandchild_below_an_idle_child)
{
	struct want want = want_full(OPERATION_ADDRESS);
	int child = ledger_narrow(self->ledger, self->root, &want, "child", NULL);
	int grandchild = ledger_narrow(self->ledger, child, &want, "grandchild", NULL);
	struct worker worker;
	int64_t start;

	ASSERT_LE(0, grandchild);
	start_slow_write(_metadata, &worker, grandchild);
	start = now_ns();
	EXPECT_EQ(0, ledger_revoke(self->ledger, self->root_id, 0));
	expect_waited(_metadata, &worker, start);
	close(child);
	close(grandchild);
}

TEST_F(tree, revoke_all_waits_for_another_ledgers_child)
{
	struct want want = want_full(OPERATION_ADDRESS), second = want_full(CHIP_TWIN);
	int other = ledger_narrow(self->ledger, self->node, &second, NULL, NULL);
	int child = ledger_narrow(self->other_ledger, self->root, &want, NULL, NULL);
	int last = ledger_narrow(self->other_ledger, child, &want, NULL, NULL);
	struct worker worker;
	int64_t start;

	ASSERT_LE(0, other);
	ASSERT_LE(0, last);
	start_slow_write(_metadata, &worker, last);
	start = now_ns();
	EXPECT_EQ(0, ledger_revoke_all(self->ledger, 0));
	expect_waited(_metadata, &worker, start);
	close(other);
	close(child);
	close(last);
}

TEST_F(tree, ledger_close_waits_for_another_ledgers_child)
{
	struct want want = want_full(OPERATION_ADDRESS), second = want_full(CHIP_TWIN);
	int first = ledger_narrow(self->ledger, self->node, &second, NULL, NULL);
	int child = ledger_narrow(self->other_ledger, self->root, &want, NULL, NULL);
	struct worker worker;
	int64_t start;

	ASSERT_LE(0, first);
	ASSERT_LE(0, child);
	start_slow_write(_metadata, &worker, child);
	start = now_ns();
	close(self->ledger);
	self->ledger = -1;
	expect_waited(_metadata, &worker, start);
	close(first);
	close(child);
}

TEST_F(tree, another_holders_queue_for_the_bus_delays_nothing)
{
	struct want second = want_full(CHIP_TWIN);
	uint64_t id;
	int other = ledger_narrow(self->ledger, self->node, &second, NULL, &id);
	struct worker queue[6], victim;
	int64_t start;
	int i;

	ASSERT_LE(0, other);
	ASSERT_EQ(0, sim_command("delay %u", WIRE_MS * 1000));
	for (i = 0; i < 6; i++)
		ASSERT_EQ(0, worker_start(&queue[i], operation_named("write"), other));
	sleep_ms(UNDERWAY_MS);
	ASSERT_EQ(0, worker_start(&victim, operation_named("write"), self->root));
	sleep_ms(UNDERWAY_MS);
	start = now_ns();
	EXPECT_EQ(0, ledger_revoke(self->ledger, self->root_id, 0));
	EXPECT_GE(WIRE_MS + PROMPT_MS, ms_since(start))
		TH_LOG("revoke waited %lld ms for others", (long long)ms_since(start));
	for (i = 0; i < 6; i++)
		worker_join(&queue[i]);
	EXPECT_EQ(-ENODEV, worker_join(&victim));
	EXPECT_EQ(6, sim_count());
	close(other);
}

/* ------------------------------------------------------------------------- */
/* Revoke itself                                                             */

TEST_F(tree, revoke_twice_finds_nothing)
{
	EXPECT_EQ(0, ledger_revoke(self->ledger, self->root_id, 0));
	EXPECT_EQ(-ENOENT, ledger_revoke(self->ledger, self->root_id, 0));
	EXPECT_EQ(-ENOENT, ledger_revoke(self->ledger, self->root_id, DEVCAP_REVOKE_NOWAIT));
	EXPECT_EQ(-ENOENT, ledger_revoke_label(self->ledger, "root", 0));
	EXPECT_EQ(-ENOENT, ledger_revoke_all(self->ledger, 0));
}

TEST_F(tree, revoke_of_what_another_ledger_made_finds_nothing)
{
	EXPECT_EQ(-ENOENT, ledger_revoke(self->other_ledger, self->root_id, 0));
	EXPECT_EQ(-ENOENT, ledger_revoke_label(self->other_ledger, "root", 0));
	EXPECT_EQ(-ENOENT, ledger_revoke_all(self->other_ledger, 0));
	EXPECT_EQ(2, operation_named("read")->run(self->root));
}

TEST_F(tree, revoke_refuses_what_it_does_not_know)
{
	const uint32_t both = DEVCAP_REVOKE_LABEL | DEVCAP_REVOKE_ALL;

	EXPECT_EQ(-EINVAL, ledger_revoke(self->ledger, self->root_id, 1U << 3));
	EXPECT_EQ(-EINVAL, ledger_revoke(self->ledger, 0, both));
	EXPECT_EQ(-EINVAL, ledger_revoke(self->ledger, self->root_id, DEVCAP_REVOKE_ALL));
	EXPECT_EQ(-EINVAL, ledger_revoke(self->ledger, self->root_id, DEVCAP_REVOKE_LABEL));
	EXPECT_EQ(2, operation_named("read")->run(self->root));
}

TEST_F(tree, revoke_by_label_takes_all_of_that_label_and_no_other)
{
	struct want want = want_full(OPERATION_ADDRESS);
	int twin[2], other;
	int i;

	for (i = 0; i < 2; i++) {
		twin[i] = ledger_narrow(self->ledger, self->root, &want, "twin", NULL);
		ASSERT_LE(0, twin[i]);
	}
	other = ledger_narrow(self->ledger, self->root, &want, "twins", NULL);
	ASSERT_LE(0, other);
	EXPECT_EQ(0, ledger_revoke_label(self->ledger, "twin", 0));
	EXPECT_ALL_GONE(twin[0]);
	EXPECT_ALL_GONE(twin[1]);
	EXPECT_EQ(2, operation_named("read")->run(other));
	for (i = 0; i < 2; i++)
		close(twin[i]);
	close(other);
}

TEST_F(tree, revoker_can_be_killed_while_it_waits)
{
	struct worker worker;
	int64_t start;
	int status;
	pid_t pid;

	ASSERT_EQ(0, sim_command("delay 3000000"));
	ASSERT_EQ(0, worker_start(&worker, operation_named("write"), self->root));
	sleep_ms(UNDERWAY_MS);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(-ledger_revoke(self->ledger, self->root_id, 0));
	sleep_ms(UNDERWAY_MS);
	start = now_ns();
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_GE(PROMPT_MS, ms_since(start));
	/* Dead all the same, and not quiet yet. */
	EXPECT_FALSE(worker_is_done(&worker, 0));
	EXPECT_ALL_GONE(self->root);
	EXPECT_EQ(0, ledger_wait_event(self->ledger, DEVCAP_EVENT_QUIET, self->root_id, NULL,
				       500));
	EXPECT_EQ(1, ledger_wait_event(self->ledger, DEVCAP_EVENT_QUIET, self->root_id, NULL,
				       5000));
	EXPECT_TRUE(worker_is_done(&worker, PROMPT_MS));
	worker_join(&worker);
	EXPECT_EQ(1, sim_count());
}

TEST_F(tree, revoke_sleeps_on_through_other_signals)
{
	struct worker worker;
	int status;
	pid_t pid;

	ASSERT_EQ(0, sim_command("delay %u", WIRE_MS * 1000));
	ASSERT_EQ(0, worker_start(&worker, operation_named("write"), self->root));
	sleep_ms(UNDERWAY_MS);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		signal(SIGUSR1, SIG_IGN);
		_exit(-ledger_revoke(self->ledger, self->root_id, 0));
	}
	sleep_ms(50);
	kill(pid, SIGUSR1);
	kill(pid, SIGWINCH);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFEXITED(status) && !WEXITSTATUS(status));
	EXPECT_TRUE(worker_is_done(&worker, PROMPT_MS));
	worker_join(&worker);
}

TEST_F(tree, without_waiting_one_quiet_follows_for_each)
{
	struct want want = want_full(OPERATION_ADDRESS);
	uint64_t id;
	int child = ledger_narrow(self->other_ledger, self->root, &want, NULL, &id);
	struct worker worker;
	int64_t start;

	ASSERT_LE(0, child);
	start_slow_write(_metadata, &worker, child);
	start = now_ns();
	EXPECT_EQ(0, ledger_revoke(self->ledger, self->root_id, DEVCAP_REVOKE_NOWAIT));
	EXPECT_GE(PROMPT_MS, ms_since(start));
	EXPECT_ALL_GONE(child);
	EXPECT_FALSE(worker_is_done(&worker, 0));
	EXPECT_EQ(1, ledger_wait_event(self->ledger, DEVCAP_EVENT_QUIET, self->root_id, NULL,
				       PROMPT_MS + WIRE_MS));
	/* A root is quiet when its subtree is: the child's came before, to its own ledger. */
	EXPECT_EQ(1, ledger_wait_event(self->other_ledger, DEVCAP_EVENT_QUIET, id, NULL, 0));
	EXPECT_LE(WIRE_MS - UNDERWAY_MS - 20, ms_since(start));
	EXPECT_EQ(0, ledger_wait_event(self->other_ledger, DEVCAP_EVENT_QUIET, id, NULL, 50));
	worker_join(&worker);
	close(child);
}

TEST_F(tree, second_revoke_of_one_that_is_not_quiet_waits_too)
{
	struct worker worker;
	int64_t start;

	start_slow_write(_metadata, &worker, self->root);
	start = now_ns();
	EXPECT_EQ(0, ledger_revoke(self->ledger, self->root_id, DEVCAP_REVOKE_NOWAIT));
	EXPECT_EQ(0, ledger_revoke(self->ledger, self->root_id, 0));
	expect_waited(_metadata, &worker, start);
}

/* ------------------------------------------------------------------------- */
/* An adapter on its way out                                                 */

static int remove_adapter(int unused)
{
	return sim_command("adapter remove");
}

static const struct operation adapter_removal = { "adapter remove", false, remove_adapter };

TEST_F(tree, nothing_is_minted_on_an_adapter_that_is_being_removed)
{
	struct want want = want_full(OPERATION_ADDRESS), second = want_full(CHIP_TWIN);
	struct worker removal;

	/* The open node holds the removal up half way. */
	ASSERT_EQ(0, worker_start(&removal, &adapter_removal, -1));
	sleep_ms(UNDERWAY_MS);
	EXPECT_FALSE(worker_is_done(&removal, 0));
	EXPECT_ALL_GONE(self->root);
	EXPECT_EQ(-ENODEV, ledger_narrow(self->ledger, self->node, &want, NULL, NULL));
	EXPECT_EQ(-ENODEV, ledger_narrow(self->ledger, self->node, &second, NULL, NULL));
	EXPECT_EQ(-ENODEV, ledger_narrow(self->ledger, self->root, &want, NULL, NULL));
	close(self->node);
	self->node = -1;
	EXPECT_TRUE(worker_is_done(&removal, 10 * PROMPT_MS));
	EXPECT_EQ(0, worker_join(&removal));
}

TEST_F(tree, dead_descriptors_hold_no_adapter)
{
	close(self->node);
	self->node = -1;
	EXPECT_EQ(0, sim_command("adapter remove"));
	EXPECT_ALL_GONE(self->root);
	EXPECT_EQ(0, sim_command("adapter add"));
	/* What comes back is another device: the old descriptor stays dead. */
	EXPECT_ALL_GONE(self->root);
}

TEST_F(tree, revoke_without_waiting_does_not_wait_for_an_unplug_either)
{
	struct want second = want_full(CHIP_TWIN);
	struct worker worker, removal;
	uint64_t id;
	int other = ledger_narrow(self->ledger, self->node, &second, NULL, &id);
	int64_t start;

	ASSERT_LE(0, other);
	close(self->node);
	self->node = -1;
	ASSERT_EQ(0, sim_command("delay %u", 2 * WIRE_MS * 1000));
	ASSERT_EQ(0, worker_start(&worker, operation_named("write"), self->root));
	sleep_ms(UNDERWAY_MS);
	ASSERT_EQ(0, worker_start(&removal, &adapter_removal, -1));
	sleep_ms(UNDERWAY_MS);
	start = now_ns();
	/* Dead already where the unplug came to it first. */
	ledger_revoke(self->ledger, id, DEVCAP_REVOKE_NOWAIT);
	EXPECT_GE(PROMPT_MS, ms_since(start));
	EXPECT_EQ(-ENODEV, operation_named("write")->run(other));
	worker_join(&worker);
	EXPECT_EQ(0, worker_join(&removal));
	close(other);
}

TEST_HARNESS_MAIN
