/*
 * notify: the filter, --due, and --test.
 */
#include <poll.h>
#include <unistd.h>

#include "aiops-incident/notify/notify.h"
#include "base/mem.h"
#include "cli/filter.h"
#include "cli/held.h"
#include "record/event.h"
#include "store/audit.h"
#include "store/breaker_rows.h"

#include <math.h>
#include <stdlib.h>

enum { SLICE_MS = 10000, SHORTEST_NAP_MS = 20, LONGEST_NAP_MS = 500, KEEP_DAYS = 90 };

struct pass {
	struct notifier n;
	struct held held;
	const struct notify_options *o;
	bool open; /* a transaction */
};

/* ---- the filter ---- */

static int end_group(struct pass *p, struct filter *f, struct err *e)
{
	if (p->open && store_commit(p->n.store, e) != 0)
		return -1;
	p->open = false;
	held_emit(&p->held, f);
	return 0;
}

static int escalate(struct pass *p, struct err *e)
{
	if (store_begin(p->n.store, e) != 0)
		return -1;
	if (notifier_escalate(&p->n, notifier_now(&p->n), e) == 0 &&
	    outbox_prune(p->n.store, notifier_now(&p->n) - KEEP_DAYS * 86400 * NS_PER_S, e) == 0)
		return store_commit(p->n.store, e);
	store_rollback(p->n.store);
	return -1;
}

/* What is on file goes out before we wait for more. */
static int on_idle(void *ctx, struct filter *f, struct err *e)
{
	struct pass *p = ctx;

	if (end_group(p, f, e) != 0 || escalate(p, e) != 0)
		return -1;
	out_flush(p->n.c); /* a reader of ours does not wait for a server of others */
	return notifier_send(&p->n, notifier_now(&p->n) + SLICE_MS * NS_PER_MS, e);
}

static int keep(struct pass *p, struct filter *f, const struct record *r, struct err *e)
{
	if (!p->open) {
		filter_pass(f);
		return 0;
	}
	held_pass(&p->held, r);
	return held_is_full(&p->held) || cli_common(p->n.c)->unbuffered ? end_group(p, f, e) : 0;
}

static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	return keep(ctx, f, r, e);
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct pass *p = ctx;
	enum kind kind = record_kind(r);

	if (kind == KIND_INCIDENT || kind == KIND_RUN) {
		if (!p->open && store_begin(p->n.store, e) != 0)
			return -1;
		p->open = true;
		p->held.rows++;
		if (notifier_take(&p->n, r, e) != 0)
			return -1;
	}
	return keep(p, f, r, e);
}

/* Until nothing is due any more that is due soon, or --wait is over. */
static int drain(struct pass *p, struct err *e)
{
	int64_t until = env_ticks_ms(cli_env(p->n.c)) + p->o->wait_ms, due, waiting;

	for (;;) {
		int64_t left = until - env_ticks_ms(cli_env(p->n.c)), nap;

		if (escalate(p, e) != 0 || notifier_send(&p->n, INT64_MAX, e) != 0 ||
		    notifier_next(&p->n, &due, &waiting, e) != 0)
			return -1;
		nap = (due - notifier_now(&p->n)) / NS_PER_MS + 1;
		if (waiting == 0 || nap > left || left <= 0 ||
		    (p->n.sender.stop && *p->n.sender.stop))
			break;
		(void)poll(NULL, 0,
			   (int)(nap < SHORTEST_NAP_MS  ? SHORTEST_NAP_MS
				 : nap < LONGEST_NAP_MS ? nap
							: LONGEST_NAP_MS));
	}
	if (waiting)
		msg(p->n.c, MSG_WARNING, NULL,
		    "%lld messages wait: 'aiops-incident notify --due' sends them when they are due",
		    (long long)waiting);
	return 0;
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct pass *p = ctx;

	if (end_group(p, f, e) != 0)
		return -1;
	out_flush(p->n.c);
	return drain(p, e);
}

static void add_stats(void *ctx, struct buf *json)
{
	const struct notify_counts *n = &((const struct pass *)ctx)->n.count;

	buf_addf(json,
		 ",\"letters\":%lld,\"sent\":%lld,\"failed\":%lld,\"tried_again\":%lld,"
		 "\"held\":%lld,\"digests\":%lld,\"escalated\":%lld",
		 (long long)n->letters, (long long)n->sent, (long long)n->failed,
		 (long long)n->again, (long long)n->held, (long long)n->digests,
		 (long long)n->escalated);
}

/* ---- --test ---- */

static void example(const struct channel *c, int64_t now_ns, struct pool *pool, struct letter *l)
{
	struct news n = {.event = EVENT_TEST,
			 .incident = SPAN("INC-0000000000000000"),
			 .title = SPAN("this is how a message looks"),
			 .hypothesis = SPAN("somebody tests the channels"),
			 .first_action = SPAN("nothing"),
			 .confidence = 0.99,
			 .severity = SEVERITY_INFO,
			 .elapsed_ms = -1,
			 .starts_ns = -1,
			 .at_ns = now_ns};
	struct buf subject = BUF_INIT(4096), text = BUF_INIT(8192), body = BUF_INIT(64 << 10);
	struct buf id = BUF_INIT(100);

	news_subject(&n, &subject);
	news_text(&n, &text);
	news_json(&n, buf_span(&subject), buf_span(&text), &body);
	buf_addf(&id, "test-%lld", (long long)now_ns);
	*l = (struct letter){.channel = c->name,
			     .event = EVENT_TEST,
			     .severity = SEVERITY_INFO,
			     .created_ns = now_ns,
			     .incident = SPAN("")};
	l->subject = pool_take(pool, &subject);
	l->text = pool_take(pool, &text);
	l->body = pool_take(pool, &body);
	l->record_id = pool_take(pool, &id);
}

static bool is_asked_for(struct cli *c, struct span channel)
{
	size_t n;
	char *const *names = cli_operands(c, &n);

	for (size_t i = 0; i < n; i++) {
		if (span_is(channel, names[i]))
			return true;
	}
	return n == 0;
}

static int test(struct notifier *n, struct err *e)
{
	int code = EX_DONE;

	for (size_t i = 0; i < n->rules.n_channels; i++) {
		const struct channel *c = &n->rules.channels[i];
		struct err why = ERR_INIT;
		struct buf line = BUF_INIT(4096);
		struct letter l;

		if (!is_asked_for(n->c, c->name))
			continue;
		example(c, notifier_now(n), &n->pool, &l);
		if (send_letter(&n->sender, c, &l, &why) != 0)
			code = EX_REMOTE;
		buf_addf(&line, "%-20.*s %-10s ", (int)c->name.len, c->name.data,
			 channel_kind_names[c->kind]);
		term_safe(&line, why.code ? span_cstr(why.text) : SPAN("sent"));
		buf_add_char(&line, '\n');
		out_write(n->c, buf_span(&line));
		buf_release(&line);
		pool_release(&n->pool);
	}
	(void)e;
	return code;
}

/* ---- the command ---- */

/* A rotation that has run out would be found out at night. */
static void warn_of_gaps(const struct notifier *n)
{
	for (size_t i = 0; i < n->rules.n_rotations; i++) {
		const struct rotation *r = &n->rules.rotations[i];

		if (rotation_at(r, notifier_now(n)) == SIZE_MAX)
			msg(n->c, MSG_WARNING, NULL,
			    "rotation %.*s: nobody is on call now: %s is told", (int)r->name.len,
			    r->name.data, r->n ? "who was last, or will be first," : "nobody");
	}
}

static int open_notifier(struct notifier *n, struct err *e)
{
	const struct notify_options *o = cli_options(n->c);

	if (!o->rules)
		return err_set(e, EX_BADUSAGE, "give --rules: who is told, and how");
	if (notify_rules_load(&n->rules, o->rules, e) != 0)
		return -1;
	warn_of_gaps(n);
	n->actor = span_cstr(cli_user(n->c));
	if (!audit_word_ok(n->actor)) {
		buf_addf(&n->actor_text, "uid-%lu", (unsigned long)getuid());
		n->actor = buf_span(&n->actor_text);
	}
	n->sender.env = cli_env(n->c);
	return o->test ? 0 : register_open(cli_db_path(n->c), &n->store, e);
}

static int due(struct pass *p, struct err *e)
{
	p->n.sender.stop = cli_catch_stop(p->n.c);
	return drain(p, e);
}

static int run(struct pass *p, struct err *e)
{
	static const struct filter_ops ops = {
		.record = on_record,
		.control = on_control,
		.finish = on_finish,
		.idle = on_idle,
		.stats = add_stats,
	};
	int code;

	if (p->o->test)
		return test(&p->n, e);
	if (p->o->due)
		code = due(p, e) == 0 ? EX_DONE : msg_err(p->n.c, NULL, e);
	else
		code = filter_run(p->n.c, &ops, p);
	return code == EX_DONE && p->n.count.failed ? EX_REMOTE : code;
}

int notify_run(struct cli *c)
{
	struct pass p = {.n = {.c = c, .actor_text = BUF_INIT(64), .skip = BUF_INIT(64 << 10)},
			 .o = cli_options(c)};
	struct err e = ERR_INIT;
	int code;

	held_init(&p.held);
	if (open_notifier(&p.n, &e) != 0)
		code = msg_err(c, p.o->rules, &e);
	else
		code = run(&p, &e);
	sender_release(&p.n.sender);
	store_close(p.n.store);
	notify_rules_release(&p.n.rules);
	pool_release(&p.n.pool);
	buf_release(&p.n.skip);
	buf_release(&p.n.actor_text);
	held_release(&p.held);
	return code;
}
