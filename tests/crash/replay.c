#include "tests/crash/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define NEVER ((size_t)-1)
#define ENTRIES_MAX 256

struct file {
	char *p;
	size_t n, cap;
};
struct entry {
	size_t dir, node;
	const char *name;
};
struct replay {
	const struct writes *r;
	enum fault fault;
	size_t *held; /* the op after which this one is on the disk for good */
	struct file *file;
	struct entry entry[ENTRIES_MAX];
	size_t entries;
	uint64_t random;
	unsigned odds; /* of 8, that a piece is there */
};

static bool
chance(struct replay *p)
{
	p->random ^= p->random << 13;
	p->random ^= p->random >> 7;
	p->random ^= p->random << 17;
	return (p->random * 0x9e3779b97f4a7c15u) >> 61 < p->odds;
}

static bool
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

/* The name that a node was first made under. */
static const char *
made_as(const struct writes *r, size_t node)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->op[i].kind == OP_LINK && r->op[i].node == node)
			return r->op[i].name;
	return "";
}

static bool
ignored(const struct writes *r, const struct op *op, enum fault fault)
{
	static const char *const of[] = { [FAULT_NOSYNC] = "data.mdb",
		[FAULT_NOMETASYNC] = "data.mdb",
		[FAULT_NODRAFT] = ".draft",
		[FAULT_NOKEYS] = "keys.new.tmp",
		[FAULT_EARLY] = NULL };

	if (of[fault] == NULL || op->kind == OP_MARK ||
	    op->node == RECORD_ALL || !ends_in(made_as(r, op->node), of[fault]))
		return false;
	return (op->kind == OP_SYNC && fault != FAULT_NOMETASYNC) ||
	       (op->kind == OP_WRITE && op->durable);
}

/* Which sync makes an operation last. */
static bool
holds(const struct op *sync, const struct op *op)
{
	if (sync->kind != OP_SYNC)
		return false;
	if (sync->node == RECORD_ALL)
		return true;
	if (op->kind == OP_WRITE || op->kind == OP_SIZE)
		return sync->node == op->node;
	return sync->node == op->dir ||
	       (op->kind == OP_MOVE && sync->node == op->from_dir);
}

struct replay *
replay_new(const struct writes *r, enum fault fault)
{
	struct replay *p = calloc(1, sizeof *p);
	bool *off = calloc(r->n + 1, sizeof *off);

	if (p == NULL || off == NULL)
		abort();
	p->r = r;
	p->fault = fault;
	p->held = calloc(r->n + 1, sizeof *p->held);
	p->file = calloc(r->nodes, sizeof *p->file);
	if (p->held == NULL || p->file == NULL)
		abort();
	for (size_t i = 0; i < r->n; i++)
		off[i] = ignored(r, &r->op[i], fault);
	for (size_t i = 0; i < r->n; i++) {
		p->held[i] = r->op[i].durable && !off[i] ? i : NEVER;
		for (size_t k = i + 1; p->held[i] == NEVER && k < r->n; k++)
			if (!off[k] && holds(&r->op[k], &r->op[i]))
				p->held[i] = k;
	}
	free(off);
	return p;
}

void
replay_free(struct replay *p)
{
	for (size_t i = 0; i < p->r->nodes; i++)
		free(p->file[i].p);
	free(p->file);
	free(p->held);
	free(p);
}

/* Room for n bytes; what is new is a hole of zeros. */
static void
file_grow(struct file *f, size_t n)
{
	if (n > f->cap) {
		f->cap = n * 2;
		if ((f->p = realloc(f->p, f->cap)) == NULL)
			abort();
	}
	if (n > f->n) {
		memset(f->p + f->n, 0, n - f->n);
		f->n = n;
	}
}

static void
put_bytes(struct file *f, size_t at, const char *p, size_t n)
{
	file_grow(f, at + n);
	memcpy(f->p + at, p, n);
}

/* A write of which some sectors arrive: in any order if torn by the disk, the
 * first ones if the program was killed in it. */
static void
put_some(struct replay *p, const struct op *op, bool first_ones)
{
	struct file *f = &p->file[op->node];
	size_t at = (size_t)op->at, end = at + op->n;

	while (at < end) {
		size_t to = (at / SECTOR + 1) * SECTOR;
		bool there = chance(p);

		if (to > end)
			to = end;
		if (there)
			put_bytes(
			    f, at, op->bytes + (at - (size_t)op->at), to - at);
		else if (first_ones)
			break;
		at = to;
	}
}

static struct entry *
entry_of(struct replay *p, size_t dir, const char *name)
{
	for (size_t i = 0; i < p->entries; i++)
		if (p->entry[i].dir == dir &&
		    strcmp(p->entry[i].name, name) == 0)
			return &p->entry[i];
	return NULL;
}

static void
entry_drop(struct replay *p, size_t dir, const char *name)
{
	struct entry *e = entry_of(p, dir, name);

	if (e != NULL)
		*e = p->entry[--p->entries];
}

static void
entry_put(struct replay *p, size_t dir, const char *name, size_t node)
{
	entry_drop(p, dir, name);
	if (p->entries == ENTRIES_MAX)
		abort();
	p->entry[p->entries++] = (struct entry){ dir, node, name };
}

static const char *
name_of(const struct replay *p, const char *name)
{
	return p->fault == FAULT_INPLACE && strcmp(name, "db.new") == 0 ? "db"
	                                                                : name;
}

static void
apply(struct replay *p, const struct op *op, bool whole, enum replay_how how)
{
	switch (op->kind) {
	case OP_WRITE:
		if (whole)
			put_bytes(&p->file[op->node], (size_t)op->at, op->bytes,
			    op->n);
		else
			put_some(p, op, how == REPLAY_PREFIX);
		break;
	case OP_SIZE:
		file_grow(&p->file[op->node], op->n);
		p->file[op->node].n = op->n;
		break;
	case OP_LINK:
		entry_put(p, op->dir, name_of(p, op->name), op->node);
		break;
	case OP_MOVE:
		if (strcmp(name_of(p, op->from), op->name) == 0)
			break; /* it stands there */
		entry_drop(p, op->from_dir, op->from);
		entry_put(p, op->dir, op->name, op->node);
		break;
	case OP_UNLINK:
		entry_drop(p, op->dir, op->name);
		break;
	case OP_SYNC:
	case OP_MARK:
		break;
	}
}

static void
write_file(const char *path, const struct file *f)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	for (size_t at = 0; fd >= 0 && at < f->n;) {
		ssize_t n = write(fd, f->p + at, f->n - at);

		if (n <= 0)
			break;
		at += (size_t)n;
	}
	if (fd < 0 || close(fd) != 0) {
		perror(path);
		abort();
	}
}

static void
write_dir(struct replay *p, size_t node, const char *path)
{
	char sub[4096];

	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		perror(path);
		abort();
	}
	for (size_t i = 0; i < p->entries; i++) {
		const struct entry *e = &p->entry[i];

		if (e->dir != node)
			continue;
		snprintf(sub, sizeof sub, "%.3000s/%.500s", path, e->name);
		if (p->r->is_dir[e->node])
			write_dir(p, e->node, sub);
		else
			write_file(sub, &p->file[e->node]);
	}
}

static uint64_t
hash_bytes(uint64_t h, const char *p, size_t n)
{
	size_t i = 0;

	for (uint64_t x; i + sizeof x <= n; i += sizeof x) {
		memcpy(&x, p + i, sizeof x);
		h = (h ^ x) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	for (; i < n; i++)
		h = (h ^ (uint8_t)p[i]) * 0x9e3779b97f4a7c15u;
	return h ^ n;
}

/* Entries lie in no order. */
static uint64_t
hash_all(const struct replay *p)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->entries; i++) {
		const struct entry *e = &p->entry[i];
		const struct file *f = &p->file[e->node];
		uint64_t h = hash_bytes(e->dir, e->name, strlen(e->name));

		h = p->r->is_dir[e->node] ? h + e->node
		                          : hash_bytes(h, f->p, f->n);
		sum += (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
	}
	return sum;
}

uint64_t
replay_make(struct replay *p, size_t cut, enum replay_how how, uint64_t seed)
{
	static const unsigned odds[] = { 1, 4, 7 };
	const struct writes *r = p->r;

	p->random = (seed + 1) * 0x9e3779b97f4a7c15u;
	p->odds = odds[seed % 3];
	p->entries = 0;
	for (size_t i = 0; i < r->nodes; i++)
		p->file[i].n = 0;
	for (size_t i = 0; i < cut; i++) {
		const struct op *op = &r->op[i];

		if (how == REPLAY_PREFIX || p->held[i] < cut)
			apply(p, op, true, how);
		else if (how == REPLAY_TORN && op->kind == OP_WRITE)
			apply(p, op, false, how);
		else if (chance(p))
			apply(p, op, true, how);
	}
	/* and the one that was under way */
	if (cut < r->n &&
	    (r->op[cut].kind == OP_WRITE ? how != REPLAY_SUBSET : chance(p)))
		apply(p, &r->op[cut], false, how);
	return hash_all(p);
}

void
replay_write(struct replay *p, const char *dir)
{
	write_dir(p, 0, dir);
}
