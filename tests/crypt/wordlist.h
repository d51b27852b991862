#ifndef TESTS_CRYPT_WORDLIST_H
#define TESTS_CRYPT_WORDLIST_H
/* A list of words for tests, so that they do not hang on the real one. */
#include <stdio.h>

static inline int
wordlist_write(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		return -1;
	/* aaa, aabxyz, aac, aadxyz ... */
	for (int i = 0; i < 2048; i++)
		fprintf(f, "%c%c%c%s\n", 'a' + (i >> 8), 'a' + (i >> 4 & 15),
		    'a' + (i & 15), i % 2 != 0 ? "xyz" : "");
	return fclose(f);
}

#endif
