/* What the store lies on (SAFETY D1). */
#include "store/store_impl.h"

#include <linux/magic.h>
#include <sys/vfs.h>

/* Not in every linux/magic.h. */
#define MAGIC_BCACHEFS 0xca451a4el
#define MAGIC_CIFS 0xff534d42l
#define MAGIC_EXFAT 0x2011BAB0l
#define MAGIC_FUSE 0x65735546l
#define MAGIC_JFS 0x3153464al
#define MAGIC_NTFS 0x5346544el
#define MAGIC_NTFS3 0x7366746el
#define MAGIC_OVERLAY 0x794c7630l
#define MAGIC_RAMFS 0x858458f6l
#define MAGIC_SMB2 0xfe534d42l
#define MAGIC_XFS 0x58465342l
#define MAGIC_ZFS 0x2fc12fc1l

/* They do not keep their word, or lie elsewhere. */
static const long unfit[] = { MSDOS_SUPER_MAGIC, MAGIC_EXFAT, MAGIC_NTFS,
	MAGIC_NTFS3, NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, MAGIC_CIFS, MAGIC_SMB2,
	MAGIC_FUSE };
/* In memory there is no word to keep: tests and live systems. */
static const long fit[] = { EXT4_SUPER_MAGIC, MAGIC_XFS, BTRFS_SUPER_MAGIC,
	F2FS_SUPER_MAGIC, MAGIC_ZFS, MAGIC_BCACHEFS, MAGIC_JFS,
	REISERFS_SUPER_MAGIC, NILFS_SUPER_MAGIC, MAGIC_OVERLAY, TMPFS_MAGIC,
	MAGIC_RAMFS };

static bool
is_among(long magic, const long *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == magic)
			return true;
	return false;
}

static enum err
magic_of(const char *dir, long *magic, struct error *e)
{
	struct statfs fs;

	if (statfs(dir, &fs) != 0)
		return error_errno(e, ERR_IO, "%s", dir);
	*magic = (long)fs.f_type & 0xffffffffl; /* it is an int for some */
	return OK;
}

enum err
store_check_fs(const char *dir, struct error *e)
{
	long magic;
	enum err r = magic_of(dir, &magic, e);

	if (r == OK && is_among(magic, unfit, ARRAY_LEN(unfit)))
		r = error_set(e, ERR_REFUSED,
		    N_("%s lies on a file system (FAT, NTFS, network "
		       "or FUSE) that may lose what was saved"),
		    dir);
	return r;
}

uint32_t
store_strange_fs(const struct store *s)
{
	long magic;

	if (magic_of(s->dir, &magic, NULL) != OK ||
	    is_among(magic, fit, ARRAY_LEN(fit)))
		return 0;
	return (uint32_t)magic;
}
