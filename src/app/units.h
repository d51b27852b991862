#ifndef APP_UNITS_H
#define APP_UNITS_H
/*
 * Administrative units with the days on which they were: the files of
 * conf/units, whose header says what a row holds.  A unit is a code and the
 * day it began, since names and codes come back for other areas; so every
 * question names a day.  Everything lent lives as long as the arena of
 * units_load.
 */
#include "base/date.h"
#include "base/yaml.h"

enum unit_level { UNIT_PROVINCE, UNIT_DISTRICT, UNIT_COMMUNE };

struct unit {
	const char *code, *kind, *name; /* "11149", "Xã", "Hà Kỳ" */
	const char *title;              /* "Xã Hà Kỳ" */
	const char *parent, *successor; /* codes, "" where there is none */
	enum unit_level level;
	struct date from, to; /* first and last day; DATE_NONE is open */
	bool remembered;      /* not seen in a source, only remembered */
};

struct units;

/* All *.yaml of a folder (file_data_path of "conf/units"). */
enum err units_load(struct arena *a, const char *dir, struct units **out,
    struct error *e) MUSTUSE;
/* What the code meant on that day; NULL if nothing, or no day. */
const struct unit *units_get(
    const struct units *u, struct str code, struct date on);
/* Who has the unit's area on that day, by following successors; the unit
 * itself while it lasts.  NULL if that is not known. */
const struct unit *units_heir(
    const struct units *u, const struct unit *unit, struct date on);
/* What somebody may have meant who typed this: units of a like code (one digit
 * off, or the beginning), or with it in their name, accents ignored.  By code,
 * at most `max`. */
size_t units_near(const struct units *u, struct str typed,
    const struct unit **out, size_t max);
/* "Xã Hà Kỳ (11149), to 30/06/2025": with the days that are known of it. */
char *unit_words(struct arena *a, const struct unit *unit);
size_t units_count(const struct units *u);
/* By code, then by first day. */
const struct unit *units_at(const struct units *u, size_t i);

#endif
