/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * What reached a bus, in a ring: adding a record costs the same whatever the
 * ring holds, and allocates nothing. Nothing here knows a bus.
 */
#ifndef SIM_LOG_H
#define SIM_LOG_H

#include <linux/seq_file.h>
#include <linux/types.h>

#define LOG_RECORDS	4096

/* Bytes kept of one message; a longer one is shown with a `+` at its end. */
#define LOG_BYTES	64

/**
 * struct log_record - one message
 * @time_ns: when it reached the bus, CLOCK_MONOTONIC
 * @where:   the bus's own: address, chip select, …
 * @flags:   the bus's own
 * @length:  bytes of the message
 * @kept:    how many of them are in @bytes; none of a read that has brought none
 * @bytes:   the first ones
 */
struct log_record {
	u64 time_ns;
	u32 where;
	u16 flags;
	u16 length;
	u8 kept;
	u8 bytes[LOG_BYTES];
};

/**
 * struct log - a ring of records. The bus's lock protects it.
 * @records: LOG_RECORDS of them
 * @next:    records since the module was loaded
 * @begin:   @next at the last clear
 */
struct log {
	struct log_record *records;
	u64 next;
	u64 begin;
};

int log_init(struct log *log);
void log_exit(struct log *log);

/** log_add() - a new record, its bytes not yet; the ring's until it comes round */
struct log_record *log_add(struct log *log, u32 where, u16 flags, u16 length);

/** log_fill() - the bytes of a record, as soon as they are known */
void log_fill(struct log_record *record, const u8 *bytes, u16 length);

void log_clear(struct log *log);

/** log_count() - records since the last clear, lost ones included */
u64 log_count(const struct log *log);

/**
 * log_show() - all as text, oldest first: `SEQ TIME_NS WHERE LEN HEXBYTES`, after
 *		`lost N` where the ring came round
 * @where: writes the bus's own words
 */
void log_show(const struct log *log, struct seq_file *to,
	      void (*where)(struct seq_file *to, const struct log_record *record));

#endif /* SIM_LOG_H */
