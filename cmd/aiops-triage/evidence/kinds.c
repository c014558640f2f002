/*
 * What the name of a metric says about it.
 */
#include "aiops-triage/evidence/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-triage/knowledge/words.h"
#include "base/mem.h"
#include "base/num.h"
#include "yaml/yaml.h"

void kinds_init(struct metric_kinds *ks)
{
	*ks = (struct metric_kinds){.doc = NULL};
}

void kinds_release(struct metric_kinds *ks)
{
	free(ks->items);
	yaml_free(ks->doc);
	kinds_init(ks);
}

/* ---- reading ---- */

static int at_node(const struct yaml_node *n, struct err *e, const char *what)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", what);
}

/* The index of the text among words, NULL-terminated; absent: leaves *out alone. */
static int read_word(const struct yaml_node *map, const char *key, const char *const *words,
		     int *out, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, key);
	struct span text = SPAN_NONE;

	if (!n)
		return 0;
	if (yaml_text(n, &text, e) != 0)
		return -1;
	for (int i = 0; words[i]; i++)
		if (span_is(text, words[i])) {
			*out = i;
			return 0;
		}
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "'%s' is none of its words", key);
}

static int read_phrase(const struct yaml_node *n, struct kind_phrase *out, struct err *e)
{
	struct span rest = SPAN_NONE;

	*out = (struct kind_phrase){.n = 0};
	if (yaml_text(n, &rest, e) != 0)
		return -1;
	while (rest.len) {
		const char *blank = memchr(rest.data, ' ', rest.len);
		size_t len = blank ? (size_t)(blank - rest.data) : rest.len;

		if (len && out->n == KIND_WORDS)
			return at_node(n, e, "too many words in one phrase");
		if (len)
			out->words[out->n++] = span_of(rest.data, len);
		rest = span_of(rest.data + len + (blank != NULL), rest.len - len - (blank != NULL));
	}
	return out->n ? 0 : at_node(n, e, "the text is empty");
}

static int read_phrases(const struct yaml_node *map, struct metric_kind *k, struct err *e)
{
	const struct yaml_node *list = yaml_get(map, "words");

	if (!list)
		return at_node(map, e, "key 'words' is missing");
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	if (list->n == 0 || list->n > KIND_PHRASES)
		return at_node(list, e, "a kind has 1 to 32 phrases");
	for (size_t i = 0; i < list->n; i++)
		if (read_phrase(list->items[i], &k->phrases[k->n_phrases++], e) != 0)
			return -1;
	return 0;
}

static int read_kind(struct metric_kinds *ks, const struct yaml_node *map, struct err *e)
{
	static const char *const keys[] = {"kind",  "class", "harm",  "share",
					   "scope", "fault", "words", NULL};
	static const char *const classes[] = {"ignored", "internal", "external", "traffic", NULL};
	static const char *const harms[] = {"both", "rise", "fall", NULL};
	static const char *const scopes[] = {"component", "host", NULL};
	struct metric_kind k = {.harm = HARM_BOTH};
	int class = -1, harm = HARM_BOTH, scope = 0;

	if (yaml_expect(map, YAML_MAP, e) != 0 || yaml_check_keys(map, keys, e) != 0 ||
	    yaml_text(yaml_get(map, "kind"), &k.id, e) != 0 ||
	    yaml_text(yaml_get(map, "fault"), &k.fault, e) != 0 ||
	    yaml_bool(yaml_get(map, "share"), &k.share, e) != 0 ||
	    read_word(map, "class", classes, &class, e) != 0 ||
	    read_word(map, "harm", harms, &harm, e) != 0 ||
	    read_word(map, "scope", scopes, &scope, e) != 0 || read_phrases(map, &k, e) != 0)
		return -1;
	if (!k.id.len || class < 0)
		return at_node(map, e, "a kind has keys 'kind' and 'class'");
	if (ks->n == KINDS_MAX)
		return at_node(map, e, "too many kinds");
	k.class = (enum metric_class) class;
	k.harm = (enum metric_harm)harm;
	k.of_host = scope == 1;
	mem_grow(ks->items, ks->cap, ks->n + 1);
	ks->items[ks->n++] = k;
	return 0;
}

static int read_names(const struct yaml_node *map, const char *key, struct label_names *out,
		      struct err *e)
{
	const struct yaml_node *list = yaml_get(map, key);

	if (!list)
		return 0;
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	if (list->n > KIND_LABELS)
		return at_node(list, e, "too many names");
	for (size_t i = 0; i < list->n; i++)
		if (yaml_text(list->items[i], &out->items[out->n++], e) != 0)
			return -1;
	return 0;
}

static int read_calls(struct metric_kinds *ks, const struct yaml_node *map, struct err *e)
{
	static const char *const keys[] = {"caller",      "callee",      "side",
					   "caller_side", "callee_side", NULL};

	if (!map)
		return 0;
	if (yaml_expect(map, YAML_MAP, e) != 0 || yaml_check_keys(map, keys, e) != 0 ||
	    read_names(map, "caller", &ks->caller, e) != 0 ||
	    read_names(map, "callee", &ks->callee, e) != 0 ||
	    read_names(map, "side", &ks->side, e) != 0 ||
	    read_names(map, "caller_side", &ks->caller_side, e) != 0)
		return -1;
	return read_names(map, "callee_side", &ks->callee_side, e);
}

static int read_document(struct metric_kinds *ks, struct err *e)
{
	static const char *const keys[] = {"version", "kinds", "calls", "statistic", NULL};
	const struct yaml_node *root = yaml_root(ks->doc), *list = yaml_get(root, "kinds");
	int64_t version = 1;

	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, keys, e) != 0 ||
	    yaml_i64(yaml_get(root, "version"), 1, 1, &version, e) != 0)
		return -1;
	if (!list)
		return at_node(root, e, "key 'kinds' is missing");
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	for (size_t i = 0; i < list->n; i++)
		if (read_kind(ks, list->items[i], e) != 0)
			return -1;
	if (read_names(root, "statistic", &ks->statistic, e) != 0)
		return -1;
	return read_calls(ks, yaml_get(root, "calls"), e);
}

int kinds_parse(struct metric_kinds *ks, struct span text, struct err *e)
{
	ks->doc = yaml_parse(text, e);
	return ks->doc ? read_document(ks, e) : -1;
}

int kinds_load(struct metric_kinds *ks, const char *path, struct err *e)
{
	ks->doc = yaml_load(path, e);
	return ks->doc ? read_document(ks, e) : -1;
}

/* ---- asking ---- */

static bool phrase_stands(const struct kind_phrase *p, const struct name_words *words)
{
	for (size_t at = 0; at + p->n <= words->n; at++) {
		size_t i = 0;

		while (i < p->n && word_matches(&words->items[at + i], p->words[i]))
			i++;
		if (i == p->n)
			return true;
	}
	return false;
}

const struct metric_kind *kinds_find(const struct metric_kinds *ks, struct span name)
{
	struct name_words words;

	words_of_name(name, &words);
	for (size_t i = 0; i < ks->n; i++)
		for (size_t p = 0; p < ks->items[i].n_phrases; p++)
			if (phrase_stands(&ks->items[i].phrases[p], &words))
				return &ks->items[i];
	return NULL;
}

static bool among(const struct label_names *names, struct span word)
{
	for (size_t i = 0; i < names->n; i++)
		if (span_eq_nocase(names->items[i], word))
			return true;
	return false;
}

/* The value of the first of names that is a label. */
static struct span label_of(const struct label_names *names, const struct label *labels, size_t n)
{
	for (size_t i = 0; i < names->n; i++)
		for (size_t k = 0; k < n; k++)
			if (span_eq(names->items[i], labels[k].name) && labels[k].value.len)
				return labels[k].value;
	return SPAN_NONE;
}

struct call kinds_call(const struct metric_kinds *ks, const struct label *labels, size_t n)
{
	struct call c = {.caller = label_of(&ks->caller, labels, n),
			 .callee = label_of(&ks->callee, labels, n)};
	struct span side = label_of(&ks->side, labels, n);

	if (!c.caller.len || !c.callee.len)
		return (struct call){.side = SIDE_UNKNOWN};
	if (among(&ks->caller_side, side))
		c.side = SIDE_CALLER;
	else if (among(&ks->callee_side, side))
		c.side = SIDE_CALLEE;
	return c;
}

/* p90, 0.9, 90, 99.9, max; a word for a mean is none */
static double percentile_of(struct span s)
{
	struct err e = ERR_INIT;
	double x = 0;

	if (s.len && (s.data[0] == 'p' || s.data[0] == 'P'))
		s = span_of(s.data + 1, s.len - 1);
	if (span_eq_nocase(s, SPAN("max")) || span_eq_nocase(s, SPAN("maximum")))
		return 100;
	if (num_parse_double(s, &x, &e) != 0 || !(x > 0) || x > 100)
		return STATISTIC_MEAN;
	return x <= 1 ? 100 * x : x;
}

double kinds_statistic(const struct metric_kinds *ks, struct span name, const struct label *labels,
		       size_t n)
{
	struct name_words words;
	struct span stated = label_of(&ks->statistic, labels, n);

	if (stated.len)
		return percentile_of(stated);
	words_of_name(name, &words);
	for (size_t i = 0; i < words.n; i++) {
		struct span w = span_of(words.items[i].text, words.items[i].len);

		if (span_is(w, "max"))
			return 100;
		if (span_is(w, "p") && i + 1 < words.n)
			return percentile_of(
				span_of(words.items[i + 1].text, words.items[i + 1].len));
		if (i > 0 && i + 1 == words.n && percentile_of(w) >= 50) /* latency-90 */
			return percentile_of(w);
	}
	return STATISTIC_MEAN;
}
