#include "store/proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "store/tree.h"

enum { LEAVES = 130 };

static struct digest hashes[LEAVES];

static int make_hashes(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	if (crypto_init(&e) != 0)
		return -1;
	for (int i = 0; i < LEAVES; i++) {
		struct span part = span_of((const char *)&i, sizeof i);

		hashes[i] = digest_of(&part, 1);
	}
	return 0;
}

/* The root over leaves [begin, end). */
static struct digest root_of(int64_t begin, int64_t end)
{
	struct tree t = {0};

	for (int64_t i = begin; i < end; i++)
		tree_push(&t, &hashes[i]);
	return tree_root(&t);
}

struct path {
	struct digest nodes[PROOF_MAX];
	size_t n;
};

static struct path carry_out(const struct proof_plan *p)
{
	struct path path = {.n = p->n};

	for (size_t i = 0; i < p->n; i++)
		path.nodes[i] = root_of(p->ranges[i].begin, p->ranges[i].end);
	return path;
}

/* ---- the tree of Certificate Transparency's tests ---- */

/*
 * The eight leaves "", 00, 10, 20 21, 30 31, 40 41 42 43, 50..57, 60..6f and the roots and proofs
 * that the reference implementation of RFC 6962 is tested with (certificate-transparency,
 * merkletree/merkle_tree_test.cc).
 */
static const struct {
	const char *data;
	size_t len;
} ct_leaves[] = {
	{"", 0},
	{"\x00", 1},
	{"\x10", 1},
	{"\x20\x21", 2},
	{"\x30\x31", 2},
	{"\x40\x41\x42\x43", 4},
	{"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
	{"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};
static const char *const ct_roots[] = {
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};
static const struct {
	int64_t leaf, size; /* leaf from 1, as there */
	size_t n;
	const char *path[4];
} ct_inclusions[] = {
	{1, 1, 0, {NULL}},
	{1,
	 8,
	 3,
	 {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	  "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
	{6,
	 8,
	 3,
	 {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
	  "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
	{3, 3, 1, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
	{2,
	 5,
	 3,
	 {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};
static const struct {
	int64_t old, size;
	size_t n;
	const char *path[4];
} ct_consistencies[] = {
	{1, 1, 0, {NULL}},
	{1,
	 8,
	 3,
	 {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	  "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
	{6,
	 8,
	 3,
	 {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
	  "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
	{2,
	 5,
	 2,
	 {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

static struct digest from_hex(const char *hex)
{
	struct digest d;

	assert_int_equal(hex_decode(span_cstr(hex), d.bytes, DIGEST_BYTES), 0);
	return d;
}

/* Their leaves have any length, ours are hashes: so the leaf's hash is made here. */
static struct digest ct_leaf(int64_t index)
{
	const struct span parts[] = {{"\0", 1}, {ct_leaves[index].data, ct_leaves[index].len}};

	return digest_of(parts, 2);
}

/* As ranges say, by folding leaf hashes: an odd subtree moves up. */
static struct digest ct_root(int64_t begin, int64_t end)
{
	struct digest left, right;
	int64_t k = 1;

	if (end - begin == 1)
		return ct_leaf(begin);
	while (k * 2 < end - begin)
		k *= 2;
	left = ct_root(begin, begin + k);
	right = ct_root(begin + k, end);
	return tree_node(&left, &right);
}

static void assert_digest(const struct digest *found, const char *hex)
{
	char text[DIGEST_HEX + 1];

	digest_hex(found, text);
	assert_string_equal(text, hex);
}

static void tree_node_gives_the_published_roots(void **state)
{
	(void)state;
	for (int64_t n = 1; n <= 8; n++) {
		struct digest root = ct_root(0, n);

		assert_digest(&root, ct_roots[n - 1]);
	}
}

static void proof_plan_inclusion_gives_the_published_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ct_inclusions / sizeof *ct_inclusions; i++) {
		int64_t index = ct_inclusions[i].leaf - 1, size = ct_inclusions[i].size;
		struct proof_plan p = proof_plan_inclusion(index, size);
		struct digest path[PROOF_MAX], leaf = ct_leaf(index),
					       root = from_hex(ct_roots[size - 1]);

		assert_int_equal(p.n, ct_inclusions[i].n);
		for (size_t k = 0; k < p.n; k++) {
			path[k] = ct_root(p.ranges[k].begin, p.ranges[k].end);
			assert_digest(&path[k], ct_inclusions[i].path[k]);
		}
		assert_true(proof_included(&leaf, index, size, path, p.n, &root));
	}
}

static void proof_plan_consistency_gives_the_published_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ct_consistencies / sizeof *ct_consistencies; i++) {
		int64_t old = ct_consistencies[i].old, size = ct_consistencies[i].size;
		struct proof_plan p = proof_plan_consistency(old, size);
		struct digest path[PROOF_MAX], before = from_hex(ct_roots[old - 1]),
					       after = from_hex(ct_roots[size - 1]);

		assert_int_equal(p.n, ct_consistencies[i].n);
		for (size_t k = 0; k < p.n; k++) {
			path[k] = ct_root(p.ranges[k].begin, p.ranges[k].end);
			assert_digest(&path[k], ct_consistencies[i].path[k]);
		}
		assert_true(proof_consistent(old, &before, size, &after, path, p.n));
	}
}

/* ---- all of them ---- */

static void proof_included_holds_for_every_leaf_of_every_size(void **state)
{
	(void)state;
	for (int64_t size = 1; size <= LEAVES; size++) {
		struct digest root = root_of(0, size);

		for (int64_t index = 0; index < size; index += 1 + size / 17) {
			struct proof_plan p = proof_plan_inclusion(index, size);
			struct path path = carry_out(&p);
			struct digest leaf = tree_leaf(&hashes[index]);

			assert_true(proof_included(&leaf, index, size, path.nodes, path.n, &root));
		}
	}
}

static void proof_consistent_holds_for_every_pair_of_sizes(void **state)
{
	(void)state;
	for (int64_t size = 1; size <= LEAVES; size++) {
		struct digest root = root_of(0, size);

		for (int64_t old = 1; old <= size; old += 1 + size / 17) {
			struct proof_plan p = proof_plan_consistency(old, size);
			struct path path = carry_out(&p);
			struct digest before = root_of(0, old);

			assert_true(
				proof_consistent(old, &before, size, &root, path.nodes, path.n));
		}
	}
}

static void proof_of_nothing_is_its_own_case(void **state)
{
	struct digest none = digest_of(NULL, 0), root = root_of(0, 5);

	(void)state;
	assert_true(proof_consistent(0, &none, 5, &root, NULL, 0));
	assert_true(proof_consistent(0, &none, 0, &none, NULL, 0));
	assert_false(proof_consistent(0, &root, 5, &root, NULL, 0));
	assert_false(proof_consistent(0, &none, 5, &root, &root, 1));
	assert_false(proof_consistent(-1, &none, 5, &root, NULL, 0));
	assert_false(proof_consistent(6, &none, 5, &root, NULL, 0));
	assert_false(proof_included(&none, 0, 0, NULL, 0, &none));
	assert_false(proof_included(&none, -1, 5, NULL, 0, &root));
}

/* ---- mutated ---- */

struct claim {
	struct path path;
	struct digest first, root; /* the leaf or the old root; the root */
	int64_t number, size;      /* index or old size */
	bool inclusion;
};

static bool holds(const struct claim *c)
{
	return c->inclusion ? proof_included(&c->first, c->number, c->size, c->path.nodes,
					     c->path.n, &c->root)
			    : proof_consistent(c->number, &c->first, c->size, &c->root,
					       c->path.nodes, c->path.n);
}

static void refused(const struct claim *c, const char *how, int *count)
{
	if (holds(c))
		fail_msg("%s proof of %d in %d holds with %s",
			 c->inclusion ? "inclusion" : "consistency", (int)c->number, (int)c->size,
			 how);
	++*count;
}

static void mutate_numbers(const struct claim *good, int *count)
{
	const int64_t numbers[] = {good->number - 1, good->number + 1, good->number ^ 2};
	const int64_t sizes[] = {good->size * 2, good->size / 2};

	for (size_t i = 0; i < 3; i++) {
		struct claim c = *good;

		c.number = numbers[i];
		refused(&c, "another number", count);
	}
	for (size_t i = 0; i < 2; i++) {
		struct claim c = *good;

		c.size = sizes[i];
		refused(&c, "another size", count);
	}
}

static void mutate_roots(const struct claim *good, int *count)
{
	struct claim c = *good;

	c.root.bytes[7] ^= 1;
	refused(&c, "a bit of the root flipped", count);
	c = *good;
	c.root = digest_of(NULL, 0);
	refused(&c, "an empty root", count);
	c = *good;
	c.root = c.first;
	refused(&c, "the first for the root", count);
	c = *good;
	c.first.bytes[31] ^= 0x80;
	refused(&c, "a bit of the first flipped", count);
}

static void mutate_path(const struct claim *good, int *count)
{
	for (size_t i = 0; i < good->path.n; i++) {
		struct claim c = *good;

		c.path.nodes[i].bytes[i % DIGEST_BYTES] ^= 4;
		refused(&c, "a bit of the path flipped", count);
		c = *good;
		memmove(&c.path.nodes[i], &c.path.nodes[i + 1],
			(c.path.n - i - 1) * sizeof *c.path.nodes);
		c.path.n--;
		refused(&c, "a node removed", count);
		c = *good;
		memmove(&c.path.nodes[i + 1], &c.path.nodes[i],
			(c.path.n - i) * sizeof *c.path.nodes);
		c.path.n++;
		refused(&c, "a node doubled", count);
	}
	struct claim c = *good;

	c.path.nodes[c.path.n++] = c.root;
	refused(&c, "a node behind", count);
	c = *good;
	memmove(&c.path.nodes[1], &c.path.nodes[0], c.path.n * sizeof *c.path.nodes);
	c.path.nodes[0] = c.root;
	c.path.n++;
	refused(&c, "a node in front", count);
}

static void mutate(const struct claim *good, int *count)
{
	assert_true(holds(good));
	mutate_numbers(good, count);
	mutate_roots(good, count);
	mutate_path(good, count);
}

static void proofs_that_were_changed_are_refused(void **state)
{
	/* index, old size, size */
	static const int64_t cases[][3] = {
		{0, 3, 7}, {3, 4, 8}, {5, 6, 11}, {64, 33, 65}, {99, 100, 130}};
	int count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t number = cases[i][0], old = cases[i][1], size = cases[i][2];
		struct proof_plan p = proof_plan_inclusion(number, size);
		struct claim c = {.first = tree_leaf(&hashes[number]),
				  .root = root_of(0, size),
				  .number = number,
				  .size = size,
				  .inclusion = true};

		c.path = carry_out(&p);
		mutate(&c, &count);
		p = proof_plan_consistency(old, size);
		c = (struct claim){.first = root_of(0, old),
				   .root = root_of(0, size),
				   .number = old,
				   .size = size};
		c.path = carry_out(&p);
		mutate(&c, &count);
	}
	assert_true(count >= 180);
	print_message("# %d changed proofs, 0 accepted\n", count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_node_gives_the_published_roots),
		cmocka_unit_test(proof_plan_inclusion_gives_the_published_paths),
		cmocka_unit_test(proof_plan_consistency_gives_the_published_paths),
		cmocka_unit_test(proof_included_holds_for_every_leaf_of_every_size),
		cmocka_unit_test(proof_consistent_holds_for_every_pair_of_sizes),
		cmocka_unit_test(proof_of_nothing_is_its_own_case),
		cmocka_unit_test(proofs_that_were_changed_are_refused),
	};

	return cmocka_run_group_tests(tests, make_hashes, NULL);
}
