#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
/*
 * The only reader of clocks.  Tests freeze it by ANSINH_NOW (2026-01-15 or
 * 2026-01-15T08:00:00).  Wall time orders nothing (SAFETY R13).
 */
#include "base/date.h"

struct date clock_today(void);
/* A person says what day it is (SAFETY R13): from here on days are counted
 * from that one, by CLOCK_BOOTTIME, whatever the clock is set to. */
void clock_set_day(struct date day);
bool clock_day_was_typed(void);
struct date clock_machine_day(void); /* what the clock itself says */
/* "2026-01-15T08:00:00+07:00", local time with its offset. */
#define CLOCK_BUF 32
void clock_now_text(char out[CLOCK_BUF]);
int64_t clock_monotonic_ms(void); /* CLOCK_BOOTTIME */
/* ANSINH_TEST_SLOW: how long tests make each step of long work, to stop it on
 * the way. */
int clock_slowed_ms(void);
/* The day before which no clock is right: that of this program's release
 * (configure.ac).  Tests, which live in a frozen world, say their own:
 * ANSINH_TEST_RELEASE_DAY. */
struct date clock_release_day(void);

#endif
