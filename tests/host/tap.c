// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <stdarg.h>
#include <stdio.h>

#include "tap.h"

static struct tap_test *first, **last = &first;
static unsigned int test_count;
static bool failed;

void tap_add(struct tap_test *test)
{
	*last = test;
	last = &test->next;
	test_count++;
}

bool tap_check(bool good, const char *file, int line, const char *format, ...)
{
	va_list arguments;

	if (good)
		return true;
	failed = true;
	printf("# %s:%d: ", file, line);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	return false;
}

int tap_run(void)
{
	unsigned int number = 0, failures = 0;
	struct tap_test *test;

	printf("TAP version 13\n1..%u\n", test_count);
	for (test = first; test; test = test->next) {
		failed = false;
		test->run();
		failures += failed;
		printf("%sok %u %s\n", failed ? "not " : "", ++number, test->name);
		fflush(stdout);
	}
	printf("# Totals: pass:%u fail:%u\n", test_count - failures, failures);
	return failures ? 1 : 0;
}
