// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * /dev/devcap. Everything here is at grant time or change time; no operation of
 * a capability ever passes through a ledger.
 */
#include <linux/anon_inodes.h>
#include <linux/capability.h>
#include <linux/ctype.h>
#include <linux/file.h>
#include <linux/miscdevice.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "args.h"
#include "capability.h"
#include "i2c.h"
#include "ledger.h"

void ledger_get(struct ledger *ledger)
{
	refcount_inc(&ledger->references);
}

void ledger_put(struct ledger *ledger)
{
	if (!refcount_dec_and_test(&ledger->references))
		return;
	event_stream_destroy(&ledger->events);
	kfree(ledger);
}

static int ledger_open(struct inode *inode, struct file *file)
{
	struct ledger *ledger;
	int error;

	ledger = kzalloc(sizeof(*ledger), GFP_KERNEL_ACCOUNT);
	if (!ledger)
		return -ENOMEM;
	error = event_stream_init(&ledger->events);
	if (error) {
		kfree(ledger);
		return error;
	}
	refcount_set(&ledger->references, 1);
	INIT_LIST_HEAD(&ledger->capabilities);
	/* Of the opener, for good: passing the descriptor on passes that too. */
	ledger->may_mint = capable(CAP_SYS_RAWIO);
	file->private_data = ledger;
	return stream_open(inode, file);
}

/* ------------------------------------------------------------------------- */
/* Narrow                                                                    */

/* The rule, copied once; rule_decode() is its only parser. */
static int read_rule(struct devcap_narrow *args, struct rule *rule)
{
	void __user *from = u64_to_user_ptr(args->rule);
	u32 size;
	void *wire;

	if (get_user(size, (u32 __user *)from))
		return -EFAULT;
	if (size > DEVCAP_RULE_SIZE_MAX)
		return -E2BIG;
	wire = memdup_user(from, size);
	if (IS_ERR(wire))
		return PTR_ERR(wire);
	args->reason = rule_decode(wire, size, rule, &args->rule_offset);
	kfree(wire);
	return args->reason ? -EINVAL : 0;
}

static struct capability *narrow_node(struct ledger *ledger, struct file *node, struct rule *rule)
{
	if (!i2c_is_node(node) || rule->bus != DEVCAP_BUS_I2C)
		return ERR_PTR(-EOPNOTSUPP);
	if (!ledger->may_mint)
		return ERR_PTR(-EPERM);
	rule_narrow(NULL, rule);
	return i2c_mint(ledger, node, rule);
}

static struct capability *narrow_capability(struct capability *parent, struct rule *rule,
					    u32 *reason)
{
	if (capability_is_dead(parent))
		return ERR_PTR(-ENODEV);
	*reason = rule_narrow(&parent->rule, rule);
	if (*reason)
		return ERR_PTR(-EACCES);
	return parent->bus->derive(parent, rule);
}

/* A new capability in a file of its own, already in the tree. */
static struct file *narrow_file(struct ledger *ledger, struct file *parent_file,
				struct devcap_narrow *args, struct rule *rule)
{
	struct capability *parent = capability_of(parent_file), *cap;
	struct file *file;
	int error;

	cap = parent ? narrow_capability(parent, rule, &args->reason) :
		       narrow_node(ledger, parent_file, rule);
	if (IS_ERR(cap))
		return ERR_CAST(cap);
	memcpy(cap->label, args->label, sizeof(cap->label));

	file = anon_inode_getfile("[devcap]", &capability_fops, cap, O_RDWR | O_CLOEXEC);
	if (IS_ERR(file)) {
		cap->bus->release(cap);
		capability_put(cap);
		return file;
	}
	error = capability_publish(cap, ledger, parent);
	if (error) {
		fput(file);
		return ERR_PTR(error);
	}
	args->id = cap->id;
	return file;
}

/* Terminated, and nothing in it that could forge a line of fdinfo or a log. */
static bool label_is_valid(const char *label)
{
	size_t i;

	for (i = 0; i < DEVCAP_LABEL_SIZE && label[i]; i++)
		if (!isascii(label[i]) || !isprint(label[i]))
			return false;
	return i < DEVCAP_LABEL_SIZE;
}

static long ledger_narrow(struct ledger *ledger, void __user *arg)
{
	struct devcap_narrow args;
	struct file *parent, *file;
	struct rule *rule;
	int error, fd;

	error = args_copy_in(&args, sizeof(args), arg);
	if (error)
		return error;
	if (args.flags || args.reserved || !label_is_valid(args.label))
		return -EINVAL;
	args.reason = DEVCAP_REASON_NONE;
	args.rule_offset = 0;
	/* fget(), not fget_raw(): an O_PATH descriptor is no parent. */
	parent = fget(args.parent_fd);
	if (!parent)
		return -EBADF;
	rule = kmalloc(sizeof(*rule), GFP_KERNEL_ACCOUNT);
	if (!rule) {
		error = -ENOMEM;
		goto put_parent;
	}
	error = read_rule(&args, rule);
	if (error)
		goto report;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		error = fd;
		goto free_rule;
	}
	file = narrow_file(ledger, parent, &args, rule);
	error = PTR_ERR_OR_ZERO(file);
	if (error) {
		put_unused_fd(fd);
		goto report;
	}
	if (args_copy_out(arg, &args, sizeof(args))) {
		put_unused_fd(fd);
		fput(file);
		error = -EFAULT;
		goto free_rule;
	}
	fd_install(fd, file);
	error = fd;
	goto free_rule;

report:
	if ((error == -EINVAL || error == -EACCES) && args_copy_out(arg, &args, sizeof(args)))
		error = -EFAULT;
free_rule:
	kfree(rule);
put_parent:
	fput(parent);
	return error;
}

/* ------------------------------------------------------------------------- */
/* Revoke                                                                    */

static bool revoke_matches(const struct devcap_revoke *args, const struct capability *cap)
{
	if (args->flags & DEVCAP_REVOKE_ALL)
		return true;
	if (args->flags & DEVCAP_REVOKE_LABEL)
		return !strcmp(args->label, cap->label);
	return args->id == cap->id;
}

/*
 * Marks dead whatever matches and is alive. Returns the number of matches,
 * and one of those that are not quiet yet, referenced.
 */
static u32 revoke_matching(struct ledger *ledger, const struct devcap_revoke *args,
			   enum devcap_death death, struct capability **unquiet)
{
	bool wait = !(args->flags & DEVCAP_REVOKE_NOWAIT);
	struct capability *cap;
	LIST_HEAD(reap);
	u32 matches = 0;

	*unquiet = NULL;
	mutex_lock(&tree_lock);
	list_for_each_entry(cap, &ledger->capabilities, in_ledger) {
		if (!revoke_matches(args, cap))
			continue;
		matches++;
		capability_kill_subtree(cap, death, wait ? &reap : NULL);
		if (!*unquiet) {
			capability_get(cap);
			*unquiet = cap;
		}
	}
	mutex_unlock(&tree_lock);
	capability_reap_all(&reap);
	return matches;
}

static int revoke(struct ledger *ledger, const struct devcap_revoke *args,
		  enum devcap_death death, bool killable)
{
	struct capability *unquiet;
	int error = 0;
	u32 found = 0;

	/* Each turn waits for one of those that are left, until none is. */
	while (!error && revoke_matching(ledger, args, death, &unquiet)) {
		found++;
		if (!(args->flags & DEVCAP_REVOKE_NOWAIT))
			error = capability_wait_quiet(unquiet, killable);
		capability_put(unquiet);
		if (args->flags & DEVCAP_REVOKE_NOWAIT)
			break;
	}
	return error ? error : found ? 0 : -ENOENT;
}

static long ledger_revoke(struct ledger *ledger, void __user *arg)
{
	const u32 choice = DEVCAP_REVOKE_LABEL | DEVCAP_REVOKE_ALL;
	struct devcap_revoke args;
	int error;

	error = args_copy_in(&args, sizeof(args), arg);
	if (error)
		return error;
	if (args.flags & ~(choice | DEVCAP_REVOKE_NOWAIT) || (args.flags & choice) == choice)
		return -EINVAL;
	if (args.flags & choice && args.id)
		return -EINVAL;
	if (!label_is_valid(args.label))
		return -EINVAL;
	return revoke(ledger, &args, DEVCAP_DEATH_REVOKED, true);
}

static int ledger_release(struct inode *inode, struct file *file)
{
	static const struct devcap_revoke all = { .flags = DEVCAP_REVOKE_ALL };
	struct ledger *ledger = file->private_data;

	mutex_lock(&tree_lock);
	ledger->closed = true;
	mutex_unlock(&tree_lock);
	revoke(ledger, &all, DEVCAP_DEATH_LEDGER, false);
	ledger_put(ledger);
	return 0;
}

/* ------------------------------------------------------------------------- */
/* Looking                                                                   */

static long ledger_list(struct ledger *ledger, void __user *arg)
{
	struct devcap_list args;
	struct capability *cap;
	u32 room, count = 0;
	u64 *ids;
	int error;

	error = args_copy_in(&args, sizeof(args), arg);
	if (error)
		return error;
	room = min_t(u32, args.count, DEVCAP_LIST_MAX);
	ids = kmalloc_array(room ? room : 1, sizeof(*ids), GFP_KERNEL_ACCOUNT);
	if (!ids)
		return -ENOMEM;
	mutex_lock(&tree_lock);
	list_for_each_entry(cap, &ledger->capabilities, in_ledger)
		if (cap->id > args.after && count < room)
			ids[count++] = cap->id;
	mutex_unlock(&tree_lock);
	args.count = count;
	if (copy_to_user(u64_to_user_ptr(args.ids), ids, count * sizeof(*ids)) ||
	    args_copy_out(arg, &args, sizeof(args)))
		error = -EFAULT;
	kfree(ids);
	return error;
}

static void fill_stat(const struct capability *cap, struct devcap_stat *stat)
{
	*stat = (struct devcap_stat){
		.size = stat->size,
		.flags = cap->closed ? DEVCAP_STAT_CLOSED : 0,
		.id = cap->id,
		.parent = cap->parent ? cap->parent->id : 0,
		.bus = cap->bus->id,
		.death = READ_ONCE(cap->death),
		.pid = cap->pid,
		.depth = cap->depth,
		.children = cap->child_count,
		.operations = atomic64_read(&cap->operations),
		.refusals = atomic64_read(&cap->refusals),
		.bytes = atomic64_read(&cap->bytes),
		.lease_left_ns = capability_lease_left(cap),
		.operations_left = capability_operations_left(cap),
	};
	memcpy(stat->label, cap->label, sizeof(stat->label));
	memcpy(stat->device, cap->device, sizeof(stat->device));
}

static long ledger_stat(struct ledger *ledger, void __user *arg)
{
	struct devcap_stat args;
	struct capability *cap;
	int error;

	error = args_copy_in(&args, sizeof(args), arg);
	if (error)
		return error;
	error = -ENOENT;
	mutex_lock(&tree_lock);
	list_for_each_entry(cap, &ledger->capabilities, in_ledger) {
		if (cap->id == args.id) {
			fill_stat(cap, &args);
			error = 0;
			break;
		}
	}
	mutex_unlock(&tree_lock);
	if (error)
		return error;
	return args_copy_out(arg, &args, sizeof(args));
}

/* ------------------------------------------------------------------------- */
/* The file                                                                  */

static long ledger_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct ledger *ledger = file->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case DEVCAP_NARROW:
		return ledger_narrow(ledger, user);
	case DEVCAP_REVOKE:
		return ledger_revoke(ledger, user);
	case DEVCAP_LIST:
		return ledger_list(ledger, user);
	case DEVCAP_STAT:
		return ledger_stat(ledger, user);
	default:
		return -ENOTTY;
	}
}

static ssize_t ledger_read(struct file *file, char __user *to, size_t size, loff_t *offset)
{
	struct ledger *ledger = file->private_data;

	return event_read(&ledger->events, to, size, file->f_flags & O_NONBLOCK);
}

/* Never HUP or ERR: systemd's descriptor store would drop it. */
static __poll_t ledger_poll(struct file *file, poll_table *table)
{
	struct ledger *ledger = file->private_data;

	poll_wait(file, &ledger->events.wait, table);
	return event_pending(&ledger->events) ? EPOLLIN | EPOLLRDNORM : 0;
}

static const struct file_operations ledger_fops = {
	.owner = THIS_MODULE,
	.open = ledger_open,
	.release = ledger_release,
	.unlocked_ioctl = ledger_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.read = ledger_read,
	.poll = ledger_poll,
};

static struct miscdevice ledger_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "devcap",
	.fops = &ledger_fops,
	.mode = 0600,
};

int ledger_start(void)
{
	return misc_register(&ledger_device);
}

void ledger_stop(void)
{
	misc_deregister(&ledger_device);
}
