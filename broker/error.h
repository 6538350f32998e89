/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The error contract of the broker, on one page.
 *
 * - A function that can fail in a way a person must hear about takes a
 *   struct error * last, and returns -1 (or NULL) after it has set it: once,
 *   where the subject is known. Its callers pass it up as it is.
 * - A function without that parameter returns -1 and errno.
 * - A text reads "SUBJECT: what is wrong; way out": which device, which name,
 *   which option, at which column. It has no program name, no full stop and no
 *   line break in it.
 * - Whoever answers for the failure (main() or the reply to a request) prints
 *   or sends it. Nobody else prints errors.
 * - The kind decides the exit code, and is a word of the protocol.
 * - Memory that can't be had is no error to be handled: the process says so and
 *   aborts, and the kernel revokes what the ledger owned.
 *
 * Exit codes of devcap and devcap-engine
 *
 *	  0  success; for run and exec: what the guest or program exits with
 *	  1  devcapd refused, or the request failed (revoke of an unknown id)
 *	125  devcap's own failure, bad usage, or a grant that could not be had
 *	126  the component or program can't be run
 *	127  guest file or program not found
 *	134  the guest trapped
 */
#ifndef DEVCAP_ERROR_H
#define DEVCAP_ERROR_H

#include <stdbool.h>

enum error_kind {
	ERROR_NONE = 0,
	ERROR_USAGE,	  /* the request is malformed */
	ERROR_REFUSED,	  /* the policy does not allow it */
	ERROR_NOT_FOUND,  /* no such adapter, capability, guest */
	ERROR_BUSY,	  /* somebody else has it */
	ERROR_FAILED,	  /* it was tried and did not work */
	ERROR_LIMIT,	  /* too many of something */
	ERROR_DAEMON,	  /* devcapd can't be reached, or does not answer */
	ERROR_UNRUNNABLE, /* not a component, not a program */
	ERROR_NO_FILE,	  /* guest file or program not found */
};

enum exit_code {
	EXIT_CODE_SUCCESS = 0,
	EXIT_CODE_REFUSED = 1,
	EXIT_CODE_DEVCAP = 125,
	EXIT_CODE_UNRUNNABLE = 126,
	EXIT_CODE_NO_FILE = 127,
	EXIT_CODE_TRAP = 134,
};

#define ERROR_TEXT_SIZE 512

/**
 * struct error - why something failed
 * @kind: ERROR_NONE as long as nothing did
 * @text: for people
 */
struct error {
	enum error_kind kind;
	char text[ERROR_TEXT_SIZE];
};

/** error_set() - returns -1, so that a function can return it */
int error_set(struct error *error, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * text_clean() - make foreign text fit for a terminal, a log and JSON
 *
 * Control characters and what is not UTF-8 become question marks, in place.
 */
void text_clean(char *text);

/** error_kind_name() - the word of the protocol, such as "not-found" */
const char *error_kind_name(enum error_kind kind);

/** error_kind_parse() - ERROR_FAILED for a word that this program doesn't know */
enum error_kind error_kind_parse(const char *name);

/** error_exit_code() - for a command; run and exec keep 1 for the guest */
enum exit_code error_exit_code(enum error_kind kind);

/** error_no_memory() - says so and aborts */
void error_no_memory(void) __attribute__((noreturn));

/** must() - @pointer, which is not NULL */
#define must(pointer)                                      \
	({                                                 \
		__typeof__(pointer) must_have = (pointer); \
		if (!must_have)                            \
			error_no_memory();                 \
		must_have;                                 \
	})

#endif /* DEVCAP_ERROR_H */
