/*
 * A breaker's state as a line of words:
 *
 *   v1 STATE SINCE OPEN GENERATION IN_ROW | ENDED FAILED SLOW LEASE... | AT[f][s] ...
 */
#include "breaker/breaker.h"

#include "base/num.h"

static const char *const names[] = {
	[BREAKER_CLOSED] = "closed",       [BREAKER_OPEN] = "open",
	[BREAKER_HALF_OPEN] = "half_open", [BREAKER_FORCED_OPEN] = "forced_open",
	[BREAKER_DISABLED] = "disabled",
};
enum { NAMES = sizeof names / sizeof *names };

const char *breaker_state_name(enum breaker_state s)
{
	return names[s];
}

static void add_number(struct buf *out, int64_t n)
{
	buf_add_char(out, ' ');
	buf_add_i64(out, n);
}

void breaker_add_text(struct buf *out, const struct breaker *b)
{
	buf_addf(out, "v1 %s", names[b->state]);
	add_number(out, b->since_ms);
	add_number(out, b->open_ms);
	add_number(out, b->generation);
	add_number(out, b->in_row);
	buf_add_cstr(out, " |");
	add_number(out, b->trials_ended);
	add_number(out, b->trials_failed);
	add_number(out, b->trials_slow);
	for (int i = 0; i < BREAKER_TRIALS_MAX; i++)
		add_number(out, b->leases[i]);
	buf_add_cstr(out, " |");
	for (int i = 0; i < b->n; i++) {
		const struct breaker_outcome *o = &b->outcomes[(b->first + i) % BREAKER_WINDOW_MAX];

		add_number(out, o->at_ms);
		buf_add_cstr(out, o->failed ? "f" : "");
		buf_add_cstr(out, o->slow ? "s" : "");
	}
}

/* ---- reading ---- */

static struct span next_word(struct span *rest)
{
	struct span word;
	size_t n = 0;

	while (rest->len > 0 && *rest->data == ' ')
		*rest = span_of(rest->data + 1, rest->len - 1);
	while (n < rest->len && rest->data[n] != ' ')
		n++;
	word = span_of(rest->data, n);
	*rest = span_of(rest->data + n, rest->len - n);
	return word;
}

static int next_number(struct span *rest, int64_t min, int64_t max, int64_t *out, struct err *e)
{
	return num_parse_i64(next_word(rest), min, max, out, e);
}

static int next_int(struct span *rest, int max, int *out, struct err *e)
{
	int64_t n;

	if (next_number(rest, 0, max, &n, e) != 0)
		return -1;
	*out = (int)n;
	return 0;
}

static int expect(struct span *rest, const char *word, struct err *e)
{
	return span_is(next_word(rest), word) ? 0 : err_set(e, EX_BADDATA, "'%s' is missing", word);
}

static int parse_state(struct span *rest, struct breaker *b, struct err *e)
{
	struct span word = next_word(rest);
	int64_t generation;
	int i = 0;

	while (i < NAMES && !span_is(word, names[i]))
		i++;
	if (i == NAMES)
		return err_set(e, EX_BADDATA, "'%.*s' is no state", (int)word.len, word.data);
	b->state = (enum breaker_state)i;
	if (next_number(rest, INT64_MIN, INT64_MAX, &b->since_ms, e) != 0 ||
	    next_number(rest, 0, INT64_MAX, &b->open_ms, e) != 0 ||
	    next_number(rest, 0, UINT32_MAX, &generation, e) != 0 ||
	    next_int(rest, INT32_MAX, &b->in_row, e) != 0)
		return -1;
	b->generation = (uint32_t)generation;
	return expect(rest, "|", e);
}

static int parse_trials(struct span *rest, struct breaker *b, struct err *e)
{
	if (next_int(rest, BREAKER_TRIALS_MAX, &b->trials_ended, e) != 0 ||
	    next_int(rest, b->trials_ended, &b->trials_failed, e) != 0 ||
	    next_int(rest, b->trials_ended, &b->trials_slow, e) != 0)
		return -1;
	for (int i = 0; i < BREAKER_TRIALS_MAX; i++) {
		if (next_number(rest, 0, INT64_MAX, &b->leases[i], e) != 0)
			return -1;
	}
	return expect(rest, "|", e);
}

static bool take_flag(struct span *word, char flag)
{
	if (word->len == 0 || word->data[word->len - 1] != flag)
		return false;
	word->len--;
	return true;
}

static int parse_outcomes(struct span *rest, struct breaker *b, struct err *e)
{
	for (struct span w = next_word(rest); w.len > 0; w = next_word(rest)) {
		struct breaker_outcome *o = &b->outcomes[b->n];

		if (b->n == BREAKER_WINDOW_MAX)
			return err_set(e, EX_BADDATA, "more than %d outcomes", BREAKER_WINDOW_MAX);
		o->slow = take_flag(&w, 's');
		o->failed = take_flag(&w, 'f');
		if (num_parse_i64(w, INT64_MIN, INT64_MAX, &o->at_ms, e) != 0)
			return -1;
		b->n++;
	}
	return 0;
}

int breaker_parse(struct span text, struct breaker *b, struct err *e)
{
	struct breaker read = {0};

	if (expect(&text, "v1", e) != 0 || parse_state(&text, &read, e) != 0 ||
	    parse_trials(&text, &read, e) != 0 || parse_outcomes(&text, &read, e) != 0) {
		e->code = EX_BADDATA;
		return err_prefix(e, "breaker state");
	}
	*b = read;
	return 0;
}
