/*
 * breaker: what the breakers of the store stand at, and an operator's word over them.
 */
#include <string.h>

#include "aiops-runbook/breaker/trip.h"
#include "aiops-runbook/commands/operator.h"
#include "base/instant.h"
#include "base/num.h"
#include "record/jsonw.h"
#include "store/breaker_rows.h"

/* ---- showing ---- */

struct counts {
	int calls, failed, slow, trials;
};

static struct counts count(const struct breaker *b)
{
	struct counts c = {.calls = b->n};

	for (int i = 0; i < b->n; i++) {
		const struct breaker_outcome *o = &b->outcomes[(b->first + i) % BREAKER_WINDOW_MAX];

		c.failed += o->failed;
		c.slow += o->slow;
	}
	for (int i = 0; i < BREAKER_TRIALS_MAX; i++)
		c.trials += b->leases[i] != 0;
	return c;
}

/* Milliseconds until an open one lets a trial through. */
static int64_t left_ms(const struct breaker *b, int64_t now_ms)
{
	int64_t left = b->open_ms - (now_ms - b->since_ms);

	return left < 0 ? 0 : left > b->open_ms ? b->open_ms : left;
}

static int64_t now_ms(const struct app *a)
{
	return env_now_ns(cli_env(a->c)) / NS_PER_MS;
}

static void write_json(const struct app *a, const struct breaker_row *r, struct jsonw *w)
{
	const struct breaker *b = &r->state;
	struct counts c = count(b);

	jsonw_object(w);
	jsonw_member(w, "scope", r->key.scope);
	jsonw_member(w, "name", r->key.name);
	jsonw_member(w, "state",
		     r->damaged ? SPAN("damaged") : span_cstr(breaker_state_name(b->state)));
	if (b->since_ms)
		jsonw_member_time(w, "since", instant_from_ns(b->since_ms * NS_PER_MS));
	if (b->state == BREAKER_OPEN)
		jsonw_member_i64(w, "retry_in_ms", left_ms(b, now_ms(a)));
	jsonw_member_i64(w, "open_for_ms", b->open_ms);
	jsonw_member_i64(w, "failures_in_a_row", b->in_row);
	jsonw_key(w, "window");
	jsonw_object(w);
	jsonw_member_i64(w, "calls", c.calls);
	jsonw_member_i64(w, "failed", c.failed);
	jsonw_member_i64(w, "slow", c.slow);
	jsonw_object_end(w);
	jsonw_member_i64(w, "trials", c.trials);
	jsonw_member_opt(w, "holders", r->holders);
	jsonw_key(w, "total");
	jsonw_object(w);
	jsonw_member_i64(w, "succeeded", r->succeeded);
	jsonw_member_i64(w, "failed", r->failed);
	jsonw_member_i64(w, "unverified", r->unverified);
	jsonw_member_i64(w, "not_started", r->not_started);
	jsonw_member_i64(w, "slow", r->slow);
	jsonw_member_i64(w, "opened", r->opened);
	jsonw_object_end(w);
	if (r->set_by.data) {
		jsonw_member(w, "set_by", r->set_by);
		jsonw_member_opt(w, "why", r->set_reason);
		jsonw_member_time(w, "set_at", instant_from_ns(r->set_ms * NS_PER_MS));
	}
	jsonw_object_end(w);
}

static void write_text(const struct app *a, const struct breaker_row *r, struct buf *out)
{
	const struct breaker *b = &r->state;

	buf_addf(out, "%-8.*s %-32.*s %-11s %5lld %5lld %5lld %5lld %5lld", (int)r->key.scope.len,
		 r->key.scope.data, (int)r->key.name.len, r->key.name.data,
		 r->damaged ? "damaged" : breaker_state_name(b->state), (long long)r->succeeded,
		 (long long)r->failed, (long long)r->unverified, (long long)r->not_started,
		 (long long)r->opened);
	if (b->state == BREAKER_OPEN) {
		buf_add_cstr(out, "  a trial in ");
		num_add_duration_ms(out, left_ms(b, now_ms(a)));
	}
	if (r->holders.data)
		buf_addf(out, "  trial: %.*s", (int)r->holders.len, r->holders.data);
	if (r->set_by.data && b->state >= BREAKER_FORCED_OPEN)
		buf_addf(out, "  by %.*s", (int)r->set_by.len, r->set_by.data);
}

static int show(void *ctx, const struct breaker_row *r, struct err *e)
{
	struct app *a = ctx;
	struct buf line = BUF_INIT(64 << 10);
	struct jsonw w = jsonw_to(&line);

	(void)e; /* nothing here can fail */
	if (a->o->format == OUTPUT_NDJSON)
		write_json(a, r, &w);
	else
		write_text(a, r, &line);
	operator_list(a, buf_span(&line));
	buf_release(&line);
	return 0;
}

/* ---- naming ---- */

/* SCOPE/NAME, or the id of a runbook. */
static struct breaker_key key_of(const char *operand)
{
	const char *slash = operand ? strchr(operand, '/') : NULL;

	if (!operand)
		return (struct breaker_key){SPAN_NONE, SPAN_NONE};
	if (!slash)
		return (struct breaker_key){SPAN(BREAKER_SCOPE_RUNBOOK), span_cstr(operand)};
	return (struct breaker_key){span_of(operand, (size_t)(slash - operand)),
				    span_cstr(slash + 1)};
}

static int show_all(struct app *a, const char *operand, struct err *e)
{
	struct breaker_key k = key_of(operand);

	if (store_open_readonly(cli_db_path(a->c), &a->store, e) != 0)
		return -1;
	if (a->o->format != OUTPUT_NDJSON)
		operator_list(a, SPAN("SCOPE    NAME                             STATE          "
				      "OK  FAIL UNVER NOTST  OPEN"));
	return breaker_row_each(a->store, k.scope, k.name, show, a, e);
}

/* ---- an operator's word ---- */

struct setting_state {
	struct app *a;
	struct breaker_key key;
	enum breaker_state state;
};

static int remember(void *ctx, const struct breaker_row *r, struct err *e)
{
	struct operator_act *act = ctx;

	(void)e; /* nothing here can fail */
	act->from = r->damaged ? "damaged" : breaker_state_name(r->state.state);
	return 0;
}

static int set_state(void *ctx, struct operator_act *act, struct err *e)
{
	struct setting_state *x = ctx;
	struct app *a = x->a;

	act->from = breaker_state_name(BREAKER_CLOSED);
	if (breaker_row_each(a->store, x->key.scope, x->key.name, remember, act, e) != 0)
		return -1;
	return breaker_row_set(a->store, &x->key, x->state, a->journal.actor, act->words,
			       journal_now(&a->journal) / NS_PER_MS, e);
}

static int say(struct app *a, enum breaker_state state, const char *operand, struct err *e)
{
	struct setting_state x = {a, key_of(operand), state};
	struct operator_act act = {.about = "breaker",
				   .scope = x.key.scope,
				   .name = x.key.name,
				   .state = breaker_state_name(state),
				   .words = span_cstr(a->o->reason)};

	if (x.key.name.len == 0 || x.key.name.len > 200 || x.key.scope.len == 0)
		return err_set(e, EX_BADUSAGE, "name one breaker: a runbook's id, or SCOPE/NAME");
	if (!a->o->reason)
		return err_set(e, EX_BADUSAGE, "--reason TEXT says why: it is kept with the act");
	return operator_acts(a, &act, set_state, &x, e);
}

static int act(struct app *a, struct err *e)
{
	static const struct {
		const char *word;
		enum breaker_state state;
	} words[] = {{"force-open", BREAKER_FORCED_OPEN},
		     {"disable", BREAKER_DISABLED},
		     {"reset", BREAKER_CLOSED}};
	size_t n;
	char *const *operands = cli_operands(a->c, &n);

	if (n == 0 || strcmp(operands[0], "show") == 0)
		return n <= 2 ? show_all(a, n == 2 ? operands[1] : NULL, e)
			      : err_set(e, EX_BADUSAGE, "breaker show takes one name at most");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(operands[0], words[i].word) == 0)
			return n == 2 ? say(a, words[i].state, operands[1], e)
				      : err_set(e, EX_BADUSAGE, "breaker %s takes one name",
						words[i].word);
	return err_set(e, EX_BADUSAGE,
		       "breaker takes show, force-open, disable or reset, not '%.40s'",
		       operands[0]);
}

int breaker_run(struct cli *c)
{
	struct err e = ERR_INIT;
	struct app a;
	int code = EX_DONE;

	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	if (act(&a, &e) != 0)
		code = msg_err(c, NULL, &e);
	app_release(&a);
	return code;
}
