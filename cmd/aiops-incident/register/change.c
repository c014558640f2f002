#include "aiops-incident/register/change.h"

#include "aiops-incident/register/count.h"
#include "record/jsonw.h"
#include "store/audit.h"
#include "text/redact.h"

enum { RECORDS_MAX = 64 << 20, RECORD_MAX = 4 << 20, SALTS = 64 };

void desk_init(struct desk *d, struct store *s, const struct env *env, struct span actor)
{
	*d = (struct desk){
		.store = s,
		.env = env,
		.actor = actor,
		.records = BUF_INIT(RECORDS_MAX),
		.scratch = {BUF_INIT(RECORD_MAX), BUF_INIT(RECORD_MAX)},
	};
}

void desk_release(struct desk *d)
{
	buf_release(&d->records);
	buf_release(&d->scratch[0]);
	buf_release(&d->scratch[1]);
}

int desk_begin(struct desk *d, struct err *e)
{
	buf_clear(&d->records);
	return store_begin(d->store, e);
}

int desk_commit(struct desk *d, struct err *e)
{
	return store_commit(d->store, e);
}

void desk_abort(struct desk *d)
{
	store_rollback(d->store);
	buf_clear(&d->records);
}

int64_t desk_now(const struct desk *d)
{
	return env_now_ns(d->env) / NS_PER_MS * NS_PER_MS;
}

static const uint8_t *next_salt(struct desk *d)
{
	if (d->salts_left == 0) {
		env_random(d->env, d->salts[0], sizeof d->salts);
		d->salts_left = SALTS;
	}
	return d->salts[--d->salts_left];
}

/* ---- the record ---- */

static void record_head(struct jsonw *w, const struct incident *inc, int64_t at_ns)
{
	char id[INCIDENT_ID_LEN + 24];
	struct buf text = BUF_INIT(sizeof id);

	buf_addf(&text, "%s@%lld", inc->id, (long long)inc->version);
	jsonw_object(w);
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "kind", SPAN("incident"));
	jsonw_member(w, "id", buf_span(&text));
	jsonw_member_time(w, "timestamp", instant_from_ns(at_ns));
	jsonw_member(w, "source", SPAN("aiops-incident"));
	jsonw_member(w, "incident", span_cstr(inc->id));
	jsonw_member_i64(w, "number", inc->number);
	jsonw_member_i64(w, "revision", inc->version);
	buf_release(&text);
}

static void build_record(const struct incident *inc, const struct edit *what, struct span actor,
			 struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	record_head(&w, inc, what->at_ns);
	jsonw_member(&w, "change", span_cstr(what->change));
	if (what->from != inc->status)
		jsonw_member(&w, "from", span_cstr(status_name(what->from)));
	jsonw_member(&w, "actor", actor);
	jsonw_member_opt(&w, "text", what->text);
	jsonw_member_opt(&w, "because_of", what->cause);
	incident_write(&w, inc);
	jsonw_object_end(&w);
}

void incident_write_record(struct buf *out, const struct incident *inc)
{
	struct jsonw w = jsonw_to(out);
	int64_t at = inc->last_seen_ns != INCIDENT_NEVER ? inc->last_seen_ns : inc->detected_ns;

	record_head(&w, inc, at == INCIDENT_NEVER ? 0 : at);
	incident_write(&w, inc);
	jsonw_object_end(&w);
}

/* ---- the change ---- */

static int add_entry(struct desk *d, struct incident *inc, const struct edit *what,
		     struct span actor, struct err *e)
{
	struct entry en = {
		.n = inc->entries,
		.at_ns = what->at_ns,
		.actor = actor,
		.change = span_cstr(what->change),
		.text = what->text,
	};

	if (what->from != inc->status) {
		en.from = span_cstr(status_name(what->from));
		en.status = span_cstr(status_name(inc->status));
	}
	if (what->text.data) {
		buf_clear(&d->scratch[0]);
		(void)text_redact_plain(what->text, &d->scratch[0]);
		en.text = buf_span(&d->scratch[0]);
	}
	return entry_insert(d->store, inc, &en, e);
}

static int add_audit(struct desk *d, const struct incident *inc, const struct edit *what,
		     struct span actor, struct err *e)
{
	struct buf *raw = &d->scratch[0], *body = &d->scratch[1];
	char id[INCIDENT_ID_LEN + 24];
	struct buf text = BUF_INIT(sizeof id);
	struct audit_ref ref;
	int rc;

	buf_clear(raw);
	buf_clear(body);
	build_record(inc, what, actor, raw);
	(void)text_redact(buf_span(raw), body); /* how many there were is of no use here */
	buf_addf(&text, "%s@%lld", inc->id, (long long)inc->version);
	rc = audit_append(d->store, instant_from_ns(desk_now(d)), SPAN("incident"), actor,
			  buf_span(&text), span_cstr(inc->id), SPAN_NONE, buf_span(body),
			  next_salt(d), &ref, e);
	buf_release(&text);
	if (rc != 0) {
		if (e->code == EX_BADDATA)
			e->code = EX_BUG; /* our own record was refused: nothing may be done */
		return -1;
	}
	buf_add(&d->records, body->data, body->len - 1);
	buf_add_cstr(&d->records, ",\"audit\":");
	audit_ref_json(&ref, &d->records);
	buf_add_cstr(&d->records, "}\n");
	return 0;
}

int change_incident(struct desk *d, struct incident *inc, const struct edit *what, struct err *e)
{
	struct span actor = what->actor.data ? what->actor : d->actor;
	bool is_new = inc->number == 0;

	inc->version++;
	inc->entries += !what->unremarkable;
	if ((is_new ? incident_insert(d->store, inc, e) : incident_update(d->store, inc, e)) != 0)
		return -1;
	if (!what->part && count_change(d->store, inc, is_new, what->from,
					strcmp(what->change, "acknowledged") == 0, e) != 0)
		return -1;
	if (!what->unremarkable && add_entry(d, inc, what, actor, e) != 0)
		return -1;
	return add_audit(d, inc, what, actor, e);
}
