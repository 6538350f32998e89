// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench_report.h"
#include "cleanup.h"
#include "error.h"

static const double percents[] = { 50, 99, 99.9 };
static const char *const percent_names[] = { "p50", "p99", "p99.9" };
#define PERCENTS	(sizeof(percents) / sizeof(percents[0]))

/* ------------------------------------------------------------------------- */
/* Where it was measured                                                     */

static void first_line_with(const char *path, const char *key, char *value, size_t size)
{
	cleanup_file FILE *file = fopen(path, "re");
	char line[256];

	snprintf(value, size, "unknown");
	while (file && fgets(line, sizeof(line), file)) {
		char *colon = *key ? strchr(line, ':') : line - 1;

		if (strncmp(line, key, strlen(key)) || !colon)
			continue;
		colon[1 + strcspn(colon + 1, "\n")] = '\0';
		snprintf(value, size, "%s", colon + 1 + strspn(colon + 1, " \t"));
		return;
	}
}

struct environment {
	struct utsname kernel;
	char cpu[128];
	char realtime[16];
	bool emulated;
};

static void look_around(struct environment *environment)
{
	uname(&environment->kernel);
	first_line_with("/proc/cpuinfo", "model name", environment->cpu, sizeof(environment->cpu));
	first_line_with("/sys/kernel/realtime", "", environment->realtime,
			sizeof(environment->realtime));
	if (strcmp(environment->realtime, "1"))
		strcpy(environment->realtime, "0");
	/* An emulated processor's time is nobody's time: only ratios mean something. */
	environment->emulated = strstr(environment->cpu, "TCG") ||
				strstr(environment->cpu, "UML") ||
				strstr(environment->cpu, "User Mode Linux");
}

/* ------------------------------------------------------------------------- */
/* Differences, block by block                                               */

static struct interval difference(const struct bench_report *report, size_t rung)
{
	cleanup_free double *each = must(calloc(report->blocks, sizeof(*each)));
	size_t i;

	for (i = 0; i < report->blocks; i++)
		each[i] = report->result[rung].median[i] - report->result[0].median[i];
	return interval_of(each, report->blocks);
}

static struct interval ratio(const struct bench_report *report, size_t rung)
{
	cleanup_free double *each = must(calloc(report->blocks, sizeof(*each)));
	size_t i;

	for (i = 0; i < report->blocks; i++)
		each[i] = report->result[rung].median[i] / report->result[0].median[i];
	return interval_of(each, report->blocks);
}

/* ------------------------------------------------------------------------- */
/* For people                                                                */

static void print_rungs(const struct bench_report *report)
{
	size_t i, p;

	printf("%-12s %9s", "ns", "count");
	for (p = 0; p < PERCENTS; p++)
		printf(" %9s", percent_names[p]);
	printf(" %9s %9s\n", "max", "clock p50");
	for (i = 0; i < BENCH_RUNGS; i++) {
		const struct bench_result *result = &report->result[i];

		printf("%-12s %9zu", result->name, result->samples.count);
		for (p = 0; p < PERCENTS; p++)
			printf(" %9llu", (unsigned long long)
			       samples_percentile(&result->samples, percents[p]));
		printf(" %9llu %9llu\n",
		       (unsigned long long)samples_percentile(&result->samples, 100),
		       (unsigned long long)samples_percentile(&result->clock, 50));
	}
}

static void print_text(const struct bench_report *report, const struct environment *environment)
{
	size_t i;

	printf("%s\nkernel %s, real-time %s, %s\n\n", report->operation,
	       environment->kernel.release, environment->realtime, environment->cpu);
	print_rungs(report);
	printf("\nAgainst the %s, medians of %zu interleaved blocks of %zu:\n",
	       report->result[0].name, report->blocks, report->block_size);
	for (i = 1; i < BENCH_RUNGS; i++) {
		struct interval d = difference(report, i), r = ratio(report, i);

		printf("%-12s %+9.0f ns [%+.0f, %+.0f]   × %.3f [%.3f, %.3f]   (%.1f %% confidence)\n",
		       report->result[i].name, d.median, d.low, d.high, r.median, r.low, r.high,
		       100 * d.coverage);
	}
	printf("max: maximum observed in that many samples.\n");
	if (environment->emulated)
		printf("This processor is emulated: its nanoseconds say nothing, only the ratios do.\n");
}

/* ------------------------------------------------------------------------- */
/* For programs                                                              */

static json_t *interval_json(struct interval interval)
{
	return must(json_pack("{s:f, s:f, s:f, s:f}", "median", interval.median, "low",
			      interval.low, "high", interval.high, "coverage",
			      interval.coverage));
}

static json_t *rung_json(const struct bench_report *report, size_t i)
{
	const struct bench_result *result = &report->result[i];
	json_t *json = must(json_pack("{s:s, s:I, s:I, s:I}", "name", result->name, "count",
		(json_int_t)result->samples.count, "max",
		(json_int_t)samples_percentile(&result->samples, 100), "clock-p50",
		(json_int_t)samples_percentile(&result->clock, 50)));
	size_t p;

	for (p = 0; p < PERCENTS; p++)
		json_object_set_new(json, percent_names[p], json_integer((json_int_t)
				    samples_percentile(&result->samples, percents[p])));
	if (i) {
		json_object_set_new(json, "difference", interval_json(difference(report, i)));
		json_object_set_new(json, "ratio", interval_json(ratio(report, i)));
	}
	return json;
}

static void print_json(const struct bench_report *report, const struct environment *environment)
{
	cleanup_json json_t *rungs = must(json_array());
	cleanup_json json_t *json = NULL;
	size_t i;

	for (i = 0; i < BENCH_RUNGS; i++)
		json_array_append_new(rungs, rung_json(report, i));
	json = must(json_pack("{s:s, s:s, s:I, s:I, s:O, s:{s:s, s:s, s:s, s:b}}",
		"operation", report->operation, "unit", "ns",
		"blocks", (json_int_t)report->blocks, "block-size", (json_int_t)report->block_size,
		"rungs", rungs, "environment", "kernel", environment->kernel.release,
		"realtime", environment->realtime, "cpu", environment->cpu, "emulated",
		environment->emulated));
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
}

void bench_report_print(struct bench_report *report, bool json)
{
	struct environment environment;
	size_t i;

	for (i = 0; i < BENCH_RUNGS; i++) {
		samples_sort(&report->result[i].samples);
		samples_sort(&report->result[i].clock);
	}
	look_around(&environment);
	if (json)
		print_json(report, &environment);
	else
		print_text(report, &environment);
}
