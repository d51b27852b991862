/*
 * The text rule for a test that has a rule of its own.  On standard input, of
 * each text its length (16 bits, low byte first) and its bytes.  On standard
 * output a byte for each: 1 if it may be stored as it is, 2 if it may where
 * several lines are allowed, 4 and 8 the same once it is composed; after an 8
 * what would be stored, as it came.  "unassigned" prints instead which code
 * points the tables of Unicode do not know yet, as ranges.
 */
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

static void
put_text(struct str s)
{
	putchar((int)(s.n & 0xff));
	putchar((int)(s.n >> 8));
	fwrite(s.p, 1, s.n, stdout);
}

static void
judge(struct arena *a, struct str s)
{
	struct str one = { NULL, 0 }, lines = { NULL, 0 };
	int said = 0;

	said |= text_check(s, 0, NULL) == OK ? 1 : 0;
	said |= text_check(s, TEXT_LINES, NULL) == OK ? 2 : 0;
	said |= text_clean(a, s, 0, &one, NULL) == OK ? 4 : 0;
	said |= text_clean(a, s, TEXT_LINES, &lines, NULL) == OK ? 8 : 0;
	/* two answers that differ are none */
	if ((said & 12) == 12 && !str_eq(one, lines))
		said = 0xff;
	putchar(said);
	if ((said & 8) != 0)
		put_text(lines);
}

static void
print_unassigned(void)
{
	int32_t from = -1;

	for (int32_t cp = 0; cp <= 0x110000; cp++) {
		bool known = cp == 0x110000 ||
		    utf8proc_category(cp) != UTF8PROC_CATEGORY_CN;

		if (!known && from < 0)
			from = cp;
		if (known && from >= 0)
			printf("%x %x\n", (unsigned)from, (unsigned)cp - 1);
		if (known)
			from = -1;
	}
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	static char text[0x10000];
	int low, high;

	if (argc > 1 && strcmp(argv[1], "unassigned") == 0)
		print_unassigned();
	else
		while ((low = getchar()) != EOF && (high = getchar()) != EOF) {
			struct str s = { text, (size_t)(high << 8 | low) };

			if (fread(text, 1, s.n, stdin) != s.n)
				return 2;
			judge(a, s);
			arena_reset(a);
		}
	arena_free(a);
	return 0;
}
