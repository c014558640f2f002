#include "store/audit_removed.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "store/audit_removal.h"

struct gone {
	int64_t seq;
	size_t kind; /* its number: see number_of */
	char ts[AUDIT_TIME + 1];
};

struct rule {
	int64_t at; /* the record's row: it speaks of rows before itself */
	size_t kind;
	char before[AUDIT_TIME + 1];
};

struct removed {
	struct gone *rows;
	size_t n_rows, cap_rows;
	struct rule *rules;
	size_t n_rules, cap_rules;
	int64_t *redacted; /* rows that a record names */
	size_t n_redacted, cap_redacted;
	struct map kinds; /* kind -> its number: rows are many, their kinds mostly few */
};

struct removed *removed_new(void)
{
	struct removed *r = mem_zalloc(sizeof *r);

	map_init(&r->kinds);
	return r;
}

void removed_free(struct removed *r)
{
	if (!r)
		return;
	free(r->rows);
	free(r->rules);
	free(r->redacted);
	map_release(&r->kinds);
	free(r);
}

static size_t number_of(struct removed *r, struct span kind)
{
	bool added;
	struct map_entry *en = map_put(&r->kinds, kind, &added);

	if (added)
		en->value.num = (int64_t)r->kinds.live;
	return (size_t)en->value.num;
}

/* Cut to size: a time of another length is none of ours, and compares as what is left. */
static void copy_time(char out[static AUDIT_TIME + 1], struct span s)
{
	size_t n = s.len < AUDIT_TIME ? s.len : AUDIT_TIME;

	if (n)
		memcpy(out, s.data, n);
	out[n] = '\0';
}

void removed_row(struct removed *r, int64_t seq, struct span kind, struct span ts)
{
	struct gone *row;

	mem_grow(r->rows, r->cap_rows, r->n_rows + 1);
	row = &r->rows[r->n_rows++];
	row->seq = seq;
	row->kind = number_of(r, kind);
	copy_time(row->ts, ts);
}

static void add_rule(struct removed *r, int64_t seq, struct value said)
{
	struct value kind = value_member(said, SPAN("kind")),
		     before = value_member(said, SPAN("before"));
	struct rule *rule;

	if (kind.type != VALUE_STRING || before.type != VALUE_STRING ||
	    before.text.len != AUDIT_TIME || span_is(kind.text, AUDIT_OWN_KIND))
		return;
	mem_grow(r->rules, r->cap_rules, r->n_rules + 1);
	rule = &r->rules[r->n_rules++];
	rule->at = seq;
	rule->kind = number_of(r, kind.text);
	copy_time(rule->before, before.text);
}

void removed_record(struct removed *r, int64_t seq, const struct record *record)
{
	struct err ignored = ERR_INIT;
	struct value pruned;
	int64_t named;

	if (!span_is(record_text(record, "kind"), AUDIT_OWN_KIND) ||
	    !span_is(record_text(record, "source"), AUDIT_OWN_SOURCE))
		return;
	if (num_parse_i64(record_token(record, "redacted.seq"), 1, INT64_MAX, &named, &ignored) ==
		    0 &&
	    named < seq) {
		mem_grow(r->redacted, r->cap_redacted, r->n_redacted + 1);
		r->redacted[r->n_redacted++] = named;
	}
	pruned = record_get(record, "pruned");
	if (pruned.type == VALUE_ARRAY) {
		struct value_iter it = value_iter(pruned);
		struct value said;

		while (value_next(&it, NULL, &said)) {
			if (said.type == VALUE_OBJECT)
				add_rule(r, seq, said);
		}
	}
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool is_named(const struct removed *r, const struct gone *row)
{
	if (r->n_redacted &&
	    bsearch(&row->seq, r->redacted, r->n_redacted, sizeof *r->redacted, by_number))
		return true;
	/* From the last, which mostly reaches furthest. */
	for (size_t i = r->n_rules; i > 0 && r->rules[i - 1].at > row->seq; i--) {
		const struct rule *rule = &r->rules[i - 1];

		if (rule->kind == row->kind && strcmp(row->ts, rule->before) < 0)
			return true;
	}
	return false;
}

void removed_check(struct removed *r, struct verify *v)
{
	if (r->n_redacted)
		qsort(r->redacted, r->n_redacted, sizeof *r->redacted, by_number);
	for (size_t i = 0; i < r->n_rows; i++) {
		if (!is_named(r, &r->rows[i]))
			verify_problem(v, r->rows[i].seq, "body",
				       "to be there, or a record of who took it out", "neither");
	}
}
