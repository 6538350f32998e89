// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Device nodes are opened here for as long as it takes to narrow them, and no
 * capability's descriptor is kept.
 */
#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "mint.h"

/* Who has the address that we were not given. */
static int explain_busy(const struct spec *spec, const struct adapter *adapter, struct error *error)
{
	const struct rule_i2c *i2c = &spec->rule.i2c;
	struct adapter_client client;

	if (!adapter_client_at(adapter, i2c->address, i2c->flags & DEVCAP_I2C_TEN, &client))
		return error_set(error, ERROR_BUSY,
				 "grant `%s`: address 0x%02x of `%s` (i2c-%u) is taken, by another "
				 "ledger or behind a multiplexer",
				 spec->name, i2c->address, adapter->name, adapter->number);
	if (!strcmp(client.driver, "devcap"))
		return error_set(
			error, ERROR_BUSY,
			"grant `%s`: address 0x%02x of `%s` (i2c-%u) is held by another ledger",
			spec->name, i2c->address, adapter->name, adapter->number);
	if (!*client.driver)
		return error_set(
			error, ERROR_BUSY,
			"grant `%s`: address 0x%02x of `%s` (i2c-%u) is taken (device %s, `%s`)",
			spec->name, i2c->address, adapter->name, adapter->number, client.device,
			client.name);
	return error_set(
		error, ERROR_BUSY,
		"grant `%s`: address 0x%02x of `%s` (i2c-%u) is taken by the kernel driver %s "
		"(device %s, `%s`); `echo %s >/sys/bus/i2c/drivers/%s/unbind` frees it",
		spec->name, i2c->address, adapter->name, adapter->number, client.driver,
		client.device, client.name, client.device, client.driver);
}

static int explain(const struct spec *spec, const struct adapter *adapter,
		   const struct ledger_narrowed *narrowed, struct error *error)
{
	int why = errno;

	switch (why) {
	case EBUSY:
		return explain_busy(spec, adapter, error);
	case EACCES:
	case EINVAL:
		return error_set(error, ERROR_REFUSED, "grant `%s`: %s", spec->name,
				 narrowed->reason ? rule_reason_text(narrowed->reason)
						  : "the kernel module refuses the rule; is it of "
						    "the same devcap version?");
	case E2BIG:
		return error_set(error, ERROR_FAILED,
				 "grant `%s`: the kernel module is older than this devcapd",
				 spec->name);
	case EOPNOTSUPP:
		return error_set(error, ERROR_REFUSED,
				 "grant `%s`: adapter `%s` (i2c-%u) has no 10-bit addresses; "
				 "leave `ten` out",
				 spec->name, adapter->name, adapter->number);
	case EPERM:
		return error_set(
			error, ERROR_FAILED,
			"grant `%s`: devcapd may not narrow device nodes; it needs CAP_SYS_RAWIO",
			spec->name);
	case ENODEV:
		return error_set(error, ERROR_NOT_FOUND,
				 "grant `%s`: adapter `%s` (i2c-%u) is gone", spec->name,
				 adapter->name, adapter->number);
	case ENOSPC:
		return error_set(error, ERROR_LIMIT,
				 "grant `%s`: devcapd has %d capabilities already; revoke some",
				 spec->name, DEVCAP_LEDGER_MAX);
	default:
		return error_set(error, ERROR_FAILED,
				 "grant `%s`: narrowing 0x%02x of `%s` (i2c-%u): %s", spec->name,
				 spec->rule.i2c.address, adapter->name, adapter->number,
				 strerror(why));
	}
}

int mint(int ledger, const struct spec *spec, struct adapter *adapter,
	 struct ledger_narrowed *narrowed, struct error *error)
{
	cleanup_fd int node = -1;

	if (adapter_find(spec->adapter, adapter, error))
		return -1;
	node = adapter_open(adapter, error);
	if (node < 0)
		return -1;
	if (ledger_narrow(ledger, node, &spec->rule, spec->name, narrowed))
		return explain(spec, adapter, narrowed, error);
	return 0;
}
