// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Every kind of operation that a rule refuses: its errno, its event with reason
 * and detail, the counters, and that the bus has seen nothing of it.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"

#define EEPROM	CHIP_EEPROM
#define WIDE	0x52	/* a 24C32 */
#define TEN	0x150	/* of 10 bits */
#define CALL	4

#define RD	I2C_M_RD
#define READ	DEVCAP_I2C_READ
#define WRITE	DEVCAP_I2C_WRITE
#define QUICK	DEVCAP_I2C_QUICK

enum kind { RDWR, SMBUS, READ_FILE, WRITE_FILE, IOCTL };

/**
 * struct part - one message of I2C_RDWR
 * @address: another one than the rule's, if it isn't 0
 */
struct part {
	uint16_t flags;
	uint16_t length;
	uint8_t bytes[4];
	uint16_t address;
};

/**
 * struct refused - a call and what must come of it
 * @name:   for messages
 * @kind:   of call; the members that follow are for one kind each
 * @parts:  RDWR: its messages, up to the first of no flags, length and address
 * @count:  RDWR: how many; READ_FILE, WRITE_FILE: bytes
 * @size, @read, @pec, @command, @data: SMBUS
 * @ioctl, @argument: IOCTL
 * @reason: of the event, which the errno follows from
 * @at:     message that is refused
 * @flags, @length, @first, @last: what the event says of it
 * @address: likewise; 0: the rule's
 */
struct refused {
	const char *name;
	enum kind kind;
	unsigned int count;
	struct part parts[CALL];
	uint32_t size;
	uint8_t read;
	uint8_t pec;
	uint8_t command;
	uint8_t data[4];
	unsigned long ioctl;
	unsigned long argument;
	enum devcap_reason reason;
	uint16_t at;
	uint16_t flags;
	uint16_t length;
	uint16_t address;
	uint32_t first;
	uint32_t last;
};

#define CALLS(...)		.kind = RDWR, .parts = { __VA_ARGS__ }
#define SMBUS_READ(size_)	.kind = SMBUS, .size = I2C_SMBUS_##size_, .read = 1
#define SMBUS_WRITE(size_)	.kind = SMBUS, .size = I2C_SMBUS_##size_

/* ------------------------------------------------------------------------- */
/* Reading alone, registers 0x10 to 0x13                                     */

static const struct want reader_want = {
	.address = EEPROM, .register_width = 1, .rights = READ,
	.range_count = 1, .range = { { 0x10, 0x13, READ } },
};

#define BAD_FLAG(flag_)                                                           \
	{ #flag_, .count = 2, CALLS({ 0, 1, { 0x10 } }, { RD | flag_, 2 }),       \
	  .reason = DEVCAP_REASON_FLAGS, .at = 1, .flags = RD | flag_, .length = 2 }

static const struct refused reader_calls[] = {
	/* the chip's hidden pointer */
	{ "{R 2}", .count = 1, CALLS({ RD, 2 }), .reason = DEVCAP_REASON_POINTER_UNKNOWN,
	  .flags = RD, .length = 2 },
	{ "read of 2", .kind = READ_FILE, .count = 2, .reason = DEVCAP_REASON_POINTER_UNKNOWN,
	  .flags = RD, .length = 2 },
	{ "receive byte", SMBUS_READ(BYTE), .reason = DEVCAP_REASON_POINTER_UNKNOWN, .flags = RD,
	  .length = 1 },
	/* a lone pointer is a write */
	{ "{W 10}", .count = 1, CALLS({ 0, 1, { 0x10 } }), .reason = DEVCAP_REASON_WRITE,
	  .length = 1, .first = 0x10, .last = 0x10 },
	{ "write of 1", .kind = WRITE_FILE, .count = 1, .data = { 0x10 },
	  .reason = DEVCAP_REASON_WRITE, .length = 1, .first = 0x10, .last = 0x10 },
	{ "send byte", SMBUS_WRITE(BYTE), .command = 0x10, .reason = DEVCAP_REASON_WRITE,
	  .length = 1, .first = 0x10, .last = 0x10 },
	{ "{W 10}{R 1}{W 11}", .count = 3,
	  CALLS({ 0, 1, { 0x10 } }, { RD, 1 }, { 0, 1, { 0x11 } }),
	  .reason = DEVCAP_REASON_WRITE, .at = 2, .length = 1, .first = 0x11, .last = 0x11 },
	{ "{W 10}{W 11}{R 1}", .count = 3,
	  CALLS({ 0, 1, { 0x10 } }, { 0, 1, { 0x11 } }, { RD, 1 }),
	  .reason = DEVCAP_REASON_WRITE, .length = 1, .first = 0x10, .last = 0x10 },
	{ "{W 10}{R 0}", .count = 2, CALLS({ 0, 1, { 0x10 } }, { RD, 0 }),
	  .reason = DEVCAP_REASON_EMPTY_MESSAGE, .at = 1, .flags = RD },
	/* auto-increment */
	{ "{W 10}{R 5}", .count = 2, CALLS({ 0, 1, { 0x10 } }, { RD, 5 }),
	  .reason = DEVCAP_REASON_REGISTER_READ, .at = 1, .flags = RD, .length = 5,
	  .first = 0x10, .last = 0x14 },
	{ "{W 10}{R 2}{R 3}", .count = 3, CALLS({ 0, 1, { 0x10 } }, { RD, 2 }, { RD, 3 }),
	  .reason = DEVCAP_REASON_REGISTER_READ, .at = 2, .flags = RD, .length = 3,
	  .first = 0x10, .last = 0x14 },
	{ "{W 0f}{R 1}", .count = 2, CALLS({ 0, 1, { 0x0f } }, { RD, 1 }),
	  .reason = DEVCAP_REASON_REGISTER_READ, .at = 1, .flags = RD, .length = 1,
	  .first = 0x0f, .last = 0x0f },
	{ "{W ff}{R 2}", .count = 2, CALLS({ 0, 1, { 0xff } }, { RD, 2 }),
	  .reason = DEVCAP_REASON_REGISTER_READ, .at = 1, .flags = RD, .length = 2,
	  .first = 0xff, .last = 0x100 },
	{ "{W 10}{R block}", .count = 2,
	  CALLS({ 0, 1, { 0x10 } }, { RD | I2C_M_RECV_LEN, 64, { 1 } }),
	  .reason = DEVCAP_REASON_REGISTER_READ, .at = 1, .flags = RD | I2C_M_RECV_LEN,
	  .length = 33, .first = 0x10, .last = 0x30 },
	/* the same by SMBus */
	{ "read byte 14", SMBUS_READ(BYTE_DATA), .command = 0x14,
	  .reason = DEVCAP_REASON_REGISTER_READ, .flags = RD, .length = 1, .at = 1,
	  .first = 0x14, .last = 0x14 },
	{ "read byte 13 with PEC", SMBUS_READ(BYTE_DATA), .command = 0x13, .pec = 1,
	  .reason = DEVCAP_REASON_REGISTER_READ, .flags = RD, .length = 2, .at = 1,
	  .first = 0x13, .last = 0x14 },
	{ "read word 13", SMBUS_READ(WORD_DATA), .command = 0x13,
	  .reason = DEVCAP_REASON_REGISTER_READ, .flags = RD, .length = 2, .at = 1,
	  .first = 0x13, .last = 0x14 },
	{ "read block 10", SMBUS_READ(BLOCK_DATA), .command = 0x10,
	  .reason = DEVCAP_REASON_REGISTER_READ, .flags = RD, .length = 33, .at = 1,
	  .first = 0x10, .last = 0x30 },
	{ "read I2C block 10 of 5", SMBUS_READ(I2C_BLOCK_DATA), .command = 0x10, .data = { 5 },
	  .reason = DEVCAP_REASON_REGISTER_READ, .flags = RD, .length = 5, .at = 1,
	  .first = 0x10, .last = 0x14 },
	{ "read broken I2C block 10",
	  SMBUS_READ(I2C_BLOCK_BROKEN), .command = 0x10, .data = { 1 },
	  .reason = DEVCAP_REASON_REGISTER_READ, .flags = RD, .length = 32, .at = 1,
	  .first = 0x10, .last = 0x2f },
	/* no right to write */
	{ "{W 10 aa}", .count = 1, CALLS({ 0, 2, { 0x10, 0xaa } }),
	  .reason = DEVCAP_REASON_WRITE, .length = 2, .first = 0x10, .last = 0x10 },
	{ "write of 2", .kind = WRITE_FILE, .count = 2, .data = { 0x10, 0xaa },
	  .reason = DEVCAP_REASON_WRITE, .length = 2, .first = 0x10, .last = 0x10 },
	{ "write byte 10", SMBUS_WRITE(BYTE_DATA), .command = 0x10, .reason = DEVCAP_REASON_WRITE,
	  .length = 2, .first = 0x10, .last = 0x10 },
	{ "write word 10", SMBUS_WRITE(WORD_DATA), .command = 0x10, .reason = DEVCAP_REASON_WRITE,
	  .length = 3, .first = 0x10, .last = 0x11 },
	{ "process call 10", SMBUS_WRITE(PROC_CALL), .command = 0x10,
	  .reason = DEVCAP_REASON_WRITE, .length = 3, .first = 0x10, .last = 0x11 },
	{ "write block 10 of 1", SMBUS_WRITE(BLOCK_DATA), .command = 0x10, .data = { 1 },
	  .reason = DEVCAP_REASON_WRITE, .length = 3, .first = 0x10, .last = 0x11 },
	{ "write I2C block 10 of 1", SMBUS_WRITE(I2C_BLOCK_DATA), .command = 0x10, .data = { 1 },
	  .reason = DEVCAP_REASON_WRITE, .length = 2, .first = 0x10, .last = 0x10 },
	{ "block process call 10", SMBUS_WRITE(BLOCK_PROC_CALL), .command = 0x10, .data = { 1 },
	  .reason = DEVCAP_REASON_WRITE, .length = 3, .first = 0x10, .last = 0x11 },
	/* no right to quick commands */
	{ "quick read", SMBUS_READ(QUICK), .reason = DEVCAP_REASON_QUICK, .flags = RD },
	{ "quick write", SMBUS_WRITE(QUICK), .reason = DEVCAP_REASON_QUICK },
	{ "{R 0}", .count = 1, CALLS({ RD, 0 }), .reason = DEVCAP_REASON_QUICK, .flags = RD },
	{ "{W}", .count = 1, CALLS({ 0, 0 }), .reason = DEVCAP_REASON_QUICK },
	{ "read of 0", .kind = READ_FILE, .reason = DEVCAP_REASON_QUICK, .flags = RD },
	{ "write of 0", .kind = WRITE_FILE, .reason = DEVCAP_REASON_QUICK },
	/* flags */
	BAD_FLAG(I2C_M_NOSTART),
	BAD_FLAG(I2C_M_REV_DIR_ADDR),
	BAD_FLAG(I2C_M_IGNORE_NAK),
	BAD_FLAG(I2C_M_NO_RD_ACK),
	BAD_FLAG(I2C_M_STOP),
	BAD_FLAG(0x0002),
	BAD_FLAG(0x0100),
	{ "a write that NOSTART glues to the pointer", .count = 2,
	  CALLS({ 0, 1, { 0x10 } }, { I2C_M_NOSTART, 1, { 0xaa } }),
	  .reason = DEVCAP_REASON_FLAGS, .at = 1, .flags = I2C_M_NOSTART, .length = 1 },
	{ "a read that is a write on the wire", .count = 1,
	  CALLS({ RD | I2C_M_REV_DIR_ADDR, 2 }), .reason = DEVCAP_REASON_FLAGS,
	  .flags = RD | I2C_M_REV_DIR_ADDR, .length = 2 },
	/* another chip */
	{ "{R 1} of 0x49", .count = 1, CALLS({ RD, 1, .address = 0x49 }),
	  .reason = DEVCAP_REASON_ADDRESS, .flags = RD, .length = 1, .address = 0x49 },
	{ "{W 10}{R 1 of 0x49}", .count = 2,
	  CALLS({ 0, 1, { 0x10 } }, { RD, 1, .address = 0x49 }),
	  .reason = DEVCAP_REASON_ADDRESS, .at = 1, .flags = RD, .length = 1, .address = 0x49 },
	{ "{W 10 of 0x49}{R 1}", .count = 2,
	  CALLS({ 0, 1, { 0x10 }, .address = 0x49 }, { RD, 1 }),
	  .reason = DEVCAP_REASON_ADDRESS, .length = 1, .address = 0x49 },
	{ "{W} of 0x150", .count = 1, CALLS({ 0, 0, .address = TEN }),
	  .reason = DEVCAP_REASON_ADDRESS, .address = TEN },
	{ "{W 10}{R 1} with 10 bits", .count = 2,
	  CALLS({ I2C_M_TEN, 1, { 0x10 } }, { RD | I2C_M_TEN, 1 }),
	  .reason = DEVCAP_REASON_ADDRESS_WIDTH, .flags = I2C_M_TEN, .length = 1 },
	{ "I2C_SLAVE 0x49", .kind = IOCTL, .ioctl = I2C_SLAVE, .argument = 0x49,
	  .reason = DEVCAP_REASON_ADDRESS, .address = 0x49 },
	{ "I2C_SLAVE_FORCE 0x49", .kind = IOCTL, .ioctl = I2C_SLAVE_FORCE, .argument = 0x49,
	  .reason = DEVCAP_REASON_ADDRESS, .address = 0x49 },
	{ "I2C_TENBIT", .kind = IOCTL, .ioctl = I2C_TENBIT, .argument = 1,
	  .reason = DEVCAP_REASON_ADDRESS_WIDTH, .flags = I2C_M_TEN },
};

/* ------------------------------------------------------------------------- */
/* Reading 0x10 to 0x13, writing 0x12 and 0x13                               */

static const struct want writer_want = {
	.address = EEPROM, .register_width = 1, .rights = READ | WRITE,
	.range_count = 2, .range = { { 0x10, 0x13, READ }, { 0x12, 0x13, WRITE } },
};

static const struct refused writer_calls[] = {
	{ "{W 10}", .count = 1, CALLS({ 0, 1, { 0x10 } }),
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 1, .first = 0x10, .last = 0x10 },
	{ "{W 11 aa}", .count = 1, CALLS({ 0, 2, { 0x11, 0xaa } }),
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 2, .first = 0x11, .last = 0x11 },
	{ "{W 12 aa aa aa}", .count = 1, CALLS({ 0, 4, { 0x12, 0xaa, 0xaa, 0xaa } }),
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 4, .first = 0x12, .last = 0x14 },
	{ "write of 4", .kind = WRITE_FILE, .count = 4, .data = { 0x12, 1, 2, 3 },
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 4, .first = 0x12, .last = 0x14 },
	{ "a good message, then a bad one", .count = 2,
	  CALLS({ 0, 2, { 0x12, 0xaa } }, { 0, 2, { 0x14, 0xaa } }),
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .at = 1, .length = 2, .first = 0x14,
	  .last = 0x14 },
	{ "{W 12 aa}{R 2}", .count = 2, CALLS({ 0, 2, { 0x12, 0xaa } }, { RD, 2 }),
	  .reason = DEVCAP_REASON_REGISTER_READ, .at = 1, .flags = RD, .length = 2,
	  .first = 0x12, .last = 0x14 },
	{ "send byte 10", SMBUS_WRITE(BYTE), .command = 0x10,
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 1, .first = 0x10, .last = 0x10 },
	{ "write byte 13 with PEC", SMBUS_WRITE(BYTE_DATA), .command = 0x13, .pec = 1,
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 3, .first = 0x13, .last = 0x14 },
	{ "write word 13", SMBUS_WRITE(WORD_DATA), .command = 0x13,
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 3, .first = 0x13, .last = 0x14 },
	{ "write block 12 of 2", SMBUS_WRITE(BLOCK_DATA), .command = 0x12, .data = { 2 },
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 4, .first = 0x12, .last = 0x14 },
	{ "write block 12 of 1 with PEC",
	  SMBUS_WRITE(BLOCK_DATA), .command = 0x12, .data = { 1 }, .pec = 1,
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 4, .first = 0x12, .last = 0x14 },
	{ "write I2C block 12 of 3", SMBUS_WRITE(I2C_BLOCK_DATA), .command = 0x12, .data = { 3 },
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 4, .first = 0x12, .last = 0x14 },
	{ "write broken I2C block 12 of 3",
	  SMBUS_WRITE(I2C_BLOCK_BROKEN), .command = 0x12, .data = { 3 },
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 4, .first = 0x12, .last = 0x14 },
	{ "process call 12", SMBUS_WRITE(PROC_CALL), .command = 0x12,
	  .reason = DEVCAP_REASON_REGISTER_READ, .at = 1, .flags = RD, .length = 2,
	  .first = 0x12, .last = 0x15 },
	{ "block process call 12 of 1",
	  SMBUS_WRITE(BLOCK_PROC_CALL), .command = 0x12, .data = { 1 },
	  .reason = DEVCAP_REASON_REGISTER_READ, .at = 1, .flags = RD, .length = 33,
	  .first = 0x12, .last = 0x34 },
};

/* ------------------------------------------------------------------------- */
/* A 24C32: two bytes of pointer, its first 32 registers                     */

static const struct want wide_want = {
	.address = WIDE, .register_width = 2, .rights = READ | WRITE,
	.range_count = 1, .range = { { 0x00, 0x1f, READ | WRITE } },
};

static const struct refused wide_calls[] = {
	{ "{W 00}{R 1}", .count = 2, CALLS({ 0, 1, { 0x00 } }, { RD, 1 }),
	  .reason = DEVCAP_REASON_POINTER_PARTIAL, .length = 1 },
	{ "read byte 00", SMBUS_READ(BYTE_DATA), .reason = DEVCAP_REASON_POINTER_PARTIAL,
	  .length = 1 },
	{ "send byte 00 with PEC", SMBUS_WRITE(BYTE), .pec = 1,
	  .reason = DEVCAP_REASON_POINTER_PARTIAL },
	{ "receive byte", SMBUS_READ(BYTE), .reason = DEVCAP_REASON_POINTER_UNKNOWN, .flags = RD,
	  .length = 1 },
	{ "{W 01 00}{R 1}", .count = 2, CALLS({ 0, 2, { 0x01, 0x00 } }, { RD, 1 }),
	  .reason = DEVCAP_REASON_REGISTER_READ, .at = 1, .flags = RD, .length = 1,
	  .first = 0x100, .last = 0x100 },
	{ "{W 00 1f aa aa}", .count = 1, CALLS({ 0, 4, { 0x00, 0x1f, 0xaa, 0xaa } }),
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 4, .first = 0x1f, .last = 0x20 },
	{ "write byte 00 20, a pointer", SMBUS_WRITE(BYTE_DATA), .data = { 0x20 },
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 2, .first = 0x20, .last = 0x20 },
	{ "write word 00 20", SMBUS_WRITE(WORD_DATA), .data = { 0x20, 0xaa },
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 3, .first = 0x20, .last = 0x20 },
	/* Its length, 3, stays at home: the pointer is 0x00ff. */
	{ "write I2C block 00 ff", SMBUS_WRITE(I2C_BLOCK_DATA), .data = { 3, 0xff, 1, 2 },
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 4, .first = 0xff, .last = 0x100 },
	{ "write broken I2C block 00 ff", SMBUS_WRITE(I2C_BLOCK_BROKEN), .data = { 3, 0xff, 1, 2 },
	  .reason = DEVCAP_REASON_REGISTER_WRITE, .length = 4, .first = 0xff, .last = 0x100 },
};

/* ------------------------------------------------------------------------- */
/* No registers, one right; limits; 10 bits                                  */

static const struct want read_only_want = { .address = EEPROM, .rights = READ };
static const struct refused read_only_calls[] = {
	{ "{W 1}{R 1}", .count = 2, CALLS({ 0, 1 }, { RD, 1 }), .reason = DEVCAP_REASON_WRITE,
	  .length = 1 },
	{ "{R 1}{W 1}", .count = 2, CALLS({ RD, 1 }, { 0, 1 }), .reason = DEVCAP_REASON_WRITE,
	  .length = 1, .at = 1 },
	{ "read byte", SMBUS_READ(BYTE_DATA), .reason = DEVCAP_REASON_WRITE, .length = 1 },
	{ "write of 1", .kind = WRITE_FILE, .count = 1, .reason = DEVCAP_REASON_WRITE,
	  .length = 1 },
};

static const struct want write_only_want = { .address = EEPROM, .rights = WRITE };
static const struct refused write_only_calls[] = {
	{ "{W 1}{R 1}", .count = 2, CALLS({ 0, 1 }, { RD, 1 }), .reason = DEVCAP_REASON_READ,
	  .length = 1, .flags = RD, .at = 1 },
	{ "read byte", SMBUS_READ(BYTE_DATA), .reason = DEVCAP_REASON_READ, .length = 1,
	  .flags = RD, .at = 1 },
	{ "process call", SMBUS_WRITE(PROC_CALL), .reason = DEVCAP_REASON_READ, .length = 2,
	  .flags = RD, .at = 1 },
	{ "block process call", SMBUS_WRITE(BLOCK_PROC_CALL), .data = { 1 },
	  .reason = DEVCAP_REASON_READ, .length = 33, .flags = RD, .at = 1 },
	{ "read of 1", .kind = READ_FILE, .count = 1, .reason = DEVCAP_REASON_READ, .length = 1,
	  .flags = RD },
};

static const struct want bytes_want = {
	.address = EEPROM, .rights = READ | WRITE, .bytes_per_call = 4,
};
static const struct refused bytes_calls[] = {
	{ "{W 1}{R 4}", .count = 2, CALLS({ 0, 1 }, { RD, 4 }), .reason = DEVCAP_REASON_BYTES,
	  .length = 4, .flags = RD, .at = 1 },
	{ "read of 5", .kind = READ_FILE, .count = 5, .reason = DEVCAP_REASON_BYTES, .length = 5,
	  .flags = RD },
	{ "process call", SMBUS_WRITE(PROC_CALL), .reason = DEVCAP_REASON_BYTES, .length = 2,
	  .flags = RD, .at = 1 },
	{ "I2C block of 4", SMBUS_READ(I2C_BLOCK_DATA), .data = { 4 },
	  .reason = DEVCAP_REASON_BYTES, .length = 4, .flags = RD, .at = 1 },
};

/* At 100 kHz: {W 1}{R 2} has 2 x 2 + 5 x 9 bits. */
static const struct want wire_want = {
	.address = EEPROM, .rights = READ | WRITE, .wire_ns_per_call = 49 * 10000,
};
static const struct refused wire_calls[] = {
	{ "{W 1}{R 3}", .count = 2, CALLS({ 0, 1 }, { RD, 3 }), .reason = DEVCAP_REASON_WIRE_TIME,
	  .length = 3, .flags = RD, .at = 1 },
	{ "read of 5", .kind = READ_FILE, .count = 5, .reason = DEVCAP_REASON_WIRE_TIME,
	  .length = 5, .flags = RD },
};

static const struct want ten_want = {
	.address = TEN, .flags = DEVCAP_I2C_TEN, .rights = READ | WRITE | QUICK,
};
static const struct refused ten_calls[] = {
	{ "{R 1} without its flag", .count = 1, CALLS({ RD, 1 }),
	  .reason = DEVCAP_REASON_ADDRESS_WIDTH, .length = 1, .flags = RD },
	{ "{R 1} of 0x151", .count = 1, CALLS({ RD | I2C_M_TEN, 1, .address = 0x151 }),
	  .reason = DEVCAP_REASON_ADDRESS, .length = 1, .flags = RD | I2C_M_TEN,
	  .address = 0x151 },
	{ "I2C_TENBIT off", .kind = IOCTL, .ioctl = I2C_TENBIT,
	  .reason = DEVCAP_REASON_ADDRESS_WIDTH },
};

/* The last call that the budget had is made before. */
static const struct want spent_want = { .address = EEPROM, .rights = READ | WRITE | QUICK,
					.operations = 1 };
static const struct refused spent_calls[] = {
	{ "{W 1}{R 1}", .count = 2, CALLS({ 0, 1 }, { RD, 1 }),
	  .reason = DEVCAP_REASON_OPERATIONS, .length = 1, .flags = RD, .at = 1 },
	{ "read byte", SMBUS_READ(BYTE_DATA), .reason = DEVCAP_REASON_OPERATIONS, .length = 1,
	  .flags = RD, .at = 1 },
	{ "quick", SMBUS_WRITE(QUICK), .reason = DEVCAP_REASON_OPERATIONS },
	{ "read of 1", .kind = READ_FILE, .count = 1, .reason = DEVCAP_REASON_OPERATIONS,
	  .length = 1, .flags = RD },
	{ "write of 1", .kind = WRITE_FILE, .count = 1, .reason = DEVCAP_REASON_OPERATIONS,
	  .length = 1 },
};

/* ------------------------------------------------------------------------- */
/* Making the call                                                           */

FIXTURE(refused)
{
	int ledger;
	int cap;
	uint64_t id;
};

FIXTURE_VARIANT(refused)
{
	const struct want *want;
	const struct refused *calls;
	unsigned int count;
	/* A call that it may make, of so many messages. */
	struct refused allowed;
	unsigned int messages;
};

#define VARIANT(name_, messages_, ...)                                            \
	FIXTURE_VARIANT_ADD(refused, name_)                                       \
	{                                                                         \
		.want = &name_##_want,                                            \
		.calls = name_##_calls,                                           \
		.count = ARRAY_SIZE(name_##_calls),        \
		.messages = messages_,                                            \
		.allowed = { "allowed", __VA_ARGS__ },                            \
	}

VARIANT(reader, 2, .count = 2, CALLS({ 0, 1, { 0x10 } }, { RD, 4 }));
VARIANT(writer, 1, .count = 1, CALLS({ 0, 3, { 0x12, 0xaa, 0xaa } }));
VARIANT(wide, 1, SMBUS_WRITE(I2C_BLOCK_DATA), .data = { 3, 0x1e, 1, 2 });
VARIANT(read_only, 1, .kind = READ_FILE, .count = 2);
VARIANT(write_only, 1, SMBUS_WRITE(BYTE_DATA));
VARIANT(bytes, 2, .count = 2, CALLS({ 0, 1 }, { RD, 3 }));
VARIANT(wire, 2, .count = 2, CALLS({ 0, 1 }, { RD, 2 }));
VARIANT(ten, 1, .count = 1, CALLS({ RD | I2C_M_TEN, 2 }));
VARIANT(spent, 0, .kind = IOCTL, .ioctl = I2C_PEC);

FIXTURE_SETUP(refused)
{
	int node;

	ASSERT_EQ(0, sim_reset());
	sim_command("remove 0x%x", WIDE);
	sim_command("remove 0x%x ten", TEN);
	ASSERT_EQ(0, sim_command("chip eeprom 0x%x size=4096 width=2", WIDE));
	ASSERT_EQ(0, sim_command("chip register 0x%x ten", TEN));
	node = sim_i2c_open();
	ASSERT_LE(0, node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
	self->cap = ledger_narrow(self->ledger, node, variant->want, "refused", &self->id);
	ASSERT_LE(0, self->cap);
	close(node);
}

FIXTURE_TEARDOWN(refused)
{
	close(self->cap);
	close(self->ledger);
	sim_command("remove 0x%x", WIDE);
	sim_command("remove 0x%x ten", TEN);
}

static int call_rdwr(int cap, const struct want *want, const struct refused *call)
{
	struct i2c_msg messages[CALL];
	struct i2c_rdwr_ioctl_data args = { .msgs = messages, .nmsgs = call->count };
	static uint8_t data[CALL][64];
	unsigned int i;

	for (i = 0; i < call->count; i++) {
		const struct part *part = &call->parts[i];

		memcpy(data[i], part->bytes, sizeof(part->bytes));
		messages[i] = (struct i2c_msg){
			.addr = part->address ? part->address : want->address,
			.flags = part->flags,
			.len = part->length,
			.buf = data[i],
		};
	}
	return ioctl(cap, I2C_RDWR, &args);
}

static int call_smbus(int cap, const struct refused *call)
{
	union i2c_smbus_data data = { };
	struct i2c_smbus_ioctl_data args = {
		.read_write = call->read,
		.command = call->command,
		.size = call->size,
		.data = &data,
	};
	int result;

	memcpy(data.block, call->data, sizeof(call->data));
	ioctl(cap, I2C_PEC, call->pec);
	result = ioctl(cap, I2C_SMBUS, &args);
	return result;
}

static int make_call(int cap, const struct want *want, const struct refused *call)
{
	uint8_t data[64];
	int result = -1;

	memcpy(data, call->data, sizeof(call->data));
	switch (call->kind) {
	case RDWR:
		result = call_rdwr(cap, want, call);
		break;
	case SMBUS:
		result = call_smbus(cap, call);
		break;
	case READ_FILE:
		result = read(cap, data, call->count);
		break;
	case WRITE_FILE:
		result = write(cap, data, call->count);
		break;
	case IOCTL:
		result = ioctl(cap, call->ioctl, call->argument);
	}
	return result < 0 ? -errno : result;
}

/* ------------------------------------------------------------------------- */
/* What must come of it                                                      */

static void check_event(struct __test_metadata *_metadata, FIXTURE_DATA(refused) *self,
			const struct want *want, const struct refused *call)
{
	struct devcap_event event = { };

	EXPECT_EQ(1, ledger_event(self->ledger, &event, 0)) TH_LOG("%s: no event", call->name);
	EXPECT_EQ(DEVCAP_EVENT_REFUSED, event.type) TH_LOG("%s", call->name);
	EXPECT_EQ(call->reason, event.code) TH_LOG("%s", call->name);
	EXPECT_EQ(self->id, event.id) TH_LOG("%s", call->name);
	EXPECT_EQ(DEVCAP_BUS_I2C, event.bus) TH_LOG("%s", call->name);
	EXPECT_EQ(getpid(), event.pid) TH_LOG("%s", call->name);
	EXPECT_EQ(call->address ? call->address : want->address, event.i2c.address)
		TH_LOG("%s: address", call->name);
	EXPECT_EQ(call->at, event.i2c.message) TH_LOG("%s: message", call->name);
	EXPECT_EQ(call->flags, event.i2c.flags) TH_LOG("%s: flags", call->name);
	EXPECT_EQ(call->length, event.i2c.length) TH_LOG("%s: length", call->name);
	EXPECT_EQ(call->first, event.i2c.first) TH_LOG("%s: first register", call->name);
	EXPECT_EQ(call->last, event.i2c.last) TH_LOG("%s: last register", call->name);
	EXPECT_EQ(0, ledger_event(self->ledger, &event, 0)) TH_LOG("%s: two events", call->name);
}

static void check(struct __test_metadata *_metadata, FIXTURE_DATA(refused) *self,
		  const struct want *want, const struct refused *call)
{
	int error = call->reason == DEVCAP_REASON_OPERATIONS ? EDQUOT : EACCES;
	struct devcap_stat before, after;

	ledger_drain_events(self->ledger);
	ASSERT_EQ(0, sim_command("clear"));
	ASSERT_EQ(0, ledger_stat(self->ledger, self->id, &before));
	EXPECT_EQ(-error, make_call(self->cap, want, call)) TH_LOG("%s", call->name);
	EXPECT_EQ(0, sim_count()) TH_LOG("%s: reached the bus", call->name);
	ASSERT_EQ(0, ledger_stat(self->ledger, self->id, &after));
	EXPECT_EQ(before.refusals + 1, after.refusals) TH_LOG("%s", call->name);
	EXPECT_EQ(before.operations, after.operations) TH_LOG("%s", call->name);
	EXPECT_EQ(before.bytes, after.bytes) TH_LOG("%s", call->name);
	EXPECT_EQ(before.operations_left, after.operations_left) TH_LOG("%s", call->name);
	check_event(_metadata, self, want, call);
}

TEST_F(refused, calls_touch_no_bus_and_are_counted_and_told)
{
	unsigned int i;

	if (variant->want->operations) {
		EXPECT_EQ(1, make_call(self->cap, variant->want,
				       &(struct refused){ "last", .kind = READ_FILE, .count = 1 }));
	}
	for (i = 0; i < variant->count; i++)
		check(_metadata, self, variant->want, &variant->calls[i]);
	/* And that it is not dumb: what it may do it still can. */
	ledger_drain_events(self->ledger);
	sim_command("clear");
	EXPECT_LE(0, make_call(self->cap, variant->want, &variant->allowed));
	EXPECT_EQ(variant->messages, sim_count());
	EXPECT_EQ(0, ledger_drain_events(self->ledger));
}

/*
 * A verdict on a byte is remembered: never for the other direction, another
 * register or a PEC, which is one byte more.
 */
TEST(a_remembered_verdict_is_for_that_transaction_alone)
{
	static const struct want want = {
		.address = EEPROM, .register_width = 1, .rights = READ | WRITE,
		.range_count = 2, .range = { { 0x10, 0x13, READ }, { 0x12, 0x12, WRITE } },
	};
	static const struct refused allowed[] = {
		{ "read byte 13", SMBUS_READ(BYTE_DATA), .command = 0x13 },
		{ "read word 12", SMBUS_READ(WORD_DATA), .command = 0x12 },
		{ "write byte 12", SMBUS_WRITE(BYTE_DATA), .command = 0x12 },
	};
	static const struct refused refused[] = {
		{ "write byte 13", SMBUS_WRITE(BYTE_DATA), .command = 0x13 },
		{ "read byte 13 with PEC", SMBUS_READ(BYTE_DATA), .command = 0x13, .pec = 1 },
		{ "read byte 93", SMBUS_READ(BYTE_DATA), .command = 0x93 },
		{ "read word 13", SMBUS_READ(WORD_DATA), .command = 0x13 },
		{ "read word 12 with PEC", SMBUS_READ(WORD_DATA), .command = 0x12, .pec = 1 },
		{ "write word 12", SMBUS_WRITE(WORD_DATA), .command = 0x12 },
		{ "write byte 12 with PEC", SMBUS_WRITE(BYTE_DATA), .command = 0x12, .pec = 1 },
	};
	int node, ledger = ledger_open(), cap, turn;
	unsigned int i;

	ASSERT_EQ(0, sim_reset());
	node = sim_i2c_open();
	cap = ledger_narrow(ledger, node, &want, "remembered", NULL);
	ASSERT_LE(0, cap);
	for (turn = 0; turn < 3; turn++) {
		for (i = 0; i < ARRAY_SIZE(allowed); i++)
			EXPECT_EQ(0, make_call(cap, &want, &allowed[i])) TH_LOG("%s", allowed[i].name);
		sim_command("clear");
		for (i = 0; i < ARRAY_SIZE(refused); i++)
			EXPECT_EQ(-EACCES, make_call(cap, &want, &refused[i]))
				TH_LOG("%s", refused[i].name);
		EXPECT_EQ(0, sim_count());
	}
	close(cap);
	close(node);
	close(ledger);
}

/* Who passed a piece on hears of its refusals, under the id that was passed on. */
TEST_F(refused, calls_of_a_child_are_told_to_its_ledger_and_its_parents)
{
	int other = ledger_open_unprivileged(), child;
	struct devcap_event event;
	struct devcap_stat stat;
	uint64_t id;

	ASSERT_LE(0, other);
	child = ledger_narrow(other, self->cap, variant->want, "child", &id);
	ASSERT_LE(0, child);
	ledger_drain_events(other);
	ledger_drain_events(self->ledger);
	EXPECT_EQ(-EACCES, ioctl(child, I2C_SLAVE, 0x4a) ? -errno : 0);
	EXPECT_EQ(1, ledger_event(other, &event, 0));
	EXPECT_EQ(DEVCAP_EVENT_REFUSED, event.type);
	EXPECT_EQ(id, event.id);
	EXPECT_EQ(0, ledger_event(other, &event, 0));
	EXPECT_EQ(1, ledger_event(self->ledger, &event, 0));
	EXPECT_EQ(DEVCAP_EVENT_REFUSED, event.type);
	EXPECT_EQ(self->id, event.id);
	EXPECT_EQ(0, ledger_event(self->ledger, &event, 0));
	EXPECT_EQ(0, ledger_stat(self->ledger, self->id, &stat));
	EXPECT_EQ(0, stat.refusals);
	close(child);
	close(other);
}

TEST_HARNESS_MAIN
