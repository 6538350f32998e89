// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Look-up of I2C adapters in sysfs. Never probes: only what the kernel knows.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <linux/major.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "adapter.h"
#include "cleanup.h"

#ifndef I2C_MAJOR
#define I2C_MAJOR 89
#endif

const char *adapter_sysfs = "/sys";

/* A decimal number as the kernel prints it, and nothing behind it. */
static bool parse_number(const char *text, unsigned int *number)
{
	unsigned long value;
	char *end;

	if (!isdigit((unsigned char)*text) || (*text == '0' && text[1]))
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (*end || errno || value > INT_MAX)
		return false;
	*number = (unsigned int)value;
	return true;
}

/* The first line of a sysfs file, cut to what fits. */
static int read_line(const char *path, char *line, size_t size)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read(fd, line, size - 1);
	if (length < 0)
		return -1;
	line[length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	text_clean(line);
	return 0;
}

static int read_name(unsigned int number, struct adapter *adapter)
{
	char path[PATH_MAX];

	adapter->number = number;
	snprintf(path, sizeof(path), "%s/bus/i2c/devices/i2c-%u/name", adapter_sysfs, number);
	return read_line(path, adapter->name, sizeof(adapter->name));
}

static int by_number(const void *a, const void *b)
{
	const struct adapter *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

int adapter_list(struct adapter **list)
{
	char path[PATH_MAX];
	cleanup_dir DIR *dir = NULL;
	struct dirent *entry;
	unsigned int number;
	size_t count = 0;

	*list = NULL;
	snprintf(path, sizeof(path), "%s/bus/i2c/devices", adapter_sysfs);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : -1;
	while ((entry = readdir(dir))) {
		/* "i2c-INT33F4:00" is a client, not an adapter. */
		if (strncmp(entry->d_name, "i2c-", 4) || !parse_number(entry->d_name + 4, &number))
			continue;
		*list = must(reallocarray(*list, count + 1, sizeof(**list)));
		if (!read_name(number, &(*list)[count]))
			count++;
	}
	if (count)
		qsort(*list, count, sizeof(**list), by_number);
	return (int)count;
}

static int find_by_number(const char *text, unsigned int number, struct adapter *adapter,
			  struct error *error)
{
	if (!read_name(number, adapter))
		return 0;
	return error_set(error, ERROR_NOT_FOUND,
			 "adapter `%s`: there is no i2c-%u; `devcap list` shows the adapters of "
			 "this machine",
			 text, number);
}

static int find_by_name(const char *text, struct adapter *adapter, struct error *error)
{
	cleanup_free struct adapter *list = NULL;
	char numbers[128] = "";
	size_t used = 0;
	int count = adapter_list(&list), found = 0, i;

	for (i = 0; i < count; i++) {
		if (strcmp(list[i].name, text))
			continue;
		*adapter = list[i];
		if (used < sizeof(numbers))
			used += (size_t)snprintf(numbers + used, sizeof(numbers) - used, "%si2c-%u",
						 found ? ", " : "", list[i].number);
		found++;
	}
	if (found == 1)
		return 0;
	if (found)
		return error_set(
			error, ERROR_NOT_FOUND,
			"adapter `%s`: %d adapters have that name (%s); say which by its number",
			text, found, numbers);
	return error_set(error, ERROR_NOT_FOUND,
			 "adapter `%s` not found; `devcap list` shows the adapters of this machine",
			 text);
}

int adapter_find(const char *text, struct adapter *adapter, struct error *error)
{
	const char *digits = text;
	unsigned int number;

	if (!strncmp(digits, "/dev/", 5))
		digits += 5;
	if (!strncmp(digits, "i2c-", 4))
		digits += 4;
	if (parse_number(digits, &number))
		return find_by_number(text, number, adapter, error);
	return find_by_name(text, adapter, error);
}

static int open_node(const struct adapter *adapter)
{
	cleanup_fd int fd = -1;
	char path[32];
	struct stat stat;

	snprintf(path, sizeof(path), "/dev/i2c-%u", adapter->number);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &stat))
		return -1;
	if (!S_ISCHR(stat.st_mode) || stat.st_rdev != makedev(I2C_MAJOR, adapter->number)) {
		errno = ENOTTY;
		return -1;
	}
	return fd_take(&fd);
}

int adapter_open(const struct adapter *adapter, struct error *error)
{
	int fd = open_node(adapter);

	if (fd >= 0)
		return fd;
	if (errno == ENOENT)
		return error_set(
			error, ERROR_FAILED,
			"adapter `%s`: /dev/i2c-%u is missing; `modprobe i2c-dev` makes it",
			adapter->name, adapter->number);
	if (errno == ENOTTY)
		return error_set(error, ERROR_FAILED,
				 "adapter `%s`: /dev/i2c-%u is not the device node %d:%u; remove "
				 "what stands there",
				 adapter->name, adapter->number, I2C_MAJOR, adapter->number);
	return error_set(error, ERROR_FAILED, "adapter `%s`: /dev/i2c-%u: %s", adapter->name,
			 adapter->number, strerror(errno));
}

unsigned long adapter_functionality(const struct adapter *adapter)
{
	cleanup_fd int fd = open_node(adapter);
	unsigned long functionality;

	if (fd < 0 || ioctl(fd, I2C_FUNCS, &functionality))
		return 0;
	return functionality;
}

/* ------------------------------------------------------------------------- */
/* Clients                                                                   */

/* "1-0048", or "1-a148" for the 10-bit address 0x148. */
static void parse_client_address(struct adapter_client *client)
{
	const char *dash = strchr(client->device, '-');
	unsigned long value;
	char *end;

	client->address = -1;
	client->ten = false;
	if (!dash || !isdigit((unsigned char)client->device[0]))
		return;
	value = strtoul(dash + 1, &end, 16);
	if (*end || end != dash + 5)
		return;
	client->ten = value >= 0xa000;
	client->address = (int)(value & 0x3ff);
}

static void read_driver(const char *device_path, char *driver, size_t size)
{
	char path[PATH_MAX + 8], target[PATH_MAX];
	ssize_t length;
	const char *base;

	*driver = '\0';
	snprintf(path, sizeof(path), "%s/driver", device_path);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return;
	target[length] = '\0';
	base = strrchr(target, '/');
	snprintf(driver, size, "%.*s", (int)size - 1, base ? base + 1 : target);
}

/* False for what is not a client: power/, an adapter of a multiplexer, … */
static bool read_client(const char *adapter_path, const char *name, struct adapter_client *client)
{
	char path[PATH_MAX], attribute[PATH_MAX + 8];
	unsigned int number;

	if (*name == '.' || (!strncmp(name, "i2c-", 4) && parse_number(name + 4, &number)))
		return false;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", adapter_path, name) >= sizeof(path))
		return false;
	snprintf(attribute, sizeof(attribute), "%s/name", path);
	if (read_line(attribute, client->name, sizeof(client->name)))
		return false;
	snprintf(client->device, sizeof(client->device), "%s", name);
	read_driver(path, client->driver, sizeof(client->driver));
	parse_client_address(client);
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct adapter_client *left = a, *right = b;

	if (left->ten != right->ten)
		return left->ten - right->ten;
	return left->address - right->address;
}

int adapter_clients(const struct adapter *adapter, struct adapter_client **list)
{
	char path[PATH_MAX - 256];
	cleanup_dir DIR *dir = NULL;
	struct dirent *entry;
	size_t count = 0;

	*list = NULL;
	snprintf(path, sizeof(path), "%s/bus/i2c/devices/i2c-%u", adapter_sysfs, adapter->number);
	dir = opendir(path);
	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		*list = must(reallocarray(*list, count + 1, sizeof(**list)));
		if (read_client(path, entry->d_name, &(*list)[count]))
			count++;
	}
	if (count)
		qsort(*list, count, sizeof(**list), by_address);
	return (int)count;
}

bool adapter_client_at(const struct adapter *adapter, int address, bool ten,
		       struct adapter_client *client)
{
	cleanup_free struct adapter_client *list = NULL;
	int count = adapter_clients(adapter, &list), i;

	for (i = 0; i < count; i++) {
		if (list[i].address == address && list[i].ten == ten) {
			*client = list[i];
			return true;
		}
	}
	return false;
}
