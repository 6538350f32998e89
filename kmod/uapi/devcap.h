/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The one interface between devcap.ko and user space: the ledger (/dev/devcap),
 * the rule's wire form, capabilities and events.
 *
 * Conventions
 *
 * - Every argument struct starts with its size as the caller knows it, as with
 *   clone3(2) and openat2(2). A shorter struct is extended with zeros; a longer
 *   one is accepted when all that the kernel does not know is zero, and refused
 *   with E2BIG otherwise. Zero always means "as it was before this member
 *   existed". The kernel writes back no more than the caller's size.
 * - Members marked (out) are written by the kernel; what the caller put there
 *   is ignored. Reserved members must be zero, else EINVAL.
 * - Every descriptor that is returned is O_CLOEXEC and O_RDWR.
 * - Times are nanoseconds. Lease times run on CLOCK_BOOTTIME: a lease goes on
 *   while the machine is suspended.
 * - A call that fails has changed nothing.
 */
#ifndef _UAPI_DEVCAP_H
#define _UAPI_DEVCAP_H

#include <linux/ioctl.h>
#include <linux/types.h>

/** DEVCAP_LABEL_SIZE - bytes of a label or device name, its final NUL included */
#define DEVCAP_LABEL_SIZE	32

/** DEVCAP_DEPTH_MAX - capabilities on the longest way from a root to a leaf */
#define DEVCAP_DEPTH_MAX	16

/** DEVCAP_LEDGER_MAX - living capabilities of one ledger (then ENOSPC) */
#define DEVCAP_LEDGER_MAX	4096

/** DEVCAP_RULE_SIZE_MAX - largest rule in its wire form, in bytes (then E2BIG) */
#define DEVCAP_RULE_SIZE_MAX	4096

/**
 * enum devcap_bus - what kind of device a capability is a piece of
 */
enum devcap_bus {
	DEVCAP_BUS_NONE = 0,
	DEVCAP_BUS_I2C	= 1,
};

/* ------------------------------------------------------------------------- */
/* The rule in its wire form                                                 */

/**
 * struct devcap_rule - head of a rule; @item_count items follow
 * @size:             bytes of the whole rule, head and items
 * @head_size:        bytes of this head, the first item begins there; a
 *                    multiple of 8
 * @bus:              enum devcap_bus
 * @rights:           bits of the bus, such as DEVCAP_I2C_READ; at least one
 * @item_count:       how many items follow
 * @lease_ns:         dies by itself after that time, counted from the narrow;
 *                    0: no lease of its own. A child never outlives its parent,
 *                    whatever it asks for.
 * @operations:       budget of operations in all; 0: none of its own. Each
 *                    operation is charged to the capability and every ancestor.
 * @wire_ns_per_call: longest time that one call may hold the bus, computed from
 *                    its length at the bus's clock rate; 0: the parent's, at
 *                    most DEVCAP_DEFAULT_WIRE_NS
 * @bytes_per_call:   most payload bytes of one call, both directions together;
 *                    0: the parent's, at most DEVCAP_DEFAULT_BYTES
 * @reserved:         0
 */
struct devcap_rule {
	__u32 size;
	__u16 head_size;
	__u16 bus;
	__u32 rights;
	__u32 item_count;
	__aligned_u64 lease_ns;
	__aligned_u64 operations;
	__aligned_u64 wire_ns_per_call;
	__u32 bytes_per_call;
	__u32 reserved;
};

#define DEVCAP_DEFAULT_BYTES	8192U
#define DEVCAP_DEFAULT_WIRE_NS	1000000000ULL

/**
 * struct devcap_item - how each item of a rule begins
 * @type: enum devcap_item_type; an unknown type is refused
 * @size: bytes of the item, this head included; a multiple of 8
 */
struct devcap_item {
	__u16 type;
	__u16 size;
};

enum devcap_item_type {
	DEVCAP_ITEM_I2C_ADDRESS	  = 1,	/* struct devcap_item_i2c_address */
	DEVCAP_ITEM_I2C_REGISTERS = 2,	/* struct devcap_item_i2c_registers */
};

/*
 * I2C rights (UM10204 for the bus, SMBus 3.2 for the transactions).
 *
 * READ:  messages that read.
 * WRITE: messages that write, a lone register pointer among them.
 * QUICK: a call of one message without data (SMBus Quick Command). Its
 *	  read/write bit reaches the chip and can latch: a right of its own.
 */
#define DEVCAP_I2C_READ		(1U << 0)
#define DEVCAP_I2C_WRITE	(1U << 1)
#define DEVCAP_I2C_QUICK	(1U << 2)
#define DEVCAP_I2C_RIGHTS	(DEVCAP_I2C_READ | DEVCAP_I2C_WRITE | DEVCAP_I2C_QUICK)

/* What a call may have at most, as in i2c-dev: messages, and bytes of one. */
#define DEVCAP_I2C_MESSAGES_MAX	42U
#define DEVCAP_I2C_MESSAGE_MAX	8192U
/* The largest bytes_per_call, and a wire_ns_per_call that never refuses. */
#define DEVCAP_I2C_BYTES_MAX	(DEVCAP_I2C_MESSAGES_MAX * DEVCAP_I2C_MESSAGE_MAX)
#define DEVCAP_WIRE_NS_MAX	(3600ULL * 1000000000ULL)

/* Register ranges of one capability, per right. */
#define DEVCAP_I2C_RANGES_MAX	64

/**
 * struct devcap_item_i2c_address - the chip; exactly one in an I2C rule
 * @item:           type DEVCAP_ITEM_I2C_ADDRESS
 * @address:        7 bits (0x08 to 0x77) or, with DEVCAP_I2C_TEN, 10 bits
 * @register_width: bytes of the chip's register pointer: 1, 2, or 0 when the
 *                  chip has none or the rule does not look at it
 * @flags:          DEVCAP_I2C_TEN, DEVCAP_I2C_LITTLE_ENDIAN
 *
 * With a register width, a write message begins with the register pointer; a
 * pointer that is followed by a read in the same call belongs to that read and
 * needs no right to write; a read needs such a pointer, for without it the
 * chip's hidden pointer decides. Without a register width every message needs
 * the right of its own direction.
 */
struct devcap_item_i2c_address {
	struct devcap_item item;
	__u16 address;
	__u8 register_width;
	__u8 flags;
};

#define DEVCAP_I2C_TEN			(1U << 0)
/* A register pointer of two bytes has its low byte first (else: high first). */
#define DEVCAP_I2C_LITTLE_ENDIAN	(1U << 1)

/**
 * struct devcap_item_i2c_registers - registers that a right reaches
 * @item:     type DEVCAP_ITEM_I2C_REGISTERS
 * @first:    first register of the range
 * @last:     last register, included; not below @first
 * @rights:   DEVCAP_I2C_READ, DEVCAP_I2C_WRITE or both
 * @reserved: 0
 *
 * Needs a register width. A right for which there is no range reaches every
 * register. Every register that a call could touch when the chip increments its
 * pointer must be granted.
 */
struct devcap_item_i2c_registers {
	struct devcap_item item;
	__u16 first;
	__u16 last;
	__u32 rights;
	__u32 reserved;
};

/* ------------------------------------------------------------------------- */
/* Why something was refused                                                 */

/**
 * enum devcap_reason - the dimension that a refused operation or rule missed
 *
 * An operation that the rule refuses fails with EACCES and touches no bus; one
 * that finds its budget spent fails with EDQUOT.
 */
enum devcap_reason {
	DEVCAP_REASON_NONE = 0,
	/* of operations, and of rules that are wider than the parent's */
	DEVCAP_REASON_READ = 1,		/* no right to read */
	DEVCAP_REASON_WRITE = 2,	/* no right to write */
	DEVCAP_REASON_QUICK = 3,	/* no right to a quick command */
	DEVCAP_REASON_ADDRESS = 4,	/* not the granted address */
	DEVCAP_REASON_ADDRESS_WIDTH = 5, /* 10-bit flag differs from the rule's */
	DEVCAP_REASON_FLAGS = 6,	/* a message flag that defeats narrowing */
	DEVCAP_REASON_EMPTY_MESSAGE = 7, /* no data, within a longer call */
	DEVCAP_REASON_REGISTER_READ = 8, /* reaches a register not granted to read */
	DEVCAP_REASON_REGISTER_WRITE = 9, /* … not granted to write */
	DEVCAP_REASON_POINTER_UNKNOWN = 10, /* read without a pointer in this call */
	DEVCAP_REASON_POINTER_PARTIAL = 11, /* shorter than the register pointer */
	DEVCAP_REASON_REGISTER_WIDTH = 12, /* rule: differs from the parent's */
	DEVCAP_REASON_MESSAGES = 13,	/* too many messages, or one is too long */
	DEVCAP_REASON_BYTES = 14,	/* more bytes in one call than allowed */
	DEVCAP_REASON_WIRE_TIME = 15,	/* would hold the bus longer than allowed */
	DEVCAP_REASON_OPERATIONS = 16,	/* the budget of operations is spent */
	DEVCAP_REASON_COMMAND = 17,	/* a call that no rule can grant */
	/* of rules alone: malformed */
	DEVCAP_REASON_RULE_SIZE = 32,	/* sizes do not fit each other */
	DEVCAP_REASON_RULE_BUS = 33,	/* unknown bus, or not the parent's */
	DEVCAP_REASON_RULE_RIGHTS = 34,	/* no right, or an unknown one */
	DEVCAP_REASON_RULE_ITEM = 35,	/* unknown item, or not in this place */
	DEVCAP_REASON_RULE_RESERVED = 36, /* a reserved member is not zero */
	DEVCAP_REASON_RULE_ADDRESS = 37, /* not an address of that width */
	DEVCAP_REASON_RULE_REGISTERS = 38, /* empty, beyond the width, or no width */
	DEVCAP_REASON_RULE_LIMIT = 39,	/* a limit above the bus's own */
	DEVCAP_REASON_RULE_RANGES = 40,	/* more ranges than DEVCAP_I2C_RANGES_MAX */
};

/**
 * enum devcap_death - why a capability is dead
 */
enum devcap_death {
	DEVCAP_DEATH_NONE = 0,		/* it lives */
	DEVCAP_DEATH_REVOKED = 1,	/* DEVCAP_REVOKE of it or of an ancestor */
	DEVCAP_DEATH_LEASE = 2,		/* its lease ended */
	DEVCAP_DEATH_LEDGER = 3,	/* its ledger, or an ancestor's, was closed */
	DEVCAP_DEATH_UNPLUGGED = 4,	/* its device went away */
	DEVCAP_DEATH_CLOSED = 5,	/* its last descriptor was closed */
};

/* ------------------------------------------------------------------------- */
/* The ledger: ioctls on /dev/devcap                                         */

#define DEVCAP_IOC_TYPE	0xDC

/**
 * struct devcap_narrow - DEVCAP_NARROW: make a capability
 * @size:        sizeof(struct devcap_narrow)
 * @flags:       0
 * @parent_fd:   a device node's descriptor (/dev/i2c-N), or a capability's. A
 *               device node needs a ledger that was opened with CAP_SYS_RAWIO in
 *               the initial user namespace. The kernel keeps no reference to
 *               the descriptor.
 * @reason:      (out) on EACCES and EINVAL: enum devcap_reason
 * @rule:        address of the rule in its wire form
 * @id:          (out) the capability's id: 64 bits, never used again
 * @label:       NUL-terminated name for lists and events, printable ASCII; may
 *               be empty
 * @rule_offset: (out) on EINVAL: byte of the rule at which it is wrong
 * @reserved:    0
 *
 * Returns the capability's descriptor, or -1 and
 *
 * EACCES:  the rule allows something that the parent's does not (@reason)
 * EBADF:   @parent_fd is not an open descriptor, or is an O_PATH one
 * EBUSY:   another ledger or a kernel driver has the address
 * E2BIG:   unknown members are not zero; the rule is too long
 * EINVAL:  the rule is malformed (@reason, @rule_offset), or a reserved member
 *          is not zero, or the label is not printable or not terminated
 * EMFILE:  the process has too many descriptors
 * EMLINK:  the tree is DEVCAP_DEPTH_MAX deep already
 * ENODEV:  the parent's device is gone, or the parent is a dead capability
 * ENOSPC:  the ledger has DEVCAP_LEDGER_MAX capabilities
 * EOPNOTSUPP: the parent is neither a capability nor a device node of a bus
 *          that devcap knows, or its adapter has no 10-bit addresses
 * EPERM:   the parent is a device node and the ledger may not narrow those
 */
struct devcap_narrow {
	__u32 size;
	__u32 flags;
	__s32 parent_fd;
	__u32 reason;
	__aligned_u64 rule;
	__aligned_u64 id;
	char label[DEVCAP_LABEL_SIZE];
	__u32 rule_offset;
	__u32 reserved;
};
#define DEVCAP_NARROW	_IO(DEVCAP_IOC_TYPE, 0x01)

/**
 * struct devcap_revoke - DEVCAP_REVOKE: make a capability and its subtree dead
 * @size:  sizeof(struct devcap_revoke)
 * @flags: DEVCAP_REVOKE_*
 * @id:    a capability of this ledger
 * @label: with DEVCAP_REVOKE_LABEL: all capabilities of this ledger so called
 *
 * From the moment of the call every operation fails with ENODEV. The call then
 * waits for transfers that are on the wire; when it returns 0 the bus carries
 * no more traffic of the subtree, and its claims are free. With
 * DEVCAP_REVOKE_NOWAIT it does not wait, and one DEVCAP_EVENT_QUIET per
 * capability follows in the stream of the ledger that made it.
 *
 * EINTR:  a fatal signal came while waiting; the capabilities are dead all the
 *         same, and QUIET events follow
 * EINVAL: unknown flags, or both LABEL and ALL
 * ENOENT: no such living capability in this ledger (nothing to do)
 */
struct devcap_revoke {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	char label[DEVCAP_LABEL_SIZE];
};
#define DEVCAP_REVOKE	_IO(DEVCAP_IOC_TYPE, 0x02)

#define DEVCAP_REVOKE_NOWAIT	(1U << 0)
#define DEVCAP_REVOKE_LABEL	(1U << 1)	/* by @label, @id is 0 */
#define DEVCAP_REVOKE_ALL	(1U << 2)	/* all of this ledger, @id is 0 */

/**
 * struct devcap_list - DEVCAP_LIST: ids of this ledger's capabilities, ascending
 * @size:  sizeof(struct devcap_list)
 * @count: in: room at @ids; (out): how many were written; 0: no more
 * @after: only ids above this one: 0 first, then the last one received
 * @ids:   address of an array of __u64
 */
struct devcap_list {
	__u32 size;
	__u32 count;
	__aligned_u64 after;
	__aligned_u64 ids;
};
#define DEVCAP_LIST	_IO(DEVCAP_IOC_TYPE, 0x03)

/* DEVCAP_LIST and the time of one call: at most that many ids at once. */
#define DEVCAP_LIST_MAX	512

/** DEVCAP_NO_LIMIT - what is left where there is no lease or no budget */
#define DEVCAP_NO_LIMIT	(~0ULL)

/**
 * struct devcap_stat - DEVCAP_STAT: one capability of this ledger
 * @size:            sizeof(struct devcap_stat)
 * @flags:           (out) DEVCAP_STAT_*
 * @id:              in: which
 * @parent:          (out) id of the capability that it was narrowed from, or 0
 * @bus:             (out) enum devcap_bus
 * @death:           (out) enum devcap_death
 * @pid:             (out) process (in the initial pid namespace) that made it
 * @depth:           (out) 1 for a capability made from a device node
 * @children:        (out) capabilities narrowed from it that still exist
 * @reserved:        (out) 0
 * @operations:      (out) calls that the rule allowed and that were tried
 * @refusals:        (out) calls that were refused
 * @bytes:           (out) payload bytes of the operations, both directions
 * @lease_left_ns:   (out) until its lease ends, or DEVCAP_NO_LIMIT
 * @operations_left: (out) least budget left on the way to the root, or
 *                   DEVCAP_NO_LIMIT
 * @label:           (out) as given to DEVCAP_NARROW
 * @device:          (out) the kernel's name of the device, such as "i2c-1"
 *
 * ENOENT: no such capability in this ledger: it never was, or it is dead and
 *         quiet.
 */
struct devcap_stat {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__aligned_u64 parent;
	__u32 bus;
	__u32 death;
	__s32 pid;
	__u32 depth;
	__u32 children;
	__u32 reserved;
	__aligned_u64 operations;
	__aligned_u64 refusals;
	__aligned_u64 bytes;
	__aligned_u64 lease_left_ns;
	__aligned_u64 operations_left;
	char label[DEVCAP_LABEL_SIZE];
	char device[DEVCAP_LABEL_SIZE];
};
#define DEVCAP_STAT	_IO(DEVCAP_IOC_TYPE, 0x04)

/* Its last descriptor is closed; it stays for the sake of its children. */
#define DEVCAP_STAT_CLOSED	(1U << 0)

/* ------------------------------------------------------------------------- */
/* Events: read(2) on the ledger                                             */

enum devcap_event_type {
	DEVCAP_EVENT_BIRTH   = 1,	/* a capability was made */
	DEVCAP_EVENT_DEATH   = 2,	/* it is dead; @code: enum devcap_death */
	DEVCAP_EVENT_QUIET   = 3,	/* … its subtree too, and bus and claims are free */
	DEVCAP_EVENT_REFUSED = 4,	/* @code: enum devcap_reason */
	/* @count records were lost; @code: REFUSED, or BIRTH for the other three types */
	DEVCAP_EVENT_LOST    = 5,
};

/**
 * struct devcap_event - one record
 * @sequence: rises by one with each event of the ledger, lost ones included
 * @time_ns:  CLOCK_BOOTTIME
 * @id:       the capability; 0 in LOST
 * @type:     enum devcap_event_type
 * @code:     depends on @type
 * @bus:      enum devcap_bus; 0 in LOST
 * @pid:      process that caused it (initial pid namespace); 0: the kernel
 * @count:    LOST: how many; else 0
 * @i2c:      REFUSED on I2C: the message that was refused
 * @i2c.address:  its address
 * @i2c.flags:    its flags as in struct i2c_msg
 * @i2c.length:   its bytes
 * @i2c.message:  its place in the call, from 0
 * @i2c.first:    first register that it would have reached, where the rule has
 *                a register width and the pointer is known
 * @i2c.last:     the last one
 *
 * read(2) returns whole records, oldest first, as many as fit (EINVAL when not
 * one does), and sleeps while there is none (EAGAIN with O_NONBLOCK). poll(2)
 * reports EPOLLIN when there is one, never EPOLLHUP or EPOLLERR. BIRTH, DEATH
 * and QUIET have room of their own, which refusals can't fill; a slow reader
 * gets a LOST record in place of what was overwritten. A refusal of a capability
 * that another ledger narrowed from one of this ledger's comes under the id of
 * the latter.
 */
struct devcap_event {
	__aligned_u64 sequence;
	__aligned_u64 time_ns;
	__aligned_u64 id;
	__u32 type;
	__u32 code;
	__u32 bus;
	__s32 pid;
	__aligned_u64 count;
	union {
		struct {
			__u16 address;
			__u16 flags;
			__u16 length;
			__u16 message;
			__u32 first;
			__u32 last;
		} i2c;
		__aligned_u64 detail[2];
	};
};

/* ------------------------------------------------------------------------- */
/* The capability: one ioctl beside those of its device node                 */

/**
 * struct devcap_get_rule - DEVCAP_GET_RULE: what this descriptor may do
 * @size:            sizeof(struct devcap_get_rule)
 * @bus:             (out) enum devcap_bus
 * @rule:            address of room for the rule in its wire form, or 0. What
 *                   is written is the rule as it is in force: defaults filled
 *                   in, ranges sorted and joined.
 * @rule_size:       in: bytes of that room; (out) bytes of the rule
 * @reserved:        0
 * @id:              (out) the capability's id, as its ledger names it
 * @lease_left_ns:   (out) until its lease ends, or DEVCAP_NO_LIMIT
 * @operations_left: (out) least budget left on the way to the root, or
 *                   DEVCAP_NO_LIMIT
 *
 * ENODEV: the capability is dead
 * ENOSPC: the room is too small; @rule_size says what is needed
 */
struct devcap_get_rule {
	__u32 size;
	__u32 bus;
	__aligned_u64 rule;
	__u32 rule_size;
	__u32 reserved;
	__aligned_u64 id;
	__aligned_u64 lease_left_ns;
	__aligned_u64 operations_left;
};
#define DEVCAP_GET_RULE	_IO(DEVCAP_IOC_TYPE, 0x40)

#endif /* _UAPI_DEVCAP_H */
