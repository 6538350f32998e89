// SPDX-License-Identifier: GPL-2.0-only OR MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The one table of what each reason is called. Programs read the name, people
 * the text. Pure C, as rule.c is.
 */
#include "rule.h"

struct reason_words {
	const char *name;
	const char *text;
};

static const struct reason_words words[] = {
	[DEVCAP_REASON_NONE] = { "none", "nothing is wrong" },
	[DEVCAP_REASON_READ] = { "read", "the rule has no right to read" },
	[DEVCAP_REASON_WRITE] = { "write", "the rule has no right to write" },
	[DEVCAP_REASON_QUICK] = { "quick", "the rule has no right to quick commands" },
	[DEVCAP_REASON_ADDRESS] = { "address", "the rule is for another address" },
	[DEVCAP_REASON_ADDRESS_WIDTH] = {
		"address-width", "the rule's address is of the other width (7 or 10 bits)" },
	[DEVCAP_REASON_FLAGS] = {
		"flags", "a message flag other than read, 10-bit and receive-length" },
	[DEVCAP_REASON_EMPTY_MESSAGE] = {
		"empty-message", "a message without data is a quick command and must stand alone" },
	[DEVCAP_REASON_REGISTER_READ] = {
		"register-read", "the read reaches a register that is not granted to read" },
	[DEVCAP_REASON_REGISTER_WRITE] = {
		"register-write", "the write reaches a register that is not granted to write" },
	[DEVCAP_REASON_POINTER_UNKNOWN] = {
		"pointer-unknown", "a read needs its register pointer in the same call" },
	[DEVCAP_REASON_POINTER_PARTIAL] = {
		"pointer-partial", "the message is shorter than the chip's register pointer" },
	[DEVCAP_REASON_REGISTER_WIDTH] = {
		"register-width", "the register width differs from the parent's" },
	[DEVCAP_REASON_MESSAGES] = {
		"messages", "too many messages in one call, or one of them is too long" },
	[DEVCAP_REASON_BYTES] = { "bytes", "more bytes in one call than the rule allows" },
	[DEVCAP_REASON_WIRE_TIME] = {
		"wire-time", "the call would hold the bus longer than the rule allows" },
	[DEVCAP_REASON_OPERATIONS] = { "operations", "the budget of operations is spent" },
	[DEVCAP_REASON_COMMAND] = { "command", "a call that no rule can grant" },
	[DEVCAP_REASON_RULE_SIZE] = { "rule-size", "the rule's sizes do not fit each other" },
	[DEVCAP_REASON_RULE_BUS] = { "rule-bus", "the rule's bus is unknown or not the parent's" },
	[DEVCAP_REASON_RULE_RIGHTS] = {
		"rule-rights", "no right, an unknown one, or registers for one that is lacking" },
	[DEVCAP_REASON_RULE_ITEM] = {
		"rule-item", "the rule has an unknown item, or one in the wrong place" },
	[DEVCAP_REASON_RULE_RESERVED] = {
		"rule-reserved", "a reserved member of the rule is not zero" },
	[DEVCAP_REASON_RULE_ADDRESS] = {
		"rule-address", "not an address: 0x08 to 0x77, or 0x000 to 0x3ff with 10 bits" },
	[DEVCAP_REASON_RULE_REGISTERS] = {
		"rule-registers", "the register width or a register range is impossible" },
	[DEVCAP_REASON_RULE_LIMIT] = { "rule-limit", "a limit is above what the bus knows" },
	[DEVCAP_REASON_RULE_RANGES] = { "rule-ranges", "the rule has too many register ranges" },
};

static const struct reason_words *find(enum devcap_reason reason)
{
	static const struct reason_words unknown = { "unknown", "newer than this program" };
	__u32 i = (__u32)reason;

	if (i >= sizeof(words) / sizeof(words[0]) || !words[i].name)
		return &unknown;
	return &words[i];
}

const char *rule_reason_text(enum devcap_reason reason)
{
	return find(reason)->text;
}

const char *rule_reason_name(enum devcap_reason reason)
{
	return find(reason)->name;
}
