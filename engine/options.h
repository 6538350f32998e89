/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The engine's command line. Reads words and judges none of them but their form.
 */
#ifndef DEVCAP_ENGINE_OPTIONS_H
#define DEVCAP_ENGINE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "component/component.h"

#define OPTIONS_MAX	64

/**
 * struct options - what the command line says; strings are those of argv
 * @component_fd:  descriptor of the compiled component
 * @name:          the guest's name
 * @invoke:        export to call, or NULL
 * @json:          print its result as JSON
 * @timed:         tell how long each step of the start took, since @start_ns
 * @start_ns:      CLOCK_MONOTONIC when the caller called execve
 * @values:        --arg, in order
 * @bindings:      --bind; the `=` was overwritten
 * @arguments:     what follows the options
 */
struct options {
	int component_fd;
	const char *name;
	const char *invoke;
	bool json;
	bool timed;
	uint64_t start_ns;
	const char *values[OPTIONS_MAX];
	size_t value_count;
	struct component_binding bindings[OPTIONS_MAX];
	size_t binding_count;
	const char *const *arguments;
	size_t argument_count;
};

/* False: the reason was written to @reason. */
bool options_parse(struct options *options, int argc, char **argv, char *reason,
		   size_t reason_size);

#endif
