// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * JSON members, without the error that only a lack of memory can cause.
 */
#include "error.h"
#include "field.h"

void field_put(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value))
		error_no_memory();
}

void field_put_text(json_t *object, const char *name, const char *text)
{
	field_put(object, name, json_string(text));
}

void field_put_number(json_t *object, const char *name, int64_t number)
{
	field_put(object, name, json_integer(number));
}

void field_put_bool(json_t *object, const char *name, int value)
{
	field_put(object, name, json_boolean(value));
}

const char *field_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

int64_t field_number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}
