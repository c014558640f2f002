/*
 * Incident records: opened, updated, joined, merged, resolved, and come again.
 */
#include "aiops-incident/apply/apply.h"
#include "aiops-incident/apply/from_record.h"
#include "record/event.h"
#include "store/audit.h"

/* Sentences are for people: what is longer is cut by whoever shows it. */
enum { SAID_MAX = 64 << 10 };

/* What came, and what it is about. */
struct revision {
	const struct record *r;
	struct span id, status;
	int64_t number, seen; /* of this record; the highest before it */
	int64_t at_ns;
	bool active; /* something still fires, or it was not said to be over */
	bool triaged;
	bool is_known; /* its id is */
	struct buf said;
	struct incident inc;
	struct edit edit;
};

struct span applied_actor(const struct record *r)
{
	struct span source = record_text(r, "source");

	return audit_word_ok(source) ? source : SPAN("unknown");
}

static bool id_ok(struct span id)
{
	if (id.len != INCIDENT_ID_LEN || !span_starts(id, "INC-"))
		return false;
	for (size_t i = 4; i < id.len; i++) {
		char c = id.data[i];

		if ((c < '0' || c > '9') && (c < 'A' || c > 'Z'))
			return false;
	}
	return true;
}

static int read_revision(struct revision *v, const struct record *r, struct err *e)
{
	struct span by = record_text(r, "resolved_by");
	struct instant at;

	*v = (struct revision){.r = r, .said = BUF_INIT(SAID_MAX)};
	v->id = record_text(r, "incident");
	v->status = record_text(r, "status");
	if (!id_ok(v->id))
		return err_set(e, EX_BADDATA,
			       "incident: an id is INC- and 16 digits and capital letters");
	if (!token_i64(record_token(r, "revision"), &v->number) || v->number < 1)
		return err_set(e, EX_BADDATA, "revision: it must be a number from 1");
	if (record_timestamp(r, &at, e) != 0)
		return -1;
	v->at_ns = at.ns;
	v->triaged = record_get(r, "triage").type == VALUE_OBJECT;
	/* The end of a file is no end of an incident. */
	v->active = !span_is(v->status, "resolved") || span_is(by, "end_of_input");
	return 0;
}

/* ---- which incident it is ---- */

/* Puts the record's id on file as another source of v->inc, found by what they have in common. */
static int join(struct applying *a, struct revision *v, struct err *e)
{
	bool open = status_is_open(v->inc.status);

	buf_addf(&v->said, "%s as %.*s", open ? "the same again" : "came again", (int)v->id.len,
		 v->id.data);
	a->count.joined++;
	return source_put(a->desk->store, v->id, v->inc.number, 0, e);
}

static int find(struct applying *a, struct revision *v, struct err *e)
{
	struct store *s = a->desk->store;
	struct span key;
	int rc = incident_by_source(s, v->id, &a->pool, &v->inc, &v->seen, e);

	if (rc == 0) /* declared by a person: no record of it came before */
		rc = incident_by_id(s, v->id, &a->pool, &v->inc, e);
	if (rc != 0) {
		v->is_known = rc > 0;
		return rc < 0 ? -1 : 0;
	}
	key = incident_key_of(v->r);
	rc = key.data ? incident_by_key(s, key, v->at_ns, a->reopen_window_ns, &a->pool, &v->inc, e)
		      : 0;
	if (rc < 0)
		return -1;
	if (rc > 0)
		return join(a, v, e);
	v->inc = incident_new(v->id);
	v->inc.key = key.data ? pool_copy(&a->pool, key) : SPAN_NONE;
	return 0;
}

/* ---- what becomes of it ---- */

static void close_it(struct applying *a, struct revision *v)
{
	struct span by = record_text(v->r, "resolved_by");

	v->inc.status = STATUS_RESOLVED;
	v->inc.resolved_ns = v->at_ns;
	v->inc.auto_resolved = true;
	v->edit.change = "resolved";
	v->edit.part = span_is(by, "merge");
	if (v->said.len)
		buf_add_cstr(&v->said, "; ");
	buf_addf(&v->said, "resolved by %.*s", (int)by.len, by.data);
	a->count.resolved++;
}

static void open_again(struct applying *a, struct revision *v)
{
	v->inc.status = STATUS_DETECTED;
	v->inc.resolved_ns = v->inc.mitigated_ns = INCIDENT_NEVER;
	v->inc.auto_resolved = false;
	v->inc.reopened++;
	v->inc.reopened_ns = v->at_ns;
	/* Who was on it then need not be on it now. */
	v->inc.acked_ns = INCIDENT_NEVER;
	v->inc.acked_by = SPAN_NONE;
	v->edit.change = "reopened";
	if (v->said.len)
		buf_add_cstr(&v->said, "; ");
	buf_add_cstr(&v->said, "alerts fire again");
	a->count.reopened++;
}

/* A word other than detected and resolved comes from a programme that acted on it. */
static void take_status(struct revision *v)
{
	enum status now = status_from_name(v->status);

	if (now == STATUSES || now == STATUS_DETECTED || now == STATUS_RESOLVED ||
	    !status_may_become(v->inc.status, now))
		return;
	v->inc.status = now;
	if (now == STATUS_MITIGATING && v->inc.mitigated_ns == INCIDENT_NEVER)
		v->inc.mitigated_ns = v->at_ns;
	if (v->said.len == 0) {
		buf_add_span(&v->said, applied_actor(v->r));
		buf_add_cstr(&v->said, " says so");
	}
}

static void decide_status(struct applying *a, struct revision *v)
{
	if (!v->active && status_is_open(v->inc.status))
		close_it(a, v);
	else if (v->active && !status_is_open(v->inc.status) &&
		 v->inc.status != STATUS_FALSE_POSITIVE && v->inc.last_seen_ns > v->inc.resolved_ns)
		open_again(a, v);
	else if (v->active)
		take_status(v);
}

static void decide(struct applying *a, struct revision *v)
{
	bool is_new = v->inc.number == 0;

	v->edit.from = v->inc.status;
	v->edit.change = is_new ? "opened" : "updated";
	incident_take(&v->inc, v->r, &a->pool, &v->said);
	if (is_new) {
		struct buf first = BUF_INIT(SAID_MAX);

		buf_addf(&first, "%s", severity_sev(v->inc.severity));
		if (v->inc.title.len)
			buf_addf(&first, ": %.*s", (int)v->inc.title.len, v->inc.title.data);
		if (v->said.len)
			buf_addf(&first, "; %.*s", (int)v->said.len, v->said.data);
		buf_release(&v->said);
		v->said = first;
	}
	/* A revision that comes again with what triage added says nothing new of its state, which a
	 * person may have changed since. */
	if (v->number > v->seen || !v->is_known)
		decide_status(a, v);
	v->edit.unremarkable = v->said.len == 0;
	v->edit.text = v->said.len ? buf_span(&v->said) : SPAN_NONE;
	v->edit.actor = applied_actor(v->r);
	v->edit.at_ns = v->at_ns;
	v->edit.cause = record_text(v->r, "id");
}

/* ---- merging ---- */

static int merge_by_id(struct applying *a, struct revision *v, struct span from, struct span into,
		       struct err *e)
{
	struct edit why = {.change = "merged",
			   .actor = applied_actor(v->r),
			   .at_ns = v->at_ns,
			   .cause = record_text(v->r, "id")};
	struct incident x, y;
	int rc = incident_by_id(a->desk->store, from, &a->pool, &x, e);

	if (rc <= 0)
		return rc;
	rc = incident_by_id(a->desk->store, into, &a->pool, &y, e);
	/* A person may have merged the other way round: then they are one already. */
	if (rc == 1 && incident_survivor(a->desk->store, &a->pool, &y, e) != 0)
		rc = -1;
	if (rc <= 0 || x.number == y.number || x.merged_into.data || y.merged_into.data)
		return rc < 0 ? -1 : 0;
	a->count.merged++;
	return merge_incidents(a->desk, &x, &y, &why, e);
}

/* The one says into what it went, the other what went into it; whichever comes second finds both.
 */
static int follow_merges(struct applying *a, struct revision *v, struct err *e)
{
	struct span into = record_text(v->r, "merged_into");
	struct value_iter it = value_iter(record_get(v->r, "merged"));
	struct value from;

	if (into.len && merge_by_id(a, v, v->id, into, e) != 0)
		return -1;
	while (value_next(&it, NULL, &from)) {
		if (from.type == VALUE_STRING && merge_by_id(a, v, from.text, v->id, e) != 0)
			return -1;
	}
	return 0;
}

/* ---- the record ---- */

static int apply_revision(struct applying *a, struct revision *v, struct err *e)
{
	struct store *s = a->desk->store;

	if (find(a, v, e) != 0)
		return -1;
	/* A revision comes twice: from aiops-correlate, and with what aiops-triage added. */
	if (v->is_known && (v->number < v->seen || (v->number == v->seen && !v->triaged))) {
		a->count.known++;
		return 0;
	}
	decide(a, v);
	if (v->is_known && v->number == v->seen && v->edit.unremarkable) {
		a->count.known++;
		return 0;
	}
	*(v->inc.number ? &a->count.updated : &a->count.opened) += 1;
	if (change_incident(a->desk, &v->inc, &v->edit, e) != 0 ||
	    source_put(s, v->id, v->inc.number, v->number, e) != 0 ||
	    incident_keep_record(s, &v->inc, record_line(v->r), e) != 0)
		return -1;
	return follow_merges(a, v, e);
}

int apply_incident(struct applying *a, const struct record *r, struct err *e)
{
	struct revision v;
	int rc;

	if (span_is(record_text(r, "source"), "aiops-incident"))
		return 0; /* it tells of the register, and is in it */
	rc = read_revision(&v, r, e);
	if (rc == 0)
		rc = apply_revision(a, &v, e);
	buf_release(&v.said);
	pool_release(&a->pool);
	return rc;
}
