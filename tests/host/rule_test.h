/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * What the tests of kmod/rule.c share: rules in few words, calls as lists of
 * messages, SMBus transactions as the kernel makes them.
 */
#ifndef TESTS_RULE_TEST_H
#define TESTS_RULE_TEST_H

#include <linux/i2c.h>
#include <stdint.h>

#include "../lib/ledger.h"
#include "rule.h"
#include "tap.h"

#define R_ DEVCAP_I2C_READ
#define W_ DEVCAP_I2C_WRITE
#define Q_ DEVCAP_I2C_QUICK

/* At 100 kHz. */
#define NS_PER_BIT 10000U

/** rule_of() - decoded, and complete as under a device node; must be valid */
struct rule rule_of(const struct want *want);

/** struct message - one message with all of its bytes */
struct message {
	uint16_t address;
	uint16_t flags;
	uint16_t length;
	uint8_t data[40];
};

#define W(...)                                                                    \
	((struct message){ .address = 0x48,                                       \
			   .length = sizeof((uint8_t[]){ __VA_ARGS__ }),          \
			   .data = { __VA_ARGS__ } })
#define R(length_) ((struct message){ .address = 0x48, .flags = I2C_M_RD, .length = length_ })
#define EMPTY_W	   ((struct message){ .address = 0x48 })

/** judge() - a whole call; @at (may be NULL) is the state when it was decided */
enum devcap_reason judge(const struct rule *rule, const struct message *messages,
			 unsigned int count, struct rule_i2c_call *at);

#define JUDGE(rule, ...)                                                          \
	judge(rule, (struct message[]){ __VA_ARGS__ },                            \
	      sizeof((struct message[]){ __VA_ARGS__ }) / sizeof(struct message), NULL)

#define CHECK_REASON(got_, expected_, what_)                                      \
	do {                                                                      \
		enum devcap_reason got__ = (got_), expected__ = (expected_);      \
		CHECK(got__ == expected__, "%s: %s, expected %s", what_,          \
		      rule_reason_name(got__), rule_reason_name(expected__));     \
	} while (0)

/**
 * struct smbus - an SMBus transaction as user space asks for it
 */
struct smbus {
	uint8_t read;
	uint8_t command;
	uint8_t pec;
	uint32_t size;
	union i2c_smbus_data data;
};

/** smbus_judge() - by the code under test, filled in as i2c.c does */
enum devcap_reason smbus_judge(const struct rule *rule, const struct smbus *smbus);

/**
 * smbus_messages() - what i2c-core-smbus.c puts on the wire, PEC included; a
 * block that the chip will size is as long as it can be; how many
 */
unsigned int smbus_messages(const struct rule *rule, const struct smbus *smbus,
			    struct message messages[2]);

/* A reason that a run has met, for the table at its end. */
extern unsigned long reason_hits[64];

#endif /* TESTS_RULE_TEST_H */
