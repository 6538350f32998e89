/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * A ledger, rules and capabilities for tests, in as few words as they need.
 * Calls return what the kernel returns, or -errno; nothing here judges.
 */
#ifndef TESTS_LEDGER_H
#define TESTS_LEDGER_H

#include <linux/i2c.h>
#include <linux/i2c-dev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devcap.h"

/**
 * struct range - registers that a right reaches
 */
struct range {
	uint16_t first;
	uint16_t last;
	uint32_t rights;
};

/**
 * struct want - a rule before it has its wire form; zero means what it means there
 */
struct want {
	uint16_t address;
	uint8_t flags;
	uint8_t register_width;
	uint32_t rights;
	uint64_t lease_ns;
	uint64_t operations;
	uint64_t wire_ns_per_call;
	uint32_t bytes_per_call;
	unsigned int range_count;
	struct range range[DEVCAP_I2C_RANGES_MAX];
};

/** struct wire - room for any rule in its wire form */
struct wire {
	union {
		struct devcap_rule head;
		uint8_t bytes[DEVCAP_RULE_SIZE_MAX];
	};
};

/** want_full() - all rights on one address, no registers, limits out of the way */
struct want want_full(uint16_t address);

/** want_encode() - into the wire form; bytes */
size_t want_encode(const struct want *want, struct wire *wire);

/** ledger_open() - descriptor; with all that the caller may do */
int ledger_open(void);

/** ledger_open_unprivileged() - one that may narrow capabilities only */
int ledger_open_unprivileged(void);

/**
 * ledger_narrow() - a capability's descriptor
 * @label: or NULL
 * @id:    or NULL
 */
int ledger_narrow(int ledger, int parent, const struct want *want, const char *label,
		  uint64_t *id);

/** ledger_mint() - a full capability of an address, made from the device node */
int ledger_mint(int ledger, int node, uint16_t address, uint64_t *id);

/** node_select() - I2C_SLAVE on the device node: 0, or -EBUSY where the address is claimed */
int node_select(int node, uint16_t address);

/** narrow_arguments() - for DEVCAP_NARROW as it is, a full rule in @wire; all of them good */
struct devcap_narrow narrow_arguments(int parent, uint16_t address, struct wire *wire);
int narrow_raw(int ledger, struct devcap_narrow *args);

/** ledger_count() - capabilities that the ledger lists */
int ledger_count(int ledger);

/** ledger_address_is_free() - whether another ledger could have it, which gives it back */
bool ledger_address_is_free(int node, uint16_t address);

int ledger_revoke(int ledger, uint64_t id, uint32_t flags);
int ledger_revoke_label(int ledger, const char *label, uint32_t flags);
int ledger_revoke_all(int ledger, uint32_t flags);
int ledger_stat(int ledger, uint64_t id, struct devcap_stat *stat);

/** ledger_event() - the next event: 1, 0 when none comes within the time, -errno */
int ledger_event(int ledger, struct devcap_event *event, int timeout_ms);

/** ledger_wait_event() - skip events until one of that type and id; as ledger_event() */
int ledger_wait_event(int ledger, uint32_t type, uint64_t id, struct devcap_event *event,
		      int timeout_ms);

/** ledger_drain_events() - read all there are; how many */
unsigned int ledger_drain_events(int ledger);

/** capability_rule() - DEVCAP_GET_RULE; @wire may be NULL */
int capability_rule(int fd, struct devcap_get_rule *rule, struct wire *wire);

#endif /* TESTS_LEDGER_H */
