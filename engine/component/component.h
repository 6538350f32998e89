/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The component host: loads, links and runs one guest, and turns its typed
 * hardware calls into calls of the tables below. It holds no policy, opens
 * nothing, and reaches hardware through these tables alone.
 *
 * Ownership: whatever struct component_config points to is borrowed and stays
 * as it is until component_free(). Nothing is handed back.
 *
 * Errors: each step answers 0 or the exit status of the process (enum
 * component_status); what went wrong was said by then, through say().
 *
 * One thread: all of this, callbacks included, runs on the thread that calls.
 */
#ifndef DEVCAP_COMPONENT_H
#define DEVCAP_COMPONENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** enum component_status - exit statuses; a guest's own exit code is passed as it is */
enum component_status {
	COMPONENT_OK = 0,
	COMPONENT_GUEST_FAILED = 1,	/* run() or the invoked export answered an error */
	COMPONENT_FAILED = 125,		/* our own failure, or bad usage */
	COMPONENT_REFUSED = 126,	/* this component can't be run */
	COMPONENT_TRAPPED = 134,	/* the guest trapped */
};

/* What one I2C transfer may have at most, as in i2c-dev: messages, and bytes of one. */
#define COMPONENT_I2C_MESSAGES_MAX	42
#define COMPONENT_I2C_MESSAGE_MAX	8192

/**
 * struct component_message - one message of an I2C transfer
 * @data: the bytes to write, in the guest's own memory (not to be written to), or
 *        room for the bytes that are read
 * @size: bytes of @data
 * @read: not 0: the chip's bytes are read into @data
 */
struct component_message {
	uint8_t *data;
	uint32_t size;
	uint32_t read;
};

/**
 * struct component_i2c - what the I2C driver offers
 * @transfer: runs @count messages (1 to COMPONENT_I2C_MESSAGES_MAX) to the chip at
 *            @address, 7 bits, or 10 bits when above 0x7f, as one transfer.
 *            @grant is an index into component_config.grants. Answers 0 or a
 *            negative errno; EOPNOTSUPP: the adapter has no such transfer.
 *            Keeps no pointer; @messages may be used as scratch.
 */
struct component_i2c {
	int (*transfer)(void *context, uint32_t grant, uint16_t address,
			struct component_message *messages, uint32_t count);
};

/**
 * struct component_host - all that the component host asks of its process
 * @context: first argument of every callback
 * @say:     tells the operator, in one line or more, without a newline at the end
 * @i2c:     the I2C driver
 */
struct component_host {
	void *context;
	void (*say)(void *context, const char *message);
	struct component_i2c i2c;
};

/** struct component_binding - the operator's word that @import takes @grant */
struct component_binding {
	const char *import;
	const char *grant;
};

/**
 * struct component_config - one guest and what it gets
 * @host:      the callbacks
 * @code:      the compiled component, mapped privately and page-aligned. It is run as
 *             it is: only devcap-compile's own output may be passed
 * @code_size: bytes of @code
 * @name:      the guest's name: its first argument, and the subject of messages
 * @invoke:    the export to call, or NULL for wasi:cli/run. FUNCTION, or
 *             INTERFACE#FUNCTION when several interfaces export the name
 * @json:      print the result of @invoke as JSON instead of WAVE
 * @grants:    names of the grants; a grant is its index
 * @bindings:  which import or parameter takes which grant
 * @values:    arguments of @invoke that are no handles, in WAVE
 * @arguments: arguments of the guest after its name
 */
struct component_config {
	const struct component_host *host;
	const void *code;
	size_t code_size;
	const char *name;
	const char *invoke;
	bool json;
	const char *const *grants;
	size_t grant_count;
	const struct component_binding *bindings;
	size_t binding_count;
	const char *const *values;
	size_t value_count;
	const char *const *arguments;
	size_t argument_count;
};

struct component;

/* The steps of a guest's life, in this order, each at most once. */

/* Reads the compiled code and makes it executable; no memory becomes executable later. */
int component_load(const struct component_config *config, struct component **component);
/* Reads the imports, decides every binding and fills the linker. */
int component_link(struct component *component);
/* Makes the instance: the guest's first instructions may run here. */
int component_instantiate(struct component *component);
/* Runs it to its end; answers the guest's exit code too. */
int component_run(struct component *component);
/* Frees everything; NULL is allowed. */
void component_free(struct component *component);

#endif
