// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"

#define FOLDER	 "/sys/kernel/debug/devcap-sim/i2c/"
#define ADAPTERS "/sys/bus/i2c/devices"

/* ------------------------------------------------------------------------- */
/* Files                                                                     */

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

static long long read_number(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return -errno;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	return size <= 0 ? -EIO : atoll(text);
}

int sim_command(const char *format, ...)
{
	char command[128];
	va_list list;
	int size;

	va_start(list, format);
	size = vsnprintf(command, sizeof(command), format, list);
	va_end(list);
	return size < (int)sizeof(command) ? write_file(FOLDER "control", command) : -E2BIG;
}

/* ------------------------------------------------------------------------- */
/* What the bus does                                                         */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

long long sim_count(void)
{
	return read_number(FOLDER "count");
}

long long sim_wait_count(long long count, int timeout_ms)
{
	const int64_t end = now_ms() + timeout_ms;
	long long found;

	while ((found = sim_count()) >= 0 && found < count) {
		if (now_ms() >= end)
			return -ETIMEDOUT;
		usleep(1000);
	}
	return found;
}

int sim_busy(void)
{
	return (int)read_number(FOLDER "busy");
}

static void parse_bytes(struct sim_message *message, const char *hex)
{
	unsigned int byte;
	int i;

	for (i = 0; i < SIM_BYTES_MAX && sscanf(hex + 2 * i, "%2x", &byte) == 1; i++)
		message->bytes[i] = byte;
}

static bool parse_message(struct sim_message *message, const char *line)
{
	char address[16], direction, hex[2 * SIM_BYTES_MAX + 2];
	char *end;

	*message = (struct sim_message){ 0 };
	if (sscanf(line, "%" SCNu64 " %" SCNu64 " %15s %c %" SCNu16 " %129s", &message->sequence,
		   &message->time_ns, address, &direction, &message->length, hex) != 6)
		return false;
	message->address = strtoul(address, &end, 16);
	message->ten = *end == 't';
	message->read = direction == 'R';
	if (message->length)
		parse_bytes(message, hex);
	return true;
}

long sim_log_read(struct sim_message *messages, size_t size, uint64_t *lost)
{
	uint64_t ignored;
	char line[256];
	long count = 0;
	FILE *file = fopen(FOLDER "log", "re");

	if (!file)
		return -errno;
	lost = lost ? lost : &ignored;
	*lost = 0;
	while (count >= 0 && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "lost %" SCNu64, lost) == 1)
			continue;
		if ((size_t)count == size)
			count = -ENOSPC;
		else if (parse_message(&messages[count], line))
			count++;
		else
			count = -EBADMSG;
	}
	fclose(file);
	return count;
}

/* ------------------------------------------------------------------------- */
/* The adapter                                                               */

static bool is_sim(const char *device)
{
	char path[300], name[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), ADAPTERS "/%s/name", device);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(name, sizeof(name), file))
		name[0] = '\0';
	fclose(file);
	return !strcmp(name, "sim\n");
}

int sim_i2c_number(void)
{
	int number, found = -ENODEV;
	struct dirent *entry;
	DIR *folder = opendir(ADAPTERS);

	if (!folder)
		return -ENODEV;
	while (found < 0 && (entry = readdir(folder)))
		if (sscanf(entry->d_name, "i2c-%d", &number) == 1 && is_sim(entry->d_name))
			found = number;
	closedir(folder);
	return found;
}

const char *sim_i2c_path(void)
{
	static char path[32];
	int number = sim_i2c_number();

	if (number < 0) {
		errno = -number;
		return NULL;
	}
	snprintf(path, sizeof(path), "/dev/i2c-%d", number);
	return path;
}

int sim_i2c_open(void)
{
	const char *path = sim_i2c_path();
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

	return fd < 0 ? -errno : fd;
}

/* ------------------------------------------------------------------------- */
/* The usual set-up                                                          */

static int replace_chip(const char *kind, unsigned int address)
{
	int error = sim_command("remove 0x%02x", address);

	if (error && error != -ENOENT)
		return error;
	return sim_command("chip %s 0x%02x", kind, address);
}

/* The fault first: it may hold a transfer on the wire, and so the adapter. */
int sim_reset(void)
{
	static const struct {
		const char *kind;
		unsigned int address;
	} chips[] = {
		{ "lm75", 0x48 },
		{ "lm75", 0x49 },
		{ "eeprom", 0x50 },
		{ "register", 0x20 },
	};
	int error = sim_command("fault none");
	unsigned int i;

	if (!error)
		error = sim_command("delay 0");
	if (!error)
		error = sim_command("adapter add");
	if (error == -EBUSY)
		error = 0;
	for (i = 0; !error && i < sizeof(chips) / sizeof(chips[0]); i++)
		error = replace_chip(chips[i].kind, chips[i].address);
	return error ? error : sim_command("clear");
}
