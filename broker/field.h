/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * Members of JSON objects, one call each. Foreign text must be clean before it
 * comes here (text_clean()).
 */
#ifndef DEVCAP_FIELD_H
#define DEVCAP_FIELD_H

#include <jansson.h>
#include <stdint.h>

/** field_put() - any value, whose reference is taken over */
void field_put(json_t *object, const char *name, json_t *value);

void field_put_text(json_t *object, const char *name, const char *text);
void field_put_number(json_t *object, const char *name, int64_t number);
void field_put_bool(json_t *object, const char *name, int value);

/** field_text() - never NULL: empty where there is none */
const char *field_text(const json_t *object, const char *name);

/** field_number() - 0 where there is none */
int64_t field_number(const json_t *object, const char *name);

#endif /* DEVCAP_FIELD_H */
