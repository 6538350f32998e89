// SPDX-License-Identifier: GPL-2.0-only OR MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * All decisions, as pure functions. No kernel header comes in here: the very
 * same file is compiled into the module and into every program that checks it.
 */
#include "rule.h"

/* ------------------------------------------------------------------------- */
/* Register ranges                                                           */

static __u32 register_limit(const struct rule_i2c *i2c)
{
	return i2c->register_width == 2 ? 0xffff : 0xff;
}

/* Whether @first to @last lie within one range; ranges never touch. */
static int ranges_hold(const struct rule_ranges *ranges, __u32 first, __u32 last)
{
	__u32 low = 0, high = ranges->count;

	if (!ranges->count)
		return 1;
	while (low < high) {
		__u32 middle = low + (high - low) / 2;

		if (ranges->range[middle].last < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ranges->count && ranges->range[low].first <= first &&
	       last <= ranges->range[low].last;
}

/* Insert in order and join with what overlaps or touches. */
static int ranges_add(struct rule_ranges *ranges, __u16 first, __u16 last)
{
	__u32 from = 0, to, i;

	while (from < ranges->count && ranges->range[from].last + 1U < first)
		from++;
	to = from;
	while (to < ranges->count && ranges->range[to].first <= last + 1U) {
		if (ranges->range[to].first < first)
			first = ranges->range[to].first;
		if (ranges->range[to].last > last)
			last = ranges->range[to].last;
		to++;
	}
	if (to == from) {
		if (ranges->count == DEVCAP_I2C_RANGES_MAX)
			return 0;
		for (i = ranges->count; i > from; i--)
			ranges->range[i] = ranges->range[i - 1];
		ranges->count++;
	} else {
		for (i = to; i < ranges->count; i++)
			ranges->range[from + 1 + i - to] = ranges->range[i];
		ranges->count -= to - from - 1;
	}
	ranges->range[from].first = first;
	ranges->range[from].last = last;
	return 1;
}

static int ranges_within(const struct rule_ranges *child, const struct rule_ranges *parent,
			 __u32 limit)
{
	__u32 i;

	if (!child->count)
		return ranges_hold(parent, 0, limit);
	for (i = 0; i < child->count; i++)
		if (!ranges_hold(parent, child->range[i].first, child->range[i].last))
			return 0;
	return 1;
}

/* ------------------------------------------------------------------------- */
/* The wire form                                                             */

static void copy(void *to, const void *from, __u32 size)
{
	__builtin_memcpy(to, from, size);
}

static enum devcap_reason decode_i2c_address(const void *wire, struct rule_i2c *i2c)
{
	struct devcap_item_i2c_address item;

	copy(&item, wire, sizeof(item));
	if (item.flags & ~(DEVCAP_I2C_TEN | DEVCAP_I2C_LITTLE_ENDIAN))
		return DEVCAP_REASON_RULE_RESERVED;
	if (item.flags & DEVCAP_I2C_TEN ? item.address > 0x3ff :
	    item.address < 0x08 || item.address > 0x77)
		return DEVCAP_REASON_RULE_ADDRESS;
	if (item.register_width > 2)
		return DEVCAP_REASON_RULE_REGISTERS;
	if (item.flags & DEVCAP_I2C_LITTLE_ENDIAN && item.register_width != 2)
		return DEVCAP_REASON_RULE_REGISTERS;
	i2c->address = item.address;
	i2c->flags = item.flags;
	i2c->register_width = item.register_width;
	return DEVCAP_REASON_NONE;
}

static enum devcap_reason decode_i2c_registers(const void *wire, struct rule *rule)
{
	struct devcap_item_i2c_registers item;
	struct rule_i2c *i2c = &rule->i2c;

	copy(&item, wire, sizeof(item));
	if (item.reserved)
		return DEVCAP_REASON_RULE_RESERVED;
	/* A range of a right that is not granted would later read as "all". */
	if (!item.rights || item.rights & ~(DEVCAP_I2C_READ | DEVCAP_I2C_WRITE) ||
	    item.rights & ~rule->rights)
		return DEVCAP_REASON_RULE_RIGHTS;
	if (!i2c->register_width || item.first > item.last || item.last > register_limit(i2c))
		return DEVCAP_REASON_RULE_REGISTERS;
	if (item.rights & DEVCAP_I2C_READ && !ranges_add(&i2c->read, item.first, item.last))
		return DEVCAP_REASON_RULE_RANGES;
	if (item.rights & DEVCAP_I2C_WRITE && !ranges_add(&i2c->write, item.first, item.last))
		return DEVCAP_REASON_RULE_RANGES;
	return DEVCAP_REASON_NONE;
}

/* The address comes first and once: the registers are read by its width. */
static enum devcap_reason decode_item(const __u8 *wire, const struct devcap_item *item,
				      __u32 index, struct rule *rule)
{
	switch (item->type) {
	case DEVCAP_ITEM_I2C_ADDRESS:
		if (index)
			return DEVCAP_REASON_RULE_ITEM;
		if (item->size != sizeof(struct devcap_item_i2c_address))
			return DEVCAP_REASON_RULE_SIZE;
		return decode_i2c_address(wire, &rule->i2c);
	case DEVCAP_ITEM_I2C_REGISTERS:
		if (!index)
			return DEVCAP_REASON_RULE_ITEM;
		if (item->size != sizeof(struct devcap_item_i2c_registers))
			return DEVCAP_REASON_RULE_SIZE;
		return decode_i2c_registers(wire, rule);
	default:
		return DEVCAP_REASON_RULE_ITEM;
	}
}

static enum devcap_reason decode_items(const __u8 *wire, __u32 size, __u32 count,
				       struct rule *rule, __u32 *offset)
{
	enum devcap_reason reason;
	struct devcap_item item;
	__u32 i;

	for (i = 0; i < count; i++) {
		if (size - *offset < sizeof(item))
			return DEVCAP_REASON_RULE_SIZE;
		copy(&item, wire + *offset, sizeof(item));
		if (item.size < sizeof(item) || item.size % 8 || item.size > size - *offset)
			return DEVCAP_REASON_RULE_SIZE;
		reason = decode_item(wire + *offset, &item, i, rule);
		if (reason)
			return reason;
		*offset += item.size;
	}
	return *offset == size ? DEVCAP_REASON_NONE : DEVCAP_REASON_RULE_SIZE;
}

static enum devcap_reason decode_head(const struct devcap_rule *head, struct rule *rule,
				      __u32 *offset)
{
	*offset = __builtin_offsetof(struct devcap_rule, bus);
	if (head->bus != DEVCAP_BUS_I2C)
		return DEVCAP_REASON_RULE_BUS;
	*offset = __builtin_offsetof(struct devcap_rule, rights);
	if (!head->rights || head->rights & ~DEVCAP_I2C_RIGHTS)
		return DEVCAP_REASON_RULE_RIGHTS;
	*offset = __builtin_offsetof(struct devcap_rule, wire_ns_per_call);
	if (head->wire_ns_per_call > DEVCAP_WIRE_NS_MAX)
		return DEVCAP_REASON_RULE_LIMIT;
	*offset = __builtin_offsetof(struct devcap_rule, bytes_per_call);
	if (head->bytes_per_call > DEVCAP_I2C_BYTES_MAX)
		return DEVCAP_REASON_RULE_LIMIT;
	*offset = __builtin_offsetof(struct devcap_rule, reserved);
	if (head->reserved)
		return DEVCAP_REASON_RULE_RESERVED;
	rule->bus = head->bus;
	rule->rights = head->rights;
	rule->lease_ns = head->lease_ns;
	rule->operations = head->operations;
	rule->wire_ns_per_call = head->wire_ns_per_call;
	rule->bytes_per_call = head->bytes_per_call;
	return DEVCAP_REASON_NONE;
}

/* A longer head is one of a newer devcap: fine as long as it says nothing. */
static enum devcap_reason head_is_known(const __u8 *wire, __u32 head_size, __u32 *offset)
{
	__u32 i;

	for (i = sizeof(struct devcap_rule); i < head_size; i++) {
		if (wire[i]) {
			*offset = i;
			return DEVCAP_REASON_RULE_RESERVED;
		}
	}
	return DEVCAP_REASON_NONE;
}

enum devcap_reason rule_decode(const void *wire, __u32 size, struct rule *rule, __u32 *offset)
{
	enum devcap_reason reason;
	struct devcap_rule head;

	*offset = 0;
	__builtin_memset(rule, 0, sizeof(*rule));
	if (size < sizeof(head) || size > DEVCAP_RULE_SIZE_MAX)
		return DEVCAP_REASON_RULE_SIZE;
	copy(&head, wire, sizeof(head));
	if (head.size != size || head.head_size < sizeof(head) || head.head_size % 8 ||
	    head.head_size > size)
		return DEVCAP_REASON_RULE_SIZE;
	reason = head_is_known(wire, head.head_size, offset);
	if (reason)
		return reason;
	reason = decode_head(&head, rule, offset);
	if (reason)
		return reason;
	*offset = __builtin_offsetof(struct devcap_rule, item_count);
	if (!head.item_count)
		return DEVCAP_REASON_RULE_ITEM;
	*offset = head.head_size;
	return decode_items(wire, size, head.item_count, rule, offset);
}

static __u32 encode_ranges(const struct rule_ranges *ranges, __u32 rights, __u8 *wire)
{
	struct devcap_item_i2c_registers item = {
		.item = { DEVCAP_ITEM_I2C_REGISTERS, sizeof(item) },
		.rights = rights,
	};
	__u32 i;

	for (i = 0; i < ranges->count; i++) {
		item.first = ranges->range[i].first;
		item.last = ranges->range[i].last;
		copy(wire + i * sizeof(item), &item, sizeof(item));
	}
	return ranges->count * sizeof(item);
}

__u32 rule_encode(const struct rule *rule, void *wire, __u32 room)
{
	const struct rule_i2c *i2c = &rule->i2c;
	__u32 ranges = i2c->read.count + i2c->write.count;
	struct devcap_item_i2c_address address = {
		.item = { DEVCAP_ITEM_I2C_ADDRESS, sizeof(address) },
		.address = i2c->address,
		.register_width = i2c->register_width,
		.flags = i2c->flags,
	};
	struct devcap_rule head = {
		.size = sizeof(head) + sizeof(address) +
			ranges * sizeof(struct devcap_item_i2c_registers),
		.head_size = sizeof(head),
		.bus = rule->bus,
		.rights = rule->rights,
		.item_count = 1 + ranges,
		.lease_ns = rule->lease_ns,
		.operations = rule->operations,
		.wire_ns_per_call = rule->wire_ns_per_call,
		.bytes_per_call = rule->bytes_per_call,
	};
	__u8 *to = wire;

	if (room < head.size)
		return head.size;
	copy(to, &head, sizeof(head));
	to += sizeof(head);
	copy(to, &address, sizeof(address));
	to += sizeof(address);
	to += encode_ranges(&i2c->read, DEVCAP_I2C_READ, to);
	encode_ranges(&i2c->write, DEVCAP_I2C_WRITE, to);
	return head.size;
}

/* ------------------------------------------------------------------------- */
/* Narrowing                                                                 */

static enum devcap_reason narrow_i2c(const struct rule *parent, const struct rule *child)
{
	const struct rule_i2c *p = &parent->i2c, *c = &child->i2c;

	if (c->address != p->address)
		return DEVCAP_REASON_ADDRESS;
	if ((c->flags ^ p->flags) & DEVCAP_I2C_TEN)
		return DEVCAP_REASON_ADDRESS_WIDTH;
	if (!p->register_width) {
		/*
		 * With a register width, reading includes writing the pointer,
		 * which a parent without one calls a write.
		 */
		if (c->register_width && child->rights & DEVCAP_I2C_READ &&
		    !(parent->rights & DEVCAP_I2C_WRITE))
			return DEVCAP_REASON_REGISTER_WIDTH;
		return DEVCAP_REASON_NONE;
	}
	if (c->register_width != p->register_width || c->flags != p->flags)
		return DEVCAP_REASON_REGISTER_WIDTH;
	if (child->rights & DEVCAP_I2C_READ &&
	    !ranges_within(&c->read, &p->read, register_limit(p)))
		return DEVCAP_REASON_REGISTER_READ;
	if (child->rights & DEVCAP_I2C_WRITE &&
	    !ranges_within(&c->write, &p->write, register_limit(p)))
		return DEVCAP_REASON_REGISTER_WRITE;
	return DEVCAP_REASON_NONE;
}

static enum devcap_reason narrow_rights(const struct rule *parent, const struct rule *child)
{
	__u32 more = child->rights & ~parent->rights;

	if (more & DEVCAP_I2C_READ)
		return DEVCAP_REASON_READ;
	if (more & DEVCAP_I2C_WRITE)
		return DEVCAP_REASON_WRITE;
	if (more & DEVCAP_I2C_QUICK)
		return DEVCAP_REASON_QUICK;
	return DEVCAP_REASON_NONE;
}

static void fill_defaults(struct rule *rule, __u32 bytes, __u64 wire_ns)
{
	if (!rule->bytes_per_call)
		rule->bytes_per_call = bytes < DEVCAP_DEFAULT_BYTES ? bytes : DEVCAP_DEFAULT_BYTES;
	if (!rule->wire_ns_per_call)
		rule->wire_ns_per_call = wire_ns < DEVCAP_DEFAULT_WIRE_NS ?
					 wire_ns : DEVCAP_DEFAULT_WIRE_NS;
}

enum devcap_reason rule_narrow(const struct rule *parent, struct rule *child)
{
	enum devcap_reason reason;

	if (!parent) {
		fill_defaults(child, DEVCAP_I2C_BYTES_MAX, DEVCAP_WIRE_NS_MAX);
		return DEVCAP_REASON_NONE;
	}
	if (child->bus != parent->bus)
		return DEVCAP_REASON_RULE_BUS;
	reason = narrow_rights(parent, child);
	if (reason)
		return reason;
	fill_defaults(child, parent->bytes_per_call, parent->wire_ns_per_call);
	if (child->bytes_per_call > parent->bytes_per_call)
		return DEVCAP_REASON_BYTES;
	if (child->wire_ns_per_call > parent->wire_ns_per_call)
		return DEVCAP_REASON_WIRE_TIME;
	return narrow_i2c(parent, child);
}

/* ------------------------------------------------------------------------- */
/* Judging an I2C call                                                       */

void rule_i2c_begin(struct rule_i2c_call *call, __u32 ns_per_bit)
{
	__builtin_memset(call, 0, sizeof(*call));
	call->ns_per_bit = ns_per_bit;
	call->pointer = RULE_NO_POINTER;
}

/* A bare pointer turns out to be a write: it was not followed by a read. */
static enum devcap_reason judge_lone_pointer(const struct rule *rule, struct rule_i2c_call *call)
{
	call->first = call->pointer;
	call->last = call->pointer;
	if (!(rule->rights & DEVCAP_I2C_WRITE))
		return DEVCAP_REASON_WRITE;
	if (!ranges_hold(&rule->i2c.write, call->pointer, call->pointer))
		return DEVCAP_REASON_REGISTER_WRITE;
	return DEVCAP_REASON_NONE;
}

/*
 * A chip may or may not increment its pointer, so a read reaches everything
 * from the pointer that was written to the end of all that the chain covers.
 */
static enum devcap_reason judge_register_read(const struct rule *rule,
					      struct rule_i2c_call *call, __u32 length)
{
	if (!(rule->rights & DEVCAP_I2C_READ))
		return DEVCAP_REASON_READ;
	if (call->pointer == RULE_NO_POINTER)
		return DEVCAP_REASON_POINTER_UNKNOWN;
	call->alone = 0;
	call->reach += length;
	call->first = call->pointer;
	call->last = call->pointer + call->reach - 1;
	if (call->last > register_limit(&rule->i2c) ||
	    !ranges_hold(&rule->i2c.read, call->first, call->last))
		return DEVCAP_REASON_REGISTER_READ;
	return DEVCAP_REASON_NONE;
}

static __u32 pointer_of(const struct rule_i2c *i2c, const __u8 *head)
{
	if (i2c->register_width == 1)
		return head[0];
	if (i2c->flags & DEVCAP_I2C_LITTLE_ENDIAN)
		return head[0] | head[1] << 8;
	return head[0] << 8 | head[1];
}

static enum devcap_reason judge_register_write(const struct rule *rule,
					       struct rule_i2c_call *call,
					       const struct rule_i2c_message *message)
{
	const struct rule_i2c *i2c = &rule->i2c;
	enum devcap_reason reason;

	if (call->alone) {
		reason = judge_lone_pointer(rule, call);
		if (reason) {
			/* Reported as what it is: the message before. */
			call->messages--;
			return reason;
		}
	}
	if (message->length < i2c->register_width)
		return DEVCAP_REASON_POINTER_PARTIAL;
	call->pointer = pointer_of(i2c, message->head);
	call->reach = message->length - i2c->register_width;
	call->alone = !call->reach;
	call->first = call->pointer;
	call->last = call->pointer + (call->reach ? call->reach - 1 : 0);
	if (call->alone)
		return DEVCAP_REASON_NONE;
	if (!(rule->rights & DEVCAP_I2C_WRITE))
		return DEVCAP_REASON_WRITE;
	if (call->last > register_limit(i2c) ||
	    !ranges_hold(&i2c->write, call->first, call->last))
		return DEVCAP_REASON_REGISTER_WRITE;
	return DEVCAP_REASON_NONE;
}

/* What no rule looks into: the address, the flags, and what the bus can bear. */
static enum devcap_reason judge_form(const struct rule *rule, const struct rule_i2c_call *call,
				     const struct rule_i2c_message *message)
{
	int ten = !!(rule->i2c.flags & DEVCAP_I2C_TEN);

	if (call->messages > DEVCAP_I2C_MESSAGES_MAX || message->length > DEVCAP_I2C_MESSAGE_MAX)
		return DEVCAP_REASON_MESSAGES;
	if (message->flags & ~(RULE_I2C_RD | RULE_I2C_TEN | RULE_I2C_RECV_LEN))
		return DEVCAP_REASON_FLAGS;
	if (message->flags & RULE_I2C_RECV_LEN && !(message->flags & RULE_I2C_RD))
		return DEVCAP_REASON_FLAGS;
	if (message->address != rule->i2c.address)
		return DEVCAP_REASON_ADDRESS;
	if (!!(message->flags & RULE_I2C_TEN) != ten)
		return DEVCAP_REASON_ADDRESS_WIDTH;
	if (call->empty || (!message->length && call->messages > 1))
		return DEVCAP_REASON_EMPTY_MESSAGE;
	return DEVCAP_REASON_NONE;
}

enum devcap_reason rule_i2c_message(const struct rule *rule, struct rule_i2c_call *call,
				    const struct rule_i2c_message *message)
{
	enum devcap_reason reason;

	call->messages++;
	call->first = 0;
	call->last = 0;
	reason = judge_form(rule, call, message);
	if (reason)
		return reason;
	/* Start or repeated start, address byte or bytes, payload; 9 bits a byte. */
	call->bits += 2 + 9 * ((rule->i2c.flags & DEVCAP_I2C_TEN ? 2 : 1) + message->length);
	call->bytes += message->length;
	if (!message->length) {
		call->empty = 1;
		return rule->rights & DEVCAP_I2C_QUICK ? DEVCAP_REASON_NONE :
							 DEVCAP_REASON_QUICK;
	}
	if (rule->i2c.register_width)
		return message->flags & RULE_I2C_RD ?
		       judge_register_read(rule, call, message->length) :
		       judge_register_write(rule, call, message);
	if (message->flags & RULE_I2C_RD)
		return rule->rights & DEVCAP_I2C_READ ? DEVCAP_REASON_NONE : DEVCAP_REASON_READ;
	return rule->rights & DEVCAP_I2C_WRITE ? DEVCAP_REASON_NONE : DEVCAP_REASON_WRITE;
}

enum devcap_reason rule_i2c_end(const struct rule *rule, struct rule_i2c_call *call)
{
	if (call->alone) {
		enum devcap_reason reason = judge_lone_pointer(rule, call);

		if (reason)
			return reason;
	}
	if (call->bytes > rule->bytes_per_call)
		return DEVCAP_REASON_BYTES;
	if (call->bits * call->ns_per_bit > rule->wire_ns_per_call)
		return DEVCAP_REASON_WIRE_TIME;
	return DEVCAP_REASON_NONE;
}

/* The messages of an SMBus transaction: bytes of each, or NO_MESSAGE. */
struct smbus_shape {
	__u32 write;
	__u32 read;
};

#define NO_MESSAGE	0xffffffffU

/* A command byte and @data bytes to write; or the command alone, then a read. */
static struct smbus_shape shape(int read, __u32 to_write, __u32 to_read)
{
	if (read)
		return (struct smbus_shape){ 1, to_read };
	return (struct smbus_shape){ 1 + to_write, NO_MESSAGE };
}

/* SMBus 3.2, 6.5; I2C block transactions as in Linux's i2c-core-smbus.c. */
static struct smbus_shape smbus_shape(const struct rule_smbus_call *smbus)
{
	__u32 block = smbus->length;

	switch (smbus->size) {
	case RULE_SMBUS_QUICK:
		return smbus->read ? (struct smbus_shape){ NO_MESSAGE, 0 } :
				     (struct smbus_shape){ 0, NO_MESSAGE };
	case RULE_SMBUS_BYTE:
		return smbus->read ? (struct smbus_shape){ NO_MESSAGE, 1 } :
				     (struct smbus_shape){ 1, NO_MESSAGE };
	case RULE_SMBUS_BYTE_DATA:
		return shape(smbus->read, 1, 1);
	case RULE_SMBUS_WORD_DATA:
		return shape(smbus->read, 2, 2);
	case RULE_SMBUS_PROC_CALL:
		return (struct smbus_shape){ 3, 2 };
	case RULE_SMBUS_BLOCK_DATA:
		return shape(smbus->read, 1 + block, 1 + RULE_SMBUS_BLOCK_MAX);
	case RULE_SMBUS_BLOCK_PROC_CALL:
		return (struct smbus_shape){ 2 + block, 1 + RULE_SMBUS_BLOCK_MAX };
	case RULE_SMBUS_I2C_BLOCK_DATA:
		return shape(smbus->read, block, block);
	default:
		return (struct smbus_shape){ NO_MESSAGE, NO_MESSAGE };
	}
}

/* Ends the last message; as in i2c-core-smbus.c, not where there is none to check. */
static int smbus_has_pec(const struct rule_smbus_call *smbus)
{
	return smbus->pec && smbus->size != RULE_SMBUS_QUICK &&
	       smbus->size != RULE_SMBUS_I2C_BLOCK_DATA;
}

enum devcap_reason rule_i2c_smbus(const struct rule *rule, struct rule_i2c_call *call,
				  const struct rule_smbus_call *smbus,
				  struct rule_i2c_message *message)
{
	__u16 ten = rule->i2c.flags & DEVCAP_I2C_TEN ? RULE_I2C_TEN : 0;
	enum devcap_reason reason;
	struct smbus_shape shape = smbus_shape(smbus);

	*message = (struct rule_i2c_message){
		.address = rule->i2c.address,
		.flags = ten,
		.head = { smbus->command, smbus->data },
	};
	if (shape.write == NO_MESSAGE && shape.read == NO_MESSAGE)
		return DEVCAP_REASON_COMMAND;
	if (smbus_has_pec(smbus)) {
		/* On the wire it would be the rest of the pointer. */
		if (smbus->size == RULE_SMBUS_BYTE && !smbus->read &&
		    rule->i2c.register_width == 2)
			return DEVCAP_REASON_POINTER_PARTIAL;
		if (shape.read != NO_MESSAGE)
			shape.read++;
		else
			shape.write++;
	}
	if (shape.write != NO_MESSAGE) {
		message->length = (__u16)shape.write;
		reason = rule_i2c_message(rule, call, message);
		if (reason)
			return reason;
	}
	if (shape.read != NO_MESSAGE) {
		message->flags |= RULE_I2C_RD;
		message->length = (__u16)shape.read;
		reason = rule_i2c_message(rule, call, message);
		if (reason)
			return reason;
	}
	return rule_i2c_end(rule, call);
}
