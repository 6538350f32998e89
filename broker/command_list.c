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

static const char help[] =
	"Usage: devcap list [--json]\n"
	"\n"
	"I2C adapters of this machine, and the clients that the kernel knows on them.\n"
	"No bus is probed: a chip that nobody has told the kernel of is not shown.\n";

static json_t *describe_client(const struct adapter_client *client)
{
	json_t *driver = *client->driver ? json_string(client->driver) : json_null();
	json_t *address = client->address < 0 ? json_null() : json_integer(client->address);

	return must(json_pack("{s:o,s:b,s:s,s:s,s:o,s:b}", "address", address, "ten", client->ten,
			      "name", client->name, "device", client->device, "driver", driver,
			      "devcap", !strcmp(client->driver, "devcap")));
}

static json_t *describe_adapter(const struct adapter *adapter)
{
	cleanup_free struct adapter_client *clients = NULL;
	unsigned long functionality = adapter_functionality(adapter);
	json_t *list = must(json_array()), *known;
	char device[32];
	int count, i;

	count = adapter_clients(adapter, &clients);
	for (i = 0; i < count; i++)
		json_array_append_new(list, describe_client(&clients[i]));
	snprintf(device, sizeof(device), "i2c-%u", adapter->number);
	/* Not permitted to ask is something else than a bus that can do nothing. */
	known = functionality ? json_pack("{s:b,s:b,s:b,s:I}",
			"i2c", !!(functionality & I2C_FUNC_I2C),
			"smbus", !!(functionality & I2C_FUNC_SMBUS_BYTE_DATA),
			"ten", !!(functionality & I2C_FUNC_10BIT_ADDR),
			"bits", (json_int_t)functionality) : json_null();
	return must(json_pack("{s:s,s:i,s:s,s:o,s:o}", "bus", "i2c", "number", (int)adapter->number,
			      "name", adapter->name, "functionality", known, "clients", list));
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
	const char *driver = json_string_value(json_object_get(client, "driver"));
	json_int_t address = json_integer_value(json_object_get(client, "address"));

	if (json_is_null(json_object_get(client, "address")))
		printf("    ?     ");
	else
		printf(json_is_true(json_object_get(client, "ten")) ? "    0x%03x ten" : "    0x%02x  ",
		       (unsigned int)address);
	printf("  %-20s", json_string_value(json_object_get(client, "name")));
	if (json_is_true(json_object_get(client, "devcap")))
		puts("  held by devcap");
	else if (driver)
		printf("  driver %s\n", driver);
	else
		puts("  no driver");
}

static void print_adapter(const json_t *adapter)
{
	const json_t *known = json_object_get(adapter, "functionality"), *client;
	size_t i;

	printf("i2c-%-4d %-32s", (int)json_integer_value(json_object_get(adapter, "number")),
	       json_string_value(json_object_get(adapter, "name")));
	if (json_is_null(known))
		puts("  (/dev/i2c-N can't be asked: not permitted, or i2c-dev is not loaded)");
	else
		printf("%s%s%s\n", json_is_true(json_object_get(known, "i2c")) ? "  i2c" : "",
		       json_is_true(json_object_get(known, "smbus")) ? "  smbus" : "",
		       json_is_true(json_object_get(known, "ten")) ? "  ten" : "");
	json_array_foreach(json_object_get(adapter, "clients"), i, client)
		print_client(client);
}

static int run(int argc, char **argv, struct error *error)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	cleanup_json json_t *all = NULL;
	const json_t *adapter;
	int option, json = 0;
	size_t i;

	while ((option = command_option(argc, argv, "", options, error)) != -1) {
		if (option == '?')
			return command_failed(error);
		json = 1;
	}
	if (command_no_arguments(argc, argv, error))
		return command_failed(error);
	all = describe_all(error);
	if (!all)
		return command_failed(error);
	if (json) {
		command_print_json(all);
		return EXIT_CODE_SUCCESS;
	}
	json_array_foreach(json_object_get(all, "adapters"), i, adapter)
		print_adapter(adapter);
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
