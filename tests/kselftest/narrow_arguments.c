// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The arguments of DEVCAP_NARROW: older and newer callers, hostile pointers and
 * threads that rewrite them. Whatever fails has changed nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

#define SENSOR	CHIP_LM75

FIXTURE(arguments)
{
	int node;
	int ledger;
};

FIXTURE_SETUP(arguments)
{
	ASSERT_EQ(0, sim_reset());
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
}

FIXTURE_TEARDOWN(arguments)
{
	close(self->node);
	close(self->ledger);
}

#define EXPECT_NOTHING_CHANGED()                                                  \
	do {                                                                      \
		EXPECT_EQ(0, ledger_count(self->ledger));                               \
		EXPECT_TRUE(ledger_address_is_free(self->node, SENSOR));                 \
	} while (0)

/* ------------------------------------------------------------------------- */
/* One caller                                                                */

TEST_F(arguments, a_longer_struct_is_accepted_when_the_rest_is_zero)
{
	struct {
		struct devcap_narrow args;
		uint8_t more[64];
	} longer = { };
	struct wire wire;
	unsigned int i;
	int cap;

	longer.args = narrow_arguments(self->node, SENSOR, &wire);
	longer.args.size = sizeof(longer);
	for (i = 0; i < sizeof(longer.more); i += 21) {
		longer.more[i] = 1;
		EXPECT_EQ(-E2BIG, narrow_raw(self->ledger, &longer.args));
		longer.more[i] = 0;
	}
	EXPECT_NOTHING_CHANGED();
	cap = narrow_raw(self->ledger, &longer.args);
	EXPECT_LE(0, cap);
	EXPECT_LT(0, longer.args.id);
	EXPECT_EQ(sizeof(longer), longer.args.size);
	for (i = 0; i < sizeof(longer.more); i++)
		EXPECT_EQ(0, longer.more[i]);
	close(cap);
}

/* Without a label and what comes after it: the label is empty then. */
TEST_F(arguments, a_shorter_struct_is_extended_with_zeros)
{
	struct wire wire;
	struct devcap_narrow args = narrow_arguments(self->node, SENSOR, &wire);
	struct devcap_stat stat;
	int cap;

	memset(args.label, 'x', sizeof(args.label));
	args.rule_offset = 7;
	args.reserved = 7;
	args.size = offsetof(struct devcap_narrow, label);
	cap = narrow_raw(self->ledger, &args);
	ASSERT_LE(0, cap);
	EXPECT_EQ(0, ledger_stat(self->ledger, args.id, &stat));
	EXPECT_STREQ("", stat.label);
	EXPECT_EQ('x', args.label[0]);
	EXPECT_EQ(7, args.rule_offset);
	close(cap);
}

TEST_F(arguments, a_struct_without_a_parent_or_a_rule_is_refused)
{
	static const struct {
		uint32_t size;
		int error;
	} table[] = {
		{ 0, EINVAL },
		{ 3, EINVAL },
		{ 4, EOPNOTSUPP },	/* the parent is descriptor 0 */
		{ offsetof(struct devcap_narrow, rule), EFAULT },
		{ 5000, E2BIG },
		{ 0xffffffff, E2BIG },
	};
	int stdin_was = dup(0), null = open("/dev/null", O_RDWR);
	struct wire wire;
	unsigned int i;

	dup2(null, 0);
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		struct devcap_narrow args = narrow_arguments(self->node, SENSOR, &wire);
		int error;

		args.size = table[i].size;
		error = narrow_raw(self->ledger, &args);
		/* Which of its two faults is told is not promised. */
		if (table[i].error == EOPNOTSUPP && error == -EFAULT)
			error = -EOPNOTSUPP;
		EXPECT_EQ(-table[i].error, error) TH_LOG("size %u", table[i].size);
	}
	dup2(stdin_was, 0);
	close(stdin_was);
	close(null);
	EXPECT_NOTHING_CHANGED();
}

TEST_F(arguments, reserved_members_and_unknown_flags_are_refused)
{
	struct wire wire;
	struct devcap_narrow args = narrow_arguments(self->node, SENSOR, &wire);

	args.flags = 1;
	EXPECT_EQ(-EINVAL, narrow_raw(self->ledger, &args));
	args = narrow_arguments(self->node, SENSOR, &wire);
	args.reserved = 1;
	EXPECT_EQ(-EINVAL, narrow_raw(self->ledger, &args));
	EXPECT_NOTHING_CHANGED();
}

TEST_F(arguments, a_label_that_could_forge_a_line_is_refused)
{
	static const char *const labels[] = { "two\nlines", "a\ttab", "\x7f", "\xc3\xa4", "\x1b[2J" };
	struct wire wire;
	struct devcap_narrow args;
	unsigned int i;
	int cap;

	for (i = 0; i < ARRAY_SIZE(labels); i++) {
		args = narrow_arguments(self->node, SENSOR, &wire);
		strcpy(args.label, labels[i]);
		EXPECT_EQ(-EINVAL, narrow_raw(self->ledger, &args)) TH_LOG("label %u", i);
	}
	args = narrow_arguments(self->node, SENSOR, &wire);
	memset(args.label, 'a', sizeof(args.label));
	EXPECT_EQ(-EINVAL, narrow_raw(self->ledger, &args));
	EXPECT_NOTHING_CHANGED();
	args.label[sizeof(args.label) - 1] = 0;
	cap = narrow_raw(self->ledger, &args);
	EXPECT_LE(0, cap);
	close(cap);
}

TEST_F(arguments, a_malformed_rule_is_refused_with_its_reason_and_its_place)
{
	struct wire wire;
	struct devcap_narrow args = narrow_arguments(self->node, SENSOR, &wire);

	wire.head.rights = 0;
	EXPECT_EQ(-EINVAL, narrow_raw(self->ledger, &args));
	EXPECT_EQ(DEVCAP_REASON_RULE_RIGHTS, args.reason);
	EXPECT_EQ(offsetof(struct devcap_rule, rights), args.rule_offset);
	args = narrow_arguments(self->node, SENSOR, &wire);
	wire.head.size = DEVCAP_RULE_SIZE_MAX + 1;
	EXPECT_EQ(-E2BIG, narrow_raw(self->ledger, &args));
	wire.head.size = 0;
	EXPECT_EQ(-EINVAL, narrow_raw(self->ledger, &args));
	EXPECT_EQ(DEVCAP_REASON_RULE_SIZE, args.reason);
	EXPECT_NOTHING_CHANGED();
}

TEST_F(arguments, pointers_that_lead_nowhere_are_refused)
{
	uint8_t *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);
	struct wire wire;
	struct devcap_narrow args = narrow_arguments(self->node, SENSOR, &wire), *readonly;
	struct devcap_rule *cut;

	ASSERT_NE(MAP_FAILED, pages);
	munmap(pages + 4096, 4096);
	args.rule = 8;
	EXPECT_EQ(-EFAULT, narrow_raw(self->ledger, &args));
	args.rule = ~0ULL;
	EXPECT_EQ(-EFAULT, narrow_raw(self->ledger, &args));
	EXPECT_EQ(-EFAULT, narrow_raw(self->ledger, (void *)8));
	*(uint32_t *)(pages + 4096 - 16) = sizeof(args);
	EXPECT_EQ(-EFAULT, narrow_raw(self->ledger, (void *)(pages + 4096 - 16)));
	/* A rule that says it goes on where nothing is. */
	cut = (void *)(pages + 4096 - sizeof(*cut));
	*cut = wire.head;
	args.rule = (uintptr_t)cut;
	EXPECT_EQ(-EFAULT, narrow_raw(self->ledger, &args));
	/* An id that can't be told makes no capability. */
	readonly = (void *)pages;
	*readonly = narrow_arguments(self->node, SENSOR, &wire);
	mprotect(pages, 4096, PROT_READ);
	EXPECT_EQ(-EFAULT, narrow_raw(self->ledger, readonly));
	EXPECT_NOTHING_CHANGED();
	munmap(pages, 4096);
}

static int next_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

TEST_F(arguments, a_failed_narrow_takes_no_descriptor)
{
	struct want want = want_full(SENSOR), other = want_full(CHIP_TWIN);
	int cap = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	int rival = ledger_open(), plain = ledger_open_unprivileged(), null, next;
	struct wire wire;
	struct devcap_narrow args;

	ASSERT_LE(0, cap);
	null = open("/dev/null", O_RDWR);
	next = next_descriptor();
	EXPECT_EQ(-EACCES, ledger_narrow(self->ledger, cap, &other, NULL, NULL));
	EXPECT_EQ(-EBUSY, ledger_narrow(rival, self->node, &want, NULL, NULL));
	EXPECT_EQ(-EPERM, ledger_narrow(plain, self->node, &want, NULL, NULL));
	EXPECT_EQ(-EOPNOTSUPP, ledger_narrow(self->ledger, null, &want, NULL, NULL));
	want.rights = 0;
	EXPECT_EQ(-EINVAL, ledger_narrow(self->ledger, cap, &want, NULL, NULL));
	args = narrow_arguments(cap, SENSOR, &wire);
	args.rule = 8;
	EXPECT_EQ(-EFAULT, narrow_raw(self->ledger, &args));
	ASSERT_EQ(0, ledger_revoke_all(self->ledger, 0));
	want.rights = DEVCAP_I2C_READ;
	EXPECT_EQ(-ENODEV, ledger_narrow(self->ledger, cap, &want, NULL, NULL));
	EXPECT_EQ(next, next_descriptor());
	close(null);
	close(rival);
	close(plain);
	close(cap);
}

/* ------------------------------------------------------------------------- */
/* A second thread                                                           */

struct changer {
	pthread_t thread;
	uint32_t *word;
	uint32_t values[2];
	bool stop;
};

static void *change(void *argument)
{
	struct changer *changer = argument;
	unsigned int turn = 0;

	while (!__atomic_load_n(&changer->stop, __ATOMIC_RELAXED))
		__atomic_store_n(changer->word, changer->values[turn++ % 2], __ATOMIC_RELAXED);
	return NULL;
}

/* What follows the struct as it is must never be overwritten or believed. */
TEST_F_TIMEOUT(arguments, a_size_that_changes_meanwhile_writes_nothing_beyond, 120)
{
	struct {
		struct devcap_narrow args;
		uint8_t more[128];
	} longer = { };
	struct wire wire;
	struct changer changer = {
		.word = &longer.args.size,
		.values = { sizeof(struct devcap_narrow), sizeof(longer) },
	};
	int i, made = 0, refused = 0;

	longer.args = narrow_arguments(self->node, SENSOR, &wire);
	memset(longer.more, 0x5a, sizeof(longer.more));
	ASSERT_EQ(0, pthread_create(&changer.thread, NULL, change, &changer));
	for (i = 0; i < 500; i++) {
		int cap = narrow_raw(self->ledger, &longer.args);

		made += cap >= 0;
		refused += cap == -E2BIG;
		if (cap >= 0)
			close(cap);
		longer.args.reserved = 0;
	}
	changer.stop = true;
	pthread_join(changer.thread, NULL);
	EXPECT_EQ(500, made + refused);
	for (i = 0; i < (int)sizeof(longer.more); i++)
		EXPECT_EQ(0x5a, longer.more[i]);
	EXPECT_NOTHING_CHANGED();
}

/* A child's rule that is rewritten while it is read: never more than its parent. */
TEST_F_TIMEOUT(arguments, a_rule_that_changes_meanwhile_never_widens, 120)
{
	struct want want = {
		.address = SENSOR, .register_width = 1, .rights = DEVCAP_I2C_READ,
		.range_count = 1, .range = { { 0, 3, DEVCAP_I2C_READ } },
	};
	struct wire wire;
	struct changer changer = { .word = &wire.head.rights,
				   .values = { DEVCAP_I2C_READ, DEVCAP_I2C_RIGHTS } };
	int parent, i, made = 0, refused = 0;
	struct devcap_narrow args;

	parent = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	ASSERT_LE(0, parent);
	args = narrow_arguments(parent, SENSOR, &wire);
	want_encode(&want, &wire);
	ASSERT_EQ(0, pthread_create(&changer.thread, NULL, change, &changer));
	for (i = 0; i < 500; i++) {
		int cap = narrow_raw(self->ledger, &args);

		if (cap == -EACCES)
			refused++;
		if (cap < 0)
			continue;
		made++;
		EXPECT_EQ(-EACCES, register_write(cap, 2, 1));
		close(cap);
	}
	changer.stop = true;
	pthread_join(changer.thread, NULL);
	EXPECT_EQ(500, made + refused);
	close(parent);
	EXPECT_NOTHING_CHANGED();
}

TEST_HARNESS_MAIN
