/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * A ledger in memory in place of broker/ledger.c, with levers for what a kernel
 * rarely does. A capability is the end of a pipe, so that it is known whether
 * anybody still holds it.
 */
#ifndef TESTS_FAKE_LEDGER_H
#define TESTS_FAKE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger.h"

/**
 * struct fake_ledger - the levers
 * @fail_in:     the narrow after so many fails; -1: none
 * @fail_errno:  with that
 * @fail_reason: and that
 * @busy_bus:    what is revoked stays unquiet until fake_ledger_quiet()
 * @narrows:     how many succeeded
 * @last_id:     of the last one
 */
struct fake_ledger {
	int fail_in;
	int fail_errno;
	enum devcap_reason fail_reason;
	bool busy_bus;
	unsigned int narrows;
	uint64_t last_id;
};

extern struct fake_ledger fake_ledger;

/** fake_ledger_living() - capabilities that are not dead and quiet */
unsigned int fake_ledger_living(void);

/** fake_ledger_held() - whether any process has the capability open */
bool fake_ledger_held(uint64_t id);

/** fake_ledger_reap() - what the kernel does when a last descriptor closes */
void fake_ledger_reap(void);

void fake_ledger_quiet(uint64_t id);

/** fake_ledger_forget() - dead and quiet, but the event is lost */
void fake_ledger_forget(uint64_t id);

void fake_ledger_event(enum devcap_event_type type, uint64_t id, uint32_t code);

#endif /* TESTS_FAKE_LEDGER_H */
