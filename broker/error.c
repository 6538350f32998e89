// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Error kinds, their words and their exit codes: the one table of them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

static const struct {
	const char *name;
	enum exit_code exit_code;
} kinds[] = {
	[ERROR_NONE] = {"none", EXIT_CODE_SUCCESS},
	[ERROR_USAGE] = {"usage", EXIT_CODE_DEVCAP},
	[ERROR_REFUSED] = {"refused", EXIT_CODE_REFUSED},
	[ERROR_NOT_FOUND] = {"not-found", EXIT_CODE_REFUSED},
	[ERROR_BUSY] = {"busy", EXIT_CODE_REFUSED},
	[ERROR_FAILED] = {"failed", EXIT_CODE_REFUSED},
	[ERROR_LIMIT] = {"limit", EXIT_CODE_REFUSED},
	[ERROR_DAEMON] = {"daemon", EXIT_CODE_DEVCAP},
	[ERROR_UNRUNNABLE] = {"unrunnable", EXIT_CODE_UNRUNNABLE},
	[ERROR_NO_FILE] = {"no-file", EXIT_CODE_NO_FILE},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Bytes of the UTF-8 sequence at @text, or 0 when there is none. */
static size_t sequence_length(const unsigned char *text)
{
	static const unsigned int lowest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = *text >= 0xf0 ? 4 : *text >= 0xe0 ? 3 : 2, i;
	unsigned int point;

	if (*text < 0x80)
		return *text >= ' ' && *text != 0x7f;
	if (*text < 0xc2 || *text > 0xf4)
		return 0;
	point = *text & (0x7fU >> length);
	for (i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3fU);
	}
	if (point < lowest[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	/* U+0080 to U+009F are control characters too. */
	return point < 0xa0 ? 0 : length;
}

void text_clean(char *text)
{
	while (*text) {
		size_t length = sequence_length((unsigned char *)text);

		if (!length) {
			*text = '?';
			length = 1;
		}
		text += length;
	}
}

int error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
	va_list arguments;

	error->kind = kind;
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	text_clean(error->text);
	return -1;
}

const char *error_kind_name(enum error_kind kind)
{
	return kinds[kind].name;
}

enum error_kind error_kind_parse(const char *name)
{
	unsigned int kind;

	for (kind = 0; kind < KINDS; kind++)
		if (!strcmp(kinds[kind].name, name))
			return (enum error_kind)kind;
	return ERROR_FAILED;
}

enum exit_code error_exit_code(enum error_kind kind)
{
	return kinds[kind].exit_code;
}

void error_no_memory(void)
{
	static const char text[] = "devcap: out of memory\n";

	fwrite(text, 1, sizeof(text) - 1, stderr);
	abort();
}
