#include "base/map.h"

#include <string.h>
#include <sys/random.h>

struct entry {
	struct str key;
	void *value;
	uint64_t hash;
};

struct map {
	struct arena *arena;
	struct entry *entries; /* in order of insertion */
	size_t n, cap;
	uint32_t *slots; /* number of the entry + 1, 0 is free */
	size_t mask;     /* slots - 1, slots a power of two */
};

static uint64_t hash_key[2];

static inline uint64_t
rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3: keys are short, and a stranger may choose them. */
static uint64_t
hash(struct str key)
{
	uint64_t v[4] = { hash_key[0] ^ UINT64_C(0x736f6d6570736575),
		hash_key[1] ^ UINT64_C(0x646f72616e646f6d),
		hash_key[0] ^ UINT64_C(0x6c7967656e657261),
		hash_key[1] ^ UINT64_C(0x7465646279746573) };
	uint64_t word;
	size_t i;

	for (i = 0; i + 8 <= key.n; i += 8) {
		memcpy(&word, key.p + i, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = (uint64_t)key.n << 56;
	for (size_t j = 0; i + j < key.n; j++)
		word |= (uint64_t)(unsigned char)key.p[i + j] << (8 * j);
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (int k = 0; k < 3; k++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct map *
map_new(struct arena *a)
{
	struct map *m = arena_new_of(a, struct map);

	if (hash_key[0] == 0 &&
	    getrandom(hash_key, sizeof hash_key, 0) != sizeof hash_key)
		base_die("%s", _("the system gives no random numbers"));
	m->arena = a;
	m->mask = 7;
	m->slots = arena_array(a, m->mask + 1, sizeof *m->slots);
	return m;
}

/* The slot that holds the key, or the free one where it would go. */
static size_t
slot_of(const struct map *m, struct str key, uint64_t h)
{
	const struct entry *e;
	size_t i = (size_t)h & m->mask;

	for (; m->slots[i] != 0; i = (i + 1) & m->mask) {
		e = &m->entries[m->slots[i] - 1];
		if (e->hash == h && str_eq(e->key, key))
			break;
	}
	return i;
}

/* Twice the slots; the old ones stay in the arena. */
static void
widen(struct map *m)
{
	size_t at;

	m->mask = m->mask * 2 + 1;
	m->slots = arena_array(m->arena, m->mask + 1, sizeof *m->slots);
	for (size_t i = 0; i < m->n; i++) {
		at = (size_t)m->entries[i].hash & m->mask;
		while (m->slots[at] != 0)
			at = (at + 1) & m->mask;
		m->slots[at] = (uint32_t)(i + 1);
	}
}

void *
map_get(const struct map *m, struct str key)
{
	size_t i = slot_of(m, key, hash(key));

	return m->slots[i] == 0 ? NULL : m->entries[m->slots[i] - 1].value;
}

void *
map_put(struct map *m, struct str key, void *value)
{
	uint64_t h = hash(key);
	size_t i = slot_of(m, key, h);
	struct entry *e;
	void *former;

	if (m->slots[i] != 0) {
		e = &m->entries[m->slots[i] - 1];
		former = e->value;
		e->value = value;
		return former;
	}
	if (m->n >= UINT32_MAX - 1)
		base_die("%s", _("out of memory"));
	m->entries =
	    arena_grow(m->arena, m->entries, m->n, &m->cap, sizeof *m->entries);
	e = &m->entries[m->n++];
	e->key = arena_str_dup(m->arena, key);
	e->value = value;
	e->hash = h;
	m->slots[i] = (uint32_t)m->n;
	if (m->n > (m->mask + 1) / 4 * 3)
		widen(m);
	return NULL;
}

size_t
map_count(const struct map *m)
{
	return m->n;
}

bool
map_at(const struct map *m, size_t i, struct str *key, void **value)
{
	if (i >= m->n)
		return false;
	*key = m->entries[i].key;
	*value = m->entries[i].value;
	return true;
}
