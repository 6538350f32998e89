/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * TAP for tests that need no kernel. A failed CHECK says where and goes on; the
 * test that it stands in is "not ok".
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>

struct tap_test {
	const char *name;
	void (*run)(void);
	struct tap_test *next;
};

void tap_add(struct tap_test *test);

/** tap_check() - returns @good, so that a loop can stop at its first failure */
bool tap_check(bool good, const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** tap_run() - all tests, in the order of the files linked; 0 or 1 */
int tap_run(void);

#define TEST(name_)                                                               \
	static void name_(void);                                                  \
	static struct tap_test tap_##name_ = { .name = #name_, .run = name_ };    \
	__attribute__((constructor)) static void tap_add_##name_(void)            \
	{                                                                         \
		tap_add(&tap_##name_);                                            \
	}                                                                         \
	static void name_(void)

#define CHECK(good, ...) tap_check(good, __FILE__, __LINE__, __VA_ARGS__)

#endif /* TESTS_TAP_H */
