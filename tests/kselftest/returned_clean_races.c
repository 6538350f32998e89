// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 6 under stress: deaths that race with everything else, adapters that come
 * and go, and allocations that fail leave no claim behind either.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

/* How often, and how long at most: a debug kernel, where each is dear, does less. */
#define RACES		10000
#define RACES_MS	8000
#define PLUGS		200
#define PLUGS_MS	25000
#define DEBUG_KERNEL	"/sys/kernel/debug/kmemleak"

FIXTURE(stress)
{
	int node;
	int ledger;
	int other_ledger;
};

FIXTURE_SETUP(stress)
{
	ASSERT_EQ(0, sim_reset());
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
	self->other_ledger = ledger_open();
	ASSERT_LE(0, self->other_ledger);
}

FIXTURE_TEARDOWN(stress)
{
	if (self->node >= 0)
		close(self->node);
	if (self->ledger >= 0)
		close(self->ledger);
	close(self->other_ledger);
	EXPECT_EQ(0, sim_reset());
}

/* When to stop: CLOCK_MONOTONIC. */
static int64_t end_after(int64_t ms)
{
	bool brief = !access(DEBUG_KERNEL, F_OK) && !getenv("DEVCAP_TEST_FULL");

	return now_ns() + (brief ? ms / 4 : ms) * 1000000LL;
}

/* ------------------------------------------------------------------------- */
/* Races                                                                     */

/**
 * struct race - two threads that do the same turn at the same time
 */
struct race {
	pthread_barrier_t barrier;
	int ledger;
	int fd;
	uint64_t id;
	bool stop;
	void (*second)(struct race *race);
};

static void *run_second(void *argument)
{
	struct race *race = argument;

	for (;;) {
		pthread_barrier_wait(&race->barrier);
		if (race->stop)
			return NULL;
		race->second(race);
		pthread_barrier_wait(&race->barrier);
	}
}

static void close_it(struct race *race)
{
	close(race->fd);
}

static void narrow_it(struct race *race)
{
	struct want want = want_full(OPERATION_ADDRESS);
	int fd = ledger_narrow(race->ledger, race->fd, &want, NULL, NULL);

	/* Whether it was made or not: what was made is dead now, or dies soon. */
	if (fd >= 0)
		close(fd);
}

static void use_it(struct race *race)
{
	operation_named("I2C_SMBUS")->run(race->fd);
}

/* @second against a revoke of the same capability, over and over. */
static void race_with_revoke(struct __test_metadata *_metadata, FIXTURE_DATA(stress) *self,
			     void (*second)(struct race *race), bool closes)
{
	struct race race = { .ledger = self->other_ledger, .second = second };
	int64_t end = end_after(RACES_MS);
	pthread_t thread;
	int i;

	pthread_barrier_init(&race.barrier, NULL, 2);
	ASSERT_EQ(0, pthread_create(&thread, NULL, run_second, &race));
	for (i = 0; i < RACES && now_ns() < end; i++) {
		int result;

		race.fd = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, &race.id);
		ASSERT_LE(0, race.fd);
		pthread_barrier_wait(&race.barrier);
		result = ledger_revoke(self->ledger, race.id, 0);
		EXPECT_TRUE(!result || (closes && result == -ENOENT)) TH_LOG("%d", result);
		pthread_barrier_wait(&race.barrier);
		ASSERT_EQ(0, node_select(self->node, OPERATION_ADDRESS)) TH_LOG("turn %d", i);
		if (!closes) {
			EXPECT_EQ(-ENODEV, operation_named("read")->run(race.fd));
			close(race.fd);
		}
	}
	race.stop = true;
	pthread_barrier_wait(&race.barrier);
	pthread_join(thread, NULL);
	TH_LOG("%d of %d turns in the time there was", i, RACES);
}

TEST_F(stress, close_races_with_revoke)
{
	race_with_revoke(_metadata, self, close_it, true);
}

TEST_F(stress, narrow_races_with_revoke_of_its_parent)
{
	race_with_revoke(_metadata, self, narrow_it, false);
}

TEST_F(stress, operation_races_with_revoke)
{
	race_with_revoke(_metadata, self, use_it, false);
}

/**
 * struct rival - one of two ledgers that want the same address
 * @held: by how many at this moment; shared
 */
struct rival {
	pthread_t thread;
	int node;
	int *held;
	int64_t end;
	unsigned long won;
	unsigned long busy;
	unsigned long wrong;
};

static void *rival(void *argument)
{
	struct rival *rival = argument;
	int ledger = ledger_open();

	while (now_ns() < rival->end) {
		int cap = ledger_mint(ledger, rival->node, OPERATION_ADDRESS, NULL);

		if (cap < 0) {
			rival->busy += cap == -EBUSY;
			rival->wrong += cap != -EBUSY;
			continue;
		}
		rival->won++;
		rival->wrong += __atomic_add_fetch(rival->held, 1, __ATOMIC_SEQ_CST) != 1;
		rival->wrong += operation_named("read")->run(cap) != 2;
		__atomic_sub_fetch(rival->held, 1, __ATOMIC_SEQ_CST);
		close(cap);
	}
	close(ledger);
	return NULL;
}

TEST_F(stress, rivals_never_hold_one_address_both)
{
	struct rival rivals[3] = { };
	int i, held = 0;

	for (i = 0; i < 3; i++) {
		rivals[i].node = self->node;
		rivals[i].held = &held;
		rivals[i].end = now_ns() + 2000000000LL;
		ASSERT_EQ(0, pthread_create(&rivals[i].thread, NULL, rival, &rivals[i]));
	}
	for (i = 0; i < 3; i++) {
		pthread_join(rivals[i].thread, NULL);
		EXPECT_EQ(0, rivals[i].wrong);
		EXPECT_LT(0, rivals[i].won);
		TH_LOG("won %lu, busy %lu", rivals[i].won, rivals[i].busy);
	}
	EXPECT_TRUE(ledger_address_is_free(self->node, OPERATION_ADDRESS));
}

/* ------------------------------------------------------------------------- */
/* Failing allocations                                                       */

#define FAILSLAB	"/sys/kernel/debug/failslab/"
#define FAIL_NTH	"/proc/thread-self/fail-nth"
#define FAILURES_MAX	200

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* The @nth allocation or copy from now on fails, in this thread. */
static void fail_nth(int fd, int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", nth);
	if (pwrite(fd, text, strlen(text), 0) < 0)
		abort();
}

/* Whether it has failed; nothing fails any more after this. */
static bool has_failed(int fd)
{
	char text[16] = "";
	ssize_t size = pread(fd, text, sizeof(text) - 1, 0);

	fail_nth(fd, 0);
	return size > 0 && atoi(text) == 0;
}

/**
 * struct step - a call of which every allocation is made to fail in turn
 * @call: what it returns, or -errno
 */
struct step {
	const char *name;
	int (*call)(int ledger, int node, int cap);
};

static int step_mint(int ledger, int node, int cap)
{
	return ledger_mint(ledger, node, CHIP_TWIN, NULL);
}

static int step_derive(int ledger, int node, int cap)
{
	struct want want = want_full(OPERATION_ADDRESS);

	return ledger_narrow(ledger, cap, &want, NULL, NULL);
}

static int step_open(int ledger, int node, int cap)
{
	return ledger_open();
}

static int step_read(int ledger, int node, int cap)
{
	return operation_named("read")->run(cap);
}

static int step_rdwr(int ledger, int node, int cap)
{
	static uint8_t data[3][256];
	struct i2c_msg messages[3] = { };
	struct i2c_rdwr_ioctl_data args = { .msgs = messages, .nmsgs = 3 };

	for (int i = 0; i < 3; i++)
		messages[i] = (struct i2c_msg){
			.addr = OPERATION_ADDRESS, .flags = I2C_M_RD, .len = 256, .buf = data[i],
		};
	return ioctl(cap, I2C_RDWR, &args) < 0 ? -errno : 0;
}

static int step_rule(int ledger, int node, int cap)
{
	struct devcap_get_rule rule;
	struct wire wire;

	return capability_rule(cap, &rule, &wire);
}

static const struct step steps[] = {
	{ "mint", step_mint }, { "derive", step_derive }, { "open", step_open },
	{ "read", step_read }, { "I2C_RDWR", step_rdwr }, { "GET_RULE", step_rule },
};

TEST_F(stress, failed_allocations_leave_nothing)
{
	struct devcap_stat stat;
	uint64_t id;
	int cap, fd;

	fd = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	if (fd < 0 || !write_file(FAILSLAB "ignore-gfp-wait", "N"))
		SKIP(return, "no fault injection in this kernel");
	write_file(FAILSLAB "verbose", "0");
	write_file("/sys/kernel/debug/fail_usercopy/verbose", "0");
	cap = ledger_mint(self->ledger, self->node, OPERATION_ADDRESS, &id);
	ASSERT_LE(0, cap);
	for (unsigned int i = 0; i < ARRAY_SIZE(steps); i++) {
		int result, nth = 0, failures = 0;
		bool failed;

		do {
			fail_nth(fd, ++nth);
			result = steps[i].call(self->ledger, self->node, cap);
			failed = has_failed(fd);
			failures += failed && result < 0;
			if (result > 2)
				close(result);
			EXPECT_EQ(0, node_select(self->node, CHIP_TWIN))
				TH_LOG("%s, failure %d", steps[i].name, nth);
			EXPECT_EQ(0, ledger_stat(self->ledger, id, &stat));
			EXPECT_EQ(0, stat.children);
		} while (failed && nth < FAILURES_MAX);
		TH_LOG("%s: %d places, %d of them failed the call", steps[i].name, nth - 1,
		       failures);
		EXPECT_FALSE(failed);
	}
	EXPECT_EQ(2, operation_named("read")->run(cap));
	close(cap);
	close(fd);
	EXPECT_TRUE(ledger_address_is_free(self->node, OPERATION_ADDRESS));
}

/* ------------------------------------------------------------------------- */
/* Plugging                                                                  */

static bool stop_plugging;

/* Uses, narrows, mints and revokes, whether the adapter is there or not. */
static void *use_all_the_time(void *argument)
{
	unsigned int seed = (uintptr_t)argument;
	struct want want = want_full(OPERATION_ADDRESS);
	int ledger = ledger_open();

	while (!__atomic_load_n(&stop_plugging, __ATOMIC_RELAXED)) {
		uint16_t address = rand_r(&seed) % 2 ? OPERATION_ADDRESS : CHIP_TWIN;
		int node = sim_i2c_open();
		int cap, child;

		want.address = address;
		cap = ledger_narrow(ledger, node, &want, "plug", NULL);
		if (node >= 0)
			close(node);
		child = ledger_narrow(ledger, cap, &want, NULL, NULL);
		for (int i = rand_r(&seed) % 8; i > 0; i--) {
			operation_named("I2C_SMBUS")->run(cap);
			operation_named("read")->run(child);
		}
		if (rand_r(&seed) % 4 == 0)
			ledger_revoke_label(ledger, "plug", rand_r(&seed) % 2);
		if (child >= 0)
			close(child);
		if (cap >= 0)
			close(cap);
	}
	close(ledger);
	return NULL;
}

TEST_F_TIMEOUT(stress, operations_race_with_unplugging, 120)
{
	int64_t end = end_after(PLUGS_MS);
	pthread_t thread[4];
	int i, plugs;

	close(self->node);
	stop_plugging = false;
	ASSERT_EQ(0, sim_command("delay 200"));
	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, use_all_the_time,
					    (void *)(uintptr_t)(i + 1)));
	for (plugs = 0; plugs < PLUGS && now_ns() < end; plugs++) {
		ASSERT_EQ(0, sim_command("adapter remove"));
		ASSERT_EQ(0, sim_command("adapter add"));
		usleep(plugs % 7 * 500);
	}
	__atomic_store_n(&stop_plugging, true, __ATOMIC_RELAXED);
	for (i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	TH_LOG("%d of %d unplugs in the time there was", plugs, PLUGS);
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	EXPECT_TRUE(ledger_address_is_free(self->node, OPERATION_ADDRESS));
}

TEST_HARNESS_MAIN
