// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "ledger.h"

#define NODE "/dev/devcap"

/* ------------------------------------------------------------------------- */
/* Rules                                                                     */

struct want want_full(uint16_t address)
{
	return (struct want){
		.address = address,
		.rights = DEVCAP_I2C_RIGHTS,
		.wire_ns_per_call = DEVCAP_WIRE_NS_MAX,
		.bytes_per_call = DEVCAP_I2C_BYTES_MAX,
	};
}

size_t want_encode(const struct want *want, struct wire *wire)
{
	struct devcap_item_i2c_address *address;
	struct devcap_item_i2c_registers *registers;
	unsigned int i;

	memset(wire, 0, sizeof(*wire));
	address = (void *)(&wire->head + 1);
	registers = (void *)(address + 1);
	*address = (struct devcap_item_i2c_address){
		.item = { DEVCAP_ITEM_I2C_ADDRESS, sizeof(*address) },
		.address = want->address,
		.register_width = want->register_width,
		.flags = want->flags,
	};
	for (i = 0; i < want->range_count; i++)
		registers[i] = (struct devcap_item_i2c_registers){
			.item = { DEVCAP_ITEM_I2C_REGISTERS, sizeof(*registers) },
			.first = want->range[i].first,
			.last = want->range[i].last,
			.rights = want->range[i].rights,
		};
	wire->head = (struct devcap_rule){
		.size = (uint8_t *)&registers[i] - wire->bytes,
		.head_size = sizeof(wire->head),
		.bus = DEVCAP_BUS_I2C,
		.rights = want->rights,
		.item_count = 1 + want->range_count,
		.lease_ns = want->lease_ns,
		.operations = want->operations,
		.wire_ns_per_call = want->wire_ns_per_call,
		.bytes_per_call = want->bytes_per_call,
	};
	return wire->head.size;
}

/* ------------------------------------------------------------------------- */
/* The ledger                                                                */

static int result_of(int result)
{
	return result < 0 ? -errno : result;
}

int ledger_open(void)
{
	return result_of(open(NODE, O_RDWR | O_CLOEXEC));
}

/* Through the raw call: libcap is not worth a dependency for one bit. */
static int set_effective(uint32_t clear, uint32_t set)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -1;
	data[0].effective = (data[0].effective & ~clear) | (set & data[0].permitted);
	return syscall(SYS_capset, &header, data);
}

int ledger_open_unprivileged(void)
{
	const uint32_t rawio = 1U << CAP_SYS_RAWIO;
	int fd;

	if (set_effective(rawio, 0))
		return -errno;
	fd = ledger_open();
	set_effective(0, rawio);
	return fd;
}

int ledger_narrow(int ledger, int parent, const struct want *want, const char *label,
		  uint64_t *id)
{
	struct wire wire;
	struct devcap_narrow args = {
		.size = sizeof(args),
		.parent_fd = parent,
		.rule = (uintptr_t)&wire,
	};
	int fd;

	want_encode(want, &wire);
	if (label)
		strncpy(args.label, label, sizeof(args.label) - 1);
	fd = ioctl(ledger, DEVCAP_NARROW, &args);
	if (fd < 0)
		return -errno;
	if (id)
		*id = args.id;
	return fd;
}

int ledger_mint(int ledger, int node, uint16_t address, uint64_t *id)
{
	struct want want = want_full(address);

	return ledger_narrow(ledger, node, &want, NULL, id);
}

int node_select(int node, uint16_t address)
{
	return result_of(ioctl(node, I2C_SLAVE, (unsigned long)address));
}

struct devcap_narrow narrow_arguments(int parent, uint16_t address, struct wire *wire)
{
	struct want want = want_full(address);

	want_encode(&want, wire);
	return (struct devcap_narrow){
		.size = sizeof(struct devcap_narrow),
		.parent_fd = parent,
		.rule = (uintptr_t)wire,
	};
}

int narrow_raw(int ledger, struct devcap_narrow *args)
{
	return result_of(ioctl(ledger, DEVCAP_NARROW, args));
}

int ledger_count(int ledger)
{
	uint64_t ids[DEVCAP_LIST_MAX];
	struct devcap_list args = { .size = sizeof(args), .ids = (uintptr_t)ids };
	int total = 0;

	do {
		args.count = DEVCAP_LIST_MAX;
		if (ioctl(ledger, DEVCAP_LIST, &args))
			return -errno;
		total += args.count;
		if (args.count)
			args.after = ids[args.count - 1];
	} while (args.count);
	return total;
}

bool ledger_address_is_free(int node, uint16_t address)
{
	struct want want = want_full(address);
	int ledger = ledger_open(), cap = ledger_narrow(ledger, node, &want, NULL, NULL);

	if (cap >= 0)
		close(cap);
	close(ledger);
	return cap >= 0;
}

static int revoke_by(int ledger, struct devcap_revoke *args)
{
	args->size = sizeof(*args);
	return result_of(ioctl(ledger, DEVCAP_REVOKE, args));
}

int ledger_revoke(int ledger, uint64_t id, uint32_t flags)
{
	return revoke_by(ledger, &(struct devcap_revoke){ .id = id, .flags = flags });
}

int ledger_revoke_label(int ledger, const char *label, uint32_t flags)
{
	struct devcap_revoke args = { .flags = flags | DEVCAP_REVOKE_LABEL };

	strncpy(args.label, label, sizeof(args.label) - 1);
	return revoke_by(ledger, &args);
}

int ledger_revoke_all(int ledger, uint32_t flags)
{
	return revoke_by(ledger, &(struct devcap_revoke){ .flags = flags | DEVCAP_REVOKE_ALL });
}

int ledger_stat(int ledger, uint64_t id, struct devcap_stat *stat)
{
	*stat = (struct devcap_stat){ .size = sizeof(*stat), .id = id };
	return result_of(ioctl(ledger, DEVCAP_STAT, stat));
}

/* ------------------------------------------------------------------------- */
/* Events                                                                    */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int ledger_event(int ledger, struct devcap_event *event, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = ledger, .events = POLLIN };
	int result = poll(&poll_fd, 1, timeout_ms);

	if (result <= 0)
		return result_of(result);
	result = read(ledger, event, sizeof(*event));
	return result < 0 ? -errno : result == sizeof(*event) ? 1 : -EIO;
}

int ledger_wait_event(int ledger, uint32_t type, uint64_t id, struct devcap_event *event,
		      int timeout_ms)
{
	struct devcap_event ignored;
	int64_t end = now_ms() + timeout_ms;
	int result;

	if (!event)
		event = &ignored;
	do {
		int64_t left = end - now_ms();

		result = ledger_event(ledger, event, left > 0 ? left : 0);
	} while (result == 1 && (event->type != type || event->id != id));
	return result;
}

unsigned int ledger_drain_events(int ledger)
{
	struct devcap_event event;
	unsigned int count = 0;

	while (ledger_event(ledger, &event, 0) == 1)
		count++;
	return count;
}

/* ------------------------------------------------------------------------- */
/* The capability                                                            */

int capability_rule(int fd, struct devcap_get_rule *rule, struct wire *wire)
{
	*rule = (struct devcap_get_rule){
		.size = sizeof(*rule),
		.rule = (uintptr_t)wire,
		.rule_size = wire ? sizeof(*wire) : 0,
	};
	return result_of(ioctl(fd, DEVCAP_GET_RULE, rule));
}
