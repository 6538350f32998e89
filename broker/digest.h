/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * SHA-256 of files, and what identifies a program's build.
 */
#ifndef DEVCAP_DIGEST_H
#define DEVCAP_DIGEST_H

#include <stddef.h>

/* In hexadecimal, with its NUL. */
#define DIGEST_SIZE 65

/** digest_bytes() - of memory */
void digest_bytes(const void *bytes, size_t size, char digest[DIGEST_SIZE]);

/** digest_file() - of all that @fd's file has; its offset stays. -1 and errno */
int digest_file(int fd, char digest[DIGEST_SIZE]);

/** digest_program() - the build-id of an ELF file, digested; else all of it */
int digest_program(int fd, char digest[DIGEST_SIZE]);

#endif /* DEVCAP_DIGEST_H */
