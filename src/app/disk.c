#include "app/disk.h"

#include <stdio.h>

#define SETTING "file_system" /* the magic number that was told of, hex */

bool
disk_is_strange(struct app *app, const char **text)
{
	uint32_t magic = store_strange_fs(app->store);
	struct str told;
	char hex[9];

	if (magic == 0)
		return false;
	snprintf(hex, sizeof hex, "%08x", (unsigned)magic);
	if (store_meta_get(app->store, app->arena, SETTING, &told, NULL) ==
		OK &&
	    str_is(told, hex))
		return false;
	*text = _("The register lies on a file system that this program does "
		  "not know.  Whether it keeps what was saved when the power "
		  "goes, nobody has tried: keep it on ext4 if you can, and "
		  "back it up often.");
	(void)!store_meta_put(app->store, SETTING, str_of(hex), NULL);
	return true;
}
