#include "text/template_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CHILDREN_MAX 100 /* different words at one node; further ones go to <*> */
#define KEY_MAX      256 /* bytes of a word that tell nodes apart */

static void leaf_free(struct leaf *leaf)
{
	for (size_t i = 0; i < leaf->levels; i++)
		free(leaf->words[i]);
	free(leaf);
}

/* A node's key: the number of words, then the words on the way, each with its length in front, so
 * that different ways have different keys. */
struct path {
	char bytes[LEVELS * (KEY_MAX + sizeof(uint16_t)) + sizeof(uint16_t)];
	size_t len;
};

static struct path path_root(size_t line_words)
{
	struct path p = {.len = sizeof(uint16_t)};
	uint16_t n = (uint16_t)line_words;

	memcpy(p.bytes, &n, sizeof n);
	return p;
}

static struct path path_child(const struct path *parent, struct span word)
{
	uint16_t len = (uint16_t)(word.len < KEY_MAX ? word.len : KEY_MAX);
	struct path p = *parent;

	memcpy(p.bytes + p.len, &len, sizeof len);
	memcpy(p.bytes + p.len + sizeof len, word.data, len);
	p.len += sizeof len + len;
	return p;
}

static struct map_entry *node_at(const struct map *nodes, const struct path *p)
{
	return map_get(nodes, span_of(p->bytes, p->len));
}

/* The node, made with a place in its parent if it is missing. */
static struct map_entry *node_make(struct map *nodes, const struct path *parent,
				   const struct path *p)
{
	bool added;
	struct map_entry *entry = map_put(nodes, span_of(p->bytes, p->len), &added);

	if (added && parent) {
		node_at(nodes, parent)->value.num++;
		entry = node_at(nodes, p);
	}
	return entry;
}

bool drain_way(const struct map *nodes, const struct masked *line, bool make,
	       struct span way[static LEVELS])
{
	struct path p = path_root(line->n);

	for (size_t i = 0; i < drain_levels(line->n); i++) {
		struct map_entry *parent = node_at(nodes, &p);
		struct path child = path_child(&p, mask_word(line, i));
		bool room = !parent || parent->value.num < CHILDREN_MAX;

		way[i] = mask_word(line, i);
		if (!node_at(nodes, &child) && !(make && room)) {
			way[i] = SPAN("<*>");
			child = path_child(&p, way[i]);
			if (!make && !node_at(nodes, &child))
				return false;
		}
		p = child;
	}
	return true;
}

struct leaf *drain_leaf(struct map *nodes, size_t line_words, const struct span *way, bool make)
{
	struct path p = path_root(line_words), parent;
	struct map_entry *entry = make ? node_make(nodes, NULL, &p) : node_at(nodes, &p);
	struct leaf *leaf;

	for (size_t i = 0; entry && i < drain_levels(line_words); i++) {
		parent = p;
		p = path_child(&parent, way[i]);
		entry = make ? node_make(nodes, &parent, &p) : node_at(nodes, &p);
	}
	if (!entry || entry->value.ptr || !make)
		return entry ? entry->value.ptr : NULL;
	leaf = mem_zalloc(sizeof *leaf);
	leaf->line_words = line_words;
	leaf->levels = drain_levels(line_words);
	for (size_t i = 0; i < leaf->levels; i++)
		leaf->words[i] = mem_dup(way[i].data, way[i].len);
	entry->value.ptr = leaf;
	return leaf;
}

void drain_prune(struct map *nodes, struct leaf *leaf)
{
	struct path way[LEVELS + 1] = {path_root(leaf->line_words)};

	for (size_t i = 0; i < leaf->levels; i++)
		way[i + 1] = path_child(&way[i], span_cstr(leaf->words[i]));
	for (size_t i = leaf->levels + 1; i-- > 0;) {
		if (i < leaf->levels && --node_at(nodes, &way[i])->value.num > 0)
			break;
		map_remove(nodes, span_of(way[i].bytes, way[i].len));
	}
	leaf_free(leaf);
}

/* ---- likeness ---- */

/* Words that agree and are not <*> in both, and those that vary in both. */
struct likeness {
	size_t same, wild;
};

static struct likeness compare(const struct template *t, const struct masked *line)
{
	struct likeness l = {0, 0};

	for (size_t i = 0; i < t->n; i++) {
		const struct mask_word *a = &t->words[i], *b = &line->words[i];

		if (a->varies)
			l.wild += b->varies;
		else if (a->len == b->len &&
			 memcmp(t->text + a->at, line->text + b->at, a->len) == 0)
			l.same++;
	}
	return l;
}

struct template *drain_most_alike(const struct leaf *leaf, const struct masked *line, bool *enough,
				  size_t *crowd)
{
	struct template *best = NULL;
	struct likeness most = {0, 0};

	*crowd = 0;
	for (struct template *t = leaf->first; t; t = t->next_in_leaf) {
		struct likeness l = compare(t, line);

		++*crowd;
		if (best && (l.same < most.same || (l.same == most.same && l.wild <= most.wild)))
			continue;
		best = t;
		most = l;
		if (l.same + l.wild == line->n)
			break;
	}
	*enough = best && 10 * most.same >= 7 * (line->n - most.wild);
	return best;
}
