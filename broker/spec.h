/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * A grant as it is written on the command line. Pure: it parses text and looks
 * nothing up; what it accepts is always a rule that the kernel can decode.
 *
 *	NAME=i2c:ADAPTER@ADDRESS,OPTION[,OPTION]...
 *
 *	NAME      logical device name that the guest sees: a letter, then letters,
 *	          digits, - _ . ; at most 31
 *	ADAPTER   its name, its number, i2c-N or /dev/i2c-N. The last @ ends it,
 *	          for names such as "bcm2835 (i2c@7e804000)"; it has no comma.
 *	ADDRESS   hexadecimal with 0x: 0x08 to 0x77, or 0x000 to 0x3ff with `ten`
 *
 *	read      may read             each a right of its own; at least one
 *	write     may write
 *	quick     may send SMBus quick commands (they can switch a chip)
 *	regs=0x00-0x03+0x10   registers that every right of read and write reaches
 *	read-regs=, write-regs=   the same for that right alone
 *	          A right without ranges reaches every register.
 *	width=1|2|2le   bytes of the chip's register pointer; 2le: low byte first.
 *	          1 when registers are given and width is not.
 *	ten       a 10-bit address
 *	lease=10s dies by itself; numbers with ns, us, ms, s, m or h
 *	ops=N     budget of operations in all
 *	bytes=N   most payload bytes of one call
 *	wire=50ms longest time that one call may hold the bus
 */
#ifndef DEVCAP_SPEC_H
#define DEVCAP_SPEC_H

#include <stddef.h>

#include "error.h"
#include "rule.h"

#define SPEC_ADAPTER_SIZE 64

/* Longest spec that is looked at. */
#define SPEC_SIZE_MAX 2048

/**
 * struct spec - one parsed grant
 * @name:    logical device name; also the capability's label
 * @adapter: as written
 * @rule:    what is granted; a member that is 0 means the kernel's default
 */
struct spec {
	char name[DEVCAP_LABEL_SIZE];
	char adapter[SPEC_ADAPTER_SIZE];
	struct rule rule;
};

/**
 * spec_parse() - read a grant
 *
 * The error's text is "--grant TEXT: column N: what is wrong"; columns count
 * from 1.
 */
int spec_parse(const char *text, struct spec *spec, struct error *error);

/** spec_name_is_valid() - whether a name may be a grant's or a guest's */
bool spec_name_is_valid(const char *name);

/** spec_check_name() - for an --name; says what a name must be */
int spec_check_name(const char *name, struct error *error);

/** spec_repeats() - says that two grants of one request have the same name; -1 */
int spec_repeats(const char *text, const struct spec *spec, struct error *error);

/** spec_rights_text() - such as "read,write" */
void spec_rights_text(const struct rule *rule, char *text, size_t size);

#endif /* DEVCAP_SPEC_H */
