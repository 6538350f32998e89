/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The devcap authors */
/*
 * The --grant options of a command, and the capabilities that devcapd gives for
 * them.
 */
#ifndef DEVCAP_GRANTS_H
#define DEVCAP_GRANTS_H

#include <stddef.h>

#include "error.h"
#include "message.h"
#include "rule.h"

/**
 * struct grants - what is asked for, then what was given
 * @count: of them
 * @texts: as on the command line; not owned
 * @names: logical device names
 * @fds:   -1 until they are given; grants_close() them
 */
struct grants {
	size_t count;
	const char *texts[MESSAGE_GRANTS_MAX];
	char names[MESSAGE_GRANTS_MAX][DEVCAP_LABEL_SIZE];
	int fds[MESSAGE_GRANTS_MAX];
};

/** grants_add() - one --grant; parsed here so that mistakes show without devcapd */
int grants_add(struct grants *grants, const char *text, struct error *error);

/** grants_ask() - get all of them, or none; asks nobody when there is none */
int grants_ask(struct grants *grants, const char *guest, struct error *error);

/** grants_names() - the names as launch_place() wants them */
void grants_names(const struct grants *grants, const char **names);

void grants_close(struct grants *grants);

/** grants_guest_name() - a valid guest name made of a path's last part */
void grants_guest_name(const char *path, char name[DEVCAP_LABEL_SIZE]);

#endif /* DEVCAP_GRANTS_H */
