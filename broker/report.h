/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Events as devcapd sends them (JSON) and as devcap prints them (a line).
 */
#ifndef DEVCAP_REPORT_H
#define DEVCAP_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "history.h"

/** report_encode() - a record as the member "event" of the protocol; a new reference */
json_t *report_encode(const struct history_record *record);

/** report_print() - such a member as one line for people */
void report_print(FILE *to, const json_t *event);

/** report_lost() - an event that stands for @count that a slow reader missed */
json_t *report_lost(uint64_t count);

/** report_death_name() - a word for programs, such as "lease" */
const char *report_death_name(unsigned int death);

#endif /* DEVCAP_REPORT_H */
