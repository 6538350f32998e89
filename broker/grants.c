// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Grants as a command asks for them. Decides nothing: devcapd parses the same
 * text again.
 */
#include <ctype.h>
#include <string.h>

#include "cleanup.h"
#include "connection.h"
#include "grants.h"
#include "spec.h"

int grants_add(struct grants *grants, const char *text, struct error *error)
{
	struct spec spec;
	size_t i;

	if (grants->count == MESSAGE_GRANTS_MAX)
		return error_set(error, ERROR_USAGE, "--grant %.180s: more than %d grants", text,
				 MESSAGE_GRANTS_MAX);
	if (spec_parse(text, &spec, error))
		return -1;
	for (i = 0; i < grants->count; i++)
		if (!strcmp(grants->names[i], spec.name))
			return spec_repeats(text, &spec, error);
	grants->texts[grants->count] = text;
	grants->fds[grants->count] = -1;
	memcpy(grants->names[grants->count], spec.name, sizeof(spec.name));
	grants->count++;
	return 0;
}

static json_t *make_request(const struct grants *grants, const char *guest)
{
	json_t *specs = must(json_array());
	size_t i;

	for (i = 0; i < grants->count; i++)
		json_array_append_new(specs, must(json_string(grants->texts[i])));
	return json_pack("{s:s,s:s,s:o}", "request", "grant", "guest", guest, "specs", specs);
}

int grants_ask(struct grants *grants, const char *guest, struct error *error)
{
	cleanup_json json_t *reply = NULL;
	cleanup_fd int connection = -1;
	size_t given = 0;

	if (!grants->count)
		return 0;
	connection = connection_open(error);
	if (connection < 0)
		return -1;
	reply = connection_ask(connection, make_request(grants, guest), grants->fds, grants->count,
			       &given, error);
	if (!reply)
		return -1;
	if (given != grants->count)
		return error_set(error, ERROR_DAEMON,
				 "devcapd gave %zu capabilities for %zu grants; is it of the same "
				 "devcap version?",
				 given, grants->count);
	return 0;
}

void grants_names(const struct grants *grants, const char **names)
{
	size_t i;

	for (i = 0; i < grants->count; i++)
		names[i] = grants->names[i];
}

void grants_close(struct grants *grants)
{
	size_t i;

	for (i = 0; i < grants->count; i++)
		fd_close(&grants->fds[i]);
}

void grants_guest_name(const char *path, char name[DEVCAP_LABEL_SIZE])
{
	const char *base = strrchr(path, '/');
	size_t length, i;

	base = base ? base + 1 : path;
	length = strlen(base);
	if (length > 5 && !strcmp(base + length - 5, ".wasm"))
		length -= 5;
	if (length > DEVCAP_LABEL_SIZE - 1)
		length = DEVCAP_LABEL_SIZE - 1;
	memcpy(name, base, length);
	name[length] = '\0';
	for (i = 0; i < length; i++)
		if (!isascii(name[i]) || !(isalnum(name[i]) || strchr("-_.", name[i])))
			name[i] = '-';
	if (!isascii(*name) || !isalpha(*name))
		snprintf(name, DEVCAP_LABEL_SIZE, "guest");
}
