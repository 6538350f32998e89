// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The rule's wire form: every way in which it can be wrong, at which byte, and
 * that what comes out of it goes back into it. Buffers are as long as they say,
 * so that the address sanitizer sees every byte too many.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "rule_test.h"

#define HEAD(member) offsetof(struct devcap_rule, member)
#define ADDRESS	     sizeof(struct devcap_rule)
#define RANGE(n)                                                                  \
	(ADDRESS + sizeof(struct devcap_item_i2c_address) +                       \
	 (n) * sizeof(struct devcap_item_i2c_registers))
#define IN_ADDRESS(member) (ADDRESS + offsetof(struct devcap_item_i2c_address, member))
#define IN_RANGE(member)   (RANGE(0) + offsetof(struct devcap_item_i2c_registers, member))
/* Of the rule that base() makes. */
#define SIZE RANGE(2)

static struct want base(void)
{
	struct want want = want_full(0x48);

	want.rights = R_ | W_;
	want.register_width = 1;
	want.range_count = 2;
	want.range[0] = (struct range){ 0x00, 0x03, R_ };
	want.range[1] = (struct range){ 0x02, 0x03, W_ };
	return want;
}

static enum devcap_reason decode(const void *wire, size_t size, struct rule *rule, __u32 *offset)
{
	enum devcap_reason reason;
	void *exact = malloc(size ? size : 1);

	memcpy(exact, wire, size);
	reason = rule_decode(exact, size, rule, offset);
	reason_hits[reason]++;
	free(exact);
	return reason;
}

TEST(a_well_formed_rule_is_read_as_it_was_meant)
{
	struct want want = base();
	struct wire wire;
	struct rule rule;
	__u32 offset;

	want.lease_ns = 5;
	want.operations = 7;
	want.bytes_per_call = 9;
	want.wire_ns_per_call = 11;
	CHECK_REASON(decode(&wire, want_encode(&want, &wire), &rule, &offset), DEVCAP_REASON_NONE,
		     "base");
	CHECK(rule.bus == DEVCAP_BUS_I2C && rule.rights == (R_ | W_), "bus and rights");
	CHECK(rule.lease_ns == 5 && rule.operations == 7, "lease and operations");
	CHECK(rule.bytes_per_call == 9 && rule.wire_ns_per_call == 11, "limits of a call");
	CHECK(rule.i2c.address == 0x48 && !rule.i2c.flags && rule.i2c.register_width == 1, "chip");
	CHECK(rule.i2c.read.count == 1 && rule.i2c.read.range[0].first == 0 &&
	      rule.i2c.read.range[0].last == 3, "registers to read");
	CHECK(rule.i2c.write.count == 1 && rule.i2c.write.range[0].first == 2 &&
	      rule.i2c.write.range[0].last == 3, "registers to write");
}

/*
 * One member of base() overwritten: what is said about it, and where.
 */
static const struct malformed {
	const char *name;
	__u32 at;
	__u32 size;
	__u64 value;
	enum devcap_reason reason;
	__u32 offset;
} malformed[] = {
	{ "size below what is there", HEAD(size), 4, SIZE - 8, DEVCAP_REASON_RULE_SIZE, 0 },
	{ "size above what is there", HEAD(size), 4, SIZE + 8, DEVCAP_REASON_RULE_SIZE, 0 },
	{ "size 0", HEAD(size), 4, 0, DEVCAP_REASON_RULE_SIZE, 0 },
	{ "head too short", HEAD(head_size), 2, ADDRESS - 8, DEVCAP_REASON_RULE_SIZE, 0 },
	{ "head of 0", HEAD(head_size), 2, 0, DEVCAP_REASON_RULE_SIZE, 0 },
	{ "head not in eights", HEAD(head_size), 2, ADDRESS + 4, DEVCAP_REASON_RULE_SIZE, 0 },
	{ "head beyond the rule", HEAD(head_size), 2, SIZE + 8, DEVCAP_REASON_RULE_SIZE, 0 },
	{ "longer head that says something", HEAD(head_size), 2, ADDRESS + 8,
	  DEVCAP_REASON_RULE_RESERVED, ADDRESS },
	{ "no bus", HEAD(bus), 2, DEVCAP_BUS_NONE, DEVCAP_REASON_RULE_BUS, HEAD(bus) },
	{ "unknown bus", HEAD(bus), 2, 2, DEVCAP_REASON_RULE_BUS, HEAD(bus) },
	{ "no right", HEAD(rights), 4, 0, DEVCAP_REASON_RULE_RIGHTS, HEAD(rights) },
	{ "unknown right", HEAD(rights), 4, 8 | R_, DEVCAP_REASON_RULE_RIGHTS, HEAD(rights) },
	{ "unknown high right", HEAD(rights), 4, 1U << 31 | R_, DEVCAP_REASON_RULE_RIGHTS,
	  HEAD(rights) },
	{ "no item", HEAD(item_count), 4, 0, DEVCAP_REASON_RULE_ITEM, HEAD(item_count) },
	{ "fewer items than there are", HEAD(item_count), 4, 2, DEVCAP_REASON_RULE_SIZE, RANGE(1) },
	{ "more items than there are", HEAD(item_count), 4, 4, DEVCAP_REASON_RULE_SIZE, SIZE },
	{ "no end of items", HEAD(item_count), 4, 0xffffffff, DEVCAP_REASON_RULE_SIZE, SIZE },
	{ "wire time above the bus's", HEAD(wire_ns_per_call), 8, DEVCAP_WIRE_NS_MAX + 1,
	  DEVCAP_REASON_RULE_LIMIT, HEAD(wire_ns_per_call) },
	{ "bytes above the bus's", HEAD(bytes_per_call), 4, DEVCAP_I2C_BYTES_MAX + 1,
	  DEVCAP_REASON_RULE_LIMIT, HEAD(bytes_per_call) },
	{ "reserved in the head", HEAD(reserved), 4, 1, DEVCAP_REASON_RULE_RESERVED,
	  HEAD(reserved) },
	{ "unknown item", IN_ADDRESS(item.type), 2, 3, DEVCAP_REASON_RULE_ITEM, ADDRESS },
	{ "item of type 0", IN_ADDRESS(item.type), 2, 0, DEVCAP_REASON_RULE_ITEM, ADDRESS },
	{ "registers before the address", IN_ADDRESS(item.type), 2, DEVCAP_ITEM_I2C_REGISTERS,
	  DEVCAP_REASON_RULE_ITEM, ADDRESS },
	{ "a second address", IN_RANGE(item.type), 2, DEVCAP_ITEM_I2C_ADDRESS,
	  DEVCAP_REASON_RULE_ITEM, RANGE(0) },
	{ "item of no bytes", IN_ADDRESS(item.size), 2, 0, DEVCAP_REASON_RULE_SIZE, ADDRESS },
	{ "item not in eights", IN_ADDRESS(item.size), 2, 12, DEVCAP_REASON_RULE_SIZE, ADDRESS },
	{ "item beyond the rule", IN_ADDRESS(item.size), 2, SIZE - ADDRESS + 8,
	  DEVCAP_REASON_RULE_SIZE, ADDRESS },
	{ "address item too long", IN_ADDRESS(item.size), 2, 16, DEVCAP_REASON_RULE_SIZE, ADDRESS },
	{ "registers item too short", IN_RANGE(item.size), 2, 8, DEVCAP_REASON_RULE_SIZE,
	  RANGE(0) },
	{ "general call", IN_ADDRESS(address), 2, 0x00, DEVCAP_REASON_RULE_ADDRESS, ADDRESS },
	{ "address below the 7-bit ones", IN_ADDRESS(address), 2, 0x07,
	  DEVCAP_REASON_RULE_ADDRESS, ADDRESS },
	{ "address above the 7-bit ones", IN_ADDRESS(address), 2, 0x78,
	  DEVCAP_REASON_RULE_ADDRESS, ADDRESS },
	{ "10-bit address without its flag", IN_ADDRESS(address), 2, 0x148,
	  DEVCAP_REASON_RULE_ADDRESS, ADDRESS },
	{ "register width 3", IN_ADDRESS(register_width), 1, 3, DEVCAP_REASON_RULE_REGISTERS,
	  ADDRESS },
	{ "little endian with one byte", IN_ADDRESS(flags), 1, DEVCAP_I2C_LITTLE_ENDIAN,
	  DEVCAP_REASON_RULE_REGISTERS, ADDRESS },
	{ "unknown address flag", IN_ADDRESS(flags), 1, 4, DEVCAP_REASON_RULE_RESERVED, ADDRESS },
	{ "registers without a width", IN_ADDRESS(register_width), 1, 0,
	  DEVCAP_REASON_RULE_REGISTERS, RANGE(0) },
	{ "range upside down", IN_RANGE(first), 2, 4, DEVCAP_REASON_RULE_REGISTERS, RANGE(0) },
	{ "range beyond the width", IN_RANGE(last), 2, 0x100, DEVCAP_REASON_RULE_REGISTERS,
	  RANGE(0) },
	{ "range of no right", IN_RANGE(rights), 4, 0, DEVCAP_REASON_RULE_RIGHTS, RANGE(0) },
	{ "range of the right to quick", IN_RANGE(rights), 4, R_ | Q_, DEVCAP_REASON_RULE_RIGHTS,
	  RANGE(0) },
	{ "range of an unknown right", IN_RANGE(rights), 4, 8, DEVCAP_REASON_RULE_RIGHTS,
	  RANGE(0) },
	{ "reserved in a range", IN_RANGE(reserved), 4, 1, DEVCAP_REASON_RULE_RESERVED, RANGE(0) },
};

TEST(every_malformed_member_is_refused_with_its_reason_and_its_place)
{
	struct want want = base();
	struct wire wire;
	struct rule rule;
	unsigned int i;

	for (i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		const struct malformed *m = &malformed[i];
		size_t size = want_encode(&want, &wire);
		enum devcap_reason reason;
		__u32 offset;

		memcpy(wire.bytes + m->at, &m->value, m->size);
		reason = decode(&wire, size, &rule, &offset);
		CHECK(reason == m->reason && offset == m->offset,
		      "%s: %s at %u, expected %s at %u", m->name, rule_reason_name(reason), offset,
		      rule_reason_name(m->reason), m->offset);
	}
}

TEST(a_10_bit_address_has_no_more_than_10_bits)
{
	struct want want = base();
	struct wire wire;
	struct rule rule;
	__u32 offset;

	want.flags = DEVCAP_I2C_TEN;
	want.address = 0x3ff;
	CHECK_REASON(decode(&wire, want_encode(&want, &wire), &rule, &offset), DEVCAP_REASON_NONE,
		     "0x3ff");
	want.address = 0x400;
	CHECK_REASON(decode(&wire, want_encode(&want, &wire), &rule, &offset),
		     DEVCAP_REASON_RULE_ADDRESS, "0x400");
	CHECK(offset == ADDRESS, "at %u", offset);
}

TEST(a_range_for_a_right_that_is_not_granted_is_refused)
{
	struct want want = base();
	struct wire wire;
	struct rule rule;
	__u32 offset;

	want.rights = R_;
	CHECK_REASON(decode(&wire, want_encode(&want, &wire), &rule, &offset),
		     DEVCAP_REASON_RULE_RIGHTS, "write range");
	CHECK(offset == RANGE(1), "at %u", offset);
}

TEST(the_64th_range_is_accepted_and_the_65th_refused)
{
	struct want want = base();
	struct wire wire = { };
	struct devcap_item_i2c_registers *item;
	struct rule rule;
	size_t size;
	__u32 offset;

	want.range_count = DEVCAP_I2C_RANGES_MAX;
	for (unsigned int i = 0; i < want.range_count; i++)
		want.range[i] = (struct range){ i * 3, i * 3 + 1, R_ };
	size = want_encode(&want, &wire);
	CHECK_REASON(decode(&wire, size, &rule, &offset), DEVCAP_REASON_NONE, "64");
	item = (void *)(wire.bytes + size);
	item[0] = item[-1];
	item->first = 0xf0;
	item->last = 0xf1;
	wire.head.size += sizeof(*item);
	wire.head.item_count++;
	CHECK_REASON(decode(&wire, size + sizeof(*item), &rule, &offset),
		     DEVCAP_REASON_RULE_RANGES, "65");
	CHECK(offset == size, "at %u", offset);
	/* One that joins what is there needs no room. */
	item->first = 2;
	item->last = 2;
	CHECK_REASON(decode(&wire, size + sizeof(*item), &rule, &offset), DEVCAP_REASON_NONE,
		     "one that joins");
	CHECK(rule.i2c.read.count == 63, "%u ranges", rule.i2c.read.count);
}

TEST(a_rule_cut_short_anywhere_is_refused)
{
	struct want want = base();
	struct wire wire;
	struct rule rule;
	size_t whole = want_encode(&want, &wire), size;
	__u32 offset;

	for (size = 0; size < whole; size++) {
		CHECK_REASON(decode(&wire, size, &rule, &offset), DEVCAP_REASON_RULE_SIZE, "cut");
		wire.head.size = size;
		CHECK_REASON(decode(&wire, size, &rule, &offset), DEVCAP_REASON_RULE_SIZE,
			     "cut, and says so");
		wire.head.size = whole;
	}
}

TEST(a_rule_above_the_largest_size_is_refused_unread)
{
	struct rule rule;
	__u32 offset;

	CHECK_REASON(rule_decode(NULL, DEVCAP_RULE_SIZE_MAX + 1, &rule, &offset),
		     DEVCAP_REASON_RULE_SIZE, "4097");
	CHECK_REASON(rule_decode(NULL, 0xffffffffU, &rule, &offset), DEVCAP_REASON_RULE_SIZE,
		     "2^32 - 1");
}

TEST(a_longer_head_of_zeros_is_accepted)
{
	struct want want = base();
	struct wire wire;
	struct rule rule, longer;
	size_t size = want_encode(&want, &wire);
	__u32 offset, i;

	decode(&wire, size, &rule, &offset);
	memmove(wire.bytes + ADDRESS + 16, wire.bytes + ADDRESS, size - ADDRESS);
	memset(wire.bytes + ADDRESS, 0, 16);
	wire.head.size = size + 16;
	wire.head.head_size = ADDRESS + 16;
	CHECK_REASON(decode(&wire, size + 16, &longer, &offset), DEVCAP_REASON_NONE, "zeros");
	CHECK(!memcmp(&rule, &longer, sizeof(rule)), "it says the same");
	for (i = 0; i < 16; i++) {
		wire.bytes[ADDRESS + i] = 1;
		CHECK_REASON(decode(&wire, size + 16, &longer, &offset),
			     DEVCAP_REASON_RULE_RESERVED, "a one among them");
		CHECK(offset == ADDRESS + i, "at %u", offset);
		wire.bytes[ADDRESS + i] = 0;
	}
}

TEST(ranges_are_sorted_and_joined_where_they_overlap_or_touch)
{
	static const struct {
		unsigned int count;
		struct range range[4];
		unsigned int joined;
		struct rule_range expected[3];
	} table[] = {
		{ 2, { { 8, 9, R_ }, { 2, 3, R_ } }, 2, { { 2, 3 }, { 8, 9 } } },
		{ 2, { { 2, 3, R_ }, { 4, 9, R_ } }, 1, { { 2, 9 } } },
		{ 2, { { 4, 9, R_ }, { 2, 3, R_ } }, 1, { { 2, 9 } } },
		{ 2, { { 2, 3, R_ }, { 5, 9, R_ } }, 2, { { 2, 3 }, { 5, 9 } } },
		{ 3, { { 0, 1, R_ }, { 8, 9, R_ }, { 2, 7, R_ } }, 1, { { 0, 9 } } },
		{ 3, { { 0, 1, R_ }, { 8, 9, R_ }, { 3, 6, R_ } }, 3,
		  { { 0, 1 }, { 3, 6 }, { 8, 9 } } },
		{ 4, { { 0, 1, R_ }, { 4, 5, R_ }, { 8, 9, R_ }, { 1, 8, R_ } }, 1, { { 0, 9 } } },
		{ 3, { { 0, 1, R_ }, { 4, 5, R_ }, { 20, 30, R_ } }, 3,
		  { { 0, 1 }, { 4, 5 }, { 20, 30 } } },
		{ 2, { { 0xff, 0xff, R_ }, { 0, 0xff, R_ } }, 1, { { 0, 0xff } } },
		{ 2, { { 0xff, 0xff, R_ }, { 0, 0, R_ } }, 2, { { 0, 0 }, { 0xff, 0xff } } },
	};
	unsigned int i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct want want = base();
		struct rule rule;

		want.range_count = table[i].count;
		memcpy(want.range, table[i].range, sizeof(table[i].range));
		rule = rule_of(&want);
		CHECK(rule.i2c.read.count == table[i].joined, "row %u: %u ranges", i,
		      rule.i2c.read.count);
		CHECK(!memcmp(rule.i2c.read.range, table[i].expected,
			      table[i].joined * sizeof(struct rule_range)), "row %u", i);
	}
}

/* With 2 bytes, 0xffff + 1 must not wrap to 0. */
TEST(the_last_register_of_two_bytes_is_not_next_to_the_first)
{
	struct want want = base();
	struct rule rule;

	want.register_width = 2;
	want.range[0] = (struct range){ 0xffff, 0xffff, R_ };
	want.range[1] = (struct range){ 0, 0, R_ };
	rule = rule_of(&want);
	CHECK(rule.i2c.read.count == 2, "%u ranges", rule.i2c.read.count);
}

TEST(what_is_encoded_decodes_to_the_same_rule)
{
	struct want want = base();
	struct rule rule, again;
	struct wire wire;
	__u32 size, offset;

	want.register_width = 2;
	want.flags = DEVCAP_I2C_LITTLE_ENDIAN | DEVCAP_I2C_TEN;
	want.address = 0x234;
	want.lease_ns = 123;
	want.operations = 456;
	rule = rule_of(&want);
	size = rule_encode(&rule, NULL, 0);
	CHECK(size == SIZE, "%u bytes", size);
	memset(&wire, 0xa5, sizeof(wire));
	CHECK(rule_encode(&rule, &wire, size - 1) == size, "too little room");
	CHECK(wire.bytes[0] == 0xa5, "written although it does not fit");
	CHECK(rule_encode(&rule, &wire, size) == size, "just enough room");
	CHECK(wire.bytes[size] == 0xa5, "written beyond its end");
	CHECK_REASON(decode(&wire, size, &again, &offset), DEVCAP_REASON_NONE, "again");
	CHECK(!memcmp(&rule, &again, sizeof(rule)), "another rule came back");
}

/* The largest rule there is must fit what the kernel reads and GET_RULE writes. */
TEST(the_largest_rule_fits_the_largest_size)
{
	struct want want = base();
	struct rule rule;
	__u32 size;

	want.range_count = DEVCAP_I2C_RANGES_MAX;
	for (unsigned int i = 0; i < want.range_count; i++)
		want.range[i] = (struct range){ i * 3, i * 3 + 1, R_ | W_ };
	rule = rule_of(&want);
	CHECK(rule.i2c.read.count == 64 && rule.i2c.write.count == 64, "ranges");
	size = rule_encode(&rule, NULL, 0);
	CHECK(size <= DEVCAP_RULE_SIZE_MAX, "%u bytes", size);
}

TEST(random_bytes_never_decode_to_a_rule_that_does_not_encode_to_itself)
{
	unsigned long accepted = 0, i;
	struct want want = base();
	struct rule rule, again;
	struct wire wire, encoded;
	__u32 offset, size;

	srandom(4);
	for (i = 0; i < 300000; i++) {
		size = want_encode(&want, &wire);
		for (unsigned int n = random() % 3 + 1; n; n--)
			wire.bytes[random() % size] = random() % 4 ? random() % 9 : random();
		if (decode(&wire, size, &rule, &offset)) {
			if (!CHECK(offset <= size, "offset %u of %u", offset, size))
				return;
			continue;
		}
		accepted++;
		size = rule_encode(&rule, &encoded, sizeof(encoded));
		if (!CHECK(!decode(&encoded, size, &again, &offset), "at %u", offset) ||
		    !CHECK(!memcmp(&rule, &again, sizeof(rule)), "another rule came back"))
			return;
	}
	CHECK(accepted > 1000, "only %lu were accepted", accepted);
}
