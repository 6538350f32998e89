// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Calls that must be refused, and those that must not, one test for each way
 * around a register rule that is known.
 */
#include "rule_test.h"

#define NONE DEVCAP_REASON_NONE

/* An LM75: registers 0 to 3 to read, 2 and 3 to write. */
static struct rule sensor(uint32_t rights)
{
	struct want want = want_full(0x48);

	want.rights = rights;
	want.register_width = 1;
	if (rights & R_)
		want.range[want.range_count++] = (struct range){ 0, 3, R_ };
	if (rights & W_)
		want.range[want.range_count++] = (struct range){ 2, 3, W_ };
	return rule_of(&want);
}

/* A 24C32: two bytes of pointer; the first 32 bytes for both rights. */
static struct rule eeprom(uint32_t rights, uint8_t flags)
{
	struct want want = want_full(0x48);

	want.rights = rights;
	want.register_width = 2;
	want.flags = flags;
	want.range[want.range_count++] = (struct range){ 0, 0x1f, rights };
	return rule_of(&want);
}

static struct rule plain(uint32_t rights)
{
	struct want want = want_full(0x48);

	want.rights = rights;
	return rule_of(&want);
}

#define EXPECT(rule_, expected_, ...)                                             \
	do {                                                                      \
		struct rule rule__ = rule_;                                       \
		CHECK_REASON(JUDGE(&rule__, __VA_ARGS__), expected_, #__VA_ARGS__); \
	} while (0)

TEST(granted_registers_are_read_and_written)
{
	EXPECT(sensor(R_), NONE, W(0), R(2));
	EXPECT(sensor(R_), NONE, W(3), R(1));
	EXPECT(sensor(R_), NONE, W(0), R(4));
	EXPECT(sensor(R_ | W_), NONE, W(2, 0xaa));
	EXPECT(sensor(R_ | W_), NONE, W(2, 0xaa, 0xbb));
	EXPECT(sensor(R_ | W_), NONE, W(2, 0xaa, 0xbb), W(0), R(2));
}

TEST(read_without_pointer_is_refused)
{
	EXPECT(sensor(R_), DEVCAP_REASON_POINTER_UNKNOWN, R(1));
	EXPECT(sensor(R_ | W_), DEVCAP_REASON_POINTER_UNKNOWN, R(2));
	/* Even where every register is granted: the pointer is another caller's. */
	{
		struct want all = want_full(0x48);

		all.register_width = 1;
		EXPECT(rule_of(&all), DEVCAP_REASON_POINTER_UNKNOWN, R(1));
	}
}

TEST(registers_beyond_the_range_are_refused)
{
	EXPECT(sensor(R_), DEVCAP_REASON_REGISTER_READ, W(4), R(1));
	EXPECT(sensor(R_ | W_), DEVCAP_REASON_REGISTER_WRITE, W(1, 0xaa));
	EXPECT(sensor(R_ | W_), DEVCAP_REASON_REGISTER_WRITE, W(4, 0xaa));
}

TEST(auto_increment_out_of_the_range_is_refused)
{
	EXPECT(sensor(R_), DEVCAP_REASON_REGISTER_READ, W(0), R(5));
	EXPECT(sensor(R_), DEVCAP_REASON_REGISTER_READ, W(3), R(2));
	EXPECT(sensor(R_ | W_), DEVCAP_REASON_REGISTER_WRITE, W(3, 0xaa, 0xbb));
}

TEST(auto_increment_is_cumulative)
{
	EXPECT(sensor(R_), NONE, W(0), R(2), R(2));
	EXPECT(sensor(R_), DEVCAP_REASON_REGISTER_READ, W(0), R(2), R(3));
	EXPECT(sensor(R_), DEVCAP_REASON_REGISTER_READ, W(0), R(1), R(1), R(1), R(1), R(1));
	/* A new pointer starts anew. */
	EXPECT(sensor(R_), NONE, W(0), R(4), W(0), R(4));
	/* Written registers move the pointer as well. */
	EXPECT(sensor(R_ | W_), NONE, W(2, 0xaa), R(1));
	EXPECT(sensor(R_ | W_), DEVCAP_REASON_REGISTER_READ, W(2, 0xaa), R(2));
}

TEST(auto_increment_past_the_last_register_is_refused_where_it_would_wrap)
{
	struct want all = want_full(0x48);

	all.register_width = 1;
	EXPECT(rule_of(&all), NONE, W(0xff), R(1));
	EXPECT(rule_of(&all), DEVCAP_REASON_REGISTER_READ, W(0xff), R(2));
	EXPECT(rule_of(&all), NONE, W(0xff, 1));
	EXPECT(rule_of(&all), DEVCAP_REASON_REGISTER_WRITE, W(0xff, 1, 2));
	all.register_width = 2;
	EXPECT(rule_of(&all), NONE, W(0xff, 0xff), R(1));
	EXPECT(rule_of(&all), DEVCAP_REASON_REGISTER_READ, W(0xff, 0xff), R(2));
}

TEST(a_lone_pointer_is_a_write)
{
	EXPECT(sensor(R_), DEVCAP_REASON_WRITE, W(0));
	EXPECT(sensor(R_ | W_), DEVCAP_REASON_REGISTER_WRITE, W(0));
	EXPECT(sensor(R_ | W_), NONE, W(2));
	/* A pointer is alone too when another pointer follows it. */
	EXPECT(sensor(R_), DEVCAP_REASON_WRITE, W(0), W(1), R(1));
	EXPECT(sensor(R_), DEVCAP_REASON_WRITE, W(0), R(1), W(1));
}

/* {W 1 byte}{R 0 bytes} is a send-byte in disguise. */
TEST(a_read_of_no_bytes_is_refused)
{
	EXPECT(sensor(R_), DEVCAP_REASON_EMPTY_MESSAGE, W(0), R(0));
	EXPECT(sensor(R_ | W_ | Q_), DEVCAP_REASON_EMPTY_MESSAGE, W(2), R(0));
	EXPECT(plain(R_ | W_ | Q_), DEVCAP_REASON_EMPTY_MESSAGE, W(0), R(0));
}

TEST(an_empty_message_stands_alone_and_needs_its_own_right)
{
	EXPECT(plain(R_ | W_ | Q_), NONE, EMPTY_W);
	EXPECT(plain(R_ | W_ | Q_), NONE, R(0));
	EXPECT(plain(R_ | W_), DEVCAP_REASON_QUICK, EMPTY_W);
	EXPECT(plain(R_ | W_), DEVCAP_REASON_QUICK, R(0));
	EXPECT(sensor(R_ | W_), DEVCAP_REASON_QUICK, R(0));
	EXPECT(plain(R_ | W_ | Q_), DEVCAP_REASON_EMPTY_MESSAGE, EMPTY_W, W(0));
	EXPECT(plain(R_ | W_ | Q_), DEVCAP_REASON_EMPTY_MESSAGE, W(0), EMPTY_W);
	EXPECT(plain(R_ | W_ | Q_), DEVCAP_REASON_EMPTY_MESSAGE, EMPTY_W, EMPTY_W);
	EXPECT(plain(Q_), DEVCAP_REASON_WRITE, W(0));
	EXPECT(plain(Q_), DEVCAP_REASON_READ, R(1));
}

TEST(without_a_register_width_each_direction_needs_its_right)
{
	EXPECT(plain(R_), NONE, R(1));
	EXPECT(plain(W_), NONE, W(0), W(1, 2));
	EXPECT(plain(R_ | W_), NONE, W(0), R(2));
	EXPECT(plain(R_), DEVCAP_REASON_WRITE, W(0), R(2));
	EXPECT(plain(W_), DEVCAP_REASON_READ, W(0), R(2));
}

TEST(read_right_is_needed_for_a_read_behind_a_pointer)
{
	EXPECT(sensor(W_), DEVCAP_REASON_READ, W(2), R(1));
	EXPECT(sensor(R_), DEVCAP_REASON_WRITE, W(2, 0xaa));
}

static struct message other(struct message message, uint16_t address, uint16_t flags)
{
	message.address = address;
	message.flags |= flags;
	return message;
}

TEST(the_address_must_match_in_every_message)
{
	EXPECT(plain(R_ | W_), DEVCAP_REASON_ADDRESS, other(R(1), 0x49, 0));
	EXPECT(plain(R_ | W_), DEVCAP_REASON_ADDRESS, W(0), other(R(1), 0x49, 0));
	EXPECT(plain(R_ | W_), DEVCAP_REASON_ADDRESS, W(0), R(1), other(W(0), 0x00, 0));
}

TEST(seven_and_ten_bits_are_two_chips)
{
	struct want ten = want_full(0x48);

	ten.flags = DEVCAP_I2C_TEN;
	EXPECT(plain(R_ | W_), DEVCAP_REASON_ADDRESS_WIDTH, other(R(1), 0x48, I2C_M_TEN));
	EXPECT(rule_of(&ten), DEVCAP_REASON_ADDRESS_WIDTH, R(1));
	EXPECT(rule_of(&ten), NONE, other(R(1), 0x48, I2C_M_TEN));
	EXPECT(rule_of(&ten), DEVCAP_REASON_ADDRESS_WIDTH, other(R(1), 0x48, I2C_M_TEN), R(1));
}

TEST(every_flag_that_changes_the_wire_is_refused)
{
	uint32_t flag;

	for (flag = 1; flag <= 0x8000; flag <<= 1) {
		if (flag & (I2C_M_RD | I2C_M_TEN | I2C_M_RECV_LEN))
			continue;
		EXPECT(plain(R_ | W_ | Q_), DEVCAP_REASON_FLAGS, other(R(1), 0x48, flag));
		EXPECT(plain(R_ | W_ | Q_), DEVCAP_REASON_FLAGS, W(0), other(W(1), 0x48, flag));
	}
	EXPECT(plain(R_ | W_ | Q_), DEVCAP_REASON_FLAGS, other(W(1), 0x48, I2C_M_RECV_LEN));
}

/* Its length byte comes from the chip. */
TEST(a_block_of_unknown_length_counts_at_its_largest)
{
	struct want want = want_full(0x48);
	struct rule rule;

	want.register_width = 1;
	want.range_count = 1;
	want.range[0] = (struct range){ 0, 32, R_ };
	rule = rule_of(&want);
	CHECK_REASON(JUDGE(&rule, W(0), other(R(1), 0x48, I2C_M_RECV_LEN)), NONE, "33 registers");
	CHECK_REASON(JUDGE(&rule, W(1), other(R(1), 0x48, I2C_M_RECV_LEN)),
		     DEVCAP_REASON_REGISTER_READ, "from 1");
	CHECK_REASON(JUDGE(&rule, W(0), other(R(2), 0x48, I2C_M_RECV_LEN)),
		     DEVCAP_REASON_REGISTER_READ, "with a PEC");
}

TEST(a_pointer_of_two_bytes_is_read_in_the_rules_order)
{
	EXPECT(eeprom(R_, 0), NONE, W(0x00, 0x10), R(4));
	EXPECT(eeprom(R_, 0), DEVCAP_REASON_REGISTER_READ, W(0x10, 0x00), R(4));
	EXPECT(eeprom(R_, DEVCAP_I2C_LITTLE_ENDIAN), NONE, W(0x10, 0x00), R(4));
	EXPECT(eeprom(R_, DEVCAP_I2C_LITTLE_ENDIAN), DEVCAP_REASON_REGISTER_READ, W(0x00, 0x10),
	       R(4));
}

TEST(half_a_pointer_is_refused)
{
	EXPECT(eeprom(R_, 0), DEVCAP_REASON_POINTER_PARTIAL, W(0x00), R(1));
	EXPECT(eeprom(R_ | W_, 0), DEVCAP_REASON_POINTER_PARTIAL, W(0x00));
}

/* To a chip of two bytes, {W reg, value} sets the pointer and writes nothing. */
TEST(a_byte_write_to_a_wide_chip_is_a_lone_pointer)
{
	EXPECT(eeprom(R_, 0), DEVCAP_REASON_WRITE, W(0x00, 0x10));
	EXPECT(eeprom(R_ | W_, 0), NONE, W(0x00, 0x10));
	EXPECT(eeprom(R_ | W_, 0), DEVCAP_REASON_REGISTER_WRITE, W(0x00, 0x20));
	EXPECT(eeprom(R_ | W_, 0), NONE, W(0x00, 0x1f, 0xaa));
	EXPECT(eeprom(R_ | W_, 0), DEVCAP_REASON_REGISTER_WRITE, W(0x00, 0x1f, 0xaa, 0xbb));
}

TEST(messages_and_their_lengths_are_bounded_as_in_i2c_dev)
{
	struct message many[DEVCAP_I2C_MESSAGES_MAX + 1];
	struct rule rule = plain(R_);
	unsigned int i;

	for (i = 0; i <= DEVCAP_I2C_MESSAGES_MAX; i++)
		many[i] = R(1);
	CHECK_REASON(judge(&rule, many, DEVCAP_I2C_MESSAGES_MAX, NULL), NONE, "42");
	CHECK_REASON(judge(&rule, many, DEVCAP_I2C_MESSAGES_MAX + 1, NULL),
		     DEVCAP_REASON_MESSAGES, "43");
	EXPECT(plain(R_), NONE, R(8192));
	EXPECT(plain(R_), DEVCAP_REASON_MESSAGES, R(8193));
	/* The largest call that there is overflows nothing. */
	for (i = 0; i < DEVCAP_I2C_MESSAGES_MAX; i++)
		many[i] = R(8192);
	CHECK_REASON(judge(&rule, many, DEVCAP_I2C_MESSAGES_MAX, NULL), NONE, "42 x 8192");
}

TEST(bytes_are_counted_over_the_whole_call_and_both_directions)
{
	struct want want = want_full(0x48);

	want.bytes_per_call = 4;
	EXPECT(rule_of(&want), NONE, W(0, 1), R(2));
	EXPECT(rule_of(&want), DEVCAP_REASON_BYTES, W(0, 1), R(3));
	EXPECT(rule_of(&want), DEVCAP_REASON_BYTES, W(0, 1, 2), R(2));
	EXPECT(rule_of(&want), DEVCAP_REASON_BYTES, R(1), R(1), R(1), R(1), R(1));
}

TEST(wire_time_is_that_of_every_bit_of_the_call)
{
	struct want want = want_full(0x48);

	/* {W 1}{R 2}: 2 starts of 2 bits and 2 + 3 bytes of 9 bits. */
	want.wire_ns_per_call = (2 * 2 + 5 * 9) * NS_PER_BIT;
	EXPECT(rule_of(&want), NONE, W(0), R(2));
	EXPECT(rule_of(&want), DEVCAP_REASON_WIRE_TIME, W(0), R(3));
	want.wire_ns_per_call--;
	EXPECT(rule_of(&want), DEVCAP_REASON_WIRE_TIME, W(0), R(2));
}

TEST(a_refusal_names_the_message_and_its_registers)
{
	struct message call[] = { W(2), R(1), W(1), R(7) };
	struct rule rule = sensor(R_);
	struct rule_i2c_call at;

	CHECK_REASON(judge(&rule, call, 4, &at), DEVCAP_REASON_REGISTER_READ, "read of 7");
	CHECK(at.messages == 4 && at.first == 1 && at.last == 7, "message %u, registers %u to %u",
	      at.messages - 1, at.first, at.last);
}

TEST(a_lone_pointers_refusal_names_the_pointer)
{
	struct message call[] = { W(2), R(1), W(1), W(3) };
	struct rule rule = sensor(R_);
	struct rule_i2c_call at;

	CHECK_REASON(judge(&rule, call, 4, &at), DEVCAP_REASON_WRITE, "lone pointer");
	CHECK(at.messages == 3 && at.first == 1 && at.last == 1, "message %u, registers %u to %u",
	      at.messages - 1, at.first, at.last);
	CHECK_REASON(judge(&rule, call, 3, &at), DEVCAP_REASON_WRITE, "lone pointer at the end");
	CHECK(at.messages == 3 && at.first == 1 && at.last == 1, "message %u, registers %u to %u",
	      at.messages - 1, at.first, at.last);
}

/* ------------------------------------------------------------------------- */
/* SMBus                                                                     */

#define EXPECT_SMBUS(rule_, expected_, ...)                                       \
	do {                                                                      \
		struct rule rule__ = rule_;                                       \
		struct smbus smbus__ = { __VA_ARGS__ };                           \
		CHECK_REASON(smbus_judge(&rule__, &smbus__), expected_, #__VA_ARGS__); \
	} while (0)

TEST(smbus_receive_byte_is_a_read_without_pointer)
{
	EXPECT_SMBUS(sensor(R_ | W_), DEVCAP_REASON_POINTER_UNKNOWN, .read = 1,
		     .size = I2C_SMBUS_BYTE);
	EXPECT_SMBUS(plain(R_), NONE, .read = 1, .size = I2C_SMBUS_BYTE);
}

TEST(smbus_send_byte_is_a_lone_pointer)
{
	EXPECT_SMBUS(sensor(R_), DEVCAP_REASON_WRITE, .command = 2, .size = I2C_SMBUS_BYTE);
	EXPECT_SMBUS(sensor(R_ | W_), NONE, .command = 2, .size = I2C_SMBUS_BYTE);
}

TEST(smbus_quick_is_a_right_of_its_own_either_way)
{
	EXPECT_SMBUS(plain(R_ | W_), DEVCAP_REASON_QUICK, .size = I2C_SMBUS_QUICK);
	EXPECT_SMBUS(plain(R_ | W_), DEVCAP_REASON_QUICK, .read = 1, .size = I2C_SMBUS_QUICK);
	EXPECT_SMBUS(plain(Q_), NONE, .size = I2C_SMBUS_QUICK);
	EXPECT_SMBUS(plain(Q_), NONE, .read = 1, .pec = 1, .size = I2C_SMBUS_QUICK);
}

TEST(smbus_words_reach_two_registers)
{
	EXPECT_SMBUS(sensor(R_), NONE, .read = 1, .command = 2, .size = I2C_SMBUS_WORD_DATA);
	EXPECT_SMBUS(sensor(R_), DEVCAP_REASON_REGISTER_READ, .read = 1, .command = 3,
		     .size = I2C_SMBUS_WORD_DATA);
	EXPECT_SMBUS(sensor(R_ | W_), NONE, .command = 2, .size = I2C_SMBUS_WORD_DATA);
	EXPECT_SMBUS(sensor(R_ | W_), DEVCAP_REASON_REGISTER_WRITE, .command = 3,
		     .size = I2C_SMBUS_WORD_DATA);
}

TEST(process_calls_need_both_rights)
{
	EXPECT_SMBUS(plain(W_), DEVCAP_REASON_READ, .size = I2C_SMBUS_PROC_CALL);
	EXPECT_SMBUS(plain(R_), DEVCAP_REASON_WRITE, .size = I2C_SMBUS_PROC_CALL);
	EXPECT_SMBUS(plain(R_ | W_), NONE, .size = I2C_SMBUS_PROC_CALL);
	EXPECT_SMBUS(plain(W_), DEVCAP_REASON_READ, .size = I2C_SMBUS_BLOCK_PROC_CALL);
	EXPECT_SMBUS(plain(R_), DEVCAP_REASON_WRITE, .size = I2C_SMBUS_BLOCK_PROC_CALL);
	EXPECT_SMBUS(plain(R_ | W_), NONE, .size = I2C_SMBUS_BLOCK_PROC_CALL);
	EXPECT_SMBUS(sensor(R_ | W_), DEVCAP_REASON_REGISTER_READ, .command = 2,
		     .size = I2C_SMBUS_PROC_CALL);
}

TEST(smbus_block_reads_count_at_their_largest)
{
	struct want want = want_full(0x48);

	want.register_width = 1;
	want.range_count = 1;
	want.range[0] = (struct range){ 0, 32, R_ };
	EXPECT_SMBUS(rule_of(&want), NONE, .read = 1, .size = I2C_SMBUS_BLOCK_DATA);
	EXPECT_SMBUS(rule_of(&want), DEVCAP_REASON_REGISTER_READ, .read = 1, .command = 1,
		     .size = I2C_SMBUS_BLOCK_DATA);
	EXPECT_SMBUS(rule_of(&want), NONE, .read = 1, .data.block = { 32 },
		     .size = I2C_SMBUS_I2C_BLOCK_DATA);
	EXPECT_SMBUS(rule_of(&want), DEVCAP_REASON_REGISTER_READ, .read = 1, .command = 2,
		     .data.block = { 32 }, .size = I2C_SMBUS_I2C_BLOCK_DATA);
}

TEST(smbus_block_writes_reach_their_length_byte_too)
{
	struct want want = want_full(0x48);

	want.register_width = 1;
	want.range_count = 1;
	want.range[0] = (struct range){ 0, 4, W_ };
	EXPECT_SMBUS(rule_of(&want), NONE, .data.block = { 4 }, .size = I2C_SMBUS_BLOCK_DATA);
	EXPECT_SMBUS(rule_of(&want), DEVCAP_REASON_REGISTER_WRITE, .data.block = { 5 },
		     .size = I2C_SMBUS_BLOCK_DATA);
	EXPECT_SMBUS(rule_of(&want), NONE, .data.block = { 5 }, .size = I2C_SMBUS_I2C_BLOCK_DATA);
	EXPECT_SMBUS(rule_of(&want), DEVCAP_REASON_REGISTER_WRITE, .data.block = { 6 },
		     .size = I2C_SMBUS_I2C_BLOCK_DATA);
}

/* The length stays at home, so the second byte on the wire is the first of the data. */
TEST(an_i2c_block_writes_pointer_is_what_goes_out)
{
	EXPECT_SMBUS(eeprom(R_ | W_, 0), DEVCAP_REASON_REGISTER_WRITE,
		     .data.block = { 3, 0xff, 1, 2 }, .size = I2C_SMBUS_I2C_BLOCK_DATA);
	EXPECT_SMBUS(eeprom(R_ | W_, 0), NONE, .data.block = { 3, 0x10, 1, 2 },
		     .size = I2C_SMBUS_I2C_BLOCK_DATA);
	EXPECT_SMBUS(eeprom(R_ | W_, DEVCAP_I2C_LITTLE_ENDIAN), DEVCAP_REASON_REGISTER_WRITE,
		     .data.block = { 3, 0x01, 1, 2 }, .size = I2C_SMBUS_I2C_BLOCK_DATA);
	EXPECT_SMBUS(eeprom(R_ | W_, 0), DEVCAP_REASON_POINTER_PARTIAL, .pec = 1,
		     .size = I2C_SMBUS_I2C_BLOCK_DATA);
}

TEST(a_pec_is_one_more_byte_where_there_is_one)
{
	EXPECT_SMBUS(sensor(R_ | W_), NONE, .command = 2, .pec = 1, .size = I2C_SMBUS_BYTE_DATA);
	EXPECT_SMBUS(sensor(R_ | W_), DEVCAP_REASON_REGISTER_WRITE, .command = 3, .pec = 1,
		     .size = I2C_SMBUS_BYTE_DATA);
	EXPECT_SMBUS(sensor(R_), DEVCAP_REASON_REGISTER_READ, .read = 1, .command = 3, .pec = 1,
		     .size = I2C_SMBUS_BYTE_DATA);
	EXPECT_SMBUS(sensor(R_), NONE, .read = 1, .command = 3, .pec = 1,
		     .data.block = { 1 }, .size = I2C_SMBUS_I2C_BLOCK_DATA);
}

TEST(a_pec_never_completes_a_pointer)
{
	EXPECT_SMBUS(eeprom(R_ | W_, 0), DEVCAP_REASON_POINTER_PARTIAL, .pec = 1,
		     .size = I2C_SMBUS_BYTE);
}

TEST(a_transaction_that_nobody_knows_is_refused)
{
	static const uint32_t sizes[] = { 6, 9, 255, 0xffffffff };
	unsigned int i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		EXPECT_SMBUS(plain(R_ | W_ | Q_), DEVCAP_REASON_COMMAND, .size = sizes[i]);
}
