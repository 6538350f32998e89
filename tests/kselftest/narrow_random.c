// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 1 on random rules and calls, on the real module: what a child may do, its
 * parent may. Small numbers on purpose: large ones never meet.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

#define PARENTS		150
#define CHILDREN	4
#define CALLS		10
#define MESSAGES	3
#define REASONS		64

static const uint32_t reads = DEVCAP_I2C_READ, writes = DEVCAP_I2C_WRITE;

static bool once_in(unsigned int times)
{
	return !(random() % times);
}

static struct want any_want(void)
{
	struct want want = {
		.address = once_in(12) ? CHIP_REGISTER : CHIP_EEPROM,
		.register_width = random() % 3,
		.rights = reads | (random() & DEVCAP_I2C_RIGHTS),
		.bytes_per_call = once_in(2) ? 0 : 1 + random() % 12,
		.wire_ns_per_call = once_in(2) ? 0 : (20 + random() % 150) * 10000,
		.range_count = random() % 3,
	};
	unsigned int i;

	if (once_in(12))
		want.flags = DEVCAP_I2C_TEN;
	if (!want.register_width)
		want.range_count = 0;
	for (i = 0; i < want.range_count; i++) {
		uint16_t first = random() % 8;

		want.range[i] = (struct range){ first, first + random() % 6,
						once_in(2) ? reads : want.rights & (reads | writes) };
	}
	return want;
}

/* Like its parent but for a member or two, so that not all are refused. */
static struct want any_child(const struct want *parent)
{
	struct want child = *parent, other = any_want();

	switch (random() % 8) {
	case 0:
		child.rights = other.rights;
		break;
	case 1:
		child.bytes_per_call = other.bytes_per_call;
		break;
	case 2:
		child.wire_ns_per_call = other.wire_ns_per_call;
		break;
	case 3:
		child = other;
		child.address = parent->address;
		break;
	case 4:
		child.address = other.address;
		child.flags = other.flags;
		break;
	default:
		child.register_width = other.register_width;
		child.range_count = other.range_count;
		memcpy(child.range, other.range, sizeof(child.range));
	}
	return child;
}

/* ------------------------------------------------------------------------- */
/* Calls                                                                     */

struct call {
	unsigned int count;
	struct i2c_msg messages[MESSAGES];
	uint8_t data[MESSAGES][16];
	bool smbus;
	struct i2c_smbus_ioctl_data transaction;
	union i2c_smbus_data smbus_data;
	bool pec;
};

static void any_call(struct call *call, const struct want *want)
{
	static const uint32_t sizes[] = { 0, 1, 2, 3, 4, 5, 7, 8 };
	unsigned int i;

	*call = (struct call){
		.count = 1 + random() % MESSAGES,
		.smbus = once_in(3),
		.pec = once_in(4),
		.transaction = {
			.read_write = random() % 2,
			.command = once_in(2) ? 0 : random() % 8,
			.size = sizes[random() % 8],
		},
	};
	for (i = 0; i < sizeof(call->smbus_data.block); i++)
		call->smbus_data.block[i] = 1 + random() % 8;
	for (i = 0; i < call->count; i++) {
		struct i2c_msg *message = &call->messages[i];

		*message = (struct i2c_msg){
			.addr = once_in(30) ? CHIP_TWIN : want->address,
			.flags = (want->flags & DEVCAP_I2C_TEN ? I2C_M_TEN : 0) |
				 (once_in(30) ? I2C_M_NOSTART : 0) | (once_in(2) ? I2C_M_RD : 0),
			.len = once_in(20) ? 0 : 1 + random() % 5,
		};
		if (once_in(40))
			message->flags ^= I2C_M_TEN;
		if (!(message->flags & I2C_M_RD) && once_in(2) && want->register_width)
			message->len = want->register_width;
		call->data[i][want->register_width == 2] = random() % 10;
	}
}

/* The same bytes for whoever makes it. */
static int make_call(int cap, const struct call *original)
{
	struct call call = *original;
	struct i2c_rdwr_ioctl_data args = { .msgs = call.messages, .nmsgs = call.count };
	unsigned int i;
	int result;

	for (i = 0; i < call.count; i++)
		call.messages[i].buf = call.data[i];
	call.transaction.data = &call.smbus_data;
	ioctl(cap, I2C_PEC, call.pec);
	result = call.smbus ? ioctl(cap, I2C_SMBUS, &call.transaction) :
			      ioctl(cap, I2C_RDWR, &args);
	return result < 0 ? -errno : result;
}

/* ------------------------------------------------------------------------- */
/* The law                                                                   */

/**
 * struct tally - what a run has met
 * @narrow: results of narrowing, by reason; 0: accepted
 * @calls:  refusals of calls, by reason; 0: allowed
 */
struct tally {
	unsigned int narrow[REASONS];
	unsigned int calls[REASONS];
};

static int narrow(int ledger, int parent, const struct want *want, struct tally *tally)
{
	struct wire wire;
	struct devcap_narrow args = narrow_arguments(parent, want->address, &wire);
	int cap;

	want_encode(want, &wire);
	cap = narrow_raw(ledger, &args);
	if (cap >= 0 || cap == -EACCES || cap == -EINVAL)
		tally->narrow[args.reason % REASONS]++;
	return cap;
}

static void count_refusals(int ledger, struct tally *tally)
{
	struct devcap_event event;

	while (ledger_event(ledger, &event, 0) == 1)
		if (event.type == DEVCAP_EVENT_REFUSED)
			tally->calls[event.code % REASONS]++;
}

static void check_calls(struct __test_metadata *_metadata, int parent, int child,
			const struct want *want, struct tally *tally)
{
	struct call call;
	int i, result;
	bool refused;

	for (i = 0; i < CALLS; i++) {
		any_call(&call, want);
		sim_command("clear");
		result = make_call(child, &call);
		refused = result == -EACCES;
		if (refused) {
			EXPECT_EQ(0, sim_count());
			continue;
		}
		tally->calls[0]++;
		EXPECT_NE(-EACCES, make_call(parent, &call))
			TH_LOG("%s %u, %u messages, first %x", call.smbus ? "SMBus" : "RDWR",
			       call.transaction.size, call.count, call.data[0][0]);
	}
}

/* Reasons that a run must have met: a law that is never tried holds trivially. */
static const enum devcap_reason narrow_reasons[] = {
	DEVCAP_REASON_NONE, DEVCAP_REASON_WRITE, DEVCAP_REASON_QUICK, DEVCAP_REASON_ADDRESS,
	DEVCAP_REASON_ADDRESS_WIDTH, DEVCAP_REASON_REGISTER_READ, DEVCAP_REASON_REGISTER_WRITE,
	DEVCAP_REASON_REGISTER_WIDTH, DEVCAP_REASON_BYTES, DEVCAP_REASON_WIRE_TIME,
};

static const enum devcap_reason call_reasons[] = {
	DEVCAP_REASON_NONE, DEVCAP_REASON_WRITE, DEVCAP_REASON_QUICK, DEVCAP_REASON_ADDRESS,
	DEVCAP_REASON_ADDRESS_WIDTH, DEVCAP_REASON_FLAGS, DEVCAP_REASON_EMPTY_MESSAGE,
	DEVCAP_REASON_REGISTER_READ, DEVCAP_REASON_REGISTER_WRITE,
	DEVCAP_REASON_POINTER_UNKNOWN, DEVCAP_REASON_POINTER_PARTIAL, DEVCAP_REASON_BYTES,
	DEVCAP_REASON_WIRE_TIME,
};

FIXTURE(narrow)
{
	int node;
	int ledger;
};

FIXTURE_SETUP(narrow)
{
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

/* A busy machine with a debug kernel takes its time. */
TEST_F_TIMEOUT(narrow, never_widens_on_random_rules_and_calls, 120)
{
	static struct tally tally;
	unsigned int n;
	int i, j;

	srandom(4);
	for (i = 0; i < PARENTS; i++) {
		struct want want = any_want(), less;
		int parent = narrow(self->ledger, self->node, &want, &tally), child;

		for (j = 0; j < CHILDREN && parent >= 0; j++) {
			less = any_child(&want);
			child = narrow(self->ledger, parent, &less, &tally);
			if (child < 0)
				continue;
			check_calls(_metadata, parent, child, &less, &tally);
			close(child);
			count_refusals(self->ledger, &tally);
		}
		if (parent >= 0)
			close(parent);
	}
	for (n = 0; n < ARRAY_SIZE(narrow_reasons); n++)
		EXPECT_LT(0, tally.narrow[narrow_reasons[n]])
			TH_LOG("no narrow ended with reason %u", narrow_reasons[n]);
	for (n = 0; n < ARRAY_SIZE(call_reasons); n++)
		EXPECT_LT(0, tally.calls[call_reasons[n]])
			TH_LOG("no call ended with reason %u", call_reasons[n]);
	TH_LOG("%u rules accepted, %u calls allowed", tally.narrow[0], tally.calls[0]);
	EXPECT_EQ(0, ledger_count(self->ledger));
}

TEST_HARNESS_MAIN
