/*
 * The frame of a snapshot: the table of sections, the header, the end, and
 * what their rows are made of. Every number is checked before it is used: a
 * state file that was damaged or edited must not crash the programme.
 */
#include "aiops-correlate/state/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/state/snapshot_impl.h"
#include "base/mem.h"
#include "record/members.h"

enum { WRITE_AT = 1 << 18 }; /* bytes that are handed to the sink at once */

static void save_ahead_rows(struct save *s);
static int load_ahead(struct load *l, struct row *r);
static int load_counts(struct load *l, struct row *r);
static void save_counts_rows(struct save *s);
static int load_end(struct load *l, struct row *r);

/* In this order, since rows refer to rows before them. */
static const struct section {
	const char *name;
	void (*save)(struct save *s); /* NULL: written with the section before, or at the end */
	int (*load)(struct load *l, struct row *r);
} sections[] = {
	{"counts", save_counts_rows, load_counts},
	{"node", save_landscape_rows, load_node},
	{"edge", NULL, load_edge},
	{"landscape", NULL, load_landscape},
	{"group", save_group_rows, load_group},
	{"member", NULL, load_member},
	{"context", NULL, load_context},
	{"pair", save_pair_rows, load_pair},
	{"shared", save_shared_rows, load_shared},
	{"apart", save_apart_rows, load_apart},
	{"side", save_side_rows, load_side},
	{"history", save_history_rows, load_history},
	{"ended", save_ended_rows, load_ended},
	{"alert", save_alert_rows, load_alert},
	{"pending", save_pending_rows, load_pending},
	{"place", save_place_rows, load_place},
	{"change", save_change_rows, load_change},
	{"fact", save_fact_rows, load_fact},
	{"told", save_policy_rows, load_told},
	{"burst", NULL, load_burst},
	{"window", NULL, load_window},
	{"flap", NULL, load_flap},
	{"held", NULL, load_held},
	{"ahead", NULL, load_ahead},
	{"end", NULL, load_end},
};

/* ---- writing ---- */

static void hand_over(struct save *s, size_t at_least)
{
	if (s->failed || s->out.len < at_least)
		return;
	if (buf_overflowed(&s->out))
		s->failed = err_set(s->e, EX_SYSTEM, "a line of the state is too long") != 0;
	else
		s->failed = s->to->write(s->to->ctx, buf_span(&s->out), s->e) != 0;
	buf_clear(&s->out);
}

void save_row(struct save *s, const char *section)
{
	s->w = jsonw_to(&s->out);
	jsonw_object(&s->w);
	jsonw_key(&s->w, section);
	jsonw_array(&s->w);
}

static void end_line(struct save *s)
{
	jsonw_object_end(&s->w);
	buf_add_char(&s->out, '\n');
	hand_over(s, WRITE_AT);
}

void save_row_end(struct save *s)
{
	jsonw_array_end(&s->w);
	end_line(s);
	s->n_rows++;
}

void save_word(struct save *s, const struct word *word)
{
	jsonw_string(&s->w, word_span(word));
}

void save_callees(struct save *s, const struct callees *c)
{
	jsonw_array(&s->w);
	jsonw_i64(&s->w, c ? c->sure : 0);
	for (size_t i = 0; c && i < CALLEES_KEPT && c->names[i]; i++)
		save_word(s, c->names[i]);
	jsonw_array_end(&s->w);
}

void save_fp(struct save *s, uint64_t fp)
{
	char hex[FINGERPRINT_HEX + 1];

	fingerprint_hex(fp, hex);
	jsonw_cstr(&s->w, hex);
}

void save_ref(struct save *s, struct group_ref ref)
{
	const struct group *g = groups_find(&s->en->groups, ref);

	jsonw_i64(&s->w, g ? (int64_t)s->by_slot[g->ref.slot] - 1 : -1);
}

void save_pairs(struct save *s, struct pair *const *pairs, size_t n)
{
	jsonw_array(&s->w);
	for (size_t i = 0; i < n; i++)
		jsonw_i64(&s->w, pairs[i]->mark);
	jsonw_array_end(&s->w);
}

static int by_serial(const void *a, const void *b)
{
	const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;

	return (x->serial > y->serial) - (x->serial < y->serial);
}

static void number_groups(struct save *s)
{
	const struct groups *gs = &s->en->groups;

	s->groups = mem_array(NULL, gs->live, sizeof *s->groups);
	s->by_slot = mem_zalloc(gs->n_slots * sizeof *s->by_slot);
	for (struct group *g = groups_next(gs, NULL); g; g = groups_next(gs, g))
		s->groups[s->n_groups++] = g;
	if (s->n_groups)
		qsort(s->groups, s->n_groups, sizeof *s->groups, by_serial);
	for (size_t i = 0; i < s->n_groups; i++)
		s->by_slot[s->groups[i]->ref.slot] = (uint32_t)i + 1;
}

static void write_header(struct save *s)
{
	s->w = jsonw_to(&s->out);
	jsonw_object(&s->w);
	jsonw_member_i64(&s->w, "aiops_correlate_state", SNAPSHOT_VERSION);
	jsonw_member_i64(&s->w, "newest", s->en->newest_ns);
	jsonw_member_i64(&s->w, "now", s->en->now_ns);
	jsonw_member_i64(&s->w, "ahead", s->en->leap.at_ns);
	jsonw_member_i64(&s->w, "ahead_said", s->en->leap.said);
	end_line(s);
}

int snapshot_save(const struct engine *en, const struct snapshot_sink *to, size_t *n_rows,
		  struct err *e)
{
	struct save s = {.en = en, .to = to, .out = BUF_INIT(SNAPSHOT_LINE_MAX + WRITE_AT), .e = e};

	number_groups(&s);
	write_header(&s);
	for (size_t i = 0; i < sizeof sections / sizeof *sections && !s.failed; i++)
		if (sections[i].save)
			sections[i].save(&s);
	hand_over(&s, 1);
	*n_rows = s.n_rows;
	buf_release(&s.out);
	free(s.groups);
	free(s.by_slot);
	return s.failed ? -1 : 0;
}

int snapshot_end(const struct ahead *a, size_t n_rows, const struct snapshot_sink *to,
		 struct err *e)
{
	struct save s = {.ahead = a,
			 .to = to,
			 .out = BUF_INIT(SNAPSHOT_LINE_MAX + WRITE_AT),
			 .n_rows = n_rows,
			 .e = e};
	int64_t rows;

	save_ahead_rows(&s);
	rows = (int64_t)s.n_rows;
	save_row(&s, "end");
	jsonw_i64(&s.w, rows);
	save_row_end(&s);
	hand_over(&s, 1);
	buf_release(&s.out);
	return s.failed ? -1 : 0;
}

/* ---- reading ---- */

struct load *snapshot_load_begin(struct engine *en, struct ahead *a)
{
	struct load *l = mem_zalloc(sizeof *l);

	l->en = en;
	l->ahead = a;
	l->record = record_new(SNAPSHOT_LINE_MAX);
	record_remember_shapes(l->record, false); /* value_i64 */
	return l;
}

static int load_header(struct load *l)
{
	struct value version = record_get(l->record, "aiops_correlate_state");
	int64_t v, said;

	if (!value_i64(version, &v))
		return err_set(l->e, EX_BADCONFIG, "this is no state of aiops-correlate");
	if (v != SNAPSHOT_VERSION)
		return err_set(l->e, EX_BADCONFIG,
			       "the state is of version %lld, this programme knows version %d",
			       (long long)v, SNAPSHOT_VERSION);
	if (!value_i64(record_get(l->record, "newest"), &l->en->newest_ns) ||
	    !value_i64(record_get(l->record, "now"), &l->en->now_ns) ||
	    !value_i64(record_get(l->record, "ahead"), &l->en->leap.at_ns) ||
	    !value_i64(record_get(l->record, "ahead_said"), &said) || said < 0 || said >= LEAP_SAID)
		return load_damaged(l, "newest");
	l->en->leap.said = (uint32_t)said;
	return 0;
}

static int load_row(struct load *l)
{
	struct value_iter it = value_iter(record_root(l->record));
	struct span name;
	struct value v;
	struct row row = {.l = l};

	if (l->ended)
		return load_damaged(l, "something stands behind its end");
	if (!value_next(&it, &name, &v) || v.type != VALUE_ARRAY)
		return load_damaged(l, "no row of a section");
	row.it = value_iter(v);
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		if (span_is(name, sections[i].name))
			return sections[i].load(l, &row);
	return load_damaged(l, "an unknown section");
}

int snapshot_load_line(struct load *l, struct span line, struct err *e)
{
	struct err bad = ERR_INIT;
	enum reject_code why;

	l->e = e;
	l->n_lines++;
	if (record_parse(l->record, line.data, line.len, &why, &bad) != 0)
		return load_damaged(l, bad.text);
	return l->n_lines == 1 ? load_header(l) : load_row(l);
}

static void watch_groups(struct load *l)
{
	for (size_t i = 0; i < l->n_groups; i++) {
		struct group *g = l->groups[i];

		if (g->update_at_ns != INT64_MAX)
			group_watch(l->en, g, g->update_at_ns);
		if (g->forget_at_ns != INT64_MAX)
			group_watch(l->en, g, g->forget_at_ns);
	}
}

int snapshot_load_end(struct load *l, struct err *e)
{
	int rc = 0;

	if (!l)
		return 0;
	l->e = e;
	if (!l->ended)
		rc = load_damaged(l, "it is cut off");
	else
		watch_groups(l);
	snapshot_load_free(l);
	return rc;
}

void snapshot_load_free(struct load *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n_pairs; i++)
		pair_drop(l->pairs[i]);
	free(l->pairs);
	free(l->groups);
	record_free(l->record);
	free(l);
}

/* ---- the frame's own sections ---- */

static void save_counts_rows(struct save *s)
{
	save_row(s, "counts");
	jsonw_i64(&s->w, s->en->pairs.incidents);
	jsonw_i64(&s->w, s->en->history.incidents);
	jsonw_i64(&s->w, (int64_t)s->en->groups.next_serial);
	save_row_end(s);
}

static int load_counts(struct load *l, struct row *r)
{
	l->en->pairs.incidents = row_u32(r);
	l->en->history.incidents = (uint32_t)row_i64(r, 0, UINT16_MAX);
	l->en->groups.next_serial = (uint64_t)row_i64(r, 0, INT64_MAX);
	return row_end(r, "counts");
}

static void save_ahead_rows(struct save *s)
{
	const struct ahead *a = s->ahead;

	for (struct map_entry *it = map_next(&a->map, NULL); it; it = map_next(&a->map, it)) {
		const struct ahead_entry *entry = it->value.ptr;

		save_row(s, "ahead");
		jsonw_string(&s->w, span_of(it->key, it->key_len));
		jsonw_i64(&s->w, entry->revision);
		jsonw_i64(&s->w, entry->base);
		jsonw_i64(&s->w, entry->closed);
		save_fp(s, entry->digest);
		save_fp(s, entry->fp);
		save_row_end(s);
	}
}

static int load_ahead(struct load *l, struct row *r)
{
	char id[INCIDENT_ID_SIZE];
	struct ahead_entry entry = {0};

	row_id(r, id);
	entry.revision = (uint32_t)row_i64(r, 0, UINT32_MAX - 1);
	entry.base = (uint32_t)row_i64(r, 0, UINT32_MAX - 1);
	entry.closed = row_bool(r);
	entry.digest = row_fp(r);
	entry.fp = row_fp(r);
	if (row_end(r, "ahead") != 0)
		return -1;
	ahead_note(l->ahead, id, &entry);
	return 0;
}

static int load_end(struct load *l, struct row *r)
{
	int64_t rows = row_any(r);

	if (row_end(r, "end") != 0)
		return -1;
	if (rows != (int64_t)l->n_lines - 2) /* the header and this line */
		return load_damaged(l, "lines are missing");
	l->ended = true;
	return 0;
}
