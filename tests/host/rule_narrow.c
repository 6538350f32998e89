// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Narrowing never widens, as a table: each dimension of a child's rule against
 * the same dimension of its parent's.
 */
#include "rule_test.h"

static struct want want(uint32_t rights, uint8_t width)
{
	struct want want = want_full(0x48);

	want.rights = rights;
	want.register_width = width;
	return want;
}

static struct want ranged(uint32_t rights, struct range range)
{
	struct want ranged = want(rights, 1);

	ranged.range_count = 1;
	ranged.range[0] = range;
	return ranged;
}

static enum devcap_reason narrow(const struct want *parent, const struct want *child,
				 struct rule *narrowed)
{
	struct rule from = rule_of(parent);
	enum devcap_reason reason;
	struct wire wire;
	__u32 offset;

	reason = rule_decode(&wire, want_encode(child, &wire), narrowed, &offset);
	if (!reason)
		reason = rule_narrow(&from, narrowed);
	reason_hits[reason]++;
	return reason;
}

#define CHECK_NARROW(parent_, child_, expected_)                                  \
	do {                                                                      \
		struct want parent__ = parent_, child__ = child_;                 \
		struct rule narrowed__;                                           \
		CHECK_REASON(narrow(&parent__, &child__, &narrowed__), expected_, \
			     #child_ " of " #parent_);                            \
	} while (0)

TEST(a_right_that_the_parent_lacks_is_refused)
{
	static const uint32_t rights[] = { R_, W_, Q_ };
	static const enum devcap_reason reasons[] = { DEVCAP_REASON_READ, DEVCAP_REASON_WRITE,
						      DEVCAP_REASON_QUICK };
	uint32_t parent, child;
	unsigned int i;

	for (parent = 1; parent < 8; parent++) {
		for (child = 1; child < 8; child++) {
			enum devcap_reason expected = DEVCAP_REASON_NONE;

			for (i = 3; i--;)
				if (child & ~parent & rights[i])
					expected = reasons[i];
			CHECK_NARROW(want(parent, 0), want(child, 0), expected);
			CHECK_NARROW(want(parent, 1), want(child, 1), expected);
		}
	}
}

TEST(another_address_is_refused)
{
	struct want parent = want(R_, 0), child = parent;
	struct rule rule;

	child.address = 0x49;
	CHECK_REASON(narrow(&parent, &child, &rule), DEVCAP_REASON_ADDRESS, "0x49 of 0x48");
}

TEST(the_same_address_of_the_other_width_is_another_chip)
{
	struct want seven = want(R_, 0), ten = seven;
	struct rule rule;

	ten.flags = DEVCAP_I2C_TEN;
	CHECK_REASON(narrow(&seven, &ten, &rule), DEVCAP_REASON_ADDRESS_WIDTH, "10 of 7");
	CHECK_REASON(narrow(&ten, &seven, &rule), DEVCAP_REASON_ADDRESS_WIDTH, "7 of 10");
	CHECK_REASON(narrow(&ten, &ten, &rule), DEVCAP_REASON_NONE, "10 of 10");
}

TEST(another_bus_is_refused)
{
	struct want any = want(R_, 0);
	struct rule parent = rule_of(&any), child = parent;

	child.bus = DEVCAP_BUS_I2C + 1;
	CHECK_REASON(rule_narrow(&parent, &child), DEVCAP_REASON_RULE_BUS, "bus");
	reason_hits[DEVCAP_REASON_RULE_BUS]++;
}

TEST(ranges_of_registers_stay_within_the_parents)
{
	static const struct {
		struct range parent, child;
		bool allowed;
	} table[] = {
		{ { 4, 9, 0 }, { 4, 9, 0 }, true },   { { 4, 9, 0 }, { 5, 8, 0 }, true },
		{ { 4, 9, 0 }, { 3, 9, 0 }, false },  { { 4, 9, 0 }, { 4, 10, 0 }, false },
		{ { 4, 9, 0 }, { 0, 3, 0 }, false },  { { 4, 9, 0 }, { 10, 255, 0 }, false },
		{ { 4, 9, 0 }, { 0, 255, 0 }, false }, { { 0, 255, 0 }, { 0, 255, 0 }, true },
	};
	unsigned int i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct range parent = table[i].parent, child = table[i].child;

		parent.rights = R_;
		child.rights = R_;
		CHECK_NARROW(ranged(R_, parent), ranged(R_, child),
			     table[i].allowed ? DEVCAP_REASON_NONE : DEVCAP_REASON_REGISTER_READ);
		parent.rights = W_;
		child.rights = W_;
		CHECK_NARROW(ranged(W_, parent), ranged(W_, child),
			     table[i].allowed ? DEVCAP_REASON_NONE : DEVCAP_REASON_REGISTER_WRITE);
	}
}

/* No range means every register: more than any range that isn't all of them. */
TEST(no_ranges_under_a_parent_with_ranges_is_refused)
{
	CHECK_NARROW(ranged(R_, ((struct range){ 0, 254, R_ })), want(R_, 1),
		     DEVCAP_REASON_REGISTER_READ);
	CHECK_NARROW(ranged(W_, ((struct range){ 1, 255, W_ })), want(W_, 1),
		     DEVCAP_REASON_REGISTER_WRITE);
	CHECK_NARROW(ranged(R_, ((struct range){ 0, 255, R_ })), want(R_, 1), DEVCAP_REASON_NONE);
	/* 256 registers are not all that two bytes reach. */
	{
		struct want parent = ranged(R_, (struct range){ 0, 255, R_ }), child = want(R_, 2);
		struct rule rule;

		parent.register_width = 2;
		CHECK_REASON(narrow(&parent, &child, &rule), DEVCAP_REASON_REGISTER_READ, "2 bytes");
	}
}

TEST(a_range_across_two_of_the_parents_ranges_is_refused_unless_they_touch)
{
	struct want parent = ranged(R_, (struct range){ 0, 3, R_ });
	struct want child = ranged(R_, (struct range){ 2, 6, R_ });
	struct rule rule;

	parent.range_count = 2;
	parent.range[1] = (struct range){ 5, 9, R_ };
	CHECK_REASON(narrow(&parent, &child, &rule), DEVCAP_REASON_REGISTER_READ, "a gap");
	parent.range[1].first = 4;
	CHECK_REASON(narrow(&parent, &child, &rule), DEVCAP_REASON_NONE, "touching");
}

/* A range of a right that the child does not take needs no room in the parent's. */
TEST(ranges_are_compared_only_for_the_rights_that_the_child_has)
{
	struct want parent = want(R_ | W_, 1);

	parent.range_count = 2;
	parent.range[0] = (struct range){ 0, 3, R_ };
	parent.range[1] = (struct range){ 2, 2, W_ };
	CHECK_NARROW(parent, ranged(R_, ((struct range){ 0, 3, R_ })), DEVCAP_REASON_NONE);
	CHECK_NARROW(parent, ranged(W_, ((struct range){ 2, 2, W_ })), DEVCAP_REASON_NONE);
	CHECK_NARROW(parent, ranged(R_ | W_, ((struct range){ 0, 3, R_ })),
		     DEVCAP_REASON_REGISTER_WRITE);
	CHECK_NARROW(parent, ranged(R_ | W_, ((struct range){ 2, 2, R_ | W_ })),
		     DEVCAP_REASON_NONE);
}

TEST(another_register_width_is_refused_unless_the_parent_has_none)
{
	static const enum devcap_reason none = DEVCAP_REASON_NONE,
					width = DEVCAP_REASON_REGISTER_WIDTH;

	CHECK_NARROW(want(R_ | W_, 1), want(R_ | W_, 2), width);
	CHECK_NARROW(want(R_ | W_, 2), want(R_ | W_, 1), width);
	CHECK_NARROW(want(R_ | W_, 1), want(R_ | W_, 0), width);
	CHECK_NARROW(want(R_ | W_, 2), want(R_ | W_, 0), width);
	CHECK_NARROW(want(R_ | W_, 0), want(R_ | W_, 1), none);
	CHECK_NARROW(want(R_ | W_, 0), want(R_ | W_, 2), none);
	/* Setting the pointer is a write on the wire, and that parent has none. */
	CHECK_NARROW(want(R_, 0), want(R_, 1), width);
	CHECK_NARROW(want(R_, 0), want(R_, 0), none);
	CHECK_NARROW(want(R_ | W_, 0), want(R_, 1), none);
	CHECK_NARROW(want(W_, 0), want(W_, 1), none);
}

TEST(the_other_byte_order_is_refused)
{
	struct want big = want(R_ | W_, 2), little = big;

	little.flags = DEVCAP_I2C_LITTLE_ENDIAN;
	CHECK_NARROW(big, little, DEVCAP_REASON_REGISTER_WIDTH);
	CHECK_NARROW(little, big, DEVCAP_REASON_REGISTER_WIDTH);
	CHECK_NARROW(little, little, DEVCAP_REASON_NONE);
}

TEST(limits_of_a_call_stay_below_the_parents)
{
	struct want parent = want(R_, 0), child = parent;
	struct rule rule;

	parent.bytes_per_call = 100;
	parent.wire_ns_per_call = 1000;
	child.wire_ns_per_call = 1000;
	child.bytes_per_call = 101;
	CHECK_REASON(narrow(&parent, &child, &rule), DEVCAP_REASON_BYTES, "101 of 100");
	child.bytes_per_call = 100;
	CHECK_REASON(narrow(&parent, &child, &rule), DEVCAP_REASON_NONE, "100 of 100");
	child.wire_ns_per_call = 1001;
	CHECK_REASON(narrow(&parent, &child, &rule), DEVCAP_REASON_WIRE_TIME, "1001 ns of 1000");
}

TEST(limits_left_open_are_the_parents_and_at_most_the_defaults)
{
	struct want parent = want(R_, 0), child = parent, node = parent;
	struct rule rule;

	child.bytes_per_call = 0;
	child.wire_ns_per_call = 0;
	narrow(&parent, &child, &rule);
	CHECK(rule.bytes_per_call == DEVCAP_DEFAULT_BYTES, "%u bytes", rule.bytes_per_call);
	CHECK(rule.wire_ns_per_call == DEVCAP_DEFAULT_WIRE_NS, "%llu ns", rule.wire_ns_per_call);
	parent.bytes_per_call = 100;
	parent.wire_ns_per_call = 1000;
	narrow(&parent, &child, &rule);
	CHECK(rule.bytes_per_call == 100, "%u bytes", rule.bytes_per_call);
	CHECK(rule.wire_ns_per_call == 1000, "%llu ns", rule.wire_ns_per_call);
	node.bytes_per_call = 0;
	node.wire_ns_per_call = 0;
	rule = rule_of(&node);
	CHECK(rule.bytes_per_call == DEVCAP_DEFAULT_BYTES, "%u bytes", rule.bytes_per_call);
	CHECK(rule.wire_ns_per_call == DEVCAP_DEFAULT_WIRE_NS, "%llu ns", rule.wire_ns_per_call);
}

/* What is left of them decides, and that is the capability's: never a reason. */
TEST(a_longer_lease_or_a_larger_budget_is_no_widening)
{
	struct want parent = want(R_, 0), child = parent;

	parent.lease_ns = 10;
	parent.operations = 10;
	child.lease_ns = 1000;
	child.operations = 1000;
	CHECK_NARROW(parent, child, DEVCAP_REASON_NONE);
}
