/*
 * Proofs about a tree: the right one is taken, and whatever is changed in it, nothing else.
 */
#include "store/proof.h"

#include "store/tree.h"

#include "../fuzz.h"

enum { LEAVES = 40 };

static struct digest number_hash(int64_t n)
{
	struct span part = span_of((const char *)&n, sizeof n);

	return digest_of(&part, 1);
}

/* The root over leaves [begin, end), as RFC 6962 section 2.1 defines it. */
static struct digest root_of(int64_t begin, int64_t end)
{
	struct tree t = {.size = 0};

	for (int64_t i = begin; i < end; i++) {
		struct digest h = number_hash(i);

		tree_push(&t, &h);
	}
	return tree_root(&t);
}

struct proof {
	int64_t first, size; /* the index or the smaller size, and the size */
	struct digest of, root, path[PROOF_MAX + 4];
	size_t n;
};

static bool same(const struct proof *a, const struct proof *b)
{
	return a->first == b->first && a->size == b->size && a->n == b->n &&
	       memcmp(&a->of, &b->of, sizeof a->of) == 0 &&
	       memcmp(&a->root, &b->root, sizeof a->root) == 0 &&
	       memcmp(a->path, b->path, a->n * sizeof *a->path) == 0;
}

static bool holds(const struct proof *p, bool inclusion)
{
	return inclusion ? proof_included(&p->of, p->first, p->size, p->path, p->n, &p->root)
			 : proof_consistent(p->first, &p->of, p->size, &p->root, p->path, p->n);
}

static struct proof right(struct fuzz_input *in, bool inclusion)
{
	struct proof p = {.size = 1 + fuzz_byte(in) % LEAVES};
	struct proof_plan plan;

	p.first = fuzz_byte(in) % p.size + !inclusion;
	p.root = root_of(0, p.size);
	if (inclusion) {
		struct digest h = number_hash(p.first);

		p.of = tree_leaf(&h);
		plan = proof_plan_inclusion(p.first, p.size);
	} else {
		p.of = root_of(0, p.first);
		plan = proof_plan_consistency(p.first, p.size);
	}
	for (p.n = 0; p.n < plan.n; p.n++)
		p.path[p.n] = root_of(plan.ranges[p.n].begin, plan.ranges[p.n].end);
	return p;
}

static struct digest *any_digest(struct proof *p, uint8_t which)
{
	size_t i = which % (p->n + 2);

	return i == 0 ? &p->of : i == 1 ? &p->root : &p->path[i - 2];
}

static void change(struct proof *p, struct fuzz_input *in)
{
	uint8_t how = fuzz_byte(in), which = fuzz_byte(in);

	switch (how % 8) {
	case 0:
		p->first = (int64_t)fuzz_u64(in);
		break;
	case 1:
		p->size = (int64_t)fuzz_u64(in);
		break;
	case 2:
		p->first += (int8_t)which;
		break;
	case 3:
		p->size += (int8_t)which;
		break;
	case 4:
		any_digest(p, which)->bytes[fuzz_byte(in) % DIGEST_BYTES] ^= fuzz_byte(in);
		break;
	case 5: /* one for another */
		*any_digest(p, which) = *any_digest(p, fuzz_byte(in));
		break;
	case 6:
		p->n -= p->n > 0;
		break;
	default:
		p->path[p->n] = *any_digest(p, which);
		p->n += p->n < PROOF_MAX + 3;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	bool inclusion = fuzz_byte(&in) & 1;
	struct proof good = right(&in, inclusion), bad = good;

	FUZZ_CHECK(holds(&good, inclusion));
	for (int changes = 0; in.left > 0 && changes < 8; changes++)
		change(&bad, &in);
	/* The root of one leaf, or of the whole, is what it is of. */
	if (bad.n == 0 && memcmp(&bad.of, &bad.root, sizeof bad.of) == 0)
		return 0;
	/* Of another place in a tree of another size the same hashes may say something true: a size
	 * is known from a checkpoint, not from a proof. */
	if (bad.first == good.first && bad.size == good.size && !same(&good, &bad))
		FUZZ_CHECK(!holds(&bad, inclusion));
	else
		(void)holds(&bad, inclusion); /* any answer */
	return 0;
}
