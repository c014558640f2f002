#include "aiops-runbook/commands/incident.h"

#include <stdlib.h>

#include "aiops-runbook/runs/start.h"
#include "base/map.h"
#include "base/mem.h"
#include "cli/filter.h"
#include "record/event.h"
#include "store/audit.h"

/* Runbooks are read once; one that cannot be used is remembered as such. */
struct loaded {
	struct span id;
	struct runbook *rb; /* NULL: told, with code */
	int code;
};

struct incidents {
	struct app *a;
	struct filter *f;
	struct loaded *runbooks;
	size_t n_runbooks, cap_runbooks;
	struct map filed; /* incident and plan: what this process has put on file */
	int worst;
	const volatile bool *stop;
	int64_t planned, ran;
};

/* What an incident says of its runbook. Borrowed from the record but for the settings. */
struct choice {
	struct span incident, id, digest;
	struct setting *labels, *proposed;
	size_t n_labels, n_proposed;
};

/* ---- reading the choice ---- */

/* A value as text: strings as they read, numbers and truth values as they are written. */
static struct span setting_value(const struct record *r, const char *parent, struct span name,
				 struct value v, struct pool *pool)
{
	struct buf path = BUF_INIT(8192);
	struct span text;

	if (v.type == VALUE_STRING)
		return pool_copy(pool, v.text);
	buf_addf(&path, "%s.", parent);
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] == '.' || name.data[i] == '\\')
			buf_add_char(&path, '\\');
		buf_add_char(&path, name.data[i]);
	}
	text = pool_copy(pool, record_token(r, buf_cstr(&path)));
	buf_release(&path);
	return text;
}

static struct setting *read_settings(const struct record *r, const char *path, struct pool *pool,
				     size_t *n)
{
	struct value map = record_get(r, path), v;
	struct value_iter it = value_iter(map);
	struct setting *out;
	struct span name;

	*n = 0;
	if (map.type != VALUE_OBJECT)
		return NULL;
	while (value_next(&it, &name, &v))
		++*n;
	out = pool_array(pool, *n, sizeof *out);
	it = value_iter(map);
	for (size_t i = 0; value_next(&it, &name, &v); i++)
		out[i] = (struct setting){pool_copy(pool, name),
					  setting_value(r, path, name, v, pool)};
	return out;
}

static void read_choice(const struct record *r, struct pool *pool, struct choice *out)
{
	struct span digest = record_text(r, "triage.runbook.digest");

	if (span_starts(digest, "sha256:"))
		digest = span_of(digest.data + 7, digest.len - 7);
	*out = (struct choice){.incident = pool_copy(pool, record_text(r, "incident")),
			       .id = pool_copy(pool, record_text(r, "triage.runbook.id")),
			       .digest = digest};
	out->labels = read_settings(r, "labels", pool, &out->n_labels);
	out->proposed = read_settings(r, "triage.runbook.parameters", pool, &out->n_proposed);
}

/* True for an incident that is going on and for which triage chose a runbook that may be planned.
 */
static bool has_choice(const struct record *r)
{
	return record_kind(r) == KIND_INCIDENT && record_text(r, "triage.runbook.id").data &&
	       !span_is(record_text(r, "triage.runbook.automation"), "none") &&
	       !span_is(record_text(r, "triage.decision"), "abstain") &&
	       !span_is(record_text(r, "change"), "resolved") &&
	       !span_is(record_text(r, "status"), "resolved") &&
	       !span_is(record_text(r, "status"), "false_positive");
}

/* ---- runbooks ---- */

static const struct loaded *find_runbook(struct incidents *x, struct span id)
{
	struct loaded *l;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < x->n_runbooks; i++)
		if (span_eq(x->runbooks[i].id, id))
			return &x->runbooks[i];
	mem_grow(x->runbooks, x->cap_runbooks, x->n_runbooks + 1);
	l = &x->runbooks[x->n_runbooks++];
	*l = (struct loaded){.id = pool_copy(&x->a->pool, id)};
	/* An id is no path: what it names lies in --runbooks. */
	if (!runbook_id_is_valid(id))
		err_set(&e, EX_UNREADABLE, "'%.*s' is no id of a runbook",
			(int)(id.len < 80 ? id.len : 80), id.data);
	else
		l->rb = app_load_runbook(x->a, l->id.data, &e);
	if (!l->rb)
		l->code = app_fail(x->a, filter_where(x->f), &e);
	return l;
}

/* Triage names the runbook that it looked at, by its canonical digest or that of the file's bytes.
 */
static bool same_runbook(const struct runbook *rb, struct span digest)
{
	char canonical[DIGEST_HEX + 1], file[DIGEST_HEX + 1];

	if (digest.len == 0)
		return true;
	digest_hex(&rb->digest, canonical);
	digest_hex(&rb->file_digest, file);
	return span_is(digest, canonical) || span_is(digest, file);
}

/* ---- planning and running ---- */

static void tell(struct incidents *x, int code, const char *text)
{
	msg(x->a->c, MSG_WARNING, filter_where(x->f), "%s", text);
	x->worst = graver(x->worst, code);
}

static int execute(struct incidents *x, const struct plan *p, struct run_row *run,
		   struct pool *pool, struct err *e)
{
	struct refusal why;
	int code = EX_BUG, rc = app_carry_out(x->a, p, run, pool, x->stop, &code, &why, e);

	if (rc < 0)
		return -1;
	if (rc == 1) {
		tell(x, refusal_exit(why.reason), why.text);
		return 0;
	}
	x->ran++;
	x->worst = graver(x->worst, code);
	return 0;
}

/* Revisions of an incident that change nothing in the plan are one plan, and one record. */
static bool is_first(struct incidents *x, const struct plan *p)
{
	struct buf key = BUF_INIT(1024);
	bool added;

	buf_add_span(&key, p->bind.incident);
	buf_add_char(&key, ' ');
	buf_add_cstr(&key, p->digest);
	(void)map_put(&x->filed, buf_span(&key), &added);
	buf_release(&key);
	return added;
}

/* What waits for this plan, put on file when this process sees it first. */
static int take_up(struct incidents *x, const struct plan *p, struct pool *pool,
		   struct run_row *run, bool *approved, struct err *e)
{
	struct app *a = x->a;
	struct refusal why;
	int rc = is_first(x, p) ? 0
				: run_waiting(a->store, span_cstr(p->digest), p->bind.incident,
					      pool, run, e);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		x->planned++;
		return file_plan(&a->journal, p, &a->site, pool, run, approved, e);
	}
	rc = approval_look(&a->journal, run, &a->site, &why, e);
	*approved = rc == 0;
	return rc < 0 ? -1 : 0;
}

static int act(struct incidents *x, const struct plan *p, struct pool *pool, struct err *e)
{
	struct app *a = x->a;
	struct run_row run;
	bool approved;

	if (take_up(x, p, pool, &run, &approved, e) != 0)
		return -1;
	if (!a->o->apply)
		return 0;
	if (run.needs_approval && !approved) {
		tell(x, EX_POLICY, "not run: it waits for an approval");
		return 0;
	}
	return execute(x, p, &run, pool, e);
}

/* The same runbook is not run twice for an incident, whatever revisions of it come. */
static int ran_before(struct incidents *x, const struct choice *ch, struct pool *pool, bool *out,
		      struct err *e)
{
	struct run_row run;
	int found = run_begun(x->a->store, ch->id, ch->incident, pool, &run, e);

	*out = found == 1;
	if (found == 1)
		msg(x->a->c, MSG_INFO, filter_where(x->f),
		    "%s ran for this incident already: %s is %s", ch->id.data, run.id,
		    run_state_names[run.state]);
	return found < 0 ? -1 : 0;
}

static int handle_choice(struct incidents *x, const struct choice *ch, struct pool *pool,
			 struct err *e)
{
	struct app *a = x->a;
	struct plan_input in = {.given = a->params,
				.n_given = a->n_params,
				.skip_undeclared = true,
				.labels = ch->labels,
				.n_labels = ch->n_labels,
				.proposed = ch->proposed,
				.n_proposed = ch->n_proposed,
				.incident = ch->incident,
				.exec_path = a->o->path,
				.http = app_http(a)};
	const struct loaded *l = find_runbook(x, ch->id);
	struct err why = ERR_INIT;
	struct plan *p;
	bool before;
	int rc;

	if (!l->rb) {
		x->worst = graver(x->worst, l->code);
		return 0;
	}
	if (!same_runbook(l->rb, ch->digest)) {
		tell(x, EX_POLICY, "the runbook has changed since triage chose it");
		return 0;
	}
	if (ran_before(x, ch, pool, &before, e) != 0)
		return -1;
	if (before)
		return 0;
	if (plan_make(l->rb, &in, &p, &why) != 0) {
		tell(x, why.code, why.text);
		return 0;
	}
	rc = act(x, p, pool, e);
	plan_free(p);
	return rc;
}

/* ---- the filter ---- */

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct incidents *x = ctx;
	struct pool pool = {NULL};
	struct choice ch;
	int rc = 0;

	x->f = f;
	if (has_choice(r) && !audit_word_ok(record_text(r, "incident"))) {
		filter_reject(f, REJECT_SCHEMA,
			      "an incident with a runbook needs the member 'incident', its id");
		return 0;
	}
	filter_pass(f);
	if (!has_choice(r))
		return 0;
	read_choice(r, &pool, &ch);
	rc = handle_choice(x, &ch, &pool, e);
	pool_release(&pool);
	return rc;
}

static void sink(void *ctx, struct span line)
{
	struct incidents *x = ctx;

	filter_emit(x->f, line);
	out_flush(x->a->c); /* what is durable is seen at once */
}

static void add_stats(void *ctx, struct buf *json)
{
	const struct incidents *x = ctx;

	buf_addf(json, ",\"planned\":%lld,\"ran\":%lld", (long long)x->planned, (long long)x->ran);
}

static int run_filter(struct app *a, struct incidents *x)
{
	static const struct filter_ops ops = {.record = on_record, .stats = add_stats};
	struct err e = ERR_INIT;
	int code = EX_DONE;

	if (a->o->plan || a->o->incident || a->o->check)
		err_set(&e, EX_BADUSAGE, "--%s is for one runbook",
			a->o->plan    ? "plan"
			: a->o->check ? "check"
				      : "incident");
	else if (a->o->format == OUTPUT_TEXT)
		err_set(&e, EX_BADUSAGE,
			"--format text is for one runbook: a filter's records are NDJSON");
	else if (a->o->apply && app_check_authority(a, &e) != 0)
		; /* told below, before anything is read */
	else if (app_open_store(a, sink, x, &e) == 0)
		code = filter_run(a->c, &ops, x);
	return e.code ? msg_err(a->c, NULL, &e) : graver(code, x->worst);
}

int incidents_run(struct app *a)
{
	struct incidents x = {.a = a, .worst = EX_DONE, .stop = cli_catch_stop(a->c)};
	int code;

	map_init(&x.filed);
	code = run_filter(a, &x);
	map_release(&x.filed);
	for (size_t i = 0; i < x.n_runbooks; i++)
		runbook_free(x.runbooks[i].rb);
	free(x.runbooks);
	return code;
}
