// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Law 5, counted: every operation and every refusal is, exactly; and no flood
 * of refusals drowns a birth or a death.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "../lib/ledger.h"
#include "../lib/operation.h"
#include "../lib/sim.h"
#include "../lib/stall.h"

#define FLOOD		10000
#define TRACING		"/sys/kernel/tracing"

FIXTURE(counted)
{
	int ledger;
	int cap;
	uint64_t id;
};

FIXTURE_SETUP(counted)
{
	struct want want = want_full(OPERATION_ADDRESS);
	int node;

	ASSERT_EQ(0, sim_reset());
	node = sim_i2c_open();
	ASSERT_LE(0, node);
	self->ledger = ledger_open();
	ASSERT_LE(0, self->ledger);
	self->cap = ledger_narrow(self->ledger, node, &want, "counted", &self->id);
	ASSERT_LE(0, self->cap);
	close(node);
}

FIXTURE_TEARDOWN(counted)
{
	close(self->cap);
	close(self->ledger);
	EXPECT_EQ(0, sim_reset());
}

/* A write to an address that nobody granted. */
static int refused_call(int fd, uint16_t address)
{
	uint8_t byte = 0;
	struct i2c_msg message = { .addr = address, .len = 1, .buf = &byte };
	struct i2c_rdwr_ioctl_data args = { .msgs = &message, .nmsgs = 1 };

	return ioctl(fd, I2C_RDWR, &args) < 0 ? -errno : 0;
}

static int smbus_call(int fd, uint8_t read_write, uint32_t size, union i2c_smbus_data *data)
{
	struct i2c_smbus_ioctl_data args = {
		.read_write = read_write, .command = 1, .size = size, .data = data,
	};

	return ioctl(fd, I2C_SMBUS, &args) < 0 ? -errno : 0;
}

/* ------------------------------------------------------------------------- */
/* Counters                                                                  */

#define EXPECT_COUNTED(operations_, refusals_, bytes_) do { \
	struct devcap_stat stat_; \
	ASSERT_EQ(0, ledger_stat(self->ledger, self->id, &stat_)); \
	EXPECT_EQ(operations_, stat_.operations); \
	EXPECT_EQ(refusals_, stat_.refusals); \
	EXPECT_EQ(bytes_, stat_.bytes); \
} while (0)

TEST_F(counted, each_kind_of_operation_counts_its_payload)
{
	union i2c_smbus_data data = { .block = { 3, 1, 2, 3 } };

	EXPECT_COUNTED(0, 0, 0);
	EXPECT_EQ(2, operation_named("read")->run(self->cap));
	EXPECT_COUNTED(1, 0, 2);
	EXPECT_EQ(1, operation_named("write")->run(self->cap));
	EXPECT_COUNTED(2, 0, 3);
	/* A pointer of one byte, two bytes read. */
	EXPECT_EQ(2, operation_named("I2C_RDWR")->run(self->cap));
	EXPECT_COUNTED(3, 0, 6);
	EXPECT_EQ(0, smbus_call(self->cap, I2C_SMBUS_READ, I2C_SMBUS_BYTE_DATA, &data));
	EXPECT_COUNTED(4, 0, 8);
	data.block[0] = 3;
	EXPECT_EQ(0, smbus_call(self->cap, I2C_SMBUS_READ, I2C_SMBUS_I2C_BLOCK_DATA, &data));
	EXPECT_COUNTED(5, 0, 12);
	EXPECT_EQ(0, smbus_call(self->cap, I2C_SMBUS_WRITE, I2C_SMBUS_QUICK, NULL));
	EXPECT_COUNTED(6, 0, 12);
}

TEST_F(counted, what_does_not_reach_the_bus_is_no_operation)
{
	operation_named("I2C_FUNCS")->run(self->cap);
	operation_named("I2C_SLAVE")->run(self->cap);
	operation_named("GET_RULE")->run(self->cap);
	operation_named("poll")->run(self->cap);
	EXPECT_EQ(-1, ioctl(self->cap, I2C_RDWR, NULL));
	EXPECT_EQ(-1, ioctl(self->cap, 0x1234, 0));
	EXPECT_COUNTED(0, 0, 0);
	ASSERT_EQ(0, ledger_revoke(self->ledger, self->id, 0));
	operation_named("read")->run(self->cap);
	EXPECT_EQ(0, sim_count());
}

TEST_F(counted, a_failed_transfer_is_an_operation_that_was_tried)
{
	ASSERT_EQ(0, sim_command("fault nak-data 2"));
	EXPECT_GT(0, operation_named("write")->run(self->cap));
	EXPECT_GT(0, operation_named("write")->run(self->cap));
	EXPECT_EQ(1, operation_named("write")->run(self->cap));
	EXPECT_COUNTED(3, 0, 3);
}

TEST_F(counted, setting_another_address_is_a_refusal)
{
	EXPECT_EQ(-1, ioctl(self->cap, I2C_SLAVE, OPERATION_ADDRESS + 1));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, ioctl(self->cap, I2C_SLAVE_FORCE, OPERATION_ADDRESS + 1));
	EXPECT_EQ(-1, ioctl(self->cap, I2C_TENBIT, 1));
	EXPECT_COUNTED(0, 3, 0);
}

/**
 * struct mix - what one thread did
 */
struct mix {
	pthread_t thread;
	int fd;
	unsigned int seed;
	unsigned long operations;
	unsigned long refusals;
	unsigned long bytes;
	unsigned long unexpected;
};

static void *run_mix(void *argument)
{
	struct mix *mix = argument;

	for (int i = 0; i < 2000; i++) {
		int result, expected, bytes = 0;

		switch (rand_r(&mix->seed) % 4) {
		case 0:
			expected = bytes = 2;
			result = operation_named("read")->run(mix->fd);
			break;
		case 1:
			expected = 2;
			bytes = 3;
			result = operation_named("I2C_RDWR")->run(mix->fd);
			break;
		case 2:
			expected = bytes = 1;
			result = operation_named("write")->run(mix->fd);
			break;
		default:
			expected = -EACCES;
			result = refused_call(mix->fd, 0x50);
			mix->refusals++;
		}
		mix->operations += expected >= 0;
		mix->bytes += bytes;
		mix->unexpected += result != expected;
	}
	return NULL;
}

TEST_F(counted, counters_are_exact_over_threads)
{
	struct mix mix[4] = { };
	unsigned long operations = 0, refusals = 0, bytes = 0;
	int i;

	for (i = 0; i < 4; i++) {
		mix[i].fd = self->cap;
		mix[i].seed = i + 1;
		ASSERT_EQ(0, pthread_create(&mix[i].thread, NULL, run_mix, &mix[i]));
	}
	for (i = 0; i < 4; i++) {
		pthread_join(mix[i].thread, NULL);
		EXPECT_EQ(0, mix[i].unexpected);
		operations += mix[i].operations;
		refusals += mix[i].refusals;
		bytes += mix[i].bytes;
	}
	EXPECT_COUNTED(operations, refusals, bytes);
}

TEST_F(counted, a_child_counts_for_itself)
{
	struct want want = want_full(OPERATION_ADDRESS);
	struct devcap_stat stat;
	uint64_t id;
	int child = ledger_narrow(self->ledger, self->cap, &want, "child", &id);

	ASSERT_LE(0, child);
	EXPECT_EQ(2, operation_named("read")->run(child));
	EXPECT_EQ(-EACCES, refused_call(child, 0x50));
	EXPECT_COUNTED(0, 0, 0);
	ASSERT_EQ(0, ledger_stat(self->ledger, id, &stat));
	EXPECT_EQ(1, stat.operations);
	EXPECT_EQ(1, stat.refusals);
	EXPECT_EQ(self->id, stat.parent);
	EXPECT_EQ(2, stat.depth);
	EXPECT_STREQ("child", stat.label);
	close(child);
}

/* The number after "devcap-KEY:" in a descriptor's fdinfo, or -1. */
static long long fdinfo(int fd, const char *key)
{
	char path[64], line[256], wanted[64];
	long long value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	snprintf(wanted, sizeof(wanted), "devcap-%s:\t%%lld", key);
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, wanted, &value) == 1)
			break;
	fclose(file);
	return value;
}

TEST_F(counted, fdinfo_agrees_with_stat)
{
	struct want want = want_full(OPERATION_ADDRESS);
	struct devcap_stat stat;
	uint64_t id;
	int child;

	want.operations = 100;
	child = ledger_narrow(self->ledger, self->cap, &want, "child", &id);
	ASSERT_LE(0, child);
	for (int i = 0; i < 7; i++)
		operation_named("I2C_RDWR")->run(child);
	for (int i = 0; i < 3; i++)
		refused_call(child, 0x50);
	ASSERT_EQ(0, ledger_stat(self->ledger, id, &stat));
	EXPECT_EQ(7, stat.operations);
	EXPECT_EQ(3, stat.refusals);
	EXPECT_EQ(93, stat.operations_left);
	EXPECT_EQ(id, fdinfo(child, "id"));
	EXPECT_EQ(stat.operations, fdinfo(child, "operations"));
	EXPECT_EQ(stat.refusals, fdinfo(child, "refusals"));
	EXPECT_EQ(stat.bytes, fdinfo(child, "bytes"));
	EXPECT_EQ(stat.operations_left, fdinfo(child, "operations-left"));
	EXPECT_EQ(DEVCAP_DEATH_NONE, fdinfo(child, "death"));
	ASSERT_EQ(0, ledger_revoke(self->ledger, id, 0));
	EXPECT_EQ(DEVCAP_DEATH_REVOKED, fdinfo(child, "death"));
	close(child);
}

/* ------------------------------------------------------------------------- */
/* The event stream                                                          */

TEST_F(counted, a_life_is_told_in_order)
{
	static const uint32_t types[] = { DEVCAP_EVENT_BIRTH, DEVCAP_EVENT_REFUSED,
					  DEVCAP_EVENT_DEATH, DEVCAP_EVENT_QUIET };
	static const uint32_t codes[] = { 0, DEVCAP_REASON_ADDRESS, DEVCAP_DEATH_REVOKED, 0 };
	struct devcap_event event;
	uint64_t time = 0;

	EXPECT_EQ(-EACCES, refused_call(self->cap, 0x50));
	EXPECT_EQ(0, ledger_revoke(self->ledger, self->id, 0));
	for (int i = 0; i < 4; i++) {
		ASSERT_EQ(1, ledger_event(self->ledger, &event, 0));
		EXPECT_EQ(types[i], event.type);
		EXPECT_EQ(codes[i], event.code);
		EXPECT_EQ(i + 1, event.sequence);
		EXPECT_EQ(self->id, event.id);
		EXPECT_EQ(DEVCAP_BUS_I2C, event.bus);
		/* The kernel gives the device back, in whosever context. */
		if (event.type != DEVCAP_EVENT_QUIET)
			EXPECT_EQ(getpid(), event.pid);
		EXPECT_LE(time, event.time_ns);
		time = event.time_ns;
		if (event.type != DEVCAP_EVENT_REFUSED)
			continue;
		EXPECT_EQ(0x50, event.i2c.address);
		EXPECT_EQ(1, event.i2c.length);
		EXPECT_EQ(0, event.i2c.message);
	}
	EXPECT_EQ(0, ledger_event(self->ledger, &event, 0));
}

/**
 * struct tally - what a stream told
 */
struct tally {
	unsigned long refused;
	unsigned long lost;
	unsigned long births;
	unsigned long deaths;
	unsigned long quiets;
	unsigned long records;
	uint64_t last;
	bool out_of_order;
};

static void tally_all(int ledger, struct tally *tally)
{
	struct devcap_event event;

	while (ledger_event(ledger, &event, 0) == 1) {
		tally->out_of_order |= event.sequence <= tally->last;
		tally->last = event.sequence;
		tally->records++;
		tally->refused += event.type == DEVCAP_EVENT_REFUSED;
		tally->births += event.type == DEVCAP_EVENT_BIRTH;
		tally->deaths += event.type == DEVCAP_EVENT_DEATH;
		tally->quiets += event.type == DEVCAP_EVENT_QUIET;
		if (event.type == DEVCAP_EVENT_LOST)
			tally->lost += event.count;
	}
}

TEST_F(counted, refusals_are_told_without_a_gap_to_a_quick_reader)
{
	struct tally tally = { };

	for (int i = 0; i < 1000; i++) {
		refused_call(self->cap, 0x50);
		tally_all(self->ledger, &tally);
	}
	EXPECT_EQ(1000, tally.refused);
	EXPECT_EQ(0, tally.lost);
	EXPECT_EQ(1001, tally.last);
	EXPECT_FALSE(tally.out_of_order);
}

TEST_F(counted, a_flood_of_refusals_drowns_no_life)
{
	struct want want = want_full(OPERATION_ADDRESS);
	struct tally tally = { };

	for (int i = 0; i < FLOOD; i++) {
		if (i % 100 == 50) {
			int child = ledger_narrow(self->ledger, self->cap, &want, NULL, NULL);

			ASSERT_LE(0, child);
			close(child);
		}
		refused_call(self->cap, 0x50);
	}
	EXPECT_EQ(0, ledger_revoke(self->ledger, self->id, 0));
	tally_all(self->ledger, &tally);
	EXPECT_EQ(FLOOD / 100 + 1, tally.births);
	EXPECT_EQ(FLOOD / 100 + 1, tally.deaths);
	EXPECT_EQ(FLOOD / 100 + 1, tally.quiets);
	EXPECT_LT(0, tally.refused);
	EXPECT_LT(0, tally.lost);
	EXPECT_EQ(FLOOD, tally.refused + tally.lost);
	EXPECT_EQ(FLOOD + 3 * (FLOOD / 100 + 1), tally.last);
	EXPECT_FALSE(tally.out_of_order);
}

TEST_F(counted, a_flood_of_lives_is_told_or_counted_as_lost)
{
	struct want want = want_full(OPERATION_ADDRESS);
	struct tally tally = { };
	const int lives = 2000;

	for (int i = 0; i < lives; i++) {
		int child = ledger_narrow(self->ledger, self->cap, &want, NULL, NULL);

		ASSERT_LE(0, child);
		close(child);
	}
	tally_all(self->ledger, &tally);
	EXPECT_LT(0, tally.lost);
	EXPECT_EQ(3 * lives + 1, tally.births + tally.deaths + tally.quiets + tally.lost);
	EXPECT_FALSE(tally.out_of_order);
}

struct flood {
	pthread_t thread;
	int fd;
	int calls;
};

static void *run_flood(void *argument)
{
	struct flood *flood = argument;

	for (int i = 0; i < flood->calls; i++)
		refused_call(flood->fd, 0x50);
	return NULL;
}

TEST_F(counted, a_slow_reader_loses_nothing_that_is_not_counted)
{
	struct flood flood[2] = { { .fd = self->cap, .calls = FLOOD },
				  { .fd = self->cap, .calls = FLOOD } };
	struct want want = want_full(OPERATION_ADDRESS);
	struct tally tally = { };
	int i, lives = 0;

	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&flood[i].thread, NULL, run_flood, &flood[i]));
	for (i = 0; i < 200; i++) {
		int child = ledger_narrow(self->ledger, self->cap, &want, NULL, NULL);

		close(child);
		lives++;
		tally_all(self->ledger, &tally);
		sleep_ms(i % 3);
	}
	for (i = 0; i < 2; i++)
		pthread_join(flood[i].thread, NULL);
	tally_all(self->ledger, &tally);
	EXPECT_EQ(2 * FLOOD, tally.refused + tally.lost);
	EXPECT_EQ(lives + 1, tally.births);
	EXPECT_EQ(lives, tally.deaths);
	EXPECT_EQ(lives, tally.quiets);
	TH_LOG("%lu refusals told, %lu lost", tally.refused, tally.lost);
}

/* Reads one event to where it is told: a page that stalls, or its own stack. */
struct event_reader {
	pthread_t thread;
	int ledger;
	void *to;
	ssize_t result;
	bool done;
};

static void *read_one_event(void *argument)
{
	struct event_reader *reader = argument;

	reader->result = read(reader->ledger, reader->to, sizeof(struct devcap_event));
	__atomic_store_n(&reader->done, true, __ATOMIC_RELEASE);
	return NULL;
}

TEST_F(counted, a_reader_that_stalls_on_its_page_loses_nothing_uncounted)
{
	struct want want = want_full(OPERATION_ADDRESS);
	struct event_reader reader = { .ledger = self->ledger };
	struct devcap_event *first;
	struct tally tally = { };
	struct stall stall;
	int child;

	if (stall_open(&stall))
		SKIP(return, "no userfaultfd in this kernel");
	reader.to = stall.page;
	ledger_drain_events(self->ledger);
	refused_call(self->cap, 0x50);
	ASSERT_EQ(0, pthread_create(&reader.thread, NULL, read_one_event, &reader));
	ASSERT_TRUE(stall_hit(&stall, 1000));
	/* The next sequence after what the reader has in hand belongs to a life. */
	child = ledger_narrow(self->ledger, self->cap, &want, NULL, NULL);
	ASSERT_LE(0, child);
	for (int i = 0; i < FLOOD; i++)
		refused_call(self->cap, 0x50);
	close(child);
	ASSERT_EQ(0, stall_release(&stall, NULL, 0));
	pthread_join(reader.thread, NULL);
	EXPECT_EQ(sizeof(struct devcap_event), reader.result);
	first = stall.page;
	EXPECT_EQ(DEVCAP_EVENT_REFUSED, first->type);
	tally.last = first->sequence;
	tally_all(self->ledger, &tally);
	EXPECT_EQ(FLOOD, tally.refused + tally.lost);
	EXPECT_EQ(1, tally.births);
	EXPECT_EQ(1, tally.deaths);
	EXPECT_EQ(1, tally.quiets);
	EXPECT_FALSE(tally.out_of_order);
	stall_close(&stall);
}

TEST_F(counted, an_event_that_did_not_reach_its_reader_is_not_lost)
{
	void *volatile nowhere = (void *)1;
	struct devcap_event event;

	EXPECT_EQ(-1, read(self->ledger, nowhere, sizeof(event)));
	EXPECT_EQ(EFAULT, errno);
	ASSERT_EQ(1, ledger_event(self->ledger, &event, 0));
	EXPECT_EQ(DEVCAP_EVENT_BIRTH, event.type);
	EXPECT_EQ(1, event.sequence);
}

TEST_F(counted, reads_are_of_whole_records)
{
	struct devcap_event events[8];
	const ssize_t size = sizeof(events[0]);

	refused_call(self->cap, 0x50);
	refused_call(self->cap, 0x50);
	EXPECT_EQ(-1, read(self->ledger, events, size - 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, read(self->ledger, events, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(size, read(self->ledger, events, 2 * size - 1));
	EXPECT_EQ(2 * size, read(self->ledger, events, sizeof(events)));
	EXPECT_EQ(2, events[0].sequence);
	EXPECT_EQ(3, events[1].sequence);
}

TEST_F(counted, an_empty_stream_says_so_or_sleeps)
{
	struct devcap_event event;
	struct event_reader reader = { .ledger = self->ledger, .to = &event };

	ledger_drain_events(self->ledger);
	ASSERT_EQ(0, fcntl(self->ledger, F_SETFL, O_RDWR | O_NONBLOCK));
	EXPECT_EQ(-1, read(self->ledger, &event, sizeof(event)));
	EXPECT_EQ(EAGAIN, errno);
	ASSERT_EQ(0, fcntl(self->ledger, F_SETFL, O_RDWR));
	ASSERT_EQ(0, pthread_create(&reader.thread, NULL, read_one_event, &reader));
	sleep_ms(50);
	EXPECT_FALSE(__atomic_load_n(&reader.done, __ATOMIC_ACQUIRE));
	refused_call(self->cap, 0x50);
	pthread_join(reader.thread, NULL);
	EXPECT_EQ(sizeof(event), reader.result);
	EXPECT_EQ(DEVCAP_EVENT_REFUSED, event.type);
}

TEST_F(counted, a_sleeping_reader_can_be_interrupted_and_killed)
{
	struct devcap_event event;
	int status;
	pid_t pid;

	ledger_drain_events(self->ledger);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		_exit(read(self->ledger, &event, sizeof(event)) < 0);
	}
	sleep_ms(50);
	kill(pid, SIGTERM);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
}

TEST_F(counted, poll_on_the_ledger_never_hangs_up)
{
	struct pollfd poll_fd = { .fd = self->ledger, .events = POLLIN | POLLOUT | POLLPRI };

	EXPECT_EQ(1, poll(&poll_fd, 1, 0));
	EXPECT_EQ(POLLIN, poll_fd.revents & (POLLIN | POLLHUP | POLLERR));
	ledger_drain_events(self->ledger);
	EXPECT_EQ(0, poll(&poll_fd, 1, 20));
	ASSERT_EQ(0, ledger_revoke(self->ledger, self->id, 0));
	EXPECT_EQ(1, poll(&poll_fd, 1, 500));
	EXPECT_EQ(POLLIN, poll_fd.revents & (POLLIN | POLLHUP | POLLERR));
	ledger_drain_events(self->ledger);
	EXPECT_EQ(0, poll(&poll_fd, 1, 20));
	ASSERT_EQ(0, sim_command("adapter remove"));
	EXPECT_EQ(0, poll(&poll_fd, 1, 20));
}

/* Births and deaths of another ledger's children are not this one's affair. */
TEST_F(counted, a_ledger_reads_events_of_its_own_capabilities_only)
{
	struct want want = want_full(OPERATION_ADDRESS);
	struct devcap_event event;
	int other = ledger_open_unprivileged();
	uint64_t id;
	int child = ledger_narrow(other, self->cap, &want, NULL, &id);

	ASSERT_LE(0, child);
	ledger_drain_events(self->ledger);
	refused_call(child, 0x50);
	close(child);
	ASSERT_EQ(1, ledger_event(self->ledger, &event, 20));
	EXPECT_EQ(DEVCAP_EVENT_REFUSED, event.type);
	EXPECT_EQ(self->id, event.id);
	EXPECT_EQ(0, ledger_event(self->ledger, &event, 20));
	ASSERT_EQ(1, ledger_event(other, &event, 0));
	EXPECT_EQ(id, event.id);
	close(other);
}

/* ------------------------------------------------------------------------- */
/* Tracepoints                                                               */

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

static int lines_with(const char *text)
{
	FILE *file = fopen(TRACING "/trace", "re");
	char line[512];
	int count = 0;

	while (file && fgets(line, sizeof(line), file))
		count += !!strstr(line, text);
	if (file)
		fclose(file);
	return count;
}

TEST_F(counted, each_step_has_a_tracepoint)
{
	struct want want = want_full(OPERATION_ADDRESS);
	int child;

	if (access(TRACING "/events", F_OK) && mount("tracefs", TRACING, "tracefs", 0, NULL))
		SKIP(return, "no tracefs in this kernel");
	ASSERT_TRUE(write_file(TRACING "/events/devcap/enable", "1"))
		TH_LOG("no events/devcap in tracefs");
	write_file(TRACING "/trace", "");
	child = ledger_narrow(self->ledger, self->cap, &want, "traced", NULL);
	ASSERT_LE(0, child);
	operation_named("read")->run(child);
	refused_call(child, 0x50);
	close(child);
	write_file(TRACING "/events/devcap/enable", "0");
	EXPECT_EQ(1, lines_with("devcap_birth: "));
	EXPECT_EQ(1, lines_with("label=traced"));
	EXPECT_EQ(1, lines_with("devcap_operation: "));
	EXPECT_EQ(1, lines_with("devcap_refusal: "));
	EXPECT_EQ(1, lines_with("devcap_death: "));
	write_file(TRACING "/trace", "");
	operation_named("read")->run(self->cap);
	EXPECT_EQ(0, lines_with("devcap_operation: "));
}

TEST_HARNESS_MAIN
