// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The parser of grants: what it accepts means exactly what it says, and what it
 * refuses it refuses at the right column.
 */
#include "spec.h"
#include "broker_check.h"

static struct spec spec;
static struct error error;

static bool parses(const char *text)
{
	error = (struct error){0};
	if (!spec_parse(text, &spec, &error))
		return true;
	printf("# %s\n", error.text);
	return false;
}

/* The error without the repeated spec. */
static void refused(const char *text, int column, const char *what)
{
	char wanted[600];

	error = (struct error){0};
	if (!spec_parse(text, &spec, &error)) {
		CHECK(false, "accepted: %s", text);
		return;
	}
	IS(error.kind, ERROR_USAGE);
	snprintf(wanted, sizeof(wanted), "--grant %s: column %d: ", text, column);
	HAS(error.text, wanted);
	HAS(error.text, what);
}

TEST(the_issues_own_example)
{
	HOLDS(parses("temp=i2c:sim@0x48,read,regs=0x00-0x03,lease=10s"));
	IS_TEXT(spec.name, "temp");
	IS_TEXT(spec.adapter, "sim");
	IS(spec.rule.bus, DEVCAP_BUS_I2C);
	IS(spec.rule.rights, DEVCAP_I2C_READ);
	IS(spec.rule.i2c.address, 0x48);
	IS(spec.rule.i2c.flags, 0);
	IS(spec.rule.i2c.register_width, 1);
	IS(spec.rule.i2c.read.count, 1);
	IS(spec.rule.i2c.read.range[0].first, 0);
	IS(spec.rule.i2c.read.range[0].last, 3);
	IS(spec.rule.i2c.write.count, 0);
	IS(spec.rule.lease_ns, 10000000000LL);
	IS(spec.rule.operations, 0);
}

TEST(no_right_follows_from_another)
{
	HOLDS(parses("a=i2c:1@0x48,write"));
	IS(spec.rule.rights, DEVCAP_I2C_WRITE);
	HOLDS(parses("a=i2c:1@0x48,quick"));
	IS(spec.rule.rights, DEVCAP_I2C_QUICK);
	HOLDS(parses("a=i2c:1@0x48,quick,write,read"));
	IS(spec.rule.rights, DEVCAP_I2C_RIGHTS);
	refused("a=i2c:1@0x48", 13, "grants nothing");
	refused("a=i2c:1@0x48,lease=1s", 22, "grants nothing");
}

TEST(regs_speaks_of_every_granted_right_and_no_other)
{
	HOLDS(parses("a=i2c:1@0x48,read,write,regs=0x10+0x00-0x03"));
	IS(spec.rule.i2c.read.count, 2);
	IS(spec.rule.i2c.write.count, 2);
	IS(spec.rule.i2c.write.range[0].last, 3);
	IS(spec.rule.i2c.write.range[1].first, 0x10);
	HOLDS(parses("a=i2c:1@0x48,regs=0x10,write"));
	IS(spec.rule.i2c.read.count, 0);
	IS(spec.rule.i2c.write.count, 1);
	IS(spec.rule.rights, DEVCAP_I2C_WRITE);
}

TEST(registers_of_one_right)
{
	HOLDS(parses("a=i2c:1@0x48,read,write,read-regs=0x00-0xff,write-regs=0x01"));
	IS(spec.rule.i2c.read.count, 1);
	IS(spec.rule.i2c.write.range[0].first, 1);
	IS(spec.rule.i2c.write.range[0].last, 1);
	refused("a=i2c:1@0x48,read,write-regs=0x01", 30, "needs the right write");
	refused("a=i2c:1@0x48,write,read-regs=0x01", 30, "needs the right read");
	refused("a=i2c:1@0x48,quick,regs=0x01", 25, "registers need the right");
	refused("a=i2c:1@0x48,read,regs=0x01,read-regs=0x02", 29, "regs= has said it");
	refused("a=i2c:1@0x48,read,read-regs=0x01,regs=0x02", 34, "leave read-regs=");
	refused("a=i2c:1@0x48,read,regs=0x01,regs=0x02", 29, "twice");
}

TEST(ranges_are_sorted_and_joined)
{
	HOLDS(parses("a=i2c:1@0x48,read,regs=0x05-0x08+0x00-0x02+0x03+0x08-0x0a"));
	IS(spec.rule.i2c.read.count, 2);
	IS(spec.rule.i2c.read.range[0].first, 0);
	IS(spec.rule.i2c.read.range[0].last, 3);
	IS(spec.rule.i2c.read.range[1].first, 5);
	IS(spec.rule.i2c.read.range[1].last, 10);
}

TEST(register_width)
{
	HOLDS(parses("a=i2c:1@0x48,read,width=2,regs=0x0000-0x1fff"));
	IS(spec.rule.i2c.register_width, 2);
	IS(spec.rule.i2c.flags, 0);
	HOLDS(parses("a=i2c:1@0x48,read,regs=0x100,width=2le"));
	IS(spec.rule.i2c.flags, DEVCAP_I2C_LITTLE_ENDIAN);
	HOLDS(parses("a=i2c:1@0x48,read,width=1"));
	IS(spec.rule.i2c.register_width, 1);
	HOLDS(parses("a=i2c:1@0x48,read"));
	IS(spec.rule.i2c.register_width, 0);
	refused("a=i2c:1@0x48,read,regs=0x100", 24, "0x100 needs width=2");
	refused("a=i2c:1@0x48,read,regs=0x10000,width=2", 24, "above 0xffff");
	refused("a=i2c:1@0x48,read,width=3", 25, "width is 1, 2 or 2le");
	refused("a=i2c:1@0x48,read,width=1le", 25, "width is 1, 2 or 2le");
	refused("a=i2c:1@0x48,read,width=", 25, "width is 1, 2 or 2le");
}

TEST(impossible_addresses)
{
	refused("temp=i2c:sim@0x88,read", 14, "address 0x88 is not a 7-bit address (0x08 to 0x77)");
	refused("temp=i2c:sim@0x07,read", 14, "address 0x07 is not");
	refused("temp=i2c:sim@0x78,read", 14, "address 0x78 is not");
	refused("temp=i2c:sim@0x400,ten,read", 14, "address 0x400 is not an I2C address");
	refused("temp=i2c:sim@48,read", 14, "in hexadecimal");
	refused("temp=i2c:sim@,read", 14, "in hexadecimal");
	refused("temp=i2c:sim@0x,read", 14, "a number is missing");
	refused("temp=i2c:sim@0x4g,read", 17, "expected a comma");
	refused("temp=i2c:sim@0x48 ,read", 18, "expected a comma");
	refused("temp=i2c:sim@0x100000048,read", 14, "too large");
	refused("temp=i2c:sim@-0x48,read", 14, "in hexadecimal");
}

TEST(ten_bit_addresses)
{
	HOLDS(parses("a=i2c:1@0x148,ten,read"));
	IS(spec.rule.i2c.flags, DEVCAP_I2C_TEN);
	IS(spec.rule.i2c.address, 0x148);
	HOLDS(parses("a=i2c:1@0x000,read,ten"));
	HOLDS(parses("a=i2c:1@0x48,read,ten"));
	refused("a=i2c:1@0x148,read", 9, "not a 7-bit address");
}

TEST(adapters_of_all_kinds)
{
	HOLDS(parses("a=i2c:1@0x48,read"));
	IS_TEXT(spec.adapter, "1");
	HOLDS(parses("a=i2c:/dev/i2c-7@0x48,read"));
	IS_TEXT(spec.adapter, "/dev/i2c-7");
	HOLDS(parses("a=i2c:bcm2835 (i2c@7e804000)@0x48,read"));
	IS_TEXT(spec.adapter, "bcm2835 (i2c@7e804000)");
	HOLDS(parses("a=i2c:SMBus I801 adapter at efa0@0x48,read"));
	IS_TEXT(spec.adapter, "SMBus I801 adapter at efa0");
	refused("a=i2c:@0x48,read", 7, "the adapter is missing");
	refused("a=i2c:sim,read", 10, "an address is missing");
	HOLDS(spec_parse("a=i2c:sim\n@0x48,read", &spec, &error));
	HAS(error.text, "column 10: control character");
}

TEST(names)
{
	refused("", 1, "a grant is NAME=");
	refused("temp", 5, "a grant is NAME=");
	refused("=i2c:1@0x48,read", 1, "a name is a letter");
	refused("1=i2c:1@0x48,read", 1, "a name is a letter");
	refused("a:b=i2c:1@0x48,read", 1, "a name is a letter");
	refused("a b=i2c:1@0x48,read", 1, "a name is a letter");
	refused("../x=i2c:1@0x48,read", 1, "a name is a letter");
	HOLDS(parses("abcdefghijklmnopqrstuvwxyz-_.12=i2c:1@0x48,read"));
	refused("abcdefghijklmnopqrstuvwxyz-_.123=i2c:1@0x48,read", 1, "a name is a letter");
}

TEST(other_buses)
{
	refused("a=usb:1@0x48,read", 3, "unknown bus `usb`");
	refused("a=1@0x48,read", 3, "a bus and a colon");
	refused("a=", 3, "a bus and a colon");
	refused("a=i2c", 3, "a bus and a colon");
}

TEST(times)
{
	HOLDS(parses("a=i2c:1@0x48,read,lease=1h,wire=50ms"));
	IS(spec.rule.lease_ns, 3600000000000LL);
	IS(spec.rule.wire_ns_per_call, 50000000);
	HOLDS(parses("a=i2c:1@0x48,read,lease=1ns"));
	IS(spec.rule.lease_ns, 1);
	refused("a=i2c:1@0x48,read,lease=10", 27, "needs a unit");
	refused("a=i2c:1@0x48,read,lease=10d", 27, "needs a unit");
	refused("a=i2c:1@0x48,read,lease=0s", 25, "above 0");
	refused("a=i2c:1@0x48,read,lease=s", 25, "a number is missing");
	refused("a=i2c:1@0x48,read,lease=-1s", 25, "a number is missing");
	refused("a=i2c:1@0x48,read,lease=99999999999999999999s", 25, "too large");
	refused("a=i2c:1@0x48,read,lease=9999999999999h", 25, "at most");
	refused("a=i2c:1@0x48,read,wire=2h", 24, "at most 3600 s");
}

TEST(budgets)
{
	HOLDS(parses("a=i2c:1@0x48,read,ops=100,bytes=64"));
	IS(spec.rule.operations, 100);
	IS(spec.rule.bytes_per_call, 64);
	HOLDS(parses("a=i2c:1@0x48,read,ops=9223372036854775807"));
	refused("a=i2c:1@0x48,read,ops=9223372036854775808", 23, "must be from 1");
	refused("a=i2c:1@0x48,read,ops=0", 23, "must be from 1");
	refused("a=i2c:1@0x48,read,ops=", 23, "a number is missing");
	refused("a=i2c:1@0x48,read,ops=1x", 24, "expected a comma");
	refused("a=i2c:1@0x48,read,bytes=344065", 25, "must be from 1 to 344064");
}

TEST(options_that_are_none)
{
	refused("a=i2c:1@0x48,reed", 14, "unknown option `reed`");
	refused("a=i2c:1@0x48,read=1", 14, "unknown option `read=`");
	refused("a=i2c:1@0x48,lease", 14, "unknown option `lease`");
	refused("a=i2c:1@0x48,", 14, "unknown option ``");
	refused("a=i2c:1@0x48,read,", 19, "unknown option ``");
	refused("a=i2c:1@0x48,read,read", 19, "read is there twice");
	refused("a=i2c:1@0x48,readwrite", 14, "unknown option");
	refused("a=i2c:1@0x48,read,regs=0x03-0x01", 24, "range 0x03-0x01 is empty");
	refused("a=i2c:1@0x48,read,regs=0-3", 24, "in hexadecimal");
	refused("a=i2c:1@0x48,read,regs=0x00-", 29, "in hexadecimal");
	refused("a=i2c:1@0x48,read,regs=0x00+", 29, "in hexadecimal");
}

TEST(too_many_ranges)
{
	char text[2000] = "a=i2c:1@0x48,read,regs=0x00";
	int i;

	for (i = 1; i < DEVCAP_I2C_RANGES_MAX; i++)
		sprintf(text + strlen(text), "+0x%02x", 2 * i);
	HOLDS(parses(text));
	IS(spec.rule.i2c.read.count, DEVCAP_I2C_RANGES_MAX);
	strcat(text, "+0xfe");
	HOLDS(spec_parse(text, &spec, &error));
	HAS(error.text, "more than 64 ranges");
}

TEST(endless_text)
{
	char text[SPEC_SIZE_MAX + 2];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	HOLDS(spec_parse(text, &spec, &error));
	HAS(error.text, "longer than");
}

/* The daemon must be able to put any error into JSON. */
TEST(errors_are_always_clean_text)
{
	HOLDS(spec_parse("a=i2c:\xff\xfe@0x88,read", &spec, &error));
	HAS(error.text, "??@0x88");
	HOLDS(spec_parse("a=\xe2\x82:1@0x48,\x1b[31mread", &spec, &error));
	HOLDS(!strchr(error.text, '\x1b'));
	HOLDS(!strchr(error.text, '\xe2'));
}

TEST(any_cut_of_a_good_spec_is_survived)
{
	const char *good = "temp=i2c:sim@0x48,read,write,quick,regs=0x00-0x03+0x10,width=2le,ten,"
			   "lease=10s,ops=5,bytes=9,wire=50ms";
	char text[200];
	size_t i, k;

	for (i = 0; i <= strlen(good); i++) {
		memcpy(text, good, i);
		text[i] = '\0';
		spec_parse(text, &spec, &error);
		for (k = 0; k < i; k++) {
			char kept = text[k];

			text[k] = ',';
			spec_parse(text, &spec, &error);
			text[k] = (char)0xc3;
			spec_parse(text, &spec, &error);
			text[k] = kept;
		}
	}
	HOLDS(parses(good));
}

TEST(rights_have_words)
{
	char text[32];

	HOLDS(parses("a=i2c:1@0x48,quick,read"));
	spec_rights_text(&spec.rule, text, sizeof(text));
	IS_TEXT(text, "read,quick");
}

int main(void)
{
	return tap_run();
}
