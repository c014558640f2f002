#include "aiops-ingest/patterns/prefilter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * The automaton as a table of next states, its columns the classes of bytes that
 * the literals tell apart. States are numbered in order of depth, so failure
 * links point to smaller numbers and the table is filled in one pass.
 */
struct prefilter {
	uint8_t class_of[256]; /* 0: in no literal */
	size_t classes;
	uint32_t *next;              /* [state * classes + class] */
	struct prefilter_hits *ends; /* of a state: the literals that end in it */
	uint8_t *has_end;
	size_t states;
};

static size_t class_at(const struct prefilter *f, char c)
{
	return f->class_of[(unsigned char)c];
}

static void set_classes(struct prefilter *f, const struct span *literals, size_t n)
{
	f->classes = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < literals[i].len; k++) {
			uint8_t *class = &f->class_of[(unsigned char)literals[i].data[k]];

			if (*class == 0)
				*class = (uint8_t)f->classes++;
		}
	for (unsigned c = 'A'; c <= 'Z'; c++)
		f->class_of[c] = f->class_of[c - 'A' + 'a'];
}

static uint32_t add_state(struct prefilter *f)
{
	return (uint32_t)f->states++;
}

static void add_literal(struct prefilter *f, struct span s, size_t number)
{
	uint32_t state = 0;

	for (size_t k = 0; k < s.len; k++) {
		uint32_t *next = &f->next[state * f->classes + class_at(f, s.data[k])];

		if (*next == 0)
			*next = add_state(f);
		state = *next;
	}
	f->ends[state].bits[number / 64] |= UINT64_C(1) << (number % 64);
	f->has_end[state] = 1;
}

static void take_ends(struct prefilter *f, uint32_t state, uint32_t from)
{
	for (size_t i = 0; i < PREFILTER_MAX / 64; i++)
		f->ends[state].bits[i] |= f->ends[from].bits[i];
	f->has_end[state] |= f->has_end[from];
}

/* Breadth first: a state's failure link is known before its children are looked at. */
static void complete(struct prefilter *f)
{
	uint32_t *fail = mem_zalloc(f->states * sizeof *fail);
	uint32_t *queue = mem_zalloc(f->states * sizeof *queue);
	size_t head = 0, tail = 0;

	queue[tail++] = 0;
	while (head < tail) {
		uint32_t state = queue[head++];

		for (size_t c = 1; c < f->classes; c++) {
			uint32_t *next = &f->next[state * f->classes + c];
			uint32_t other = state ? f->next[fail[state] * f->classes + c] : 0;

			if (*next == 0) {
				*next = other;
				continue;
			}
			fail[*next] = other;
			take_ends(f, *next, other);
			queue[tail++] = *next;
		}
	}
	free(fail);
	free(queue);
}

struct prefilter *prefilter_new(const struct span *literals, size_t n)
{
	struct prefilter *f = mem_zalloc(sizeof *f);
	size_t most = 1;

	for (size_t i = 0; i < n; i++)
		most += literals[i].len;
	set_classes(f, literals, n);
	f->next = mem_zalloc(most * f->classes * sizeof *f->next);
	f->ends = mem_zalloc(most * sizeof *f->ends);
	f->has_end = mem_zalloc(most);
	(void)add_state(f); /* the root */
	for (size_t i = 0; i < n; i++)
		add_literal(f, literals[i], i);
	complete(f);
	return f;
}

void prefilter_free(struct prefilter *f)
{
	if (!f)
		return;
	free(f->next);
	free(f->ends);
	free(f->has_end);
	free(f);
}

void prefilter_scan(const struct prefilter *f, struct span text, struct prefilter_hits *out)
{
	uint32_t state = 0;

	*out = (struct prefilter_hits){{0}};
	for (size_t i = 0; i < text.len; i++) {
		state = f->next[state * f->classes + class_at(f, text.data[i])];
		if (!f->has_end[state])
			continue;
		for (size_t k = 0; k < PREFILTER_MAX / 64; k++)
			out->bits[k] |= f->ends[state].bits[k];
	}
}
