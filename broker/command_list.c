// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcap list: what hardware there is, as the kernel knows it. Sends no message
 * on any bus, and needs no devcapd.
 */
#include <errno.h>
#include <linux/i2c.h>
#include <string.h>

#include "adapter.h"
#include "cleanup.h"
#include "command.h"
#include "field.h"

static const char help[] =
	"Usage: devcap list [--json]\n"
	"\n"
	"I2C adapters of this machine, and the clients that the kernel knows on them.\n"
	"No bus is probed: a chip that nobody has told the kernel of is not shown.\n";

static json_t *describe_client(const struct adapter_client *client)
{
	json_t *entry = must(json_object());
	bool told = client->address >= 0, driven = *client->driver;

	field_put(entry, "address", told ? json_integer(client->address) : json_null());
	field_put_bool(entry, "ten", client->ten);
	field_put_text(entry, "name", client->name);
	field_put_text(entry, "device", client->device);
	field_put(entry, "driver", driven ? json_string(client->driver) : json_null());
	field_put_bool(entry, "devcap", !strcmp(client->driver, "devcap"));
	return entry;
}

/* Not permitted to ask is something else than a bus that can do nothing. */
static json_t *describe_functionality(unsigned long functionality)
{
	json_t *known;

	if (!functionality)
		return json_null();
	known = must(json_object());
	field_put_bool(known, "i2c", !!(functionality & I2C_FUNC_I2C));
	field_put_bool(known, "smbus", !!(functionality & I2C_FUNC_SMBUS_BYTE_DATA));
	field_put_bool(known, "ten", !!(functionality & I2C_FUNC_10BIT_ADDR));
	field_put_number(known, "bits", (int64_t)functionality);
	return known;
}

static json_t *describe_adapter(const struct adapter *adapter)
{
	cleanup_free struct adapter_client *clients = NULL;
	int count = adapter_clients(adapter, &clients), i;
	json_t *entry = must(json_object()), *list = must(json_array());

	for (i = 0; i < count; i++)
		json_array_append_new(list, describe_client(&clients[i]));
	field_put_text(entry, "bus", "i2c");
	field_put_number(entry, "number", adapter->number);
	field_put_text(entry, "name", adapter->name);
	field_put(entry, "functionality", describe_functionality(adapter_functionality(adapter)));
	field_put(entry, "clients", list);
	return entry;
}

static json_t *describe_all(struct error *error)
{
	cleanup_free struct adapter *adapters = NULL;
	int count = adapter_list(&adapters), i;
	json_t *list;

	if (count < 0) {
		error_set(error, ERROR_FAILED, "%s/bus/i2c/devices: %s", adapter_sysfs,
			  strerror(errno));
		return NULL;
	}
	list = must(json_array());
	for (i = 0; i < count; i++)
		json_array_append_new(list, describe_adapter(&adapters[i]));
	return must(json_pack("{s:o}", "adapters", list));
}

static void print_client(const json_t *client)
{
	const char *driver = field_text(client, "driver");
	char address[16] = "?";

	if (json_is_integer(json_object_get(client, "address")))
		snprintf(address, sizeof(address),
			 json_is_true(json_object_get(client, "ten")) ? "0x%03x ten" : "0x%02x",
			 (unsigned int)field_number(client, "address"));
	printf("    %-9s %-20s ", address, field_text(client, "name"));
	if (json_is_true(json_object_get(client, "devcap")))
		puts("held by devcap");
	else if (*driver)
		printf("driver %s\n", driver);
	else
		puts("no driver");
}

static void print_adapter(const json_t *adapter)
{
	static const char *const abilities[] = {"i2c", "smbus", "ten"};
	const json_t *known = json_object_get(adapter, "functionality"), *client;
	size_t i;

	printf("i2c-%-4d %-32s", (int)field_number(adapter, "number"), field_text(adapter, "name"));
	if (json_is_null(known))
		printf("  (its node can't be asked: not permitted, or i2c-dev is not loaded)");
	for (i = 0; i < sizeof(abilities) / sizeof(abilities[0]); i++)
		if (json_is_true(json_object_get(known, abilities[i])))
			printf("  %s", abilities[i]);
	putchar('\n');
	json_array_foreach(json_object_get(adapter, "clients"), i, client) print_client(client);
}

static int run(int argc, char **argv, struct error *error)
{
	cleanup_json json_t *all = NULL;
	const json_t *adapter;
	int json;
	size_t i;

	json = command_json(argc, argv, error);
	if (json < 0)
		return command_failed(error);
	all = describe_all(error);
	if (!all)
		return command_not_started(error);
	if (json) {
		command_print_json(all);
		return EXIT_CODE_SUCCESS;
	}
	json_array_foreach(json_object_get(all, "adapters"), i, adapter) print_adapter(adapter);
	if (!i)
		fputs("devcap: this machine has no I2C adapter that the kernel knows\n", stderr);
	return EXIT_CODE_SUCCESS;
}

const struct command command_list = {
	.name = "list",
	.summary = "show the adapters and the clients that the kernel knows",
	.run = run,
	.help = help,
};
