/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * A capability: its life, its place in the tree, and the gate that every
 * operation passes.
 */
#ifndef DEVCAP_CAPABILITY_H
#define DEVCAP_CAPABILITY_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "rule.h"

struct capability;
struct ledger;
struct seq_file;

/**
 * struct bus - what capability.c asks of each bus
 * @id:      enum devcap_bus
 * @ioctl:   every ioctl but DEVCAP_GET_RULE; enters the gate itself, after it
 *           has copied its arguments and never with a user page to touch
 * @compat_ioctl: the same for a 32-bit caller
 * @read, @write: as in file_operations, likewise
 * @derive:  a new capability on the parent's device; takes a share of its claim
 * @release: give the claim back; called once, when no operation is in flight
 * @free:    free what @mint or @derive allocated
 */
struct bus {
	u32 id;
	long (*ioctl)(struct capability *cap, unsigned int cmd, unsigned long arg);
#ifdef CONFIG_COMPAT
	long (*compat_ioctl)(struct capability *cap, unsigned int cmd, unsigned long arg);
#endif
	ssize_t (*read)(struct capability *cap, char __user *to, size_t size);
	ssize_t (*write)(struct capability *cap, const char __user *from, size_t size);
	struct capability *(*derive)(struct capability *parent, const struct rule *rule);
	void (*release)(struct capability *cap);
	void (*free)(struct capability *cap);
};

/**
 * struct claim - one exclusive hold of a piece of a device, shared by the
 * capabilities that stand for it
 * @capabilities: those that are not reaped yet; protected by tree_lock
 * @gone:         the device went away; protected by tree_lock
 * @users:        capabilities that have not given it back
 */
struct claim {
	refcount_t users;
	struct list_head capabilities;
	bool gone;
};

/**
 * struct capability
 *
 * Lifetime: one reference is held by the file, one by each child, and one by
 * the tree from capability_publish() until it and its children are reaped. The gate (@active)
 * is another count: it starts at 1, operations raise it, death drops that 1, and
 * whoever brings it to 0 has the capability reaped.
 *
 * @active:          the gate
 * @death:           enum devcap_death; set once, by cmpxchg
 * @budget:          nearest capability with a budget on the way to the root,
 *                   itself included, or NULL; fixed at birth
 * @operations_left: of its own budget, if the rule has one
 * @operations, @refusals, @bytes: counters
 * @rule:            fixed at birth
 * @wait:            woken by death
 * @drained:         no operation is in flight, nor ever will be
 * @quiet:           it and its whole subtree are reaped
 * @lease:           marks it dead; never taken down before @reap
 * @lapse:           takes its subtree along when the lease ends
 * @expiry:          of the lease, CLOCK_BOOTTIME, or KTIME_MAX; never later
 *                   than the parent's
 *
 * Protected by tree_lock:
 * @published:       it is in the tree
 * @closed:          its last descriptor is closed
 * @reaped:          its share of the claim is given back; it stays in the tree
 *                   until its children have left
 * @children, @sibling, @in_ledger, @in_claim: links
 * @in_reap:         link of whoever killed it, to reap it without a worker
 */
struct capability {
	refcount_t active ____cacheline_aligned;
	int death;
	const struct bus *bus;
	struct capability *budget;
	atomic64_t operations_left;
	atomic64_t operations;
	atomic64_t bytes;
	struct rule rule;

	refcount_t references ____cacheline_aligned;
	atomic64_t refusals;
	u64 id;
	pid_t pid;
	u32 depth;
	struct ledger *ledger;
	struct capability *parent;
	struct claim *claim;		/* not after the bus's release() */
	wait_queue_head_t wait;
	struct completion drained;
	struct completion quiet;
	struct hrtimer lease;
	ktime_t expiry;
	struct work_struct reap;
	struct work_struct lapse;
	bool published;
	bool closed;
	bool reaped;
	u32 child_count;
	struct list_head children;
	struct list_head sibling;
	struct list_head in_ledger;
	struct list_head in_claim;
	struct list_head in_reap;
	char label[DEVCAP_LABEL_SIZE];
	char device[DEVCAP_LABEL_SIZE];
};

/*
 * Links of the tree, the ledgers and the claims. Never on the data path; held
 * for list work only, never over a bus call, a wait or a copy.
 */
extern struct mutex tree_lock;
extern const struct file_operations capability_fops;

/** capability_is_dead() - whether to give up what has not reached the wire yet */
static inline bool capability_is_dead(const struct capability *cap)
{
	return unlikely(READ_ONCE(cap->death) != DEVCAP_DEATH_NONE);
}

/* The gate's count came to 0; @reap: as for kill, or NULL to leave it to a worker. */
void capability_drained(struct capability *cap, struct list_head *reap);

static inline void capability_leave(struct capability *cap)
{
	if (unlikely(refcount_dec_and_test(&cap->active)))
		capability_drained(cap, NULL);
}

/**
 * capability_enter() - pass the gate
 *
 * 0 or -ENODEV. Until capability_leave() the device is there and revoke waits:
 * so no user page may be touched and nothing unbounded done in between.
 */
static inline int capability_enter(struct capability *cap)
{
	if (unlikely(!refcount_inc_not_zero(&cap->active)))
		return -ENODEV;
	if (capability_is_dead(cap)) {
		capability_leave(cap);
		return -ENODEV;
	}
	return 0;
}

/**
 * capability_refuse() - count and report a refusal
 * @detail: the event's bus-specific part, or NULL
 *
 * Returns what the caller gets: -EDQUOT for a spent budget, else -EACCES.
 */
int capability_refuse(struct capability *cap, enum devcap_reason reason,
		      const struct devcap_event *detail);

/**
 * capability_init() - fill a zeroed capability that a bus allocated
 * @claim:  its share of it is already taken
 * @device: the kernel's name of the device
 */
void capability_init(struct capability *cap, const struct bus *bus, struct claim *claim,
		     const char *device);

/**
 * capability_publish() - make it part of the tree, from where it can die
 * @parent: or NULL for one made from a device node
 *
 * Returns 0, -ENODEV, -EMLINK or -ENOSPC. On failure it was never there: the
 * caller drops its reference, and the claim goes with it.
 */
int capability_publish(struct capability *cap, struct ledger *ledger, struct capability *parent);

/** capability_of() - the capability that a file stands for, or NULL */
struct capability *capability_of(struct file *file);

void capability_get(struct capability *cap);
void capability_put(struct capability *cap);

/**
 * capability_kill_subtree() - mark it and all that was narrowed from it dead
 * @reap: those that are drained are added here, for capability_reap_all() when
 *        the lock is free again; NULL: leave all of it to workers
 *
 * With tree_lock held.
 */
void capability_kill_subtree(struct capability *cap, enum devcap_death death,
			     struct list_head *reap);
void capability_reap_all(struct list_head *reap);

/**
 * capability_wait_quiet() - sleep until a dead capability and its subtree are
 * quiet: no traffic any more, and their claims free
 * @killable: give up with -EINTR on a fatal signal
 */
int capability_wait_quiet(struct capability *cap, bool killable);

/**
 * claim_unplug() - the device goes away: kill and drain what stands for it
 *
 * When it returns, no operation of any capability of the claim is in flight,
 * and none will be. The claim itself stays until its last capability is reaped.
 */
void claim_unplug(struct claim *claim);

u64 capability_lease_left(const struct capability *cap);
u64 capability_operations_left(const struct capability *cap);

int capability_start(void);
void capability_stop(void);

#endif /* DEVCAP_CAPABILITY_H */
