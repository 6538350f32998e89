/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Budgets: what is spent is charged to the capability and every ancestor, all
 * or nothing.
 */
#ifndef DEVCAP_BUDGET_H
#define DEVCAP_BUDGET_H

#include "capability.h"

bool budget_charge_chain(struct capability *first);

/** budget_charge() - take one operation from every budget, or from none */
static inline bool budget_charge(struct capability *cap)
{
	return likely(!cap->budget) || budget_charge_chain(cap->budget);
}

/** budget_birth() - set up a new capability's own budget and its chain */
void budget_birth(struct capability *cap);

#endif /* DEVCAP_BUDGET_H */
