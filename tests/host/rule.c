// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Tests of kmod/rule.c and reason.c without a kernel: what all of them share,
 * and the words for reasons.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_test.h"

unsigned long reason_hits[64];

struct rule rule_of(const struct want *want)
{
	struct rule rule;
	struct wire wire;
	__u32 offset;
	enum devcap_reason reason;

	reason = rule_decode(&wire, want_encode(want, &wire), &rule, &offset);
	if (!reason)
		reason = rule_narrow(NULL, &rule);
	if (reason) {
		fprintf(stderr, "a test's rule is wrong at byte %u: %s\n", offset,
			rule_reason_text(reason));
		abort();
	}
	return rule;
}

enum devcap_reason judge(const struct rule *rule, const struct message *messages,
			 unsigned int count, struct rule_i2c_call *at)
{
	enum devcap_reason reason = DEVCAP_REASON_NONE;
	struct rule_i2c_call call;
	unsigned int i;

	rule_i2c_begin(&call, NS_PER_BIT);
	for (i = 0; i < count && !reason; i++) {
		struct rule_i2c_message message = {
			.address = messages[i].address,
			.flags = messages[i].flags,
			.length = messages[i].length,
		};

		if (message.flags & RULE_I2C_RECV_LEN)
			message.length += RULE_SMBUS_BLOCK_MAX;
		if (!(message.flags & RULE_I2C_RD))
			memcpy(message.head, messages[i].data,
			       message.length < 2 ? message.length : 2);
		reason = rule_i2c_message(rule, &call, &message);
	}
	if (!reason)
		reason = rule_i2c_end(rule, &call);
	if (at)
		*at = call;
	reason_hits[reason]++;
	return reason;
}

/* ------------------------------------------------------------------------- */
/* SMBus                                                                     */

enum devcap_reason smbus_judge(const struct rule *rule, const struct smbus *smbus)
{
	const struct rule_smbus_call judged = {
		.size = smbus->size,
		.read = smbus->read,
		.pec = smbus->pec,
		.command = smbus->command,
		.data = smbus->size == I2C_SMBUS_I2C_BLOCK_DATA ? smbus->data.block[1] :
								  smbus->data.byte,
		.length = smbus->data.block[0],
	};
	struct rule_i2c_message message;
	struct rule_i2c_call call;
	enum devcap_reason reason;

	rule_i2c_begin(&call, NS_PER_BIT);
	reason = rule_i2c_smbus(rule, &call, &judged, &message);
	reason_hits[reason]++;
	return reason;
}

static struct message smbus_message(const struct rule *rule, uint16_t flags)
{
	return (struct message){
		.address = rule->i2c.address,
		.flags = flags | (rule->i2c.flags & DEVCAP_I2C_TEN ? I2C_M_TEN : 0),
	};
}

static void append(struct message *message, const uint8_t *data, unsigned int length)
{
	memcpy(message->data + message->length, data, length);
	message->length += length;
}

/* SMBus 3.2, 5.4.1.2: x^8 + x^2 + x + 1 over all bytes, addresses included. */
static uint8_t pec_of(const struct message *message)
{
	uint8_t crc = 0, byte = message->address << 1;
	unsigned int i, bit;

	for (i = 0; i <= message->length; i++) {
		crc ^= byte;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 0x80 ? crc << 1 ^ 0x07 : crc << 1;
		byte = message->data[i];
	}
	return crc;
}

/* Data bytes to write after the command; those to read; -1: no such message. */
static int smbus_write_data(const struct smbus *smbus, const uint8_t **data)
{
	*data = smbus->data.block;
	switch (smbus->size) {
	case I2C_SMBUS_BYTE_DATA:
		return smbus->read ? 0 : 1;
	case I2C_SMBUS_WORD_DATA:
		return smbus->read ? 0 : 2;
	case I2C_SMBUS_PROC_CALL:
		return 2;
	case I2C_SMBUS_BLOCK_DATA:
		return smbus->read ? 0 : 1 + smbus->data.block[0];
	case I2C_SMBUS_BLOCK_PROC_CALL:
		return 1 + smbus->data.block[0];
	case I2C_SMBUS_I2C_BLOCK_DATA:
		*data = smbus->data.block + 1;
		return smbus->read ? 0 : smbus->data.block[0];
	default:
		return smbus->read ? -1 : 0;
	}
}

static int smbus_read_length(const struct smbus *smbus)
{
	switch (smbus->size) {
	case I2C_SMBUS_QUICK:
		return smbus->read ? 0 : -1;
	case I2C_SMBUS_BYTE:
	case I2C_SMBUS_BYTE_DATA:
		return smbus->read ? 1 : -1;
	case I2C_SMBUS_WORD_DATA:
		return smbus->read ? 2 : -1;
	case I2C_SMBUS_PROC_CALL:
		return 2;
	case I2C_SMBUS_BLOCK_DATA:
		return smbus->read ? 1 + I2C_SMBUS_BLOCK_MAX : -1;
	case I2C_SMBUS_BLOCK_PROC_CALL:
		return 1 + I2C_SMBUS_BLOCK_MAX;
	default:
		return smbus->read ? smbus->data.block[0] : -1;
	}
}

unsigned int smbus_messages(const struct rule *rule, const struct smbus *smbus,
			    struct message messages[2])
{
	bool pec = smbus->pec && smbus->size != I2C_SMBUS_QUICK &&
		   smbus->size != I2C_SMBUS_I2C_BLOCK_DATA;
	int to_read = smbus_read_length(smbus);
	const uint8_t *data;
	int to_write = smbus_write_data(smbus, &data);
	unsigned int count = 0;

	if (to_write >= 0) {
		messages[count] = smbus_message(rule, 0);
		if (smbus->size != I2C_SMBUS_QUICK)
			append(&messages[count], &smbus->command, 1);
		append(&messages[count], data, to_write);
		count++;
	}
	if (to_read >= 0) {
		messages[count] = smbus_message(rule, I2C_M_RD);
		messages[count].length = to_read + pec;
		count++;
	} else if (pec) {
		uint8_t code = pec_of(&messages[0]);

		append(&messages[0], &code, 1);
	}
	return count;
}

/* ------------------------------------------------------------------------- */
/* Words                                                                     */

TEST(every_reason_has_a_name_and_a_text_of_its_own)
{
	static const enum devcap_reason last[] = { DEVCAP_REASON_COMMAND,
						   DEVCAP_REASON_RULE_RANGES };
	enum devcap_reason i, j;

	for (i = 0; i <= last[1]; i = i == last[0] ? DEVCAP_REASON_RULE_SIZE : i + 1) {
		const char *name = rule_reason_name(i), *text = rule_reason_text(i);

		CHECK(strcmp(name, "unknown"), "reason %u has no name", i);
		CHECK(strlen(text) > 0, "reason %s has no text", name);
		for (j = 0; j < i; j++)
			CHECK(strcmp(name, rule_reason_name(j)), "%u and %u are both %s", i, j,
			      name);
	}
}

TEST(a_reason_of_a_newer_kernel_is_called_unknown)
{
	static const unsigned int newer[] = { 18, 31, 41, 1000, 0xffffffffU };
	unsigned int i;

	for (i = 0; i < sizeof(newer) / sizeof(newer[0]); i++) {
		CHECK(!strcmp(rule_reason_name(newer[i]), "unknown"), "%u", newer[i]);
		CHECK(rule_reason_text(newer[i]), "%u", newer[i]);
	}
}

int main(void)
{
	return tap_run();
}
