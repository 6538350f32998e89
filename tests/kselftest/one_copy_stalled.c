// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 4, one copy: it is made outside the gate, so that an argument on a page
 * that stalls delays no revoke and no unplug, and then never reaches the bus.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"
#include "../lib/stall.h"

#define PROMPT_MS	300

/**
 * struct scene - what a stalled call works on; all of it on the full capability
 * of a thermometer
 */
struct scene {
	int ledger;
	int cap;
	uint64_t id;
};

/**
 * struct stalled - a call with one of its pieces on a page that stalls
 * @after_wire: messages that reach the bus before the page is touched
 * @result:     what it returns when it is let go on after its capability's death
 * @fill:       what the page then holds; bytes
 * @call:       the call, with @page where its name says
 */
struct stalled {
	const char *name;
	int after_wire;
	int result;
	size_t (*fill)(const struct scene *scene, void *page);
	int (*call)(const struct scene *scene, void *page);
};

static int call_ioctl(int fd, unsigned long command, void *argument)
{
	int result = ioctl(fd, command, argument);

	return result < 0 ? -errno : result;
}

static uint8_t ordinary_out[64], ordinary_in[64];
static struct i2c_msg ordinary_messages[2];
static struct wire ordinary_wire;

static void fill_messages(struct i2c_msg *messages, void *out, void *in)
{
	messages[0] = (struct i2c_msg){ .addr = CHIP_LM75, .len = 1, .buf = out };
	messages[1] = (struct i2c_msg){
		.addr = CHIP_LM75, .flags = I2C_M_RD, .len = 2, .buf = in,
	};
}

static int call_messages(const struct scene *scene, struct i2c_msg *messages)
{
	struct i2c_rdwr_ioctl_data args = { .msgs = messages, .nmsgs = 2 };

	return call_ioctl(scene->cap, I2C_RDWR, &args);
}

static size_t fill_nothing(const struct scene *scene, void *page)
{
	return 0;
}

static size_t fill_rdwr_args(const struct scene *scene, void *page)
{
	struct i2c_rdwr_ioctl_data args = { .msgs = ordinary_messages, .nmsgs = 2 };

	fill_messages(ordinary_messages, ordinary_out, ordinary_in);
	memcpy(page, &args, sizeof(args));
	return sizeof(args);
}

static int rdwr_args(const struct scene *scene, void *page)
{
	return call_ioctl(scene->cap, I2C_RDWR, page);
}

static size_t fill_rdwr_messages(const struct scene *scene, void *page)
{
	fill_messages(page, ordinary_out, ordinary_in);
	return 2 * sizeof(struct i2c_msg);
}

static int rdwr_messages(const struct scene *scene, void *page)
{
	return call_messages(scene, page);
}

static int rdwr_out(const struct scene *scene, void *page)
{
	struct i2c_msg messages[2];

	fill_messages(messages, page, ordinary_in);
	return call_messages(scene, messages);
}

static int rdwr_in(const struct scene *scene, void *page)
{
	struct i2c_msg messages[2];

	fill_messages(messages, ordinary_out, page);
	return call_messages(scene, messages);
}

static size_t fill_one(const struct scene *scene, void *page)
{
	*(uint8_t *)page = 1;
	return 1;
}

static int rdwr_block_length(const struct scene *scene, void *page)
{
	struct i2c_msg messages[2];

	fill_messages(messages, ordinary_out, page);
	messages[1].flags |= I2C_M_RECV_LEN;
	messages[1].len = 33;
	return call_messages(scene, messages);
}

static int write_data(const struct scene *scene, void *page)
{
	return write(scene->cap, page, 1) < 0 ? -errno : 0;
}

static int read_data(const struct scene *scene, void *page)
{
	int result = read(scene->cap, page, 2);

	return result < 0 ? -errno : result;
}

static size_t fill_smbus_args(const struct scene *scene, void *page)
{
	struct i2c_smbus_ioctl_data args = {
		.read_write = I2C_SMBUS_READ, .size = I2C_SMBUS_BYTE_DATA,
		.data = (void *)ordinary_in,
	};

	memcpy(page, &args, sizeof(args));
	return sizeof(args);
}

static int smbus_args(const struct scene *scene, void *page)
{
	return call_ioctl(scene->cap, I2C_SMBUS, page);
}

static int call_byte_data(const struct scene *scene, uint8_t read_write, void *data)
{
	struct i2c_smbus_ioctl_data args = {
		.read_write = read_write, .command = 1, .size = I2C_SMBUS_BYTE_DATA, .data = data,
	};

	return call_ioctl(scene->cap, I2C_SMBUS, &args);
}

static int smbus_out(const struct scene *scene, void *page)
{
	return call_byte_data(scene, I2C_SMBUS_WRITE, page);
}

static int smbus_in(const struct scene *scene, void *page)
{
	return call_byte_data(scene, I2C_SMBUS_READ, page);
}

static int funcs_out(const struct scene *scene, void *page)
{
	return call_ioctl(scene->cap, I2C_FUNCS, page);
}

static size_t fill_get_rule(const struct scene *scene, void *page)
{
	struct devcap_get_rule args = { .size = sizeof(args) };

	memcpy(page, &args, sizeof(args));
	return sizeof(args);
}

static int get_rule_args(const struct scene *scene, void *page)
{
	return call_ioctl(scene->cap, DEVCAP_GET_RULE, page);
}

static int get_rule_room(const struct scene *scene, void *page)
{
	struct devcap_get_rule args = {
		.size = sizeof(args), .rule = (uintptr_t)page, .rule_size = 4096,
	};

	return call_ioctl(scene->cap, DEVCAP_GET_RULE, &args);
}

static size_t fill_narrow_args(const struct scene *scene, void *page)
{
	struct want want = want_full(CHIP_LM75);
	struct devcap_narrow args = {
		.size = sizeof(args), .parent_fd = scene->cap, .rule = (uintptr_t)&ordinary_wire,
	};

	want_encode(&want, &ordinary_wire);
	memcpy(page, &args, sizeof(args));
	return sizeof(args);
}

static int narrow_args(const struct scene *scene, void *page)
{
	return call_ioctl(scene->ledger, DEVCAP_NARROW, page);
}

static size_t fill_narrow_rule(const struct scene *scene, void *page)
{
	struct want want = want_full(CHIP_LM75);
	size_t size = want_encode(&want, &ordinary_wire);

	memcpy(page, &ordinary_wire, size);
	return size;
}

static int narrow_rule(const struct scene *scene, void *page)
{
	struct devcap_narrow args = {
		.size = sizeof(args), .parent_fd = scene->cap, .rule = (uintptr_t)page,
	};

	return call_ioctl(scene->ledger, DEVCAP_NARROW, &args);
}

static int event_out(const struct scene *scene, void *page)
{
	int result = read(scene->ledger, page, sizeof(struct devcap_event));

	return result < 0 ? -errno : result;
}

static int list_out(const struct scene *scene, void *page)
{
	struct devcap_list args = { .size = sizeof(args), .count = 8, .ids = (uintptr_t)page };

	return call_ioctl(scene->ledger, DEVCAP_LIST, &args);
}

static const struct stalled stalls[] = {
	{ "I2C_RDWR's arguments", 0, -ENODEV, fill_rdwr_args, rdwr_args },
	{ "I2C_RDWR's messages", 0, -ENODEV, fill_rdwr_messages, rdwr_messages },
	{ "I2C_RDWR's outgoing data", 0, -ENODEV, fill_nothing, rdwr_out },
	{ "I2C_RDWR's block length", 0, -ENODEV, fill_one, rdwr_block_length },
	{ "I2C_RDWR's incoming data", 2, 2, fill_nothing, rdwr_in },
	{ "write's data", 0, -ENODEV, fill_nothing, write_data },
	{ "read's data", 1, 2, fill_nothing, read_data },
	{ "I2C_SMBUS's arguments", 0, -ENODEV, fill_smbus_args, smbus_args },
	{ "I2C_SMBUS's outgoing data", 0, -ENODEV, fill_nothing, smbus_out },
	{ "I2C_SMBUS's incoming data", 2, 0, fill_nothing, smbus_in },
	{ "I2C_FUNCS's result", 0, 0, fill_nothing, funcs_out },
	{ "GET_RULE's arguments", 0, -ENODEV, fill_get_rule, get_rule_args },
	{ "GET_RULE's rule", 0, 0, fill_nothing, get_rule_room },
	{ "NARROW's arguments", 0, -ENODEV, fill_narrow_args, narrow_args },
	{ "NARROW's rule", 0, -ENODEV, fill_narrow_rule, narrow_rule },
	{ "an event", 0, sizeof(struct devcap_event), fill_nothing, event_out },
	{ "LIST's ids", 0, 0, fill_nothing, list_out },
};

static bool open_scene(struct scene *scene)
{
	struct want want = want_full(CHIP_LM75);
	int node;

	if (sim_reset())
		return false;
	node = sim_i2c_open();
	scene->ledger = ledger_open();
	scene->cap = ledger_narrow(scene->ledger, node, &want, "stalled", &scene->id);
	close(node);
	return node >= 0 && scene->ledger >= 0 && scene->cap >= 0;
}

static void close_scene(const struct scene *scene)
{
	close(scene->cap);
	close(scene->ledger);
}

struct stalled_thread {
	const struct stalled *stalled;
	const struct scene *scene;
	void *page;
	int result;
};

static void *call_stalled(void *argument)
{
	struct stalled_thread *thread = argument;

	thread->result = thread->stalled->call(thread->scene, thread->page);
	return NULL;
}

static int revoke_it(const struct scene *scene)
{
	return ledger_revoke(scene->ledger, scene->id, 0);
}

static int unplug_it(const struct scene *scene)
{
	return sim_command("adapter remove");
}

/* Stall, kill, see that it is quick and the bus silent; let go, and see that again. */
static void die_while_stalled(struct __test_metadata *_metadata, const struct stalled *stalled,
			      int (*die)(const struct scene *scene))
{
	struct stalled_thread argument = { .stalled = stalled };
	struct scene scene;
	struct stall stall;
	uint8_t contents[4096];
	pthread_t thread;
	int64_t start;
	size_t size;

	ASSERT_TRUE(open_scene(&scene));
	ASSERT_EQ(0, stall_open(&stall));
	size = stalled->fill(&scene, contents);
	argument.scene = &scene;
	argument.page = stall.page;
	ASSERT_EQ(0, pthread_create(&thread, NULL, call_stalled, &argument));
	EXPECT_TRUE(stall_hit(&stall, 1000)) TH_LOG("%s: never touched", stalled->name);
	start = now_ns();
	EXPECT_EQ(0, die(&scene)) TH_LOG("%s", stalled->name);
	EXPECT_GT(PROMPT_MS, (now_ns() - start) / 1000000) TH_LOG("%s", stalled->name);
	EXPECT_EQ(stalled->after_wire, sim_count()) TH_LOG("%s", stalled->name);
	EXPECT_EQ(0, stall_release(&stall, contents, size));
	pthread_join(thread, NULL);
	EXPECT_EQ(stalled->result, argument.result) TH_LOG("%s", stalled->name);
	EXPECT_EQ(stalled->after_wire, sim_count()) TH_LOG("%s", stalled->name);
	stall_close(&stall);
	close_scene(&scene);
}

static bool can_stall(void)
{
	struct stall stall;

	if (stall_open(&stall))
		return false;
	stall_close(&stall);
	return true;
}

TEST(stalled_page_delays_no_revoke)
{
	if (!can_stall())
		SKIP(return, "no userfaultfd in this kernel");
	for (unsigned int i = 0; i < ARRAY_SIZE(stalls); i++)
		die_while_stalled(_metadata, &stalls[i], revoke_it);
	EXPECT_EQ(0, sim_reset());
}

TEST(stalled_page_delays_no_unplug)
{
	if (!can_stall())
		SKIP(return, "no userfaultfd in this kernel");
	for (unsigned int i = 0; i < ARRAY_SIZE(stalls); i++)
		die_while_stalled(_metadata, &stalls[i], unplug_it);
	EXPECT_EQ(0, sim_reset());
}

TEST_HARNESS_MAIN
