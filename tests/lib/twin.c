// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <errno.h>
#include <linux/i2c.h>
#include <linux/i2c-dev.h>
#include <string.h>
#include <sys/ioctl.h>

#include "twin.h"

/* Both chips with the same pointer, both descriptors as they were opened. */
static void prepare(const struct side *side)
{
	uint8_t pointer = 0;
	struct i2c_msg message = { .addr = side->address, .len = 1, .buf = &pointer };
	struct i2c_rdwr_ioctl_data args = { .msgs = &message, .nmsgs = 1 };

	ioctl(side->fd, I2C_PEC, 0);
	ioctl(side->fd, I2C_TENBIT, 0);
	ioctl(side->fd, I2C_SLAVE, side->address);
	ioctl(side->fd, I2C_RDWR, &args);
	sim_command("clear");
}

void twin_run(const struct side *side, const char *fault, step_run run, const void *with,
	      struct outcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	prepare(side);
	if (fault)
		sim_command("fault %s", fault);
	errno = 0;
	outcome->result = run(side, outcome, with);
	if (outcome->result < 0)
		outcome->result = -errno;
	if (fault)
		sim_command("fault none");
	outcome->messages = sim_count();
	sim_log_read(outcome->log, TWIN_LOG_MAX, NULL);
}

static size_t compared_bytes(const struct outcome *outcome, long i)
{
	const struct sim_message *message = &outcome->log[i];
	size_t length = message->length < SIM_BYTES_MAX ? message->length : SIM_BYTES_MAX;

	return length && outcome->pec && i == outcome->messages - 1 ? length - 1 : length;
}

bool twin_same_traffic(const struct outcome *a, const struct outcome *b)
{
	long i;

	if (a->messages != b->messages)
		return false;
	for (i = 0; i < a->messages && i < TWIN_LOG_MAX; i++)
		if (a->log[i].read != b->log[i].read || a->log[i].ten != b->log[i].ten ||
		    a->log[i].length != b->log[i].length ||
		    memcmp(a->log[i].bytes, b->log[i].bytes, compared_bytes(a, i)))
			return false;
	return true;
}

bool twin_same_data(const struct outcome *a, const struct outcome *b)
{
	return a->size == b->size && !memcmp(a->data, b->data, a->size);
}
