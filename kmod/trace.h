/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Tracepoints of each step: a patched-out branch while nobody listens.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM devcap

#if !defined(DEVCAP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define DEVCAP_TRACE_H

#include <linux/tracepoint.h>

#include "capability.h"

DECLARE_EVENT_CLASS(devcap_step,
	TP_PROTO(const struct capability *cap, u32 code),
	TP_ARGS(cap, code),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, code)
	),
	TP_fast_assign(
		__entry->id = cap->id;
		__entry->code = code;
	),
	TP_printk("id=%llu code=%u", __entry->id, __entry->code)
);

DEFINE_EVENT(devcap_step, devcap_refusal,
	TP_PROTO(const struct capability *cap, u32 code), TP_ARGS(cap, code));
DEFINE_EVENT(devcap_step, devcap_death,
	TP_PROTO(const struct capability *cap, u32 code), TP_ARGS(cap, code));

TRACE_EVENT(devcap_birth,
	TP_PROTO(const struct capability *cap),
	TP_ARGS(cap),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u64, parent)
		__field(u32, bus)
		__array(char, device, DEVCAP_LABEL_SIZE)
		__array(char, label, DEVCAP_LABEL_SIZE)
	),
	TP_fast_assign(
		__entry->id = cap->id;
		__entry->parent = cap->parent ? cap->parent->id : 0;
		__entry->bus = cap->bus->id;
		memcpy(__entry->device, cap->device, DEVCAP_LABEL_SIZE);
		memcpy(__entry->label, cap->label, DEVCAP_LABEL_SIZE);
	),
	TP_printk("id=%llu parent=%llu bus=%u device=%s label=%s", __entry->id,
		  __entry->parent, __entry->bus, __entry->device, __entry->label)
);

TRACE_EVENT(devcap_operation,
	TP_PROTO(const struct capability *cap, u32 bytes, int result),
	TP_ARGS(cap, bytes, result),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, bytes)
		__field(int, result)
	),
	TP_fast_assign(
		__entry->id = cap->id;
		__entry->bytes = bytes;
		__entry->result = result;
	),
	TP_printk("id=%llu bytes=%u result=%d", __entry->id, __entry->bytes, __entry->result)
);

#endif /* DEVCAP_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
