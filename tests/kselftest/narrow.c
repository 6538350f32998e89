// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 1, narrowing never widens, on the real module: who may narrow what, what
 * all children together get, and that a failed narrow leaves nothing behind.
 * The tables of rules are in tests/host; the kernel runs the same rule.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

#define SENSOR	0x48
#define TWIN	0x49
#define BUDGET	50
#define NOBODY	65534
/* Of a busy machine with a debug kernel, for tests that make thousands. */
#define SECONDS	120

FIXTURE(narrow)
{
	int node;
	int ledger;
};

FIXTURE_SETUP(narrow)
{
	struct rlimit files = { 8192, 8192 };

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &files));
	ASSERT_EQ(0, sim_reset());
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
}

FIXTURE_TEARDOWN(narrow)
{
	close(self->node);
	close(self->ledger);
}

/* An LM75: registers 0 to 3 to read, 2 and 3 to write. */
static struct want sensor_want(void)
{
	return (struct want){
		.address = SENSOR,
		.register_width = 1,
		.rights = DEVCAP_I2C_READ | DEVCAP_I2C_WRITE,
		.range_count = 2,
		.range = { { 0, 3, DEVCAP_I2C_READ }, { 2, 3, DEVCAP_I2C_WRITE } },
	};
}

#define EXPECT_NOTHING_CHANGED()                                                  \
	do {                                                                      \
		EXPECT_EQ(0, ledger_count(self->ledger));                               \
		EXPECT_TRUE(ledger_address_is_free(self->node, SENSOR));                 \
	} while (0)

/* ------------------------------------------------------------------------- */
/* What a child gets                                                         */

TEST_F(narrow, a_child_reaches_what_its_own_rule_names_and_no_more)
{
	struct want want = sensor_want(), less = sensor_want();
	int parent = ledger_narrow(self->ledger, self->node, &want, "parent", NULL), child;

	ASSERT_LE(0, parent);
	less.rights = DEVCAP_I2C_READ;
	less.range_count = 1;
	less.range[0] = (struct range){ 0, 0, DEVCAP_I2C_READ };
	child = ledger_narrow(self->ledger, parent, &less, "child", NULL);
	ASSERT_LE(0, child);
	EXPECT_EQ(25, register_read(child, 0));
	EXPECT_EQ(-EACCES, register_read(child, 2));
	EXPECT_EQ(-EACCES, register_write(child, 2, 1));
	EXPECT_EQ(75, register_read(parent, 2));
	EXPECT_EQ(0, register_write(parent, 2, 70));
	EXPECT_EQ(-EACCES, register_write(parent, 1, 0));
	close(child);
	close(parent);
}

TEST_F(narrow, a_wider_child_is_refused_with_the_dimension)
{
	static const struct {
		const char *name;
		enum devcap_reason reason;
		struct want want;
	} table[] = {
		{ "quick", DEVCAP_REASON_QUICK,
		  { .address = SENSOR, .register_width = 1, .rights = DEVCAP_I2C_QUICK } },
		{ "address", DEVCAP_REASON_ADDRESS,
		  { .address = TWIN, .register_width = 1, .rights = DEVCAP_I2C_READ } },
		{ "address width", DEVCAP_REASON_ADDRESS_WIDTH,
		  { .address = SENSOR, .register_width = 1, .rights = DEVCAP_I2C_READ,
		    .flags = DEVCAP_I2C_TEN } },
		{ "no ranges", DEVCAP_REASON_REGISTER_READ,
		  { .address = SENSOR, .register_width = 1, .rights = DEVCAP_I2C_READ } },
		{ "register to write", DEVCAP_REASON_REGISTER_WRITE,
		  { .address = SENSOR, .register_width = 1, .rights = DEVCAP_I2C_WRITE,
		    .range_count = 1, .range = { { 1, 3, DEVCAP_I2C_WRITE } } } },
		{ "register width 0", DEVCAP_REASON_REGISTER_WIDTH,
		  { .address = SENSOR, .rights = DEVCAP_I2C_READ } },
		{ "register width 2", DEVCAP_REASON_REGISTER_WIDTH,
		  { .address = SENSOR, .register_width = 2, .rights = DEVCAP_I2C_READ } },
		{ "bytes", DEVCAP_REASON_BYTES,
		  { .address = SENSOR, .register_width = 1, .rights = DEVCAP_I2C_READ,
		    .bytes_per_call = DEVCAP_DEFAULT_BYTES + 1 } },
		{ "wire time", DEVCAP_REASON_WIRE_TIME,
		  { .address = SENSOR, .register_width = 1, .rights = DEVCAP_I2C_READ,
		    .wire_ns_per_call = DEVCAP_DEFAULT_WIRE_NS + 1 } },
	};
	struct want want = sensor_want();
	int parent = ledger_narrow(self->ledger, self->node, &want, "parent", NULL);
	struct wire wire;
	unsigned int i;

	ASSERT_LE(0, parent);
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		struct devcap_narrow args = narrow_arguments(parent, SENSOR, &wire);

		want_encode(&table[i].want, &wire);
		EXPECT_EQ(-EACCES, narrow_raw(self->ledger, &args)) TH_LOG("%s", table[i].name);
		EXPECT_EQ(table[i].reason, args.reason) TH_LOG("%s", table[i].name);
		EXPECT_EQ(1, ledger_count(self->ledger)) TH_LOG("%s", table[i].name);
	}
	close(parent);
}

TEST_F(narrow, a_child_outlives_neither_its_parents_lease_nor_its_own)
{
	struct want want = want_full(SENSOR), longer = want_full(SENSOR);
	struct devcap_get_rule rule;
	int parent, child;

	want.lease_ns = 60000000000ULL;
	longer.lease_ns = 3600000000000ULL;
	parent = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	child = ledger_narrow(self->ledger, parent, &longer, NULL, NULL);
	ASSERT_LE(0, child);
	EXPECT_EQ(0, capability_rule(child, &rule, NULL));
	EXPECT_GE(want.lease_ns, rule.lease_left_ns);
	longer.lease_ns = 0;
	close(child);
	child = ledger_narrow(self->ledger, parent, &longer, NULL, NULL);
	EXPECT_EQ(0, capability_rule(child, &rule, NULL));
	EXPECT_GE(want.lease_ns, rule.lease_left_ns);
	close(child);
	close(parent);
}

/* ------------------------------------------------------------------------- */
/* Budgets                                                                   */

TEST_F_TIMEOUT(narrow, thousand_siblings_get_no_more_than_the_parents_budget, SECONDS)
{
	struct want want = want_full(SENSOR), part = want_full(SENSOR);
	int parent, siblings[1000], done = 0, refused = 0, i, turn;
	uint64_t id;
	struct devcap_stat stat;

	want.operations = BUDGET;
	part.operations = BUDGET;
	parent = ledger_narrow(self->ledger, self->node, &want, "parent", &id);
	ASSERT_LE(0, parent);
	for (i = 0; i < 1000; i++) {
		siblings[i] = ledger_narrow(self->ledger, parent, &part, NULL, NULL);
		ASSERT_LE(0, siblings[i]);
	}
	sim_command("clear");
	for (turn = 0; turn < 2; turn++) {
		for (i = 0; i < 1000; i++) {
			int result = register_read(siblings[i], 0);

			done += result >= 0;
			refused += result == -EDQUOT;
		}
	}
	EXPECT_EQ(BUDGET, done);
	EXPECT_EQ(2000 - BUDGET, refused);
	EXPECT_EQ(2 * BUDGET, sim_count());
	EXPECT_EQ(-EDQUOT, register_read(parent, 0));
	EXPECT_EQ(0, ledger_stat(self->ledger, id, &stat));
	EXPECT_EQ(0, stat.operations_left);
	for (i = 0; i < 1000; i++)
		close(siblings[i]);
	/* A child that is born late gets what is left: nothing. */
	siblings[0] = ledger_narrow(self->ledger, parent, &part, NULL, NULL);
	EXPECT_EQ(-EDQUOT, register_read(siblings[0], 0));
	close(siblings[0]);
	close(parent);
}

TEST_F_TIMEOUT(narrow, narrowing_again_and_again_gets_no_more_than_the_budget, SECONDS)
{
	struct want want = want_full(SENSOR);
	int parent, child, done = 0, i;

	want.operations = BUDGET;
	parent = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	ASSERT_LE(0, parent);
	for (i = 0; i < 1000; i++) {
		want.operations = 1 + i % 3;
		child = ledger_narrow(self->ledger, parent, &want, NULL, NULL);
		ASSERT_LE(0, child);
		done += register_read(child, 0) >= 0;
		close(child);
	}
	EXPECT_EQ(BUDGET, done);
	close(parent);
}

/* All or nothing: who is refused by an ancestor has paid nobody. */
TEST_F(narrow, a_refused_operation_is_charged_to_nobody)
{
	struct want want = want_full(SENSOR);
	uint64_t ids[3];
	int caps[3], i;
	struct devcap_stat stat;

	want.operations = 2;
	caps[0] = ledger_narrow(self->ledger, self->node, &want, NULL, &ids[0]);
	for (i = 1; i < 3; i++) {
		want.operations = 10;
		caps[i] = ledger_narrow(self->ledger, caps[i - 1], &want, NULL, &ids[i]);
		ASSERT_LE(0, caps[i]);
	}
	EXPECT_LE(0, register_read(caps[2], 0));
	EXPECT_LE(0, register_read(caps[0], 0));
	for (i = 0; i < 20; i++)
		EXPECT_EQ(-EDQUOT, register_read(caps[2], 0));
	ledger_stat(self->ledger, ids[2], &stat);
	EXPECT_EQ(1, stat.operations);
	EXPECT_EQ(20, stat.refusals);
	/* Nine of its own are left; the least on the way is the root's none. */
	EXPECT_EQ(0, stat.operations_left);
	for (i = 0; i < 3; i++)
		close(caps[i]);
}

TEST_F(narrow, a_child_that_has_spent_its_own_costs_its_parent_nothing)
{
	struct want want = want_full(SENSOR);
	struct devcap_stat stat;
	int parent, child, i;
	uint64_t id;

	want.operations = 10;
	parent = ledger_narrow(self->ledger, self->node, &want, NULL, &id);
	want.operations = 1;
	child = ledger_narrow(self->ledger, parent, &want, NULL, NULL);
	ASSERT_LE(0, child);
	EXPECT_LE(0, register_read(child, 0));
	for (i = 0; i < 20; i++)
		EXPECT_EQ(-EDQUOT, register_read(child, 0));
	/* Nor does what the rule refuses, or what fails before it is judged. */
	EXPECT_EQ(-1, ioctl(parent, I2C_SLAVE, TWIN));
	EXPECT_EQ(-1, ioctl(parent, I2C_RDWR, NULL));
	EXPECT_EQ(0, ledger_stat(self->ledger, id, &stat));
	EXPECT_EQ(9, stat.operations_left);
	close(child);
	close(parent);
}

struct spender {
	pthread_t thread;
	int cap;
	int done;
};

static void *spend(void *argument)
{
	struct spender *spender = argument;
	int i;

	for (i = 0; i < 200; i++)
		spender->done += register_read(spender->cap, 0) >= 0;
	return NULL;
}

TEST_F(narrow, siblings_that_spend_at_once_get_no_more_than_the_budget)
{
	struct want want = want_full(SENSOR);
	struct spender spenders[8];
	int parent, done = 0;
	unsigned int i;

	want.operations = BUDGET * 8;
	parent = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	ASSERT_LE(0, parent);
	for (i = 0; i < 8; i++) {
		want.operations = BUDGET * 2;
		spenders[i] = (struct spender){
			.cap = ledger_narrow(self->ledger, parent, &want, NULL, NULL),
		};
		ASSERT_LE(0, spenders[i].cap);
		ASSERT_EQ(0, pthread_create(&spenders[i].thread, NULL, spend, &spenders[i]));
	}
	for (i = 0; i < 8; i++) {
		pthread_join(spenders[i].thread, NULL);
		EXPECT_GE(BUDGET * 2, spenders[i].done);
		done += spenders[i].done;
		close(spenders[i].cap);
	}
	EXPECT_EQ(BUDGET * 8, done);
	close(parent);
}

/* ------------------------------------------------------------------------- */
/* Limits                                                                    */

TEST_F(narrow, the_tree_is_no_deeper_than_its_limit)
{
	struct want want = want_full(SENSOR);
	int caps[DEVCAP_DEPTH_MAX + 1], i;

	caps[0] = self->node;
	for (i = 1; i <= DEVCAP_DEPTH_MAX; i++) {
		caps[i] = ledger_narrow(self->ledger, caps[i - 1], &want, NULL, NULL);
		ASSERT_LE(0, caps[i]) TH_LOG("depth %d", i);
	}
	EXPECT_EQ(-EMLINK, ledger_narrow(self->ledger, caps[DEVCAP_DEPTH_MAX], &want, NULL, NULL));
	EXPECT_EQ(DEVCAP_DEPTH_MAX, ledger_count(self->ledger));
	EXPECT_EQ(25, register_read(caps[DEVCAP_DEPTH_MAX], 0));
	for (i = 1; i <= DEVCAP_DEPTH_MAX; i++)
		close(caps[i]);
	EXPECT_NOTHING_CHANGED();
}

TEST_F_TIMEOUT(narrow, a_ledger_has_no_more_than_its_limit_and_gets_room_back, SECONDS)
{
	struct want want = want_full(SENSOR);
	static int caps[DEVCAP_LEDGER_MAX];
	int i, root = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	int other = ledger_open_unprivileged(), cap;

	ASSERT_LE(0, root);
	for (i = 1; i < DEVCAP_LEDGER_MAX; i++) {
		caps[i] = ledger_narrow(self->ledger, root, &want, NULL, NULL);
		ASSERT_LE(0, caps[i]) TH_LOG("number %d", i);
	}
	EXPECT_EQ(-ENOSPC, ledger_narrow(self->ledger, root, &want, NULL, NULL));
	EXPECT_EQ(DEVCAP_LEDGER_MAX, ledger_count(self->ledger));
	/* Another ledger's limit is its own. */
	cap = ledger_narrow(other, root, &want, NULL, NULL);
	EXPECT_LE(0, cap);
	close(cap);
	close(caps[1]);
	caps[1] = ledger_narrow(self->ledger, root, &want, NULL, NULL);
	EXPECT_LE(0, caps[1]);
	for (i = 1; i < DEVCAP_LEDGER_MAX; i++)
		close(caps[i]);
	close(root);
	close(other);
	EXPECT_NOTHING_CHANGED();
}

TEST_F(narrow, a_process_without_room_for_a_descriptor_gets_none)
{
	struct rlimit files = { self->ledger + 1, 8192 };
	struct want want = want_full(SENSOR);

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &files));
	EXPECT_EQ(-EMFILE, ledger_narrow(self->ledger, self->node, &want, NULL, NULL));
	files.rlim_cur = 8192;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &files));
	EXPECT_NOTHING_CHANGED();
}

/* ------------------------------------------------------------------------- */
/* Who may narrow what                                                       */

TEST_F(narrow, a_ledger_without_rawio_narrows_capabilities_only)
{
	struct want want = want_full(SENSOR);
	int plain = ledger_open_unprivileged(), cap, child;

	ASSERT_LE(0, plain);
	EXPECT_EQ(-EPERM, ledger_narrow(plain, self->node, &want, NULL, NULL));
	cap = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	ASSERT_LE(0, cap);
	child = ledger_narrow(plain, cap, &want, NULL, NULL);
	EXPECT_LE(0, child);
	EXPECT_EQ(25, register_read(child, 0));
	close(child);
	close(cap);
	close(plain);
}

/* The right is the opener's: neither lost nor won afterwards. */
TEST_F(narrow, a_ledgers_right_is_that_of_its_opener)
{
	struct want want = want_full(SENSOR);
	int plain = ledger_open_unprivileged(), status;
	pid_t child;

	/* A ledger opened without it wins nothing from a holder that has it. */
	EXPECT_EQ(-EPERM, ledger_narrow(plain, self->node, &want, NULL, NULL));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		int cap;

		if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
			_exit(1);
		cap = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
		_exit(cap < 0 ? 2 : register_read(cap, 0) != 25 ? 3 : 0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	close(plain);
}

/* All rights in a user namespace of one's own are none over this machine's devices. */
TEST_F(narrow, a_ledger_opened_in_another_user_namespace_narrows_no_node)
{
	struct want want = want_full(SENSOR);
	int status;
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		int ledger;

		if (unshare(CLONE_NEWUSER))
			_exit(4);
		ledger = ledger_open();
		if (ledger < 0)
			_exit(ledger == -EACCES ? 4 : 1);
		_exit(ledger_narrow(ledger, self->node, &want, NULL, NULL) == -EPERM ? 0 : 2);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 4)
		SKIP(return, "no user namespaces here");
	EXPECT_EQ(0, status);
	EXPECT_NOTHING_CHANGED();
}

static int no_capability(int fd)
{
	close(fd);
	return fd;
}

TEST_F(narrow, parents_that_are_no_devices_are_refused)
{
	struct want want = want_full(SENSOR);
	int pipe_fds[2], sockets[2];
	const struct {
		const char *name;
		int fd;
		int error;
	} table[] = {
		{ "-1", -1, EBADF },
		{ "closed", no_capability(dup(self->node)), EBADF },
		{ "O_PATH of the node", open(sim_i2c_path(), O_PATH), EBADF },
		{ "/dev/null", open("/dev/null", O_RDWR), EOPNOTSUPP },
		{ "regular file", open("/proc/self/exe", O_RDONLY), EOPNOTSUPP },
		{ "directory", open("/", O_RDONLY | O_DIRECTORY), EOPNOTSUPP },
		{ "another ledger", ledger_open(), EOPNOTSUPP },
		{ "itself", dup(self->ledger), EOPNOTSUPP },
		{ "pipe", pipe(pipe_fds) ? -1 : pipe_fds[0], EOPNOTSUPP },
		{ "socket", socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) ? -1 : sockets[0],
		  EOPNOTSUPP },
		{ "memfd", memfd_create("no device", 0), EOPNOTSUPP },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		EXPECT_EQ(-table[i].error,
			  ledger_narrow(self->ledger, table[i].fd, &want, NULL, NULL))
			TH_LOG("%s", table[i].name);
	/* The kind of parent is no secret that the right is needed for. */
	for (i = 3; i < ARRAY_SIZE(table); i++)
		if (table[i].fd >= 0)
			close(table[i].fd);
	EXPECT_NOTHING_CHANGED();
}

/* How the node was opened is not asked: the rule decides. */
TEST_F(narrow, a_node_opened_for_reading_is_narrowed_all_the_same)
{
	struct want want = want_full(SENSOR);
	int node = open(sim_i2c_path(), O_RDONLY), cap;

	ASSERT_LE(0, node);
	cap = ledger_narrow(self->ledger, node, &want, NULL, NULL);
	ASSERT_LE(0, cap);
	EXPECT_EQ(O_RDWR, fcntl(cap, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(FD_CLOEXEC, fcntl(cap, F_GETFD));
	EXPECT_EQ(0, register_write(cap, 2, 7));
	close(cap);
	close(node);
}

TEST_F(narrow, a_dead_parent_has_no_children)
{
	struct want want = want_full(SENSOR);
	uint64_t id;
	int cap = ledger_narrow(self->ledger, self->node, &want, NULL, &id);

	ASSERT_LE(0, cap);
	ASSERT_EQ(0, ledger_revoke(self->ledger, id, 0));
	EXPECT_EQ(-ENODEV, ledger_narrow(self->ledger, cap, &want, NULL, NULL));
	EXPECT_NOTHING_CHANGED();
	close(cap);
}

TEST_F(narrow, an_address_is_had_by_one_ledger_at_a_time)
{
	struct want want = want_full(SENSOR);
	int other = ledger_open(), first, second;

	first = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	ASSERT_LE(0, first);
	EXPECT_EQ(-EBUSY, ledger_narrow(other, self->node, &want, NULL, NULL));
	/* Of the same ledger two share it. */
	second = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	EXPECT_LE(0, second);
	close(first);
	EXPECT_EQ(-EBUSY, ledger_narrow(other, self->node, &want, NULL, NULL));
	EXPECT_EQ(25, register_read(second, 0));
	close(second);
	EXPECT_NOTHING_CHANGED();
	close(other);
}

TEST_F(narrow, the_same_number_with_10_bits_is_another_claim)
{
	struct want seven = want_full(SENSOR), ten = want_full(SENSOR);
	int other = ledger_open(), first, second;

	ten.flags = DEVCAP_I2C_TEN;
	first = ledger_narrow(self->ledger, self->node, &seven, NULL, NULL);
	second = ledger_narrow(other, self->node, &ten, NULL, NULL);
	EXPECT_LE(0, first);
	EXPECT_LE(0, second);
	close(first);
	close(second);
	close(other);
}

TEST_F(narrow, ids_are_never_used_again)
{
	struct want want = want_full(SENSOR);
	uint64_t last = 0, id;
	int i;

	for (i = 0; i < 100; i++) {
		int cap = ledger_narrow(self->ledger, self->node, &want, NULL, &id);

		ASSERT_LE(0, cap);
		EXPECT_LT(last, id);
		last = id;
		close(cap);
	}
}

TEST_HARNESS_MAIN
