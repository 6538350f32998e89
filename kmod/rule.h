/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * What a capability allows: pure decisions over plain structs. Compiled into
 * the module, the command line, the fuzzers and the model checker, so it must
 * never include a kernel header, allocate, lock or keep state of its own.
 */
#ifndef DEVCAP_RULE_H
#define DEVCAP_RULE_H

#include "uapi/devcap.h"

/* Message flags as in struct i2c_msg; i2c.c asserts that they are the same. */
#define RULE_I2C_RD		0x0001
#define RULE_I2C_TEN		0x0010
#define RULE_I2C_RECV_LEN	0x0400

/* Largest block of an SMBus transaction (SMBus 2.0, 5.5.7). */
#define RULE_SMBUS_BLOCK_MAX	32

/**
 * struct rule_range - registers from @first to @last, both included
 */
struct rule_range {
	__u16 first;
	__u16 last;
};

/**
 * struct rule_ranges - sorted, disjoint, not even touching; @count 0: all
 */
struct rule_ranges {
	__u32 count;
	struct rule_range range[DEVCAP_I2C_RANGES_MAX];
};

/**
 * struct rule_i2c - the I2C part of a rule
 * @address:        of the chip
 * @flags:          DEVCAP_I2C_TEN, DEVCAP_I2C_LITTLE_ENDIAN
 * @register_width: 0, 1 or 2 bytes
 * @read, @write:   registers that each right reaches
 */
struct rule_i2c {
	__u16 address;
	__u8 flags;
	__u8 register_width;
	struct rule_ranges read;
	struct rule_ranges write;
};

/**
 * struct rule - a rule, decoded and complete: no member means "default"
 *
 * @lease_ns and @operations are what was asked for at birth; what is left of
 * them is the capability's state, not the rule's.
 */
struct rule {
	__u32 bus;
	__u32 rights;
	__u64 lease_ns;
	__u64 operations;
	__u64 wire_ns_per_call;
	__u32 bytes_per_call;
	struct rule_i2c i2c;
};

/**
 * struct rule_i2c_call - one call to an I2C capability while it is judged
 * @ns_per_bit: of the bus's clock; set by rule_i2c_begin()
 * @bits:       on the wire so far
 * @bytes:      payload so far
 * @messages:   judged so far
 * @pointer:    first register of the current chain (write, then reads that
 *              follow its auto-increment), or RULE_NO_POINTER
 * @reach:      registers that the chain has covered
 * @alone:      the last message was a bare pointer: whether that was a write
 *              is known only with the message after it
 * @empty:      a message without data was seen
 * @first, @last: registers that the last judged message reaches, for reports
 */
struct rule_i2c_call {
	__u32 ns_per_bit;
	__u64 bits;
	__u32 bytes;
	__u32 messages;
	__u32 pointer;
	__u32 reach;
	int alone;
	int empty;
	__u32 first;
	__u32 last;
};

#define RULE_NO_POINTER	0xffffffffU

/**
 * struct rule_i2c_message - a message as it will be on the wire
 * @address: without flags
 * @flags:   RULE_I2C_*; any other bit is refused
 * @length:  bytes; with RECV_LEN the largest that it can become
 * @head:    first two bytes of a write, as far as it has them
 */
struct rule_i2c_message {
	__u16 address;
	__u16 flags;
	__u16 length;
	__u8 head[2];
};

/**
 * rule_decode() - read a rule's wire form
 * @wire:   the bytes, already copied into memory that nobody else writes
 * @size:   how many
 * @rule:   result; defined only when 0 is returned
 * @offset: where @wire is wrong, when it is
 *
 * Returns DEVCAP_REASON_NONE or what is wrong. Members that mean "the parent's"
 * stay 0 until rule_narrow().
 */
enum devcap_reason rule_decode(const void *wire, __u32 size, struct rule *rule, __u32 *offset);

/**
 * rule_encode() - write a rule in its wire form
 * @room: bytes at @wire; may be 0
 *
 * Returns the bytes that the wire form has; it was written only if they fit.
 */
__u32 rule_encode(const struct rule *rule, void *wire, __u32 room);

/**
 * rule_narrow() - complete a decoded rule and hold it against its parent
 * @parent: the parent's rule, or NULL for a device node, which allows all that
 *          its bus knows
 * @child:  decoded; on success every default in it is filled in
 *
 * Returns DEVCAP_REASON_NONE when the child allows nothing that the parent
 * refuses, else the first dimension in which it does.
 */
enum devcap_reason rule_narrow(const struct rule *parent, struct rule *child);

/**
 * rule_i2c_begin() - start to judge a call
 * @ns_per_bit: of the bus's clock: 10000 at 100 kHz
 */
void rule_i2c_begin(struct rule_i2c_call *call, __u32 ns_per_bit);

/**
 * rule_i2c_message() - judge the next message of a call
 *
 * A call is judged whole, with rule_i2c_end() at last, before its first message
 * is sent.
 */
enum devcap_reason rule_i2c_message(const struct rule *rule, struct rule_i2c_call *call,
				    const struct rule_i2c_message *message);
enum devcap_reason rule_i2c_end(const struct rule *rule, struct rule_i2c_call *call);

/**
 * enum rule_smbus - SMBus transactions, numbered as I2C_SMBUS_*; what is not
 * here no rule grants (I2C_SMBUS_I2C_BLOCK_BROKEN is another's old name)
 */
enum rule_smbus {
	RULE_SMBUS_QUICK = 0,
	RULE_SMBUS_BYTE = 1,
	RULE_SMBUS_BYTE_DATA = 2,
	RULE_SMBUS_WORD_DATA = 3,
	RULE_SMBUS_PROC_CALL = 4,
	RULE_SMBUS_BLOCK_DATA = 5,
	RULE_SMBUS_BLOCK_PROC_CALL = 7,
	RULE_SMBUS_I2C_BLOCK_DATA = 8,
};

/**
 * struct rule_smbus_call - an SMBus transaction to judge
 * @size:    enum rule_smbus
 * @read:    its read/write bit
 * @pec:     with a packet error code: one byte more in the last message
 * @command: the command byte
 * @data:    the byte that follows the command on the wire, where one does: the
 *           first of the data; of an SMBus block its length
 * @length:  of a block; the caller has held it against RULE_SMBUS_BLOCK_MAX
 */
struct rule_smbus_call {
	__u32 size;
	__u8 read;
	__u8 pec;
	__u8 command;
	__u8 data;
	__u8 length;
};

/**
 * rule_i2c_smbus() - judge an SMBus transaction as the messages it makes
 *
 * Adapters that speak SMBus natively put the same bytes on the wire. @message
 * is the last one that was judged.
 */
enum devcap_reason rule_i2c_smbus(const struct rule *rule, struct rule_i2c_call *call,
				  const struct rule_smbus_call *smbus,
				  struct rule_i2c_message *message);

/**
 * rule_reason_text() - a sentence for people, never NULL
 * rule_reason_name() - a word for programs, such as "register-read"
 */
const char *rule_reason_text(enum devcap_reason reason);
const char *rule_reason_name(enum devcap_reason reason);

#endif /* DEVCAP_RULE_H */
