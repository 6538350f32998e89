/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * What broker tests check, in one word each, on top of tap.h.
 */
#ifndef TESTS_BROKER_CHECK_H
#define TESTS_BROKER_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define HOLDS(condition) CHECK(condition, "%s", #condition)

#define IS(got, wanted)                                                                      \
	do {                                                                                 \
		long long is_got = (long long)(got), is_wanted = (long long)(wanted);        \
                                                                                             \
		CHECK(is_got == is_wanted, "%s is %lld, not %lld", #got, is_got, is_wanted); \
	} while (0)

#define IS_TEXT(got, wanted)                                                                  \
	do {                                                                                  \
		const char *is_got = (got), *is_wanted = (wanted);                            \
                                                                                              \
		CHECK(is_got && !strcmp(is_got, is_wanted), "%s is \"%s\", not \"%s\"", #got, \
		      is_got ? is_got : "(null)", is_wanted);                                 \
	} while (0)

#define HAS(got, part)                                                                           \
	do {                                                                                     \
		const char *has_got = (got), *has_part = (part);                                 \
                                                                                                 \
		CHECK(has_got &&strstr(has_got, has_part), "%s is \"%s\", without \"%s\"", #got, \
		      has_got ? has_got : "(null)", has_part);                                   \
	} while (0)

#endif /* TESTS_BROKER_CHECK_H */
