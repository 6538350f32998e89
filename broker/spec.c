// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The parser of grants. Every error names the column; it never guesses: a
 * number that could be meant in two bases is refused.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "spec.h"

/**
 * struct parser - a grant while it is read
 * @text:    all of it
 * @at:      what is read next
 * @address: where the address stands: it is judged when `ten` is known
 * @seen:    bits by place in options[]: each option at most once
 * @registers: where the first register option stands
 */
struct parser {
	const char *text;
	const char *at;
	const char *address;
	const char *registers;
	unsigned int seen;
	struct spec *spec;
	struct error *error;
};

static int fail(struct parser *parser, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct parser *parser, const char *at, const char *format, ...)
{
	va_list arguments;
	char what[256];

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	return error_set(parser->error, ERROR_USAGE, "--grant %.180s%s: column %td: %s",
			 parser->text, strlen(parser->text) > 180 ? "…" : "", at - parser->text + 1,
			 what);
}

/* ------------------------------------------------------------------------- */
/* Numbers                                                                   */

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* Digits of @base up to @limit; stops at the first character that is none. */
static int parse_digits(struct parser *parser, const char *start, unsigned int base, uint64_t limit,
			uint64_t *value)
{
	const char *from = parser->at;

	*value = 0;
	while (digit_value(*parser->at) < (int)base) {
		unsigned int digit = (unsigned int)digit_value(*parser->at);

		if (*value > (limit - digit) / base)
			return fail(parser, start, "number is too large");
		*value = *value * base + digit;
		parser->at++;
	}
	if (parser->at == from)
		return fail(parser, start, "a number is missing");
	return 0;
}

/* Chips are written in hexadecimal everywhere; a bare 48 would be a trap. */
static int parse_hex(struct parser *parser, const char *what, const char *example, uint64_t *value)
{
	const char *start = parser->at;

	if (start[0] != '0' || (start[1] != 'x' && start[1] != 'X'))
		return fail(parser, start, "write the %s in hexadecimal, such as %s", what,
			    example);
	parser->at += 2;
	return parse_digits(parser, start, 16, UINT32_MAX, value);
}

static int parse_count(struct parser *parser, uint64_t limit, uint64_t *value)
{
	const char *start = parser->at;

	if (parse_digits(parser, start, 10, UINT64_MAX - 1, value))
		return -1;
	if (!*value || *value > limit)
		return fail(parser, start, "must be from 1 to %llu", (unsigned long long)limit);
	return 0;
}

static int parse_duration(struct parser *parser, uint64_t limit, __u64 *ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{"ns", 1},	   {"us", 1000},       {"ms", 1000000},
		{"s", 1000000000}, {"m", 60000000000}, {"h", 3600000000000},
	};
	const char *start = parser->at;
	size_t length, i;
	uint64_t value;

	if (parse_digits(parser, start, 10, UINT64_MAX - 1, &value))
		return -1;
	length = strspn(parser->at, "abcdefghijklmnopqrstuvwxyz");
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == length && !strncmp(units[i].name, parser->at, length))
			break;
	if (i == sizeof(units) / sizeof(units[0]))
		return fail(parser, parser->at, "a time needs a unit: ns, us, ms, s, m or h");
	if (!value || value > limit / units[i].ns)
		return fail(parser, start, "time must be above 0 and at most %llu s",
			    (unsigned long long)(limit / 1000000000));
	parser->at += length;
	*ns = value * units[i].ns;
	return 0;
}

/* ------------------------------------------------------------------------- */
/* Options                                                                   */

static int parse_range(struct parser *parser, uint64_t *first, uint64_t *last)
{
	const char *start = parser->at;

	if (parse_hex(parser, "register", "0x10", first))
		return -1;
	*last = *first;
	if (*parser->at == '-') {
		parser->at++;
		if (parse_hex(parser, "register", "0x10", last))
			return -1;
	}
	if (*last < *first)
		return fail(parser, start,
			    "range 0x%02llx-0x%02llx is empty: the first is above the last",
			    (unsigned long long)*first, (unsigned long long)*last);
	if (*last > 0xffff)
		return fail(parser, start, "register 0x%llx is above 0xffff",
			    (unsigned long long)*last);
	return 0;
}

static int parse_registers(struct parser *parser, __u32 rights)
{
	struct rule_i2c *i2c = &parser->spec->rule.i2c;
	uint64_t first, last;
	__u32 count = 0;

	if (!parser->registers)
		parser->registers = parser->at;
	for (;;) {
		struct rule_range range;

		if (count == DEVCAP_I2C_RANGES_MAX)
			return fail(parser, parser->at, "more than %d ranges",
				    DEVCAP_I2C_RANGES_MAX);
		if (parse_range(parser, &first, &last))
			return -1;
		range.first = (__u16)first;
		range.last = (__u16)last;
		if (rights & DEVCAP_I2C_READ)
			i2c->read.range[count] = range;
		if (rights & DEVCAP_I2C_WRITE)
			i2c->write.range[count] = range;
		count++;
		if (*parser->at != '+')
			break;
		parser->at++;
	}
	if (rights & DEVCAP_I2C_READ)
		i2c->read.count = count;
	if (rights & DEVCAP_I2C_WRITE)
		i2c->write.count = count;
	return 0;
}

static int option_read(struct parser *parser)
{
	parser->spec->rule.rights |= DEVCAP_I2C_READ;
	return 0;
}

static int option_write(struct parser *parser)
{
	parser->spec->rule.rights |= DEVCAP_I2C_WRITE;
	return 0;
}

static int option_quick(struct parser *parser)
{
	parser->spec->rule.rights |= DEVCAP_I2C_QUICK;
	return 0;
}

static int option_ten(struct parser *parser)
{
	parser->spec->rule.i2c.flags |= DEVCAP_I2C_TEN;
	return 0;
}

static int option_regs(struct parser *parser)
{
	return parse_registers(parser, DEVCAP_I2C_READ | DEVCAP_I2C_WRITE);
}

static int option_read_regs(struct parser *parser)
{
	return parse_registers(parser, DEVCAP_I2C_READ);
}

static int option_write_regs(struct parser *parser)
{
	return parse_registers(parser, DEVCAP_I2C_WRITE);
}

static int option_width(struct parser *parser)
{
	struct rule_i2c *i2c = &parser->spec->rule.i2c;
	size_t length = strcspn(parser->at, ",");

	if (length == 1 && parser->at[0] == '1') {
		i2c->register_width = 1;
	} else if (length == 1 && parser->at[0] == '2') {
		i2c->register_width = 2;
	} else if (length == 3 && !strncmp(parser->at, "2le", 3)) {
		i2c->register_width = 2;
		i2c->flags |= DEVCAP_I2C_LITTLE_ENDIAN;
	} else {
		return fail(parser, parser->at, "width is 1, 2 or 2le (low byte first)");
	}
	parser->at += length;
	return 0;
}

static int option_lease(struct parser *parser)
{
	/* What a signed 64-bit clock can still add to its own time. */
	return parse_duration(parser, INT64_MAX / 2, &parser->spec->rule.lease_ns);
}

static int option_wire(struct parser *parser)
{
	return parse_duration(parser, DEVCAP_WIRE_NS_MAX, &parser->spec->rule.wire_ns_per_call);
}

static int option_ops(struct parser *parser)
{
	uint64_t value;

	if (parse_count(parser, INT64_MAX, &value))
		return -1;
	parser->spec->rule.operations = value;
	return 0;
}

static int option_bytes(struct parser *parser)
{
	uint64_t value;

	if (parse_count(parser, DEVCAP_I2C_BYTES_MAX, &value))
		return -1;
	parser->spec->rule.bytes_per_call = (__u32)value;
	return 0;
}

enum {
	OPTION_REGS = 4,
	OPTION_READ_REGS,
	OPTION_WRITE_REGS,
};

/* A name that ends with = takes a value. */
static const struct {
	const char *name;
	int (*parse)(struct parser *parser);
} options[] = {
	{"read", option_read},
	{"write", option_write},
	{"quick", option_quick},
	{"ten", option_ten},
	[OPTION_REGS] = {"regs=", option_regs},
	[OPTION_READ_REGS] = {"read-regs=", option_read_regs},
	[OPTION_WRITE_REGS] = {"write-regs=", option_write_regs},
	{"width=", option_width},
	{"lease=", option_lease},
	{"ops=", option_ops},
	{"bytes=", option_bytes},
	{"wire=", option_wire},
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))
#define REGISTER_OPTIONS (1U << OPTION_REGS | 1U << OPTION_READ_REGS | 1U << OPTION_WRITE_REGS)

static int check_once(struct parser *parser, const char *start, unsigned int option)
{
	unsigned int both = parser->seen & REGISTER_OPTIONS;

	if (parser->seen & 1U << option)
		return fail(parser, start, "%s is there twice", options[option].name);
	if (option == OPTION_REGS && both)
		return fail(parser, start,
			    "regs= says it for every right: leave read-regs= and write-regs= out");
	if ((1U << option) & REGISTER_OPTIONS && both & 1U << OPTION_REGS)
		return fail(parser, start,
			    "regs= has said it for every right: leave it out, or leave this out");
	parser->seen |= 1U << option;
	return 0;
}

static int parse_option(struct parser *parser)
{
	const char *start = parser->at;
	size_t length = strcspn(start, ",=");
	unsigned int i;

	if (start[length] == '=')
		length++;
	for (i = 0; i < OPTIONS; i++)
		if (strlen(options[i].name) == length && !strncmp(options[i].name, start, length))
			break;
	if (i == OPTIONS)
		return fail(parser, start,
			    "unknown option `%.*s`; known are read, write, quick, ten, regs=, "
			    "read-regs=, write-regs=, width=, lease=, ops=, bytes=, wire=",
			    (int)(length > 32 ? 32 : length), start);
	if (check_once(parser, start, i))
		return -1;
	parser->at += length;
	if (options[i].parse(parser))
		return -1;
	if (*parser->at && *parser->at != ',')
		return fail(parser, parser->at, "expected a comma or the end");
	return 0;
}

/* ------------------------------------------------------------------------- */
/* The whole                                                                 */

#define NAME_FORM "a letter, then letters, digits, - _ or . (at most %d in all)"

bool spec_name_is_valid(const char *name)
{
	const char *at = name;

	if (!isascii(*at) || !isalpha(*at))
		return false;
	while (isascii(*at) && (isalnum(*at) || *at == '-' || *at == '_' || *at == '.'))
		at++;
	return !*at && at - name < DEVCAP_LABEL_SIZE;
}

int spec_check_name(const char *name, struct error *error)
{
	if (spec_name_is_valid(name))
		return 0;
	return error_set(error, ERROR_USAGE, "--name %.64s: a name is " NAME_FORM, name,
			 DEVCAP_LABEL_SIZE - 1);
}

int spec_repeats(const char *text, const struct spec *spec, struct error *error)
{
	return error_set(
		error, ERROR_USAGE,
		"--grant %.180s: there are two grants named `%s`; a name stands for one device",
		text, spec->name);
}

static int parse_name(struct parser *parser)
{
	size_t length = strcspn(parser->text, "=");

	if (!parser->text[length])
		return fail(parser, parser->text + length,
			    "a grant is NAME=i2c:ADAPTER@ADDRESS,RIGHT..., such as "
			    "temp=i2c:1@0x48,read");
	if (length < sizeof(parser->spec->name))
		memcpy(parser->spec->name, parser->text, length);
	if (length >= sizeof(parser->spec->name) || !spec_name_is_valid(parser->spec->name))
		return fail(parser, parser->text, "a name is " NAME_FORM, DEVCAP_LABEL_SIZE - 1);
	parser->at = parser->text + length + 1;
	return 0;
}

static int parse_bus(struct parser *parser)
{
	size_t length = strcspn(parser->at, ":,@");

	if (parser->at[length] != ':')
		return fail(parser, parser->at, "a bus and a colon are missing, such as i2c:");
	if (length != 3 || strncmp(parser->at, "i2c", 3))
		return fail(parser, parser->at, "unknown bus `%.*s`; known is i2c",
			    (int)(length > 32 ? 32 : length), parser->at);
	parser->spec->rule.bus = DEVCAP_BUS_I2C;
	parser->at += length + 1;
	return 0;
}

static int parse_device(struct parser *parser)
{
	const char *start = parser->at, *end = start + strcspn(start, ","), *last = NULL, *at;
	uint64_t address;

	for (at = start; at < end; at++)
		if (*at == '@')
			last = at;
	if (!last)
		return fail(parser, end, "an address is missing: ADAPTER@0x48");
	if (last == start)
		return fail(parser, start,
			    "the adapter is missing: its name, its number or /dev/i2c-N");
	if ((size_t)(last - start) >= sizeof(parser->spec->adapter))
		return fail(parser, start, "adapter name is longer than %d", SPEC_ADAPTER_SIZE - 1);
	for (at = start; at < last; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return fail(parser, at, "control character in the adapter's name");
	memcpy(parser->spec->adapter, start, (size_t)(last - start));
	parser->at = parser->address = last + 1;
	if (parse_hex(parser, "address", "0x48", &address))
		return -1;
	if (parser->at != end)
		return fail(parser, parser->at, "expected a comma or the end");
	if (address > 0x3ff)
		return fail(
			parser, parser->address,
			"address 0x%llx is not an I2C address (0x08 to 0x77, or to 0x3ff with ten)",
			(unsigned long long)address);
	parser->spec->rule.i2c.address = (__u16)address;
	return 0;
}

static int check_address(struct parser *parser)
{
	const struct rule_i2c *i2c = &parser->spec->rule.i2c;

	if (i2c->flags & DEVCAP_I2C_TEN || (i2c->address >= 0x08 && i2c->address <= 0x77))
		return 0;
	return fail(parser, parser->address,
		    "address 0x%02x is not a 7-bit address (0x08 to 0x77); option ten is for "
		    "10-bit ones",
		    i2c->address);
}

static int check_registers(struct parser *parser)
{
	struct rule *rule = &parser->spec->rule;
	const struct rule_ranges *side[] = {&rule->i2c.read, &rule->i2c.write};
	__u32 i, k;

	if (!parser->registers)
		return 0;
	if (!(rule->rights & (DEVCAP_I2C_READ | DEVCAP_I2C_WRITE)))
		return fail(parser, parser->registers,
			    "registers need the right to read or to write");
	/* regs= speaks of the rights that are granted. */
	if (parser->seen & 1U << OPTION_REGS) {
		if (!(rule->rights & DEVCAP_I2C_READ))
			rule->i2c.read.count = 0;
		if (!(rule->rights & DEVCAP_I2C_WRITE))
			rule->i2c.write.count = 0;
	}
	if (rule->i2c.read.count && !(rule->rights & DEVCAP_I2C_READ))
		return fail(parser, parser->registers, "read-regs= needs the right read");
	if (rule->i2c.write.count && !(rule->rights & DEVCAP_I2C_WRITE))
		return fail(parser, parser->registers, "write-regs= needs the right write");
	if (!rule->i2c.register_width)
		rule->i2c.register_width = 1;
	for (i = 0; i < 2; i++)
		for (k = 0; k < side[i]->count; k++)
			if (rule->i2c.register_width == 1 && side[i]->range[k].last > 0xff)
				return fail(parser, parser->registers,
					    "register 0x%x needs width=2 (or 2le)",
					    side[i]->range[k].last);
	return 0;
}

/* The kernel's own parser has the last word; it also sorts and joins ranges. */
static int check_rule(struct parser *parser)
{
	__u8 wire[DEVCAP_RULE_SIZE_MAX];
	enum devcap_reason reason;
	__u32 size, offset;

	size = rule_encode(&parser->spec->rule, wire, sizeof(wire));
	if (size > sizeof(wire))
		return fail(parser, parser->text, "the rule is longer than %d bytes",
			    DEVCAP_RULE_SIZE_MAX);
	reason = rule_decode(wire, size, &parser->spec->rule, &offset);
	if (reason)
		return fail(parser, parser->text, "%s", rule_reason_text(reason));
	return 0;
}

int spec_parse(const char *text, struct spec *spec, struct error *error)
{
	struct parser parser = {.text = text, .at = text, .spec = spec, .error = error};

	memset(spec, 0, sizeof(*spec));
	if (strlen(text) > SPEC_SIZE_MAX)
		return error_set(error, ERROR_USAGE, "--grant %.40s…: longer than %d characters",
				 text, SPEC_SIZE_MAX);
	if (parse_name(&parser) || parse_bus(&parser) || parse_device(&parser))
		return -1;
	while (*parser.at == ',') {
		parser.at++;
		if (parse_option(&parser))
			return -1;
	}
	if (check_address(&parser))
		return -1;
	if (!spec->rule.rights)
		return fail(&parser, parser.at, "grants nothing: add read, write or quick");
	if (check_registers(&parser))
		return -1;
	return check_rule(&parser);
}

void spec_rights_text(const struct rule *rule, char *text, size_t size)
{
	static const char *const names[] = {"read", "write", "quick"};
	size_t used = 0;
	unsigned int i;

	*text = '\0';
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (rule->rights & 1U << i && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "," : "",
						 names[i]);
}
