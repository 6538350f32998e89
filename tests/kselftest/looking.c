// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * What a holder learns by GET_RULE and a ledger by LIST and STAT: the truth, no
 * more than the caller has room for, and nothing of what is another's.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

#define MANY	600

FIXTURE(looking)
{
	int node;
	int ledger;
};

FIXTURE_SETUP(looking)
{
	ASSERT_EQ(0, sim_reset());
	self->node = sim_i2c_open();
	ASSERT_LE(0, self->node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
}

FIXTURE_TEARDOWN(looking)
{
	close(self->ledger);
	close(self->node);
}

static int call(int fd, unsigned long command, void *args)
{
	return ioctl(fd, command, args) < 0 ? -errno : 0;
}

/* ------------------------------------------------------------------------- */
/* GET_RULE                                                                  */

static struct want ranged_want(void)
{
	return (struct want){
		.address = CHIP_EEPROM, .register_width = 1,
		.rights = DEVCAP_I2C_READ | DEVCAP_I2C_WRITE,
		.range_count = 3,
		.range = { { 0x20, 0x2f, DEVCAP_I2C_READ }, { 0x10, 0x1f, DEVCAP_I2C_READ },
			   { 0x15, 0x16, DEVCAP_I2C_WRITE } },
	};
}

TEST_F(looking, the_rule_is_told_as_it_is_in_force)
{
	struct want want = ranged_want(), joined = ranged_want();
	struct devcap_get_rule rule;
	struct wire wire, expected;
	int cap = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);

	ASSERT_LE(0, cap);
	ASSERT_EQ(0, capability_rule(cap, &rule, &wire));
	/* Sorted, joined, the defaults filled in. */
	joined.range_count = 2;
	joined.range[0] = (struct range){ 0x10, 0x2f, DEVCAP_I2C_READ };
	joined.range[1] = (struct range){ 0x15, 0x16, DEVCAP_I2C_WRITE };
	joined.bytes_per_call = DEVCAP_DEFAULT_BYTES;
	joined.wire_ns_per_call = DEVCAP_DEFAULT_WIRE_NS;
	EXPECT_EQ(want_encode(&joined, &expected), rule.rule_size);
	EXPECT_EQ(0, memcmp(&wire, &expected, rule.rule_size));
	EXPECT_EQ(DEVCAP_BUS_I2C, rule.bus);
	EXPECT_LT(0, rule.id);
	EXPECT_EQ(DEVCAP_NO_LIMIT, rule.lease_left_ns);
	EXPECT_EQ(DEVCAP_NO_LIMIT, rule.operations_left);
	close(cap);
}

/* So that a holder can pass the whole of it on without knowing its items. */
TEST_F(looking, the_rule_that_was_told_narrows_to_itself)
{
	struct want want = ranged_want();
	struct devcap_get_rule rule, again;
	struct wire wire, second;
	int cap = ledger_narrow(self->ledger, self->node, &want, NULL, NULL), child;
	struct devcap_narrow args;

	ASSERT_EQ(0, capability_rule(cap, &rule, &wire));
	args = (struct devcap_narrow){ .size = sizeof(args), .parent_fd = cap,
				       .rule = (uintptr_t)&wire };
	child = narrow_raw(self->ledger, &args);
	ASSERT_LE(0, child);
	ASSERT_EQ(0, capability_rule(child, &again, &second));
	EXPECT_EQ(rule.rule_size, again.rule_size);
	EXPECT_EQ(0, memcmp(&wire, &second, rule.rule_size));
	EXPECT_EQ(args.id, again.id);
	close(child);
	close(cap);
}

TEST_F(looking, a_rule_goes_where_there_is_room_and_not_beyond)
{
	struct want want = ranged_want();
	struct wire wire;
	int cap = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	struct devcap_get_rule rule;
	uint32_t needed;

	ASSERT_EQ(0, capability_rule(cap, &rule, NULL));
	needed = rule.rule_size;
	EXPECT_LT(sizeof(struct devcap_rule), needed);
	memset(&wire, 0xa5, sizeof(wire));
	rule = (struct devcap_get_rule){ .size = sizeof(rule), .rule = (uintptr_t)&wire,
					 .rule_size = needed - 1 };
	EXPECT_EQ(-ENOSPC, call(cap, DEVCAP_GET_RULE, &rule));
	EXPECT_EQ(needed, rule.rule_size);
	EXPECT_EQ(0xa5, wire.bytes[0]);
	EXPECT_EQ(0, call(cap, DEVCAP_GET_RULE, &rule));
	EXPECT_EQ(needed, wire.head.size);
	EXPECT_EQ(0xa5, wire.bytes[needed]);
	rule.rule = 8;
	EXPECT_EQ(-EFAULT, call(cap, DEVCAP_GET_RULE, &rule));
	EXPECT_EQ(-EFAULT, call(cap, DEVCAP_GET_RULE, (void *)8));
	close(cap);
}

TEST_F(looking, get_rule_grows_as_the_other_structs_do)
{
	struct want want = ranged_want();
	int cap = ledger_narrow(self->ledger, self->node, &want, NULL, NULL);
	struct {
		struct devcap_get_rule rule;
		uint64_t more[2];
	} longer = { .rule.size = sizeof(longer) };

	EXPECT_EQ(0, call(cap, DEVCAP_GET_RULE, &longer));
	longer.rule = (struct devcap_get_rule){ .size = sizeof(longer) };
	longer.more[1] = 1;
	EXPECT_EQ(-E2BIG, call(cap, DEVCAP_GET_RULE, &longer));
	longer.rule = (struct devcap_get_rule){ .size = offsetof(struct devcap_get_rule, id),
						.id = 77 };
	EXPECT_EQ(0, call(cap, DEVCAP_GET_RULE, &longer));
	EXPECT_LT(0, longer.rule.rule_size);
	EXPECT_EQ(77, longer.rule.id);
	longer.rule = (struct devcap_get_rule){ .size = sizeof(longer.rule), .reserved = 1 };
	EXPECT_EQ(-EINVAL, call(cap, DEVCAP_GET_RULE, &longer));
	longer.rule = (struct devcap_get_rule){ };
	EXPECT_EQ(-EINVAL, call(cap, DEVCAP_GET_RULE, &longer));
	close(cap);
}

TEST_F(looking, what_is_left_is_the_least_on_the_way_to_the_root)
{
	struct want want = want_full(CHIP_EEPROM);
	struct devcap_get_rule rule;
	int caps[3], i;
	static const uint64_t budgets[] = { 10, 3, 0 };

	caps[0] = self->node;
	for (i = 0; i < 3; i++) {
		want.operations = budgets[i];
		caps[i] = ledger_narrow(self->ledger, i ? caps[i - 1] : self->node, &want, NULL,
					NULL);
		ASSERT_LE(0, caps[i]);
	}
	EXPECT_LE(0, register_read(caps[2], 0));
	EXPECT_EQ(0, capability_rule(caps[2], &rule, NULL));
	EXPECT_EQ(2, rule.operations_left);
	EXPECT_EQ(0, capability_rule(caps[0], &rule, NULL));
	EXPECT_EQ(9, rule.operations_left);
	for (i = 0; i < 9; i++)
		EXPECT_LE(0, register_read(caps[0], 0));
	EXPECT_EQ(0, capability_rule(caps[2], &rule, NULL));
	EXPECT_EQ(0, rule.operations_left);
	for (i = 0; i < 3; i++)
		close(caps[i]);
}

/* ------------------------------------------------------------------------- */
/* LIST                                                                      */

static int list(int ledger, uint64_t after, uint32_t room, uint64_t *ids)
{
	struct devcap_list args = { .size = sizeof(args), .count = room, .after = after,
				    .ids = (uintptr_t)ids };
	int error = call(ledger, DEVCAP_LIST, &args);

	return error ? error : (int)args.count;
}

TEST_F_TIMEOUT(looking, a_list_comes_in_pieces_of_any_size_and_in_order, 120)
{
	static const uint32_t rooms[] = { 1, 7, 100, DEVCAP_LIST_MAX, 100000 };
	static uint64_t expected[MANY], ids[MANY + 1];
	struct want want = want_full(CHIP_EEPROM);
	static int caps[MANY];
	unsigned int i, n;
	int count;

	for (i = 0; i < MANY; i++) {
		caps[i] = ledger_narrow(self->ledger, i ? caps[0] : self->node, &want, NULL,
					&expected[i]);
		ASSERT_LE(0, caps[i]);
	}
	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		for (n = 0; n < MANY; n += count) {
			uint32_t room = rooms[i] > MANY + 1 - n ? MANY + 1 - n : rooms[i];

			count = list(self->ledger, n ? ids[n - 1] : 0,
				     rooms[i] == 100000 ? 100000 : room, ids + n);
			ASSERT_LT(0, count);
			EXPECT_GE(DEVCAP_LIST_MAX, count);
		}
		EXPECT_EQ(MANY, n);
		EXPECT_EQ(0, memcmp(expected, ids, sizeof(expected)));
		EXPECT_EQ(0, list(self->ledger, ids[n - 1], 10, ids));
	}
	EXPECT_EQ(0, list(self->ledger, 0, 0, ids));
	EXPECT_EQ(0, list(self->ledger, ~0ULL, 10, ids));
	EXPECT_EQ(-EFAULT, list(self->ledger, 0, 10, (void *)8));
	for (i = 0; i < MANY; i++)
		close(caps[i]);
	EXPECT_EQ(0, list(self->ledger, 0, 10, ids));
}

/* ------------------------------------------------------------------------- */
/* STAT                                                                      */

TEST_F(looking, stat_tells_the_place_in_the_tree)
{
	struct want want = want_full(CHIP_EEPROM);
	struct devcap_stat stat;
	uint64_t root_id, child_id;
	char device[32];
	int root, child;

	snprintf(device, sizeof(device), "i2c-%d", sim_i2c_number());
	want.lease_ns = 60000000000ULL;
	want.operations = 5;
	root = ledger_narrow(self->ledger, self->node, &want, "root", &root_id);
	child = ledger_narrow(self->ledger, root, &want, "child", &child_id);
	ASSERT_LE(0, child);
	EXPECT_EQ(0, ledger_stat(self->ledger, root_id, &stat));
	EXPECT_EQ(0, stat.parent);
	EXPECT_EQ(1, stat.depth);
	EXPECT_EQ(1, stat.children);
	EXPECT_EQ(0, stat.flags);
	EXPECT_STREQ("root", stat.label);
	EXPECT_EQ(0, ledger_stat(self->ledger, child_id, &stat));
	EXPECT_EQ(root_id, stat.parent);
	EXPECT_EQ(2, stat.depth);
	EXPECT_EQ(0, stat.children);
	EXPECT_EQ(DEVCAP_BUS_I2C, stat.bus);
	EXPECT_EQ(DEVCAP_DEATH_NONE, stat.death);
	EXPECT_EQ(getpid(), stat.pid);
	EXPECT_EQ(5, stat.operations_left);
	EXPECT_GE(want.lease_ns, stat.lease_left_ns);
	EXPECT_LT(0, stat.lease_left_ns);
	EXPECT_STREQ("child", stat.label);
	EXPECT_STREQ(device, stat.device);
	/* Closed, it stays for the sake of its child, and goes with it. */
	close(root);
	EXPECT_EQ(0, ledger_stat(self->ledger, root_id, &stat));
	EXPECT_EQ(DEVCAP_STAT_CLOSED, stat.flags);
	EXPECT_EQ(DEVCAP_DEATH_NONE, stat.death);
	EXPECT_LE(0, register_read(child, 0));
	close(child);
	EXPECT_EQ(-ENOENT, ledger_stat(self->ledger, child_id, &stat));
	EXPECT_EQ(-ENOENT, ledger_stat(self->ledger, root_id, &stat));
}

TEST_F(looking, a_ledger_sees_nothing_of_another)
{
	struct want want = want_full(CHIP_EEPROM);
	int other = ledger_open(), cap, child;
	struct devcap_stat stat;
	uint64_t id, child_id, ids[4];

	cap = ledger_narrow(self->ledger, self->node, &want, NULL, &id);
	child = ledger_narrow(other, cap, &want, NULL, &child_id);
	ASSERT_LE(0, child);
	EXPECT_EQ(-ENOENT, ledger_stat(other, id, &stat));
	EXPECT_EQ(-ENOENT, ledger_stat(self->ledger, child_id, &stat));
	EXPECT_EQ(-ENOENT, ledger_stat(self->ledger, 0, &stat));
	EXPECT_EQ(1, list(other, 0, 4, ids));
	EXPECT_EQ(child_id, ids[0]);
	EXPECT_EQ(1, list(self->ledger, 0, 4, ids));
	EXPECT_EQ(id, ids[0]);
	EXPECT_EQ(-ENOENT, ledger_revoke(other, id, 0));
	EXPECT_LE(0, register_read(cap, 0));
	/* Its own list does not hide from the root's ledger that there is a child. */
	EXPECT_EQ(0, ledger_stat(self->ledger, id, &stat));
	EXPECT_EQ(1, stat.children);
	close(child);
	close(cap);
	close(other);
}

TEST_F(looking, a_shorter_stat_gets_no_more_than_it_has_room_for)
{
	struct want want = want_full(CHIP_EEPROM);
	struct devcap_stat stat;
	uint64_t id;
	int cap = ledger_narrow(self->ledger, self->node, &want, "label", &id);

	memset(&stat, 0x5a, sizeof(stat));
	stat.size = offsetof(struct devcap_stat, operations);
	stat.id = id;
	EXPECT_EQ(0, call(self->ledger, DEVCAP_STAT, &stat));
	EXPECT_EQ(DEVCAP_BUS_I2C, stat.bus);
	EXPECT_EQ(offsetof(struct devcap_stat, operations), stat.size);
	EXPECT_EQ(0x5a5a5a5a5a5a5a5aULL, stat.operations);
	EXPECT_EQ(0x5a, stat.label[0]);
	close(cap);
}

TEST_F(looking, calls_that_a_ledger_does_not_know_are_refused)
{
	uint8_t byte = 0;

	EXPECT_EQ(-ENOTTY, call(self->ledger, DEVCAP_GET_RULE, NULL));
	EXPECT_EQ(-ENOTTY, call(self->ledger, I2C_FUNCS, NULL));
	EXPECT_EQ(-1, write(self->ledger, &byte, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, lseek(self->ledger, 0, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
}

TEST_HARNESS_MAIN
