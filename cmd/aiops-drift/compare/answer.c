/* Answers and truths: see answer.h. */
#include "aiops-drift/compare/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"

static char *copy(struct span s)
{
	return mem_dup(s.data, s.len < ANSWER_TEXT ? s.len : ANSWER_TEXT);
}

/* The id of an element: its text, or its number as JSON writes it. NULL for others. */
static char *item_id(struct value v)
{
	struct buf text = BUF_INIT(64);

	if (v.type == VALUE_STRING)
		return copy(v.text);
	if (v.type != VALUE_NUMBER || !isfinite(v.number))
		return NULL;
	num_add_double(&text, v.number);
	return buf_take(&text);
}

static struct answer ranking_of(struct value v)
{
	struct answer a = {.type = ANSWER_RANKING};
	struct value_iter it = value_iter(v);
	struct span key;
	struct value item;
	size_t cap = 0;

	while (a.n < ANSWER_ITEMS && value_next(&it, &key, &item)) {
		bool gains = v.type == VALUE_OBJECT;
		double gain = !gains ? 1 : item.type == VALUE_NUMBER ? item.number : 0;
		char *id = gains ? copy(key) : item_id(item);

		if (!id)
			continue;
		mem_grow(a.items, cap, a.n + 1);
		a.items[a.n++] = (struct ranked_item){id, isfinite(gain) && gain > 0 ? gain : 0};
	}
	return a;
}

struct answer answer_of(struct value v)
{
	switch (v.type) {
	case VALUE_STRING:
		return (struct answer){.type = ANSWER_CLASS, .text = copy(v.text)};
	case VALUE_BOOL:
		return (struct answer){.type = ANSWER_CLASS,
				       .text = mem_dupz(v.boolean ? "true" : "false")};
	case VALUE_NUMBER:
		if (isfinite(v.number))
			return (struct answer){.type = ANSWER_NUMBER, .number = v.number};
		break;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		return ranking_of(v);
	default:
		break;
	}
	return (struct answer){.type = ANSWER_NONE};
}

void answer_release(struct answer *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->items[i].id);
	free(a->items);
	free(a->text);
	*a = (struct answer){.type = ANSWER_NONE};
}

bool answer_positive(const struct answer *a, const char *word)
{
	static const char *const words[] = {"true", "1", "yes", "positive"};
	struct err ignored = ERR_INIT;
	double number;

	if (a->type == ANSWER_NUMBER)
		return word && num_parse_double(span_cstr(word), &number, &ignored) == 0 &&
		       !(a->number < number) && !(a->number > number);
	if (a->type != ANSWER_CLASS)
		return false;
	if (word)
		return strcmp(a->text, word) == 0;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (span_eq_nocase(span_cstr(a->text), span_cstr(words[i])))
			return true;
	}
	return false;
}

bool answer_same(const struct answer *a, const struct answer *b)
{
	return a->type == ANSWER_CLASS && b->type == ANSWER_CLASS && strcmp(a->text, b->text) == 0;
}

static double gain_of(const struct answer *truth, const char *id)
{
	for (size_t i = 0; i < truth->n; i++) {
		if (strcmp(truth->items[i].id, id) == 0)
			return truth->items[i].gain;
	}
	return 0;
}

static bool seen_before(const struct answer *a, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (strcmp(a->items[i].id, a->items[at].id) == 0)
			return true;
	}
	return false;
}

static int descending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

static double best_gain(const struct answer *truth)
{
	double *gains = mem_array(NULL, truth->n + 1, sizeof *gains), sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < truth->n; i++) {
		if (!seen_before(truth, i))
			gains[n++] = truth->items[i].gain;
	}
	qsort(gains, n, sizeof *gains, descending);
	for (size_t i = 0; i < n; i++)
		sum += gains[i] / log2((double)i + 2);
	free(gains);
	return sum;
}

double answer_ndcg(const struct answer *ranking, const struct answer *truth)
{
	double best = best_gain(truth), sum = 0;

	if (!(best > 0))
		return NAN;
	for (size_t i = 0; i < ranking->n; i++) {
		if (!seen_before(ranking, i))
			sum += gain_of(truth, ranking->items[i].id) / log2((double)i + 2);
	}
	return sum / best;
}
