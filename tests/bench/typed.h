#ifndef BENCH_TYPED_H
#define BENCH_TYPED_H
/* What is typed into a search, letter by letter, and how long each key took. */
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const typed_texts[] = { "nguyen thi dao", "tran van tu",
	"le thi hoa", "pham duc", "do thi lan", "vu van hung", "030140",
	"hoang minh", "bui thi", "1940", "dao", "xuan", "quynh", "e", "thu ha",
	"nguyen ngoc anh", "thon 3", "03014000", "dang", "kieu trinh" };
#define TYPED_TEXTS (sizeof typed_texts / sizeof typed_texts[0])
#define TYPED_KEYS_MAX 1000 /* of all texts, twice */

static double typed_ms[TYPED_KEYS_MAX];
static size_t typed_n;

static inline int
typed_cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

#define TYPED_PAUSE_MS 40 /* in a box; the pause of screen.sh */

/* Calls look for each beginning of each text, twice; in a box with a pause
 * after each, since a tenth of a core is given anew ten times a second. */
static inline void
typed_measure(void (*look)(void *ctx, const char *text), void *ctx)
{
	struct timespec pause = { 0, TYPED_PAUSE_MS * 1000000L };
	char text[64];

	typed_n = 0;
	for (size_t i = 0; i < 2 * TYPED_TEXTS; i++) {
		const char *typed = typed_texts[i % TYPED_TEXTS];

		for (size_t k = 1; k <= strlen(typed); k++) {
			double from;

			snprintf(text, sizeof text, "%.*s", (int)k, typed);
			from = cost_ms();
			look(ctx, text);
			typed_ms[typed_n++] = cost_ms() - from;
			if (is_boxed())
				nanosleep(&pause, NULL);
		}
	}
	qsort(typed_ms, typed_n, sizeof typed_ms[0], typed_cmp);
}

static inline void
typed_print(const char *what)
{
	printf("%s_p50\t%.3f\n%s_p99\t%.3f\n%s_max\t%.3f\n", what,
	    typed_ms[typed_n / 2], what, typed_ms[typed_n * 99 / 100], what,
	    typed_ms[typed_n - 1]);
}

#endif
