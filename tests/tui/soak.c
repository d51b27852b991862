/*
 * soak [OPTION VALUE]... WORLDS FOLDER PROGRAM [ARG...]
 * soak --list
 *
 *     --scene NAME   one of scenes.c, whose names --list says
 *     --keys N       how many of them it is to get (0: prints where it begins)
 *     --life N       at most so many in one life of the program
 *     --seed N       other keys; --first N begins with another life
 *     --term NAME, --mono yes, --size RxC
 *     --plant LIB    instead of a scene: the faults, with the library of
 *                    fall.c; --sanitizers yes: also one that only they notice
 *
 * Random keys on one screen: letters, marks, pastes, function keys, control
 * keys, new sizes.  A life begins with a copy of the scene's desk (WORLDS has a
 * folder of each, FOLDER takes the copy), goes to the scene by keys, and gets
 * its random ones; the next begins when it has ended or had enough, until all
 * keys were taken by a program that still ran afterwards.  What must hold:
 *
 * - The program goes on, or ends by itself with 0, and no sanitizer reports.
 * - The screen is the one that is drawn when all is drawn anew (Alt-L): the
 *   emulator's cells just before the terminal is cleared for that, and just
 *   before it is cleared once more, are the same.
 * - No line of a form is lost: after SIGKILL the drafts show every line that
 *   was on the screen.
 * - What is sent are the sequences of this terminal's description.
 *
 * Each of these is also made to fail (--plant), and must be noticed.  The first
 * failure prints scene, seed, life, keys and screen, and ends with 1.
 */
#include "bytes.h"
#include "drafts.h"
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUIET_MS 5000

/*
 * Whether the terminal was cleared once more than asked for: somebody has
 * chosen that in the menu, and what was compared was not what should be.
 */
static bool
cleared_more(void)
{
	unsigned long before = stage.clears;
	long until = pty_now_ms() + QUIET_MS;

	while (
	    !stage.pty.ended && pty_now_ms() < until && stage.clears == before)
		pty_pump(&stage.pty, 100);
	while (pty_pump(&stage.pty, 200))
		continue;
	stage.unsure += stage.clears > before;
	return stage.clears > before || stage.pty.ended;
}

/* The program draws of itself then: how far it is, and that it is done.  A small
 * window does not show it. */
static bool
is_at_work(const char *text)
{
	return strstr(text, "%   Esc dừng") != NULL ||
	       strstr(text, "Cửa sổ quá nhỏ") != NULL ||
	       strstr(text, "Đang lưu...") != NULL;
}

static bool
check_redraw(bool planted)
{
	static struct cells first;
	struct cells swap;
	const char *found;

	stage.planted = planted;
	stage_settle();
	if (!stage_redraw())
		return false;
	swap = first;
	first = stage.before;
	stage.before = swap;
	if (!stage_redraw())
		return false;
	found = cells_difference(&first, &stage.before);
	if (!planted && found[0] != '\0') {
		char *text = cells_text(&first);

		if (is_at_work(text)) {
			free(text);
			return check_redraw(planted);
		}
		if (!cleared_more()) {
			printf("--- before it was drawn anew ---\n%s", text);
			free(text);
			text = cells_text(&stage.before);
			printf("--- anew ---\n%s", text);
			free(text);
			text = NULL;
			stage_fail("drawn anew it is another screen", found);
		}
		free(text);
	}
	if (planted && found[0] == '\0')
		stage_fail("a foreign mark on the screen was not noticed", "");
	stage.redraws++;
	return true;
}

/* Random keys ------------------------------------------------------------ */

/* xorshift64*: the same keys for the same seed. */
static uint32_t
below(uint32_t limit)
{
	stage.random ^= stage.random >> 12;
	stage.random ^= stage.random << 25;
	stage.random ^= stage.random >> 27;
	return (uint32_t)((stage.random * 0x2545f4914f6cdd1dull) >> 33) % limit;
}

static const char *const texts[] = { "a", "e", "o", "u", "d", "w", "s", "f",
	"r", "x", "j", "z", "n", "h", "g", "t", "A", "D", "N", "0", "1", "2",
	"3", "5", "9", " ", " ", "-", "+", "*", ",", ".", "?", "c", "k", "y",
	"đ", "ệ", "ơ̆", "e\xcc\x82\xcc\x81", "\xcc\x81", "\xcc\xa3", "\xcc\x9b",
	"中", "ﬀ" };
static const char *const moves[] = { "Enter", "Enter", "Tab", "Shift-Tab",
	"Esc", "Up", "Down", "Down", "Left", "Right", "Home", "End", "PgUp",
	"PgDn", "Ins", "Del", "Backspace" };

static bool
random_size(void)
{
	static const int rows[] = { 10, 24, 24, 25, 40, 60, 5, 8 };
	static const int cols[] = { 40, 80, 80, 100, 132, 200, 20, 41 };

	stage_note_key("resize", 6);
	stage_resize(below(3) == 0 ? 10 + (int)below(51) : rows[below(8)],
	    below(3) == 0 ? 40 + (int)below(161) : cols[below(8)]);
	return !stage.pty.ended;
}

static bool
random_paste(void)
{
	char text[400] = "\033[200~";
	size_t n = below(12);

	for (size_t i = 0; i < n; i++)
		strcat(text, texts[below(sizeof texts / sizeof *texts)]);
	strcat(text, "\033[201~");
	return stage_send(text, strlen(text));
}

static bool
random_key(void)
{
	uint32_t kind = below(100);
	char name[16];
	const char *text;

	if (kind < 50) {
		text = texts[below(sizeof texts / sizeof *texts)];
		return stage_send(text, strlen(text));
	}
	if (kind < 78)
		return stage_press(moves[below(sizeof moves / sizeof *moves)]);
	if (kind < 88) {
		snprintf(name, sizeof name, "F%u", 1 + below(10));
		return stage_press(name);
	}
	if (kind < 94) {
		snprintf(name, sizeof name, "Ctrl-%c", 'a' + (char)below(26));
		return stage_press(name);
	}
	if (kind < 96) {
		snprintf(name, sizeof name, "Alt-%c", 'a' + (char)below(26));
		return name[4] == 'l' ? stage_redraw() : stage_press(name);
	}
	return kind < 98 ? random_paste() : random_size();
}

/* Lives ------------------------------------------------------------------ */

/* The keys that were taken by a program that still ran afterwards. */
static void
live(const struct scene *scene, unsigned long keys)
{
	unsigned long begun = stage.keys;

	stage_begin(scene);
	while (stage.keys - begun < keys) {
		unsigned long left = keys - (stage.keys - begun), n = 0;
		unsigned long burst = 1 + below(below(2) == 0 ? 30 : 6);

		while (n < burst && n < left && random_key())
			n++;
		if (!check_redraw(false))
			break;
		stage.keys += n;
		if (bytes_check("", 0) > 0)
			stage_fail(
			    "no sequence of this terminal", bytes_fault());
	}
	while (pty_pump(&stage.pty, 0))
		continue;
	if (!stage.pty.ended && !scene->restricted && scene->now == NULL)
		drafts_check(false);
	if (stage_has_fallen())
		stage_fail("it ended badly", "");
}

/* What a life's keys are depends on seed, scene and number alone. */
static void
soak(const struct scene *scene, unsigned long keys, unsigned long life)
{
	unsigned long last = stage.life + 20 + keys;

	stage.scene = scene->name;
	for (; stage.keys < keys; stage.life++, stage.lives++) {
		unsigned long left = keys - stage.keys;

		stage.random =
		    (stage.seed * 1000003 + (uint64_t)(scene - scenes) * 8191 +
		        stage.life) *
		    0x9e3779b97f4a7c15ull;
		live(scene, left < life ? left : life);
		if (stage.life == last)
			stage_fail("it takes no keys", "");
	}
}

/* Faults ----------------------------------------------------------------- */

static void
plant_fall(const char *lib, const char *how)
{
	const char *options = getenv("ASAN_OPTIONS");
	char *kept = options == NULL ? NULL : strdup(options);
	char more[sizeof stage.place * 2];
	long until = pty_now_ms() + STAGE_PATIENCE_MS;

	snprintf(more, sizeof more, "%s:verify_asan_link_order=0",
	    kept == NULL ? "" : kept);
	setenv("ASAN_OPTIONS", more, 1);
	stage_copy(scene_planted.world);
	setenv("FALL", how, 1);
	setenv("LD_PRELOAD", lib, 1);
	stage_enter(&scene_planted, 24, 80);
	unsetenv("LD_PRELOAD");
	stage_set_variable("ASAN_OPTIONS", kept);
	free(kept);
	check_redraw(false);
	if (stage.pty.ended)
		stage_fail("it fell before it was to", "");
	stage_send("\035", 1);
	while (!stage.pty.ended && pty_now_ms() < until)
		pty_pump(&stage.pty, 100);
	if (!stage_has_fallen())
		stage_fail("a fall was not noticed", how);
}

/* Each proof must see the fault that it is there for. */
static unsigned
plant(const char *lib, bool sanitizers)
{
	stage.scene = scene_planted.name;
	stage_begin(&scene_planted);
	check_redraw(true);
	check_redraw(false);
	drafts_check(false);
	if (stage.drafts != 1)
		stage_fail("no draft was looked at", "");
	stage_begin(&scene_planted);
	drafts_check(true);
	stage_begin(&scene_planted);
	stage_send("\035", 1);
	if (!check_redraw(false))
		stage_fail("it falls without a fault", "");
	plant_fall(lib, "abort");
	if (sanitizers)
		plant_fall(lib, "overflow");
	if (bytes_check("\033[31q", 5) == 0)
		stage_fail("a foreign sequence was not noticed", "");
	return sanitizers ? 5 : 4;
}

static const struct scene *
scene_named(const char *name)
{
	for (size_t i = 0; i < n_scenes; i++)
		if (strcmp(scenes[i].name, name) == 0)
			return &scenes[i];
	printf("no such scene: %s\n", name);
	exit(2);
}

static int
list(void)
{
	for (size_t i = 0; i < n_scenes; i++)
		printf("%s %s\n", scenes[i].name,
		    scenes[i].screen == NULL ? "-" : scenes[i].screen);
	return 0;
}

static void
show(const struct scene *scene)
{
	char *text;

	stage.scene = scene->name;
	stage_begin(scene);
	stage_settle();
	text = pty_picture(&stage.pty);
	printf("--- %s ---\n%s", stage.scene, text);
	free(text);
}

struct options {
	const char *scene, *lib, *term, *size;
	unsigned long keys, life;
	bool sanitizers;
};

/* Returns where the other arguments begin; 0 if they are wrong. */
static int
read_options(int argc, char **argv, struct options *o)
{
	int at = 1;

	for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
		const char *name = argv[at] + 2, *value = argv[at + 1];

		if (strcmp(name, "scene") == 0)
			o->scene = value;
		else if (strcmp(name, "keys") == 0)
			o->keys = strtoul(value, NULL, 10);
		else if (strcmp(name, "life") == 0)
			o->life = strtoul(value, NULL, 10);
		else if (strcmp(name, "seed") == 0)
			stage.seed = strtoull(value, NULL, 10);
		else if (strcmp(name, "first") == 0)
			stage.life = strtoul(value, NULL, 10);
		else if (strcmp(name, "term") == 0)
			o->term = value;
		else if (strcmp(name, "mono") == 0)
			setenv("NO_COLOR", "1", 1);
		else if (strcmp(name, "plant") == 0)
			o->lib = value;
		else if (strcmp(name, "sanitizers") == 0)
			o->sanitizers = true;
		else if (strcmp(name, "size") != 0 ||
		         sscanf(value, "%dx%d", &stage.rows, &stage.cols) != 2)
			return 0;
	}
	return argc < at + 3 || (o->scene == NULL) == (o->lib == NULL) ||
	               o->life == 0
	           ? 0
	           : at;
}

int
main(int argc, char **argv)
{
	struct options o = {
		.term = "xterm-256color", .keys = 60, .life = 400
	};
	int at;

	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return list();
	stage.seed = stage.life = 1;
	stage.rows = 24;
	stage.cols = 80;
	if ((at = read_options(argc, argv, &o)) == 0)
		return 2;
	stage.worlds = argv[at];
	stage.argv = argv + at + 2;
	setvbuf(stdout, NULL, _IOFBF, 1 << 16); /* others print meanwhile */
	stage_prepare(argv[at + 1], o.term);
	if (o.lib != NULL)
		printf("%s: %u planted faults noticed\n", o.term,
		    plant(o.lib, o.sanitizers));
	else if (o.keys == 0)
		show(scene_named(o.scene));
	else
		soak(scene_named(o.scene), o.keys, o.life);
	if (stage.keys > 0)
		printf("%s %s %dx%d: %lu keys, %lu lives, %lu redraws, %lu "
		       "unsure, %lu drafts, %lu lines\n",
		    stage.scene, o.term, stage.rows, stage.cols, stage.keys,
		    stage.lives, stage.redraws, stage.unsure, stage.drafts,
		    stage.lines);
	stage_leave();
	return 0;
}
