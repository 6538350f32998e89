// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * An I2C driver for tests of binding and printing, linked into the engine in place of
 * i2c.c: the grant at descriptor N is an LM75 at N degrees and a half. It shows nothing
 * of the real way; transfers on capabilities are tested in the lab.
 *
 * DOUBLE_ERRNO: every transfer fails with it. DOUBLE_LOG: each message goes to stderr.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../engine/component/component.h"
#include "../../engine/i2c.h"

static int transfer_error;
static bool is_logged;

void i2c_port_init(struct i2c_port *port, int fd)
{
	const char *error = getenv("DOUBLE_ERRNO");

	port->fd = fd;
	transfer_error = error ? -atoi(error) : 0;
	is_logged = getenv("DOUBLE_LOG") != NULL;
}

static void log_message(uint16_t address, const struct component_message *message)
{
	uint32_t i;

	fprintf(stderr, "%#x %s %u", address, message->read ? "R" : "W", message->size);
	for (i = 0; !message->read && i < message->size && i < 8; i++)
		fprintf(stderr, " %02x", message->data[i]);
	fprintf(stderr, "\n");
}

int i2c_transfer(struct i2c_port *port, uint16_t address, struct component_message *messages,
		 uint32_t count)
{
	const uint8_t temperature[] = { (uint8_t)port->fd, 0x80 };
	uint32_t i, byte;

	for (i = 0; i < count; i++) {
		if (is_logged)
			log_message(address, &messages[i]);
		if (!messages[i].read)
			continue;
		for (byte = 0; byte < messages[i].size; byte++)
			messages[i].data[byte] = temperature[byte % sizeof(temperature)];
	}
	return transfer_error;
}
