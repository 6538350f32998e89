// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Life and death of capabilities. Death has three steps, whatever its cause:
 * mark the subtree dead, wake what waits, drain what is in flight; then the
 * claim goes back. No step waits for anything that a holder controls.
 */
#include <linux/compat.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "args.h"
#include "budget.h"
#include "capability.h"
#include "compat.h"
#include "ledger.h"
#include "trace.h"

/* See capability.h. */
DEFINE_MUTEX(tree_lock);

static struct workqueue_struct *reapers;
static u64 last_id;

static void capability_reap(struct capability *cap);

/* ------------------------------------------------------------------------- */
/* Memory                                                                    */

void capability_get(struct capability *cap)
{
	refcount_inc(&cap->references);
}

void capability_put(struct capability *cap)
{
	/* Up the tree in a loop: a chain of parents must not become recursion. */
	while (cap && refcount_dec_and_test(&cap->references)) {
		struct capability *parent = cap->parent;

		if (cap->ledger)
			ledger_put(cap->ledger);
		cap->bus->free(cap);
		cap = parent;
	}
}

/* ------------------------------------------------------------------------- */
/* Reporting                                                                 */

static void post(struct capability *cap, u32 type, u32 code)
{
	struct devcap_event event = {
		.id = cap->id,
		.type = type,
		.code = code,
		.bus = cap->bus->id,
		.pid = in_task() && !(current->flags & PF_KTHREAD) ? task_tgid_nr(current) : 0,
	};

	event_post(&cap->ledger->events, &event);
}

int capability_refuse(struct capability *cap, enum devcap_reason reason,
		      const struct devcap_event *detail)
{
	struct devcap_event event = detail ? *detail : (struct devcap_event){ };
	const struct ledger *told = NULL;
	struct capability *up;

	atomic64_inc(&cap->refusals);
	trace_devcap_refusal(cap, reason);
	event.type = DEVCAP_EVENT_REFUSED;
	event.code = reason;
	event.bus = cap->bus->id;
	event.pid = task_tgid_nr(current);
	/* Who passed a piece on to another ledger hears of it under its own id. */
	for (up = cap; up; up = up->parent) {
		if (up->ledger == told)
			continue;
		told = up->ledger;
		event.id = up->id;
		event_post(&up->ledger->events, &event);
	}
	return reason == DEVCAP_REASON_OPERATIONS ? -EDQUOT : -EACCES;
}

u64 capability_lease_left(const struct capability *cap)
{
	s64 left;

	if (cap->expiry == KTIME_MAX)
		return DEVCAP_NO_LIMIT;
	left = ktime_to_ns(ktime_sub(cap->expiry, ktime_get_boottime()));
	return left > 0 ? left : 0;
}

/* ------------------------------------------------------------------------- */
/* Death                                                                     */

void capability_drained(struct capability *cap, struct list_head *reap)
{
	complete_all(&cap->drained);
	if (reap)
		list_add_tail(&cap->in_reap, reap);
	else
		queue_work(reapers, &cap->reap);
}

/* From any context that may take a softirq lock. The first cause wins. */
static void kill(struct capability *cap, enum devcap_death death, struct list_head *reap)
{
	if (cmpxchg(&cap->death, DEVCAP_DEATH_NONE, death) != DEVCAP_DEATH_NONE)
		return;
	trace_devcap_death(cap, death);
	post(cap, DEVCAP_EVENT_DEATH, death);
	wake_up_poll(&cap->wait, EPOLLHUP | EPOLLERR);
	if (refcount_dec_and_test(&cap->active))
		capability_drained(cap, reap);
}

/* The next of the subtree in an order that needs no recursion. */
static struct capability *next_in_subtree(const struct capability *root, struct capability *cap)
{
	if (!list_empty(&cap->children))
		return list_first_entry(&cap->children, struct capability, sibling);
	while (cap != root) {
		if (!list_is_last(&cap->sibling, &cap->parent->children))
			return list_next_entry(cap, sibling);
		cap = cap->parent;
	}
	return NULL;
}

void capability_kill_subtree(struct capability *root, enum devcap_death death,
			     struct list_head *reap)
{
	struct capability *cap;

	lockdep_assert_held(&tree_lock);
	for (cap = root; cap; cap = next_in_subtree(root, cap))
		kill(cap, death, reap);
}

void capability_reap_all(struct list_head *reap)
{
	struct capability *cap, *next;

	list_for_each_entry_safe(cap, next, reap, in_reap) {
		list_del_init(&cap->in_reap);
		/* Giving the device back may wait for others: not the caller's part. */
		if (refcount_read(&cap->claim->users) > 1)
			capability_reap(cap);
		else
			queue_work(reapers, &cap->reap);
	}
}

/*
 * Dead at once, from the timer itself. Its children have timers of their own,
 * which may be late on another processor: the subtree follows as soon as a worker
 * can take the lock, whatever is still in flight.
 */
static enum hrtimer_restart lease_ended(struct hrtimer *timer)
{
	struct capability *cap = container_of(timer, struct capability, lease);

	capability_get(cap);
	kill(cap, DEVCAP_DEATH_LEASE, NULL);
	queue_work(reapers, &cap->lapse);
	return HRTIMER_NORESTART;
}

static void lapse_work(struct work_struct *work)
{
	struct capability *cap = container_of(work, struct capability, lapse);

	mutex_lock(&tree_lock);
	capability_kill_subtree(cap, DEVCAP_DEATH_LEASE, NULL);
	mutex_unlock(&tree_lock);
	capability_put(cap);
}

/*
 * Up the tree: what is reaped and has no child left is quiet as a whole, and
 * leaves. With tree_lock held; @cap may be freed.
 */
static void unlink_quiet(struct capability *cap, struct list_head *reap)
{
	while (cap && cap->reaped && list_empty(&cap->children)) {
		struct capability *parent = cap->parent;

		list_del_init(&cap->in_ledger);
		cap->ledger->count--;
		if (parent) {
			list_del_init(&cap->sibling);
			parent->child_count--;
			/* It stayed for the sake of its children alone. */
			if (parent->closed && list_empty(&parent->children))
				kill(parent, DEVCAP_DEATH_CLOSED, reap);
		}
		post(cap, DEVCAP_EVENT_QUIET, 0);
		complete_all(&cap->quiet);
		capability_put(cap);
		cap = parent;
	}
}

/* Drained: give back what it holds. Runs once, in a context that may sleep. */
static void capability_reap(struct capability *cap)
{
	LIST_HEAD(reap);

	hrtimer_cancel(&cap->lease);
	mutex_lock(&tree_lock);
	list_del_init(&cap->in_claim);
	mutex_unlock(&tree_lock);

	cap->bus->release(cap);

	mutex_lock(&tree_lock);
	cap->reaped = true;
	unlink_quiet(cap, &reap);
	mutex_unlock(&tree_lock);
	capability_reap_all(&reap);
}

static void reap_work(struct work_struct *work)
{
	capability_reap(container_of(work, struct capability, reap));
}

static int wait_quiet(struct capability *cap, bool killable)
{
	if (killable)
		return wait_for_completion_killable(&cap->quiet) ? -EINTR : 0;
	wait_for_completion(&cap->quiet);
	return 0;
}

int capability_wait_quiet(struct capability *cap, bool killable)
{
	int error;

	do {
		error = wait_quiet(cap, killable);
		if (error)
			return error;
		/* A closed parent that stayed for its sake goes with it. */
		cap = cap->parent;
	} while (cap && READ_ONCE(cap->death) == DEVCAP_DEATH_CLOSED);
	return 0;
}

static struct capability *first_undrained(struct claim *claim)
{
	struct capability *cap, *found = NULL;

	mutex_lock(&tree_lock);
	list_for_each_entry(cap, &claim->capabilities, in_claim) {
		if (!completion_done(&cap->drained)) {
			capability_get(cap);
			found = cap;
			break;
		}
	}
	mutex_unlock(&tree_lock);
	return found;
}

void claim_unplug(struct claim *claim)
{
	struct capability *cap;

	mutex_lock(&tree_lock);
	claim->gone = true;
	list_for_each_entry(cap, &claim->capabilities, in_claim)
		kill(cap, DEVCAP_DEATH_UNPLUGGED, NULL);
	mutex_unlock(&tree_lock);

	while ((cap = first_undrained(claim))) {
		wait_for_completion(&cap->drained);
		capability_put(cap);
	}
}

/* ------------------------------------------------------------------------- */
/* Birth                                                                     */

void capability_init(struct capability *cap, const struct bus *bus, struct claim *claim,
		     const char *device)
{
	refcount_set(&cap->active, 1);
	refcount_set(&cap->references, 1);
	cap->bus = bus;
	cap->claim = claim;
	cap->pid = task_tgid_nr(current);
	cap->expiry = KTIME_MAX;
	strscpy(cap->device, device, sizeof(cap->device));
	init_waitqueue_head(&cap->wait);
	init_completion(&cap->drained);
	init_completion(&cap->quiet);
	INIT_WORK(&cap->reap, reap_work);
	INIT_WORK(&cap->lapse, lapse_work);
	INIT_LIST_HEAD(&cap->children);
	INIT_LIST_HEAD(&cap->sibling);
	INIT_LIST_HEAD(&cap->in_ledger);
	INIT_LIST_HEAD(&cap->in_claim);
	INIT_LIST_HEAD(&cap->in_reap);
	compat_hrtimer_setup(&cap->lease, lease_ended, CLOCK_BOOTTIME, HRTIMER_MODE_ABS_SOFT);
}

static void start_lease(struct capability *cap)
{
	if (cap->rule.lease_ns)
		cap->expiry = ktime_add_safe(ktime_get_boottime(),
					     min_t(u64, cap->rule.lease_ns, KTIME_MAX));
	if (cap->parent)
		cap->expiry = min(cap->expiry, cap->parent->expiry);
	if (cap->expiry != KTIME_MAX)
		hrtimer_start(&cap->lease, cap->expiry, HRTIMER_MODE_ABS_SOFT);
}

static int may_be_born(const struct capability *cap, const struct ledger *ledger,
		       const struct capability *parent)
{
	if (ledger->closed || cap->claim->gone)
		return -ENODEV;
	if (ledger->count >= DEVCAP_LEDGER_MAX)
		return -ENOSPC;
	if (!parent)
		return 0;
	/* A closed one may live on for its children, but makes no new ones. */
	if (capability_is_dead(parent) || parent->closed)
		return -ENODEV;
	return parent->depth < DEVCAP_DEPTH_MAX ? 0 : -EMLINK;
}

int capability_publish(struct capability *cap, struct ledger *ledger, struct capability *parent)
{
	int error;

	mutex_lock(&tree_lock);
	error = may_be_born(cap, ledger, parent);
	if (error)
		goto unlock;
	cap->id = ++last_id;
	cap->depth = 1;
	cap->ledger = ledger;
	ledger_get(ledger);
	if (parent) {
		cap->depth += parent->depth;
		cap->parent = parent;
		capability_get(parent);
		list_add_tail(&cap->sibling, &parent->children);
		parent->child_count++;
	}
	list_add_tail(&cap->in_ledger, &ledger->capabilities);
	list_add_tail(&cap->in_claim, &cap->claim->capabilities);
	ledger->count++;
	capability_get(cap);
	cap->published = true;
	budget_birth(cap);
	trace_devcap_birth(cap);
	post(cap, DEVCAP_EVENT_BIRTH, 0);
	start_lease(cap);
unlock:
	mutex_unlock(&tree_lock);
	return error;
}

/* ------------------------------------------------------------------------- */
/* The file                                                                  */

struct capability *capability_of(struct file *file)
{
	return file->f_op == &capability_fops ? file->private_data : NULL;
}

static int capability_release(struct inode *inode, struct file *file)
{
	struct capability *cap = file->private_data;
	LIST_HEAD(reap);

	if (!cap->published) {
		cap->bus->release(cap);
		capability_put(cap);
		return 0;
	}
	mutex_lock(&tree_lock);
	cap->closed = true;
	if (list_empty(&cap->children))
		kill(cap, DEVCAP_DEATH_CLOSED, &reap);
	mutex_unlock(&tree_lock);
	capability_reap_all(&reap);
	/* Nothing of it is in flight: this waits for its claim to be free. */
	if (cap->death == DEVCAP_DEATH_CLOSED)
		capability_wait_quiet(cap, false);
	capability_put(cap);
	return 0;
}

static __poll_t capability_poll(struct file *file, poll_table *table)
{
	struct capability *cap = file->private_data;

	poll_wait(file, &cap->wait, table);
	if (capability_is_dead(cap))
		return EPOLLERR | EPOLLHUP | DEFAULT_POLLMASK;
	return DEFAULT_POLLMASK;
}

static int copy_rule(const struct rule *rule, struct devcap_get_rule *args)
{
	u32 room = args->rule_size;
	int error = 0;
	void *wire;

	wire = kzalloc(DEVCAP_RULE_SIZE_MAX, GFP_KERNEL_ACCOUNT);
	if (!wire)
		return -ENOMEM;
	args->rule_size = rule_encode(rule, wire, DEVCAP_RULE_SIZE_MAX);
	if (args->rule && room < args->rule_size)
		error = -ENOSPC;
	else if (args->rule && copy_to_user(u64_to_user_ptr(args->rule), wire, args->rule_size))
		error = -EFAULT;
	kfree(wire);
	return error;
}

static long get_rule(struct capability *cap, void __user *arg)
{
	struct devcap_get_rule args;
	int error;

	error = args_copy_in(&args, sizeof(args), arg);
	if (error)
		return error;
	if (args.reserved)
		return -EINVAL;
	if (capability_is_dead(cap))
		return -ENODEV;
	args.bus = cap->bus->id;
	args.id = cap->id;
	args.lease_left_ns = capability_lease_left(cap);
	args.operations_left = capability_operations_left(cap);
	error = copy_rule(&cap->rule, &args);
	if (error && error != -ENOSPC)
		return error;
	return args_copy_out(arg, &args, sizeof(args)) ? -EFAULT : error;
}

static long capability_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct capability *cap = file->private_data;

	if (cmd == DEVCAP_GET_RULE)
		return get_rule(cap, (void __user *)arg);
	return cap->bus->ioctl(cap, cmd, arg);
}

#ifdef CONFIG_COMPAT
static long capability_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct capability *cap = file->private_data;

	/* Our own structs have one layout for all. */
	if (cmd == DEVCAP_GET_RULE)
		return get_rule(cap, compat_ptr(arg));
	return cap->bus->compat_ioctl(cap, cmd, arg);
}
#endif

static ssize_t capability_read(struct file *file, char __user *to, size_t size, loff_t *offset)
{
	struct capability *cap = file->private_data;

	return cap->bus->read(cap, to, size);
}

static ssize_t capability_write(struct file *file, const char __user *from, size_t size,
				loff_t *offset)
{
	struct capability *cap = file->private_data;

	return cap->bus->write(cap, from, size);
}

static void capability_show_fdinfo(struct seq_file *seq, struct file *file)
{
	const struct capability *cap = file->private_data;
	u64 lease = capability_lease_left(cap), operations = capability_operations_left(cap);

	seq_printf(seq, "devcap-id:\t%llu\n", cap->id);
	seq_printf(seq, "devcap-label:\t%s\n", cap->label);
	seq_printf(seq, "devcap-device:\t%s\n", cap->device);
	seq_printf(seq, "devcap-death:\t%d\n", READ_ONCE(cap->death));
	seq_printf(seq, "devcap-operations:\t%lld\n", atomic64_read(&cap->operations));
	seq_printf(seq, "devcap-refusals:\t%lld\n", atomic64_read(&cap->refusals));
	seq_printf(seq, "devcap-bytes:\t%lld\n", atomic64_read(&cap->bytes));
	if (lease != DEVCAP_NO_LIMIT)
		seq_printf(seq, "devcap-lease-left-ns:\t%llu\n", lease);
	if (operations != DEVCAP_NO_LIMIT)
		seq_printf(seq, "devcap-operations-left:\t%llu\n", operations);
}

const struct file_operations capability_fops = {
	.owner = THIS_MODULE,
	.release = capability_release,
	.poll = capability_poll,
	.unlocked_ioctl = capability_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = capability_compat_ioctl,
#endif
	.read = capability_read,
	.write = capability_write,
	.show_fdinfo = capability_show_fdinfo,
};

int capability_start(void)
{
	reapers = alloc_workqueue("devcap", WQ_UNBOUND, 0);
	return reapers ? 0 : -ENOMEM;
}

void capability_stop(void)
{
	destroy_workqueue(reapers);
}
