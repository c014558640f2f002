#include "store/proof.h"

#include <assert.h>
#include <string.h>

#include "store/tree.h"

/* The largest power of two below n; n > 1. */
static int64_t split(int64_t n)
{
	int64_t k = 1;

	while (k < n - k)
		k *= 2;
	return k;
}

static void add(struct proof_plan *p, int64_t begin, int64_t end)
{
	assert(p->n < PROOF_MAX);
	p->ranges[p->n++] = (struct proof_range){begin, end};
}

/* Ranges are found from the root down; a proof begins at the leaves. */
static void reverse(struct proof_plan *p)
{
	for (size_t i = 0; i < p->n / 2; i++) {
		struct proof_range swap = p->ranges[i];

		p->ranges[i] = p->ranges[p->n - 1 - i];
		p->ranges[p->n - 1 - i] = swap;
	}
}

struct proof_plan proof_plan_inclusion(int64_t index, int64_t size)
{
	struct proof_plan p = {.n = 0};
	int64_t begin = 0, end = size;

	assert(index >= 0 && index < size);
	while (end - begin > 1) {
		int64_t middle = begin + split(end - begin);

		if (index < middle) {
			add(&p, middle, end);
			end = middle;
		} else {
			add(&p, begin, middle);
			begin = middle;
		}
	}
	reverse(&p);
	return p;
}

struct proof_plan proof_plan_consistency(int64_t old, int64_t size)
{
	struct proof_plan p = {.n = 0};
	int64_t begin = 0, end = size;

	assert(old > 0 && old <= size);
	while (end > old) {
		int64_t middle = begin + split(end - begin);

		if (old <= middle) {
			add(&p, middle, end);
			end = middle;
		} else {
			add(&p, begin, middle);
			begin = middle;
		}
	}
	if (begin > 0) /* else it is the old tree itself, whose root is known */
		add(&p, begin, end);
	reverse(&p);
	return p;
}

static bool same(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_BYTES) == 0;
}

/* The names fn, sn, fr and sr below are those of RFC 9162. */

static void shift_to_set_bit(uint64_t *fn, uint64_t *sn)
{
	while (*fn != 0 && (*fn & 1) == 0) {
		*fn >>= 1;
		*sn >>= 1;
	}
}

bool proof_included(const struct digest *leaf, int64_t index, int64_t size,
		    const struct digest *path, size_t n, const struct digest *root)
{
	uint64_t fn = (uint64_t)index, sn;
	struct digest r = *leaf;

	if (index < 0 || index >= size)
		return false;
	sn = (uint64_t)size - 1;
	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			r = tree_node(&path[i], &r);
			if (!(fn & 1))
				shift_to_set_bit(&fn, &sn);
		} else {
			r = tree_node(&r, &path[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&r, root);
}

/* The same tree, or an empty beginning: nothing to fold. */
static bool trivially_consistent(int64_t old, const struct digest *old_root, int64_t size,
				 const struct digest *root, size_t n)
{
	struct digest none = digest_of(NULL, 0);

	return n == 0 && (old == size ? same(old_root, root) : old == 0 && same(old_root, &none));
}

bool proof_consistent(int64_t old, const struct digest *old_root, int64_t size,
		      const struct digest *root, const struct digest *path, size_t n)
{
	uint64_t fn, sn;
	struct digest fr, sr;
	size_t i = 0;

	if (old < 0 || old > size)
		return false;
	if (old == 0 || old == size)
		return trivially_consistent(old, old_root, size, root, n);
	fn = (uint64_t)old - 1;
	sn = (uint64_t)size - 1;
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	if (fn == 0) { /* old is a power of two: the proof leaves its root out */
		fr = sr = *old_root;
	} else {
		if (n == 0)
			return false;
		fr = sr = path[i++];
	}
	for (; i < n; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			fr = tree_node(&path[i], &fr);
			sr = tree_node(&path[i], &sr);
			if (!(fn & 1))
				shift_to_set_bit(&fn, &sn);
		} else {
			sr = tree_node(&sr, &path[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&fr, old_root) && same(&sr, root);
}
