/*
 * Which signals of the signatures a record bears out.
 */
#include <string.h>

#include "aiops-triage/knowledge/signature.h"
#include "aiops-triage/knowledge/words.h"

bool name_glob(struct span pattern, struct span name)
{
	size_t p = 0, n = 0, star = SIZE_MAX, mark = 0;

	while (n < name.len) {
		if (p < pattern.len && pattern.data[p] == '*') {
			star = p++;
			mark = n;
		} else if (p < pattern.len && pattern.data[p] == name.data[n]) {
			p++;
			n++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			n = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.data[p] == '*')
		p++;
	return p == pattern.len;
}

struct search {
	struct hit *hits;
	size_t n;
};

static bool add_hit(void *ctx, size_t signal, struct span covered)
{
	struct search *s = ctx;

	for (size_t i = 0; i < s->n; i++)
		if (s->hits[i].signal == signal)
			return true;
	s->hits[s->n++] = (struct hit){.signal = signal, .covered = covered};
	return s->n < HITS_PER_RECORD;
}

static bool has_words(const struct name_words *name, const struct signal *sig)
{
	for (size_t i = 0; i < sig->n_words; i++) {
		bool found = false;

		for (size_t j = 0; j < name->n && !found; j++)
			found = word_matches(&name->items[j], sig->words[i]);
		if (!found)
			return false;
	}
	return true;
}

static const struct label *find_label(const struct clue *c, struct span name)
{
	for (size_t i = 0; i < c->n_labels; i++)
		if (span_eq(c->labels[i].name, name))
			return &c->labels[i];
	return NULL;
}

static bool has_pairs(const struct clue *c, const struct signal *sig, struct span *covered)
{
	for (size_t i = 0; i < sig->n_pairs; i++) {
		const struct label *l = find_label(c, sig->pairs[i].name);

		if (!l || !span_eq(l->value, sig->pairs[i].value))
			return false;
		*covered = l->value;
	}
	return true;
}

static bool bears_out(const struct clue *c, const struct name_words *name, const struct signal *sig,
		      struct span *covered)
{
	switch (sig->source) {
	case SIGNAL_ALERT:
		*covered = c->name;
		return c->kind == KIND_ALERT && has_words(name, sig);
	case SIGNAL_LABEL:
		return has_pairs(c, sig, covered);
	case SIGNAL_METRIC:
		*covered = c->name;
		return c->kind == KIND_METRIC && c->unhealthy && name_glob(sig->text, c->name);
	case SIGNAL_CHANGE:
		*covered = c->change_type;
		return c->kind == KIND_CHANGE && span_eq_nocase(sig->text, c->change_type);
	case SIGNAL_LOG: /* found by phrases_find */
		break;
	}
	return false;
}

size_t signatures_match(const struct signatures *s, const struct clue *c,
			struct hit hits[HITS_PER_RECORD])
{
	struct search search = {.hits = hits};
	struct name_words name = {.n = 0};

	if (c->body.len)
		phrases_find(&s->phrases, c->body, add_hit, &search);
	if (c->kind == KIND_LOG && !c->n_labels)
		return search.n; /* the many; nothing else can match */
	if (c->kind == KIND_ALERT)
		words_of_name(c->name, &name);
	for (size_t i = 0; i < s->n_signals && search.n < HITS_PER_RECORD; i++) {
		struct span covered = SPAN_NONE;

		if (bears_out(c, &name, &s->signals[i], &covered))
			(void)add_hit(&search, i, covered); /* the loop's condition ends it */
	}
	return search.n;
}
