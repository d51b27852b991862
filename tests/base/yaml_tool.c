/* yaml_tool whole|deep|many|percent FILE: reads a file with that reader of
 * yaml_planted.h; says what is wrong with it, as the program does. */
#include "yaml_planted.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		yaml_parse_fn parse;
	} readers[] = { { "whole", yaml_parse }, { "deep", yaml_parse_deep },
		{ "many", yaml_parse_many },
		{ "percent", yaml_parse_percent } };
	struct arena *a = arena_new();
	struct yaml *y;
	struct str s;
	struct error e;
	enum err r = ERR_USAGE;

	for (size_t i = 0; argc == 3 && i < ARRAY_LEN(readers); i++) {
		if (strcmp(readers[i].name, argv[1]) != 0)
			continue;
		r = file_read(a, argv[2], 2u << 20, &s, &e);
		if (r == OK)
			r = readers[i].parse(a, argv[2], s, &y, &e);
		if (r != OK)
			printf("%s: %s\n", e.where, e.what);
	}
	arena_free(a);
	return error_exit_status(r);
}
