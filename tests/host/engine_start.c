// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * engine-start ENGINE CODE [COUNT [OPTION]]: how long the engine takes from execve to the
 * guest's first call of a bus, step by step, and what memory it has then. CODE is a
 * compiled guest that calls its only grant at once; OPTION is one for the engine, such as
 * --invoke=EXPORT. The grant is /dev/null, for the call itself is not measured. Measures
 * the binary as it is; beside it an empty static program, execve to main.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT_MAX	10000
#define STEPS_MAX	16
#define WARM_UP		20
#define CODE_FD		4
#define GRANT_FD	3

/**
 * struct step - one step of the start: its name and a sample for each run
 */
struct step {
	char name[32];
	uint64_t samples[COUNT_MAX];
};

static struct step steps[STEPS_MAX];
static int step_count;
static char *engine_option;

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "engine-start: %s: %s\n", what, strerror(errno));
	exit(1);
}

__attribute__((noreturn)) static void exec_engine(const char *engine, const char *code, int err)
{
	char start[64];
	char *argv[] = { "devcap-engine", "--component-fd=4", start, engine_option, NULL };
	char *envp[] = { "LISTEN_FDS=1", "LISTEN_FDNAMES=temp", NULL };
	int null = open("/dev/null", O_RDWR), fd = open(code, O_RDONLY);
	struct timespec now;

	if (null < 0 || fd < 0)
		die(code);
	/* High numbers first, so that no dup2 overwrites what is still wanted. */
	null = fcntl(null, F_DUPFD, 64);
	fd = fcntl(fd, F_DUPFD, 64);
	err = fcntl(err, F_DUPFD, 64);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	dup2(null, GRANT_FD);
	dup2(fd, CODE_FD);
	close(null);
	close(fd);
	close(err);
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(start, sizeof(start), "--timing=%" PRIu64,
		 (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
	execve(engine, argv, envp);
	die(engine);
}

static void take_sample(const char *word, int run)
{
	const char *equals = strchr(word, '=');
	int i;

	if (!equals)
		return;
	for (i = 0; i < step_count; i++) {
		if (!strncmp(steps[i].name, word, (size_t)(equals - word)) &&
		    !steps[i].name[equals - word])
			break;
	}
	if (i == STEPS_MAX)
		return;
	if (i == step_count) {
		snprintf(steps[i].name, sizeof(steps[i].name), "%.*s", (int)(equals - word), word);
		step_count++;
	}
	steps[i].samples[run] = strtoull(equals + 1, NULL, 10);
}

static pid_t spawn(const char *engine, const char *code, int err)
{
	const pid_t pid = vfork();

	if (pid < 0)
		die("vfork");
	if (pid == 0)
		exec_engine(engine, code, err);
	return pid;
}

/* One start; negative runs warm up. */
static void start(const char *engine, const char *code, int run)
{
	char line[1024];
	int pipe_fds[2], timed = 0;
	FILE *err;
	pid_t pid;

	if (pipe(pipe_fds) < 0)
		die("pipe");
	pid = spawn(engine, code, pipe_fds[1]);
	close(pipe_fds[1]);
	err = fdopen(pipe_fds[0], "r");
	while (fgets(line, sizeof(line), err)) {
		char *rest = line, *word;

		if (strncmp(line, "timing:", 7))
			continue;
		timed = 1;
		while (run >= 0 && (word = strsep(&rest, " \n")))
			take_sample(word, run);
	}
	fclose(err);
	waitpid(pid, NULL, 0);
	if (!timed) {
		fprintf(stderr, "engine-start: %s told no times\n", engine);
		exit(1);
	}
}

/*
 * Memory that is the process's alone, in kB, right after the first call of the bus: the
 * engine then has a message for a pipe that is full.
 */
static unsigned long memory(const char *engine, const char *code)
{
	const struct timespec settled = { .tv_nsec = 300000000 };
	char path[64], line[256], full[4096] = "";
	unsigned long kilobytes = 0;
	int pipe_fds[2];
	FILE *rollup;
	pid_t pid;

	if (pipe(pipe_fds) < 0 || fcntl(pipe_fds[1], F_SETPIPE_SZ, sizeof(full)) < 0 ||
	    write(pipe_fds[1], full, sizeof(full)) != sizeof(full))
		die("pipe");
	pid = spawn(engine, code, pipe_fds[1]);
	nanosleep(&settled, NULL);
	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	rollup = fopen(path, "r");
	while (rollup && fgets(line, sizeof(line), rollup))
		sscanf(line, "Private_Dirty: %lu", &kilobytes);
	if (rollup)
		fclose(rollup);
	close(pipe_fds[1]);
	close(pipe_fds[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return kilobytes;
}

/* What execve costs here without an engine: this program, as its own child. */
static int empty(const char *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	fprintf(stderr, "timing: empty-program=%" PRIu64 " ns\n",
		(uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec -
		(uint64_t)strtoull(start, NULL, 10));
	return 0;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void print(int count)
{
	int i;

	printf("%-14s %10s %10s %10s  microseconds, %d starts\n", "step", "p50", "p99", "max",
	       count);
	for (i = 0; i < step_count; i++) {
		uint64_t *samples = steps[i].samples;

		qsort(samples, (size_t)count, sizeof(*samples), compare);
		printf("%-14s %10.1f %10.1f %10.1f\n", steps[i].name, samples[count / 2] / 1e3,
		       samples[count * 99 / 100] / 1e3, samples[count - 1] / 1e3);
	}
}

int main(int argc, char **argv)
{
	const int count = argc > 3 ? atoi(argv[3]) : 200;
	int i;

	if (argc > 2 && !strncmp(argv[2], "--timing=", 9))
		return empty(argv[2] + 9);
	if (argc < 3 || count < 1 || count > COUNT_MAX) {
		fprintf(stderr, "usage: engine-start ENGINE CODE [COUNT [OPTION]]\n");
		return 2;
	}
	engine_option = argc > 4 ? argv[4] : NULL;
	for (i = -WARM_UP; i < count; i++) {
		start("/proc/self/exe", argv[2], i);
		start(argv[1], argv[2], i);
	}
	print(count);
	printf("%-14s %10lu kB at the first call\n", "private", memory(argv[1], argv[2]));
	return 0;
}
