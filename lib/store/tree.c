#include "store/tree.h"

struct digest tree_leaf(const struct digest *hash)
{
	const struct span parts[] = {{"\0", 1}, {(const char *)hash->bytes, DIGEST_BYTES}};

	return digest_of(parts, 2);
}

struct digest tree_node(const struct digest *left, const struct digest *right)
{
	const struct span parts[] = {
		{"\1", 1},
		{(const char *)left->bytes, DIGEST_BYTES},
		{(const char *)right->bytes, DIGEST_BYTES},
	};

	return digest_of(parts, 3);
}

void tree_push(struct tree *t, const struct digest *hash)
{
	struct digest top = tree_leaf(hash);

	/* Each 1-bit at the end of the old size is a full subtree as large as the one in hand. */
	for (uint64_t size = (uint64_t)t->size; size & 1; size >>= 1)
		top = tree_node(&t->peaks[--t->n], &top);
	t->peaks[t->n++] = top;
	t->size++;
}

struct digest tree_root(const struct tree *t)
{
	struct digest root;

	if (t->n == 0)
		return digest_of(NULL, 0);
	root = t->peaks[t->n - 1];
	for (size_t i = t->n - 1; i > 0; i--)
		root = tree_node(&t->peaks[i - 1], &root);
	return root;
}

void tree_add_hex(struct buf *out, const struct tree *t)
{
	char hex[DIGEST_HEX + 1];

	for (size_t i = 0; i < t->n; i++) {
		digest_hex(&t->peaks[i], hex);
		buf_add(out, hex, DIGEST_HEX);
	}
}

int tree_from_hex(int64_t size, struct span hex, struct tree *out)
{
	struct tree t = {.size = size, .n = hex.len / DIGEST_HEX};

	if (size < 0 || hex.len % DIGEST_HEX ||
	    t.n != (size_t)__builtin_popcountll((unsigned long long)size))
		return -1;
	for (size_t i = 0; i < t.n; i++) {
		if (hex_decode(span_of(hex.data + i * DIGEST_HEX, DIGEST_HEX), t.peaks[i].bytes,
			       DIGEST_BYTES) != 0)
			return -1;
	}
	*out = t;
	return 0;
}
