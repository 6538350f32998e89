/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * From a granted spec to a capability: look the device up, open its node,
 * narrow it, close it. The one place in which devcapd opens a device node.
 */
#ifndef DEVCAP_MINT_H
#define DEVCAP_MINT_H

#include "adapter.h"
#include "ledger.h"
#include "spec.h"

/**
 * mint() - make one capability
 * @adapter:  result: where it was found
 * @narrowed: result: its descriptor (the caller closes it) and id
 *
 * Never waits for a bus. Nothing is left behind when it fails.
 */
int mint(int ledger, const struct spec *spec, struct adapter *adapter,
	 struct ledger_narrowed *narrowed, struct error *error);

#endif /* DEVCAP_MINT_H */
