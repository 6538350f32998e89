// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Laws of rule.c on random rules and calls. The numbers are small on purpose:
 * large ones never meet. A reason that no call met fails the run, for a law that
 * is never put to the test holds trivially.
 */
#include <stdio.h>
#include <string.h>

#include "rule_test.h"

#define TRIPLES	     1500000UL
#define CALLS_A_PAIR 12
#define MESSAGES     4

static uint64_t random_state = 0x9e3779b97f4a7c15ULL;

/* xorshift64*: the same run everywhere. */
static uint32_t any(uint32_t below)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (uint32_t)((random_state * 0x2545f4914f6cdd1dULL) >> 32) % below;
}

/* One in so many. */
static bool once_in(uint32_t times)
{
	return !any(times);
}

/* ------------------------------------------------------------------------- */
/* Random rules                                                              */

static uint16_t any_register(uint8_t width)
{
	if (once_in(12))
		return width == 2 ? 0xffff - any(3) : 0xff - any(3);
	if (width == 2 && once_in(4))
		return any(3) << 8 | any(8);
	return any(12);
}

static void any_ranges(struct want *want)
{
	uint32_t limit = want->register_width == 2 ? 0xffff : 0xff;
	unsigned int tries;

	for (tries = want->register_width ? any(5) : 0; tries; tries--) {
		uint16_t first = any_register(want->register_width);
		uint32_t last = once_in(3) ? any_register(want->register_width) : first + any(6);
		uint32_t rights = (1 + any(3)) & want->rights;

		if (rights)
			want->range[want->range_count++] = (struct range){
				.first = first,
				.last = last < first ? first : last > limit ? limit : last,
				.rights = rights,
			};
	}
}

static struct want any_want(void)
{
	struct want want = {
		.address = once_in(16) ? 0x49 : 0x48,
		.flags = once_in(8) ? DEVCAP_I2C_TEN : 0,
		.register_width = any(3),
		.rights = 1 + any(7),
		.bytes_per_call = once_in(2) ? 0 : 1 + any(16),
		.wire_ns_per_call = once_in(2) ? 0 : (11 + any(200)) * NS_PER_BIT,
	};

	if (!once_in(4))
		want.rights |= R_;
	if (want.register_width == 2 && once_in(3))
		want.flags |= DEVCAP_I2C_LITTLE_ENDIAN;
	any_ranges(&want);
	return want;
}

/* Like its parent but for one or two members, so that not all are refused. */
static struct want any_child(const struct want *parent)
{
	struct want child = *parent, other = any_want();
	unsigned int changes = 1 + any(2);

	while (changes--) {
		switch (any(8)) {
		case 0:
			child.rights = 1 + any(7);
			break;
		case 1:
			child.bytes_per_call = other.bytes_per_call;
			break;
		case 2:
			child.wire_ns_per_call = other.wire_ns_per_call;
			break;
		case 3:
			child.register_width = other.register_width;
			child.flags = other.flags;
			break;
		case 4:
			child.address = other.address;
			break;
		default:
			child.register_width = other.register_width;
			memcpy(child.range, other.range, sizeof(child.range));
			child.range_count = other.range_count;
		}
	}
	return child;
}

/* False where the mixture is malformed: that is rule_wire.c's matter. */
static bool decoded(const struct want *want, struct rule *rule)
{
	struct wire wire;
	__u32 offset;

	return !rule_decode(&wire, want_encode(want, &wire), rule, &offset);
}

/* ------------------------------------------------------------------------- */
/* Random calls                                                              */

static struct message any_message(const struct rule *rule)
{
	static const uint16_t flags[] = { I2C_M_NOSTART, I2C_M_REV_DIR_ADDR, I2C_M_IGNORE_NAK,
					  I2C_M_NO_RD_ACK, I2C_M_STOP, I2C_M_RECV_LEN };
	struct message message = {
		.address = once_in(40) ? 0x49 : rule->i2c.address,
		.flags = rule->i2c.flags & DEVCAP_I2C_TEN ? I2C_M_TEN : 0,
		.length = once_in(25) ? 0 : 1 + any(6),
	};
	uint8_t width = rule->i2c.register_width ? rule->i2c.register_width : 1;

	if (once_in(2)) {
		message.flags |= I2C_M_RD;
	} else {
		uint16_t at = any_register(width);
		bool swap = rule->i2c.flags & DEVCAP_I2C_LITTLE_ENDIAN;

		if (once_in(2))
			message.length = width;
		message.data[0] = width == 1 || swap ? at : at >> 8;
		message.data[1] = swap ? at >> 8 : at;
	}
	if (once_in(40))
		message.flags ^= I2C_M_TEN;
	if (once_in(40))
		message.flags |= flags[any(6)];
	if (once_in(200))
		message.length = 8190 + any(4);
	return message;
}

static unsigned int any_call(const struct rule *rule, struct message messages[MESSAGES])
{
	unsigned int count = 1 + any(MESSAGES), i;

	for (i = 0; i < count; i++)
		messages[i] = any_message(rule);
	return count;
}

static struct smbus any_smbus(void)
{
	static const uint8_t sizes[] = { 0, 1, 2, 3, 4, 5, 7, 8 };
	struct smbus smbus = {
		.read = any(2),
		.command = any(3) ? any(12) : 0,
		.pec = once_in(3),
		.size = sizes[any(8)],
	};
	unsigned int i;

	for (i = 0; i < sizeof(smbus.data.block); i++)
		smbus.data.block[i] = once_in(3) ? any(256) : any(8);
	if (smbus.data.block[0] > I2C_SMBUS_BLOCK_MAX)
		smbus.data.block[0] = 32 - any(3);
	return smbus;
}

/* ------------------------------------------------------------------------- */
/* A second opinion, by another way: what would the chip see?                */

static bool granted(const struct rule_ranges *ranges, uint32_t number)
{
	unsigned int i;

	for (i = 0; i < ranges->count; i++)
		if (ranges->range[i].first <= number && number <= ranges->range[i].last)
			return true;
	return !ranges->count;
}

/**
 * struct chip - one that increments its pointer, or doesn't, as it is made
 * @pointer: -1 while it is somebody else's
 */
struct chip {
	bool increments;
	int64_t pointer;
};

/* Every register that a message touches is granted for its direction. */
static bool message_is_harmless(const struct rule *rule, struct chip *chip,
				const struct message *message)
{
	const struct rule_i2c *i2c = &rule->i2c;
	bool reads = message->flags & I2C_M_RD;
	uint32_t limit = i2c->register_width == 2 ? 0xffff : 0xff;
	unsigned int i = 0;

	if (!reads) {
		uint8_t a = message->data[0], b = message->data[1];

		if (message->length < i2c->register_width)
			return false;
		chip->pointer = i2c->register_width == 1		? a :
				i2c->flags & DEVCAP_I2C_LITTLE_ENDIAN ? a | b << 8 :
									  a << 8 | b;
		i = i2c->register_width;
	}
	if (chip->pointer < 0)
		return false;
	for (; i < message->length; i++) {
		if (!(rule->rights & (reads ? R_ : W_)) || chip->pointer > limit ||
		    !granted(reads ? &i2c->read : &i2c->write, chip->pointer))
			return false;
		chip->pointer += chip->increments;
	}
	return true;
}

/* A pointer that stays behind when the call ends is a write, too. */
static bool pointer_is_harmless(const struct rule *rule, const struct message *message,
				const struct message *next)
{
	struct message write = *message;
	struct chip chip = { .pointer = -1 };

	if (message->flags & I2C_M_RD || message->length != rule->i2c.register_width ||
	    (next && next->flags & I2C_M_RD))
		return true;
	write.length++;
	return message_is_harmless(rule, &chip, &write);
}

static bool call_is_harmless(const struct rule *rule, const struct message *messages,
			     unsigned int count, bool increments)
{
	struct chip chip = { .increments = increments, .pointer = -1 };
	uint32_t bytes = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		const struct message *message = &messages[i];
		uint32_t right = message->flags & I2C_M_RD ? R_ : W_;

		bytes += message->length;
		if (message->address != rule->i2c.address ||
		    !(message->flags & I2C_M_TEN) != !(rule->i2c.flags & DEVCAP_I2C_TEN))
			return false;
		if (!message->length) {
			if (count > 1 || !(rule->rights & Q_))
				return false;
		} else if (!rule->i2c.register_width) {
			if (!(rule->rights & right))
				return false;
		} else if (!message_is_harmless(rule, &chip, message) ||
			   !pointer_is_harmless(rule, message,
						i + 1 < count ? &messages[i + 1] : NULL)) {
			return false;
		}
	}
	return bytes <= rule->bytes_per_call;
}

static bool is_harmless(const struct rule *rule, const struct message *messages,
			unsigned int count)
{
	return call_is_harmless(rule, messages, count, true) &&
	       call_is_harmless(rule, messages, count, false);
}

/* ------------------------------------------------------------------------- */
/* The laws                                                                  */

static void show(const char *who, const struct rule *rule)
{
	unsigned int i;

	printf("# %s: address %#x flags %u width %u rights %u bytes %u wire %llu\n", who,
	       rule->i2c.address, rule->i2c.flags, rule->i2c.register_width, rule->rights,
	       rule->bytes_per_call, rule->wire_ns_per_call);
	for (i = 0; i < rule->i2c.read.count; i++)
		printf("#   read %#x to %#x\n", rule->i2c.read.range[i].first,
		       rule->i2c.read.range[i].last);
	for (i = 0; i < rule->i2c.write.count; i++)
		printf("#   write %#x to %#x\n", rule->i2c.write.range[i].first,
		       rule->i2c.write.range[i].last);
}

static void show_call(const struct message *messages, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		printf("#   message %u: address %#x flags %#x length %u head %02x %02x\n", i,
		       messages[i].address, messages[i].flags, messages[i].length,
		       messages[i].data[0], messages[i].data[1]);
}

/* Of a pair that narrowing accepted: what the child may do, its parent may. */
static bool call_is_lawful(const struct rule *parent, const struct rule *child,
			   const struct message *messages, unsigned int count,
			   unsigned long *allowed)
{
	unsigned int i;

	if (judge(child, messages, count, NULL) != DEVCAP_REASON_NONE)
		return true;
	(*allowed)++;
	for (i = 0; i < count; i++)
		if (messages[i].flags & I2C_M_RECV_LEN)
			return judge(parent, messages, count, NULL) == DEVCAP_REASON_NONE;
	return judge(parent, messages, count, NULL) == DEVCAP_REASON_NONE &&
	       is_harmless(child, messages, count) && is_harmless(parent, messages, count);
}

/* An SMBus transaction is its messages, by whichever call they come. */
static bool smbus_is_lawful(const struct rule *parent, const struct rule *child,
			    unsigned long *allowed)
{
	struct smbus smbus = any_smbus();
	struct message messages[2] = { };
	unsigned int count = smbus_messages(child, &smbus, messages);

	if (smbus_judge(child, &smbus) != DEVCAP_REASON_NONE)
		return true;
	(*allowed)++;
	if (smbus_judge(parent, &smbus) == DEVCAP_REASON_NONE &&
	    judge(child, messages, count, NULL) == DEVCAP_REASON_NONE &&
	    is_harmless(child, messages, count) && is_harmless(parent, messages, count))
		return true;
	printf("# SMBus size %u read %u pec %u command %#x block %u\n", smbus.size, smbus.read,
	       smbus.pec, smbus.command, smbus.data.block[0]);
	show_call(messages, count);
	return false;
}

static bool pair_is_lawful(const struct rule *parent, const struct rule *child,
			   unsigned long *allowed)
{
	struct message messages[MESSAGES];
	unsigned int i, count;

	for (i = 0; i < CALLS_A_PAIR; i++) {
		if (i % 4 == 3) {
			if (!CHECK(smbus_is_lawful(parent, child, allowed), "an SMBus call"))
				goto show_rules;
			continue;
		}
		count = any_call(child, messages);
		if (!CHECK(call_is_lawful(parent, child, messages, count, allowed), "a call")) {
			show_call(messages, count);
			goto show_rules;
		}
	}
	return true;

show_rules:
	show("parent", parent);
	show("child", child);
	return false;
}

TEST(narrowing_never_widens)
{
	unsigned long pairs = 0, accepted = 0, triples = 0, allowed = 0;

	while (triples < TRIPLES) {
		struct want from = any_want(), to = any_child(&from);
		struct rule parent, child;
		enum devcap_reason reason;

		if (!decoded(&from, &parent) || !decoded(&to, &child))
			continue;
		rule_narrow(NULL, &parent);
		pairs++;
		reason = rule_narrow(&parent, &child);
		reason_hits[reason]++;
		if (reason)
			continue;
		accepted++;
		triples += CALLS_A_PAIR;
		if (!pair_is_lawful(&parent, &child, &allowed))
			return;
	}
	printf("# %lu pairs of rules, %lu accepted; %lu calls, %lu allowed\n", pairs, accepted,
	       triples, allowed);
	CHECK(allowed > TRIPLES / 20, "too few calls were allowed to prove anything");
}

/* Not only safe: what the chip model finds harmless is mostly allowed, too. */
TEST(harmless_reads_and_writes_are_not_refused)
{
	unsigned long harmless = 0, refused = 0, calls;

	for (calls = 0; calls < 200000; calls++) {
		struct message messages[MESSAGES];
		struct want want = any_want();
		struct rule rule;
		unsigned int count;

		want.wire_ns_per_call = DEVCAP_WIRE_NS_MAX;
		if (!decoded(&want, &rule))
			continue;
		rule_narrow(NULL, &rule);
		count = any_call(&rule, messages);
		for (unsigned int i = 0; i < count; i++)
			messages[i].flags &= I2C_M_RD | I2C_M_TEN;
		if (!is_harmless(&rule, messages, count))
			continue;
		harmless++;
		refused += judge(&rule, messages, count, NULL) != DEVCAP_REASON_NONE;
	}
	printf("# %lu harmless calls, %lu of them refused\n", harmless, refused);
	/* Ranges for reading must hold what a chain wrote, which a chip model needn't. */
	CHECK(harmless > 5000 && refused < harmless / 20, "%lu of %lu refused", refused, harmless);
}

/* The last test of all: what the run has met. */
TEST(every_reason_was_met)
{
	unsigned int i;

	for (i = 0; i < sizeof(reason_hits) / sizeof(reason_hits[0]); i++) {
		const char *name = rule_reason_name(i);

		/* Spent budgets are the capability's, not the rule's. */
		if (!strcmp(name, "unknown") || i == DEVCAP_REASON_OPERATIONS)
			continue;
		printf("# %-16s %9lu\n", name, reason_hits[i]);
		CHECK(reason_hits[i], "%s was never met", name);
	}
}
