#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H
/* The time of the benches; for C++, too. */
#include <stdlib.h>
#include <time.h>

/* Milliseconds of this clock. */
static inline double
clock_ms(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) != 0)
		return 0;
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static inline double
wall_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

static inline int
is_boxed(void)
{
	static int boxed = -1;

	if (boxed < 0)
		boxed = getenv("BENCH_BOXED") != NULL;
	return boxed;
}

/* What the bench counts: the CPU of this process; the wall in a box
 * (small.sh), where waiting for the CPU is what is measured. */
static inline double
cost_ms(void)
{
	return clock_ms(
	    is_boxed() ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID);
}

/* How long to do the same over and over for a rate: in a box over many
 * periods in which the CPU is given. */
static inline double
enough_ms(void)
{
	return is_boxed() ? 3000 : 500;
}

#endif
