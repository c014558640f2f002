/*
 * What the sections of a snapshot share. A section has a function that writes
 * its rows and one that reads a row; what refers to incidents and label pairs
 * is saved as their number.
 */
#ifndef AIOPS_CORRELATE_SNAPSHOT_IMPL_H
#define AIOPS_CORRELATE_SNAPSHOT_IMPL_H

#include "aiops-correlate/state/snapshot.h"
#include "record/jsonw.h"
#include "record/record.h"

/* ---- writing ---- */

struct save {
	const struct engine *en;
	const struct ahead *ahead; /* only while its rows are written */
	struct group **groups;     /* by number, in order of opening */
	size_t n_groups;
	uint32_t *by_slot; /* an incident's number + 1 */
	const struct snapshot_sink *to;
	struct buf out; /* lines that were not handed to the sink yet */
	struct jsonw w; /* the row: an open array after save_row */
	size_t n_rows;
	struct err *e;
	bool failed; /* e is set; nothing more is written */
};

/* Begins a row of that section: write its fields to s->w. */
void save_row(struct save *s, const char *section);
void save_row_end(struct save *s);
void save_word(struct save *s, const struct word *word); /* "" for none */
void save_callees(struct save *s, const struct callees *c);
void save_fp(struct save *s, uint64_t fp); /* 16 hex digits */
/* The incident's number, -1 if the reference leads nowhere. */
void save_ref(struct save *s, struct group_ref ref);
/* The pairs' numbers, as an array. */
void save_pairs(struct save *s, struct pair *const *pairs, size_t n);

/* ---- reading ---- */

struct load {
	struct engine *en;
	struct ahead *ahead;
	struct record *record;
	struct pair **pairs; /* by number, held until the end */
	size_t n_pairs, pairs_cap;
	struct group **groups; /* by number */
	size_t n_groups, groups_cap;
	size_t n_lines;
	bool ended;
	struct err *e;
};

/*
 * The fields of a row, taken one after another. What is not there, of another
 * type or out of range gives 0 and makes the row bad; asked once, at its end.
 */
struct row {
	struct load *l;
	struct value_iter it;
	bool bad;
};

int64_t row_i64(struct row *r, int64_t min, int64_t max);
static inline int64_t row_any(struct row *r)
{
	return row_i64(r, INT64_MIN, INT64_MAX);
}
static inline uint32_t row_u32(struct row *r)
{
	return (uint32_t)row_i64(r, 0, UINT32_MAX);
}
bool row_bool(struct row *r);
struct span row_text(struct row *r);        /* borrowed until the next line */
struct word *row_word(struct row *r);       /* held */
struct callees *row_callees(struct row *r); /* owned, NULL none */
uint64_t row_fp(struct row *r);
struct group_ref row_ref(struct row *r); /* of the incident of that number, or none */
void row_id(struct row *r, char out[static INCIDENT_ID_SIZE]);
/* Pair numbers, at most max; each is held. How many there were. */
size_t row_pairs(struct row *r, struct pair **out, size_t max);
/* The next field as an array of its own. */
struct row row_list(struct row *r);
/* True if a field follows: for rows of any length. */
bool row_more(const struct row *r);
/* 0 if all was well; else "the state is damaged: section", -1. */
NODISCARD int row_end(const struct row *r, const char *section);

/* "line N: the state is damaged: what"; -1. */
int load_damaged(struct load *l, const char *what);

/* ---- the sections ---- */

/* snapshot_learned.c */
void save_pair_rows(struct save *s);
int load_pair(struct load *l, struct row *r);
void save_history_rows(struct save *s);
int load_history(struct load *l, struct row *r);
/* snapshot_facts.c */
void save_landscape_rows(struct save *s);
int load_node(struct load *l, struct row *r);
int load_edge(struct load *l, struct row *r);
int load_landscape(struct load *l, struct row *r);
void save_change_rows(struct save *s);
int load_change(struct load *l, struct row *r);
void save_context_rows(struct save *s, const struct group *g);
int load_context(struct load *l, struct row *r); /* of the last incident */
void save_fact_rows(struct save *s);
int load_fact(struct load *l, struct row *r);
/* snapshot_groups.c: incidents first, so that the rest can refer to them */
void save_group_rows(struct save *s);
int load_group(struct load *l, struct row *r);
int load_member(struct load *l, struct row *r); /* of the last incident */
void save_shared_rows(struct save *s);
int load_shared(struct load *l, struct row *r);
void save_apart_rows(struct save *s);
int load_apart(struct load *l, struct row *r);
void save_side_rows(struct save *s);
int load_side(struct load *l, struct row *r);
void save_ended_rows(struct save *s);
int load_ended(struct load *l, struct row *r);
/* snapshot_alerts.c */
void save_alert_rows(struct save *s);
int load_alert(struct load *l, struct row *r);
void save_pending_rows(struct save *s);
int load_pending(struct load *l, struct row *r);
/* The fields of a sighting, within a row; and back: owned by the caller, also of a bad row. */
void save_sighting(struct save *s, const struct sighting *g);
struct sighting *load_sighting(struct load *l, struct row *r);
void save_place_rows(struct save *s);
int load_place(struct load *l, struct row *r);
/* snapshot_policy.c */
void save_policy_rows(struct save *s);
int load_told(struct load *l, struct row *r);
int load_burst(struct load *l, struct row *r);
int load_window(struct load *l, struct row *r);
int load_flap(struct load *l, struct row *r);
int load_held(struct load *l, struct row *r);

#endif
