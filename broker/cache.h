/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Compiled components, kept by digest. Only what devcap-compile made here, and
 * what still has the digest it had then, is ever handed to the engine.
 *
 *	KEY.index     digest of the compiled code, for one component and compiler
 *	DIGEST.cwasm  the compiled code
 *
 * in /var/cache/devcap (root), $XDG_CACHE_HOME/devcap/components or
 * ~/.cache/devcap/components. KEY is the digest of the component's digest and
 * the compiler's identity. Digests are SHA-256.
 */
#ifndef DEVCAP_CACHE_H
#define DEVCAP_CACHE_H

#include "error.h"

/**
 * cache_get() - the compiled code of a component
 * @path: the guest file; opened once, for messages afterwards
 *
 * Compiles where nothing, or something corrupt, is kept. Without a cache that
 * can be written, the code is made anew each time. Returns a descriptor that is
 * read-only, at its beginning.
 */
int cache_get(const char *path, struct error *error);

/** cache_compile() - compile into a file that the caller opened, past the cache */
int cache_compile(const char *path, int out, struct error *error);

#endif /* DEVCAP_CACHE_H */
