// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Look-up of adapters in a sysfs made for the test.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter.h"
#include "broker_check.h"

static char root[] = "/tmp/devcap-sysfs-XXXXXX";
static struct adapter adapter;
static struct error error;

static void put(const char *path, const char *content)
{
	char full[512];
	FILE *file;

	snprintf(full, sizeof(full), "%s/bus/i2c/devices/%s", root, path);
	file = fopen(full, "w");
	fputs(content, file);
	fclose(file);
}

static void make(const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s/bus/i2c/devices/%s", root, path);
	mkdir(full, 0755);
}

static void put_adapter(const char *device, const char *name)
{
	char path[128];

	make(device);
	snprintf(path, sizeof(path), "%s/name", device);
	put(path, name);
}

static void put_client(const char *path, const char *name, const char *driver)
{
	char full[512], target[128];

	make(path);
	snprintf(full, sizeof(full), "%s/name", path);
	put(full, name);
	if (!driver)
		return;
	snprintf(full, sizeof(full), "%s/bus/i2c/devices/%s/driver", root, path);
	snprintf(target, sizeof(target), "../../../../bus/i2c/drivers/%s", driver);
	if (symlink(target, full))
		abort();
}

static void make_sysfs(void)
{
	char path[128];

	if (!mkdtemp(root))
		abort();
	snprintf(path, sizeof(path), "%s/bus", root);
	mkdir(path, 0755);
	strcat(path, "/i2c");
	mkdir(path, 0755);
	make("");
	put_adapter("i2c-1", "sim\n");
	put_adapter("i2c-10", "bcm2835 (i2c@7e804000)\n");
	put_adapter("i2c-2", "twin\n");
	put_adapter("i2c-3", "twin\n");
	put_adapter("i2c-4", "bad\x1b[31m\xff\n");
	put_client("i2c-1/1-0048", "lm75\n", "lm75");
	put_client("i2c-1/1-a148", "far\n", NULL);
	put_client("i2c-1/1-0020", "devcap\n", "devcap");
	put_client("i2c-1/i2c-ACME0001:00", "ACME0001:00\n", "acme");
	make("i2c-1/power");
	put_client("i2c-1/i2c-11", "a multiplexer's\n", NULL);
	put_client("i2c-INT33F4:00", "not an adapter\n", NULL);
	adapter_sysfs = root;
}

static bool finds(const char *text, unsigned int number)
{
	error = (struct error){0};
	if (!adapter_find(text, &adapter, &error))
		return adapter.number == number;
	printf("# %s\n", error.text);
	return false;
}

static void refuses(const char *text, const char *what)
{
	error = (struct error){0};
	IS(adapter_find(text, &adapter, &error), -1);
	IS(error.kind, ERROR_NOT_FOUND);
	HAS(error.text, what);
}

TEST(by_name_by_number_and_by_node)
{
	HOLDS(finds("sim", 1));
	HOLDS(finds("1", 1));
	HOLDS(finds("i2c-1", 1));
	HOLDS(finds("/dev/i2c-1", 1));
	HOLDS(finds("/dev/i2c-10", 10));
	HOLDS(finds("bcm2835 (i2c@7e804000)", 10));
	IS_TEXT(adapter.name, "bcm2835 (i2c@7e804000)");
}

TEST(an_unknown_adapter_says_what_to_do)
{
	refuses("foo", "adapter `foo` not found; `devcap list` shows the adapters of this machine");
	refuses("9", "adapter `9`: there is no i2c-9; `devcap list`");
	refuses("/dev/i2c-9", "there is no i2c-9");
	refuses("-1", "not found");
	refuses("01", "not found");
	refuses("4294967297", "not found");
}

TEST(an_ambiguous_name_lists_the_numbers)
{
	refuses("twin", "2 adapters have that name (i2c-2, i2c-3); say which by its number");
}

TEST(no_path_is_ever_opened)
{
	refuses("/etc/passwd", "not found");
	refuses("../i2c-1", "not found");
	refuses("i2c-1/../i2c-1", "not found");
	refuses("/dev/i2c-1/", "not found");
	refuses("i2c-INT33F4:00", "not found");
}

TEST(names_are_cleaned)
{
	HOLDS(finds("4", 4));
	IS_TEXT(adapter.name, "bad?[31m?");
}

TEST(adapters_come_by_number)
{
	struct adapter *list;

	IS(adapter_list(&list), 5);
	IS(list[0].number, 1);
	IS(list[4].number, 10);
	free(list);
}

TEST(clients_come_with_address_and_driver)
{
	struct adapter_client *list, client;
	int count;

	HOLDS(finds("sim", 1));
	count = adapter_clients(&adapter, &list);
	IS(count, 4);
	IS(list[0].address, -1);
	IS_TEXT(list[0].driver, "acme");
	IS(list[1].address, 0x20);
	IS_TEXT(list[1].driver, "devcap");
	IS(list[2].address, 0x48);
	IS(list[3].address, 0x148);
	HOLDS(list[3].ten);
	IS_TEXT(list[3].driver, "");
	free(list);
	HOLDS(adapter_client_at(&adapter, 0x48, false, &client));
	IS_TEXT(client.driver, "lm75");
	IS_TEXT(client.device, "1-0048");
	HOLDS(!adapter_client_at(&adapter, 0x48, true, &client));
	HOLDS(!adapter_client_at(&adapter, 0x49, false, &client));
}

TEST(a_machine_without_i2c_has_no_adapters)
{
	struct adapter *list;

	adapter_sysfs = "/nonexistent";
	IS(adapter_list(&list), 0);
	refuses("sim", "not found");
	adapter_sysfs = root;
}

__attribute__((constructor(101))) static void before(void)
{
	make_sysfs();
}

__attribute__((destructor)) static void after(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", root);
	if (system(command))
		abort();
}

int main(void)
{
	return tap_run();
}
