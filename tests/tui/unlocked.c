/* LD_PRELOAD: no memory can be locked, as where the limit of it is too small. */
#include <errno.h>
#include <stddef.h>

int
sodium_mlock(void *p, size_t n)
{
	(void)p;
	(void)n;
	errno = ENOMEM;
	return -1;
}
