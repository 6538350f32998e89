/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * A ledger: one open of /dev/devcap. It owns the capabilities made through it.
 */
#ifndef DEVCAP_LEDGER_H
#define DEVCAP_LEDGER_H

#include <linux/list.h>
#include <linux/refcount.h>

#include "event.h"

/**
 * struct ledger
 * @references:   one of the file, one of each capability in memory
 * @may_mint:     opened with CAP_SYS_RAWIO: may narrow device nodes
 * @capabilities: not reaped yet, in the order of their ids; by tree_lock
 * @count:        how many; by tree_lock
 * @closed:       no more will be made; by tree_lock
 * @events:       locked by itself
 */
struct ledger {
	refcount_t references;
	bool may_mint;
	bool closed;
	u32 count;
	struct list_head capabilities;
	struct event_stream events;
};

void ledger_get(struct ledger *ledger);
void ledger_put(struct ledger *ledger);

int ledger_start(void);
void ledger_stop(void);

#endif /* DEVCAP_LEDGER_H */
