// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

int sim_command(const char *format, ...)
{
	char command[128];
	int fd, length, error = 0;
	va_list args;

	va_start(args, format);
	length = vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (length >= (int)sizeof(command))
		return -E2BIG;
	fd = open(FOLDER "control", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, command, length) != length)
		error = -errno;
	close(fd);
	return error;
}

static long long read_number(const char *path)
{
	char text[32];
	ssize_t length;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length <= 0)
		return -EIO;
	text[length] = '\0';
	return strtoll(text, NULL, 10);
}

long long sim_count(void)
{
	return read_number(FOLDER "count");
}

int sim_busy(void)
{
	return (int)read_number(FOLDER "busy");
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

long long sim_wait_count(long long count, int timeout_ms)
{
	const long long end = now_ms() + timeout_ms;
	long long found;

	for (;;) {
		found = sim_count();
		if (found < 0 || found >= count)
			return found;
		if (now_ms() >= end)
			return -ETIMEDOUT;
		usleep(1000);
	}
}

/* ------------------------------------------------------------------------- */
/* The log                                                                   */

static void parse_bytes(struct sim_message *message, const char *hex)
{
	unsigned int byte;
	size_t i;

	for (i = 0; i < SIM_BYTES_MAX && sscanf(hex + 2 * i, "%2x", &byte) == 1; i++)
		message->bytes[i] = byte;
}

static bool parse_message(struct sim_message *message, const char *line)
{
	char address[16], direction, hex[2 * SIM_BYTES_MAX + 2];
	char *end;

	*message = (struct sim_message){ 0 };
	if (sscanf(line, "%lu %lu %15s %c %hu %129s", &message->sequence, &message->time_ns,
		   address, &direction, &message->length, hex) != 6)
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
	FILE *log;
	long count = 0;

	lost = lost ? lost : &ignored;
	*lost = 0;
	log = fopen(FOLDER "log", "re");
	if (!log)
		return -errno;
	while (count >= 0 && fgets(line, sizeof(line), log)) {
		if (sscanf(line, "lost %lu", lost) == 1)
			continue;
		if ((size_t)count == size)
			count = -ENOSPC;
		else if (parse_message(&messages[count], line))
			count++;
		else
			count = -EBADMSG;
	}
	fclose(log);
	return count;
}

/* ------------------------------------------------------------------------- */
/* The node                                                                  */

static bool is_sim(const char *device)
{
	char path[512], name[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), ADAPTERS "/%s/name", device);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%15s", name) != 1)
		name[0] = '\0';
	fclose(file);
	return !strcmp(name, "sim");
}

int sim_i2c_number(void)
{
	int number, found = -ENODEV;
	struct dirent *entry;
	DIR *folder;

	folder = opendir(ADAPTERS);
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

int sim_reset(void)
{
	int error = sim_command("fault none");

	if (!error)
		error = sim_command("adapter add");
	if (error && error != -EBUSY)
		return error;
	error = sim_command("delay 0");
	if (!error)
		error = replace_chip("lm75", 0x48);
	if (!error)
		error = replace_chip("lm75", 0x49);
	if (!error)
		error = replace_chip("eeprom", 0x50);
	if (!error)
		error = replace_chip("register", 0x20);
	if (!error)
		error = sim_command("clear");
	return error;
}
