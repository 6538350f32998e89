// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Claims on I2C addresses. A claim is a registered i2c_client bound to our own
 * driver: it reserves the address, and its .remove is the unplug hook.
 */
#include <linux/i2c-dev.h>
#include <linux/kdev_t.h>
#include <linux/major.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "compat.h"
#include "i2c.h"

/*
 * An adapter's claims are its clients that are bound to our driver, on its list
 * of user space's clients, so its userspace_clients_lock is their lock too.
 * Lock order: userspace_clients_lock, device lock, tree_lock; i2c_del_adapter()
 * comes in at the first one, and may hold it while it drains a transfer: nothing
 * inside the gate may take it.
 */

/* ------------------------------------------------------------------------- */
/* The client                                                                */

static int devcap_i2c_probe(struct i2c_client *client)
{
	/* "devcap" written to new_device must not hold an address for nobody. */
	return dev_get_platdata(&client->dev) ? 0 : -ENODEV;
}

static void drop_claim(struct i2c_claim *claim)
{
	if (refcount_dec_and_test(&claim->references))
		kfree(claim);
}

/* Adapter removal, unbinding, delete_device, and our own unregistering. */
static void devcap_i2c_remove(struct i2c_client *client)
{
	struct i2c_claim *claim = dev_get_platdata(&client->dev);

	claim_unplug(&claim->claim);
	drop_claim(claim);
}

static const struct i2c_device_id devcap_i2c_ids[] = {
	{ .name = "devcap" },
	{ }
};

static struct i2c_driver devcap_i2c_driver = {
	.driver = {
		.name = "devcap",
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
		.suppress_bind_attrs = true,
	},
	.COMPAT_I2C_PROBE = devcap_i2c_probe,
	.remove = devcap_i2c_remove,
	.id_table = devcap_i2c_ids,
};

/* i2c_del_adapter() first takes the adapter out of this look-up. */
static bool adapter_stays(struct i2c_adapter *adapter)
{
	struct i2c_adapter *found = i2c_get_adapter(adapter->nr);

	if (found)
		i2c_put_adapter(found);
	return found == adapter;
}

/* On the list of user space's clients, as if by new_device. */
static int register_client(struct i2c_claim *claim, const struct rule_i2c *rule)
{
	struct i2c_board_info info = {
		.type = "devcap",
		.addr = rule->address,
		.flags = rule->flags & DEVCAP_I2C_TEN ? I2C_CLIENT_TEN : 0,
		.platform_data = claim,
	};
	struct i2c_client *client = i2c_new_client_device(claim->adapter, &info);

	if (IS_ERR(client))
		return PTR_ERR(client);
	if (!client->dev.driver) {
		i2c_unregister_device(client);
		return -ENODEV;
	}
	get_device(&client->dev);
	claim->client = client;
	list_add_tail(&client->detected, &claim->adapter->userspace_clients);
	return 0;
}

/* Keeps the adapter for a moment, if it is not on its way out already. */
static struct i2c_adapter *pin_adapter(struct i2c_claim *claim)
{
	struct i2c_adapter *adapter = NULL;

	mutex_lock(&tree_lock);
	/* Not gone: .remove has not run, so the client still holds its parent. */
	if (!claim->claim.gone) {
		adapter = claim->adapter;
		get_device(&adapter->dev);
	}
	mutex_unlock(&tree_lock);
	return adapter;
}

static void unregister_client(struct i2c_claim *claim)
{
	struct i2c_adapter *adapter = pin_adapter(claim);

	if (!adapter)
		return;
	mutex_lock_nested(&adapter->userspace_clients_lock, i2c_adapter_depth(adapter));
	/* i2c_del_adapter() takes clients off the list under the same lock. */
	if (!READ_ONCE(claim->claim.gone)) {
		list_del(&claim->client->detected);
		i2c_unregister_device(claim->client);
	}
	mutex_unlock(&adapter->userspace_clients_lock);
	put_device(&adapter->dev);
}

/* ------------------------------------------------------------------------- */
/* The claim                                                                 */

static struct i2c_claim *find_claim(struct i2c_adapter *adapter, const struct rule_i2c *rule)
{
	unsigned short ten = rule->flags & DEVCAP_I2C_TEN ? I2C_CLIENT_TEN : 0;
	struct i2c_client *client;

	list_for_each_entry(client, &adapter->userspace_clients, detected)
		if (client->dev.driver == &devcap_i2c_driver.driver &&
		    client->addr == rule->address && (client->flags & I2C_CLIENT_TEN) == ten)
			return dev_get_platdata(&client->dev);
	return NULL;
}

static struct i2c_claim *new_claim(struct ledger *ledger, struct i2c_adapter *adapter,
				   const struct rule_i2c *rule)
{
	struct i2c_claim *claim;
	int error;

	claim = kzalloc(sizeof(*claim), GFP_KERNEL_ACCOUNT);
	if (!claim)
		return ERR_PTR(-ENOMEM);
	refcount_set(&claim->claim.users, 1);
	refcount_set(&claim->references, 2);
	INIT_LIST_HEAD(&claim->claim.capabilities);
	claim->adapter = adapter;
	claim->ledger = ledger;
	error = register_client(claim, rule);
	if (error) {
		kfree(claim);
		return ERR_PTR(error);
	}
	return claim;
}

/*
 * i2c_del_adapter() needs userspace_clients_lock to take clients off the list:
 * an adapter that stays while we hold it will find ours there, so that it and
 * we never unregister the same client both.
 */
static struct i2c_claim *get_claim(struct ledger *ledger, struct i2c_adapter *adapter,
				   const struct rule_i2c *rule)
{
	struct i2c_claim *claim = ERR_PTR(-ENODEV);

	mutex_lock_nested(&adapter->userspace_clients_lock, i2c_adapter_depth(adapter));
	if (adapter_stays(adapter)) {
		claim = find_claim(adapter, rule);
		if (!claim)
			claim = new_claim(ledger, adapter, rule);
		/* One whose last user is just leaving is not free yet. */
		else if (claim->ledger != ledger || !refcount_inc_not_zero(&claim->claim.users))
			claim = ERR_PTR(-EBUSY);
	}
	mutex_unlock(&adapter->userspace_clients_lock);
	return claim;
}

static void put_claim(struct i2c_claim *claim)
{
	if (!refcount_dec_and_test(&claim->claim.users))
		return;
	unregister_client(claim);
	put_device(&claim->client->dev);
	drop_claim(claim);
}

/* ------------------------------------------------------------------------- */
/* Capabilities on a claim                                                   */

bool i2c_is_node(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return S_ISCHR(inode->i_mode) && imajor(inode) == I2C_MAJOR;
}

/* What no capability ever passes on, and what this rule doesn't. */
static u32 masked_functionality(const struct rule *rule)
{
	u32 mask = I2C_FUNC_NOSTART | I2C_FUNC_PROTOCOL_MANGLING | I2C_FUNC_SLAVE |
		   I2C_FUNC_SMBUS_HOST_NOTIFY;

	if (!(rule->i2c.flags & DEVCAP_I2C_TEN))
		mask |= I2C_FUNC_10BIT_ADDR;
	if (!(rule->rights & DEVCAP_I2C_QUICK))
		mask |= I2C_FUNC_SMBUS_QUICK;
	return mask;
}

/* The clock rate that the firmware gives the adapter (dt-schema i2c-controller). */
static u32 ns_per_bit(struct i2c_adapter *adapter)
{
	u32 hz = I2C_MAX_STANDARD_MODE_FREQ;

	device_property_read_u32(&adapter->dev, "clock-frequency", &hz);
	return NSEC_PER_SEC / clamp_t(u32, hz, 1000, I2C_MAX_ULTRA_FAST_MODE_FREQ);
}

static struct i2c_capability *new_capability(const struct rule *rule, u32 functionality)
{
	struct i2c_capability *i2c = kzalloc(sizeof(*i2c), GFP_KERNEL_ACCOUNT);

	if (!i2c)
		return NULL;
	i2c->cap.rule = *rule;
	i2c->functionality = functionality & ~masked_functionality(rule);
	i2c->client_flags = rule->i2c.flags & DEVCAP_I2C_TEN ? I2C_CLIENT_TEN : 0;
	return i2c;
}

struct capability *i2c_mint(struct ledger *ledger, struct file *node, const struct rule *rule)
{
	struct i2c_capability *i2c = NULL;
	struct i2c_adapter *adapter;
	struct i2c_claim *claim;
	int error = -ENOMEM;

	/* The open descriptor keeps its number from being used again. */
	adapter = i2c_get_adapter(iminor(file_inode(node)));
	if (!adapter)
		return ERR_PTR(-ENODEV);
	/* A driver that ignores the flag would send to a 7-bit address. */
	if (rule->i2c.flags & DEVCAP_I2C_TEN &&
	    !i2c_check_functionality(adapter, I2C_FUNC_10BIT_ADDR)) {
		error = -EOPNOTSUPP;
		goto put_adapter;
	}
	i2c = new_capability(rule, i2c_get_functionality(adapter));
	if (!i2c)
		goto put_adapter;
	claim = get_claim(ledger, adapter, &rule->i2c);
	error = PTR_ERR_OR_ZERO(claim);
	if (error)
		goto put_adapter;
	i2c->adapter = adapter;
	i2c->ns_per_bit = ns_per_bit(adapter);
	capability_init(&i2c->cap, &i2c_bus, &claim->claim, dev_name(&adapter->dev));
put_adapter:
	i2c_put_adapter(adapter);
	if (!error)
		return &i2c->cap;
	kfree(i2c);
	return ERR_PTR(error);
}

struct capability *i2c_derive(struct capability *parent, const struct rule *rule)
{
	const struct i2c_capability *from = to_i2c(parent);
	struct i2c_capability *i2c;

	i2c = new_capability(rule, from->functionality);
	if (!i2c)
		return ERR_PTR(-ENOMEM);
	/* Inside the gate the parent's own share keeps the claim. */
	if (capability_enter(parent)) {
		kfree(i2c);
		return ERR_PTR(-ENODEV);
	}
	refcount_inc(&parent->claim->users);
	i2c->adapter = from->adapter;
	i2c->ns_per_bit = from->ns_per_bit;
	capability_init(&i2c->cap, &i2c_bus, parent->claim, parent->device);
	capability_leave(parent);
	return &i2c->cap;
}

void i2c_release(struct capability *cap)
{
	put_claim(container_of(cap->claim, struct i2c_claim, claim));
	cap->claim = NULL;
}

void i2c_free(struct capability *cap)
{
	kfree(to_i2c(cap));
}

int i2c_start(void)
{
	return i2c_add_driver(&devcap_i2c_driver);
}

void i2c_stop(void)
{
	i2c_del_driver(&devcap_i2c_driver);
}
