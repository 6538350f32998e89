// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Charging a budget takes no lock: who fails at an exhausted ancestor hands back
 * what it took below. The momentary loss refuses nobody wrongly, because all who
 * share a budget below an exhausted one share the exhausted one as well.
 */
#include "budget.h"

static struct capability *next_budget(const struct capability *cap)
{
	return cap->parent ? cap->parent->budget : NULL;
}

bool budget_charge_chain(struct capability *first)
{
	struct capability *cap, *paid;

	for (cap = first; cap; cap = next_budget(cap))
		if (atomic64_dec_if_positive(&cap->operations_left) < 0)
			goto hand_back;
	return true;

hand_back:
	for (paid = first; paid != cap; paid = next_budget(paid))
		atomic64_inc(&paid->operations_left);
	return false;
}

void budget_birth(struct capability *cap)
{
	if (!cap->rule.operations) {
		cap->budget = next_budget(cap);
		return;
	}
	atomic64_set(&cap->operations_left, min_t(u64, cap->rule.operations, S64_MAX));
	cap->budget = cap;
}

u64 capability_operations_left(const struct capability *cap)
{
	u64 left = DEVCAP_NO_LIMIT;

	for (cap = cap->budget; cap; cap = next_budget(cap))
		left = min_t(u64, left, atomic64_read(&cap->operations_left));
	return left;
}
