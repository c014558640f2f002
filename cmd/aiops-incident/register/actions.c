#include "aiops-incident/register/actions.h"

#include "base/instant.h"
#include "record/jsonw.h"
#include "record/record.h"

enum { JSON_MAX = 1 << 20 };

static int64_t time_of(struct value v, const char *key)
{
	struct err e = ERR_INIT;
	struct instant at;

	return instant_parse(value_member(v, span_cstr(key)).text, &at, &e) == 0 ? at.ns : 0;
}

static struct span text_of(struct value v, const char *key)
{
	struct value text = value_member(v, span_cstr(key));

	return text.type == VALUE_STRING ? text.text : SPAN_NONE;
}

void actions_each(struct span json, action_fn *fn, void *ctx)
{
	static const char zeros[RECORD_PADDING];
	struct buf line = BUF_INIT(2 * JSON_MAX);
	struct err e = ERR_INIT;
	enum reject_code why;
	struct record *r;
	struct value item;
	size_t len;

	if (!json.len)
		return;
	buf_add_cstr(&line, "{\"actions\":");
	buf_add_span(&line, json);
	buf_add_char(&line, '}');
	len = line.len;
	buf_add(&line, zeros, sizeof zeros);
	r = record_new(2 * JSON_MAX);
	if (!buf_overflowed(&line) && record_parse(r, line.data, len, &why, &e) == 0) {
		struct value_iter it = value_iter(record_get(r, "actions"));

		while (value_next(&it, NULL, &item)) {
			const struct action a = {
				.run = text_of(item, "run"),
				.runbook = text_of(item, "runbook"),
				.state = text_of(item, "state"),
				.reason = text_of(item, "reason"),
				.actor = text_of(item, "actor"),
				.started_ns = time_of(item, "started_at"),
				.at_ns = time_of(item, "timestamp"),
			};

			fn(ctx, &a);
		}
	}
	record_free(r);
	buf_release(&line);
}

/* ---- when a run began, and how many there are ---- */

struct look_up {
	struct span run;
	int64_t started_ns;
	size_t n;
};

static void look(void *ctx, const struct action *a)
{
	struct look_up *l = ctx;

	if (span_eq(a->run, l->run))
		l->started_ns = a->started_ns;
	else
		l->n++;
}

int64_t actions_started(struct span json, struct span run)
{
	struct look_up l = {.run = run, .started_ns = INT64_MIN};

	actions_each(json, look, &l);
	return l.started_ns;
}

/* ---- with one more ---- */

struct rewrite {
	struct jsonw w;
	struct span run;
	size_t skip;
};

static void write_action(struct jsonw *w, const struct action *a)
{
	jsonw_object(w);
	jsonw_member(w, "run", a->run);
	jsonw_member_opt(w, "runbook", a->runbook);
	jsonw_member_opt(w, "state", a->state);
	jsonw_member_opt(w, "reason", a->reason);
	jsonw_member_opt(w, "actor", a->actor);
	jsonw_member_time(w, "started_at", instant_from_ns(a->started_ns));
	jsonw_member_time(w, "timestamp", instant_from_ns(a->at_ns));
	jsonw_object_end(w);
}

static void keep(void *ctx, const struct action *a)
{
	struct rewrite *r = ctx;

	if (span_eq(a->run, r->run))
		return;
	if (r->skip > 0)
		r->skip--;
	else
		write_action(&r->w, a);
}

struct span actions_with(struct span json, struct action *a, struct pool *pool)
{
	struct look_up before = {.run = a->run, .started_ns = INT64_MIN};
	struct buf out = BUF_INIT(JSON_MAX);
	struct rewrite r = {.w = jsonw_to(&out), .run = a->run};

	actions_each(json, look, &before);
	if (before.started_ns != INT64_MIN)
		a->started_ns = before.started_ns;
	r.skip = before.n >= ACTIONS_MAX ? before.n - ACTIONS_MAX + 1 : 0;
	jsonw_array(&r.w);
	actions_each(json, keep, &r);
	write_action(&r.w, a);
	jsonw_array_end(&r.w);
	if (buf_overflowed(&out)) { /* texts of no run are so long: it is not noted */
		buf_release(&out);
		return json;
	}
	return pool_take(pool, &out);
}

void action_words(const struct action *a, struct buf *out)
{
	buf_add_span(out, a->runbook);
	buf_add_cstr(out, ": ");
	buf_add_span(out, a->state);
	if (a->reason.len) {
		buf_add_cstr(out, ", ");
		buf_add_span(out, a->reason);
	}
	if (a->actor.len) {
		buf_add_cstr(out, ", by ");
		buf_add_span(out, a->actor);
	}
	buf_add_cstr(out, " (");
	buf_add_span(out, a->run);
	buf_add_char(out, ')');
}
