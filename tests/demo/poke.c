// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * A native program with a grant, that asks for more than it has: run it with
 * devcap exec. It uses the first descriptor it inherits and opens nothing.
 *
 *     poke ADDRESS REGISTER          read two bytes
 *     poke ADDRESS REGISTER VALUE    write one byte
 */
#include <errno.h>
#include <linux/i2c.h>
#include <linux/i2c-dev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define FIRST_FD 3	/* SD_LISTEN_FDS_START */

static int transfer(struct i2c_msg *messages, unsigned int count)
{
	struct i2c_rdwr_ioctl_data call = { .msgs = messages, .nmsgs = count };

	return ioctl(FIRST_FD, I2C_RDWR, &call);
}

int main(int argc, char **argv)
{
	unsigned short address = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	unsigned char out[2] = { argc > 2 ? strtoul(argv[2], NULL, 0) : 0,
				 argc > 3 ? strtoul(argv[3], NULL, 0) : 0 };
	unsigned char in[2] = { 0, 0 };
	struct i2c_msg messages[2] = {
		{ .addr = address, .len = argc > 3 ? 2 : 1, .buf = out },
		{ .addr = address, .flags = I2C_M_RD, .len = 2, .buf = in },
	};

	if (argc < 3 || !getenv("LISTEN_FDS")) {
		fprintf(stderr, "usage: devcap exec --grant … -- poke ADDRESS REGISTER [VALUE]\n");
		return 125;
	}
	if (transfer(messages, argc > 3 ? 1 : 2) < 0) {
		printf("0x%02x, register 0x%02x: %s\n", address, out[0], strerror(errno));
		return 1;
	}
	if (argc > 3)
		printf("0x%02x, register 0x%02x: wrote 0x%02x\n", address, out[0], out[1]);
	else
		printf("0x%02x, register 0x%02x: read %02x %02x\n", address, out[0], in[0], in[1]);
	return 0;
}
