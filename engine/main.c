// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * devcap-engine: runs one guest with the capabilities that it inherited. Opens no
 * file and no device, and never runs code that devcap-compile did not make.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "component/component.h"
#include "grants.h"
#include "i2c.h"
#include "options.h"
#include "timing.h"

#define REASON_SIZE	512

/**
 * struct engine - this process and its one guest
 * @options: the command line
 * @grants:  the capabilities that were inherited
 * @ports:   an I2C port for each
 * @timing:  when each step was done, if that is asked for
 */
struct engine {
	struct options options;
	struct grants grants;
	struct i2c_port ports[GRANTS_MAX];
	struct timing timing;
};

static void say(void *context, const char *message)
{
	(void)context;
	fprintf(stderr, "devcap: %s\n", message);
}

static int fail(const char *reason)
{
	say(NULL, reason);
	return COMPONENT_FAILED;
}

static int transfer(void *context, uint32_t grant, uint16_t address,
		    struct component_message *messages, uint32_t count)
{
	struct engine *engine = context;

	return i2c_transfer(&engine->ports[grant], address, messages, count);
}

static int timed_transfer(void *context, uint32_t grant, uint16_t address,
			  struct component_message *messages, uint32_t count)
{
	struct engine *engine = context;

	if (!engine->timing.end[TIMING_FIRST_CALL])
		timing_mark(&engine->timing, TIMING_FIRST_CALL);
	return transfer(context, grant, address, messages, count);
}

static void mark(struct engine *engine, enum timing_step step)
{
	if (engine->options.timed)
		timing_mark(&engine->timing, step);
}

/* Maps the compiled component and closes its descriptor. */
static bool map_code(const struct engine *engine, struct component_config *config, char *reason)
{
	const int fd = engine->options.component_fd;
	struct stat stat;
	void *code;

	if (grants_have_fd(&engine->grants, fd)) {
		snprintf(reason, REASON_SIZE, "--component-fd=%d: that is a grant", fd);
		return false;
	}
	if (fstat(fd, &stat) < 0 || !S_ISREG(stat.st_mode) || stat.st_size == 0) {
		snprintf(reason, REASON_SIZE,
			 "--component-fd=%d: not an open file with compiled code in it", fd);
		return false;
	}
	code = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (code == MAP_FAILED) {
		snprintf(reason, REASON_SIZE, "--component-fd=%d: can't be mapped: %s", fd,
			 strerror(errno));
		return false;
	}
	close(fd);
	config->code = code;
	config->code_size = (size_t)stat.st_size;
	return true;
}

/* Nothing is freed: the process ends after this, and that takes it all at once. */
static int run(struct engine *engine, const struct component_config *config)
{
	struct component *component = NULL;
	int status;

	status = component_load(config, &component);
	mark(engine, TIMING_LOAD);
	if (status)
		return status;
	status = component_link(component);
	mark(engine, TIMING_LINK);
	if (status)
		return status;
	status = component_instantiate(component);
	mark(engine, TIMING_INSTANTIATE);
	if (status)
		return status;
	return component_run(component);
}

/* What no guest needs, and what would let other processes of the user reach our descriptors. */
static bool close_ways(char *reason)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
		return true;
	snprintf(reason, REASON_SIZE, "prctl: %s", strerror(errno));
	return false;
}

int main(int argc, char **argv)
{
	static struct engine engine;
	struct component_host host = { .context = &engine, .say = say };
	struct component_config config = { .host = &host };
	const struct options *options = &engine.options;
	char reason[REASON_SIZE];
	int status;
	size_t i;

	timing_mark(&engine.timing, TIMING_LOADER);
	if (!options_parse(&engine.options, argc, argv, reason, sizeof(reason)) ||
	    !grants_inherit(&engine.grants, reason, sizeof(reason)) ||
	    !map_code(&engine, &config, reason) || !close_ways(reason))
		return fail(reason);
	for (i = 0; i < engine.grants.count; i++)
		i2c_port_init(&engine.ports[i], grants_fd(i));
	engine.timing.start = options->start_ns;
	host.i2c.transfer = options->timed ? timed_transfer : transfer;
	config.name = options->name;
	config.invoke = options->invoke;
	config.json = options->json;
	config.grants = engine.grants.names;
	config.grant_count = engine.grants.count;
	config.bindings = options->bindings;
	config.binding_count = options->binding_count;
	config.values = options->values;
	config.value_count = options->value_count;
	config.arguments = options->arguments;
	config.argument_count = options->argument_count;
	mark(&engine, TIMING_OPTIONS);

	status = run(&engine, &config);
	if (options->timed)
		timing_print(&engine.timing);
	return status;
}
