/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks and the two forms in which a time is told. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t clock_realtime(void)
{
	return now(CLOCK_REALTIME);
}

uint64_t clock_monotonic(void)
{
	return now(CLOCK_MONOTONIC);
}

uint64_t clock_thread(void)
{
	return now(CLOCK_THREAD_CPUTIME_ID);
}

#define BOOT_TRIES 5
#define BOOT_GOOD (NS_PER_MS / 10)

uint64_t clock_boot(void)
{
	uint64_t best = UINT64_MAX, boot = 0;

	for (int i = 0; i < BOOT_TRIES && best > BOOT_GOOD; i++) {
		uint64_t before = now(CLOCK_BOOTTIME), real = clock_realtime();
		uint64_t after = now(CLOCK_BOOTTIME);

		if (after - before >= best)
			continue;
		best = after - before;
		boot = real - after;
	}
	return boot;
}

void clock_iso8601(uint64_t ns, char out[static CLOCK_ISO_SIZE])
{
	time_t seconds = (time_t)(ns / NS_PER_S);
	struct tm tm;
	char date[20];

	/* RFC 3339 has four digits for the year: what lies beyond is told as the last moment */
	if (seconds > INT64_C(253402300799))
		seconds = INT64_C(253402300799);
	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, CLOCK_ISO_SIZE, "%s.%09uZ", date, (unsigned)(ns % NS_PER_S));
}

void clock_time_of_day(uint64_t ns, char out[static CLOCK_DAY_SIZE])
{
	time_t seconds = (time_t)(ns / NS_PER_S);
	struct tm tm;
	char day[9];

	localtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%H:%M:%S", &tm);
	snprintf(out, CLOCK_DAY_SIZE, "%s.%09u", day, (unsigned)(ns % NS_PER_S));
}
