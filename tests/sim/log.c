// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * The log of a bus. Adding a record never allocates, waits or fails.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "log.h"

int log_init(struct log *log)
{
	log->records = vzalloc(array_size(LOG_RECORDS, sizeof(*log->records)));
	return log->records ? 0 : -ENOMEM;
}

void log_exit(struct log *log)
{
	vfree(log->records);
}

struct log_record *log_add(struct log *log, u32 where, u16 flags, u16 length)
{
	struct log_record *record = &log->records[log->next++ % LOG_RECORDS];

	record->time_ns = ktime_get_mono_fast_ns();
	record->where = where;
	record->flags = flags;
	record->length = length;
	record->kept = 0;
	return record;
}

void log_fill(struct log_record *record, const u8 *bytes, u16 length)
{
	record->length = length;
	record->kept = min_t(u16, length, LOG_BYTES);
	memcpy(record->bytes, bytes, record->kept);
}

void log_clear(struct log *log)
{
	log->begin = log->next;
}

u64 log_count(const struct log *log)
{
	return log->next - log->begin;
}

static void show_bytes(struct seq_file *to, const struct log_record *record)
{
	seq_printf(to, " %u ", record->length);
	if (record->kept)
		seq_printf(to, "%*phN", record->kept, record->bytes);
	else
		seq_putc(to, '-');
	seq_puts(to, record->kept && record->kept < record->length ? "+\n" : "\n");
}

void log_show(const struct log *log, struct seq_file *to,
	      void (*where)(struct seq_file *to, const struct log_record *record))
{
	u64 count = log_count(log);
	u64 lost = count > LOG_RECORDS ? count - LOG_RECORDS : 0;
	u64 i;

	if (lost)
		seq_printf(to, "lost %llu\n", lost);
	for (i = lost; i < count && !seq_has_overflowed(to); i++) {
		const struct log_record *record = &log->records[(log->begin + i) % LOG_RECORDS];

		seq_printf(to, "%llu %llu ", i + 1, record->time_ns);
		where(to, record);
		show_bytes(to, record);
	}
}
