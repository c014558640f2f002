#include "aiops-correlate/stream.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/annotation.h"
#include "aiops-correlate/counts.h"
#include "aiops-correlate/engine.h"
#include "aiops-correlate/enrich.h"
#include "aiops-correlate/read.h"
#include "aiops-correlate/state/state.h"
#include "aiops-correlate/summary.h"
#include "aiops-correlate/suppress/suppress.h"
#include "aiops-correlate/tell.h"
#include "aiops-correlate/topology/fact_stream.h"
#include "base/instant.h"
#include "base/mem.h"
#include "cli/filter.h"

enum { NOTE_MAX = 1 << 20 };

struct stream {
	struct cli *c;
	const struct correlate_options *opt;
	struct topology *topo;
	struct engine en;
	struct policy policy;
	bool has_policy;
	struct summary *summary; /* NULL: nobody asked */
	bool summary_due;        /* USR1 */
	int64_t summary_at_ns;   /* event time of the next one; INT64_MIN: not known yet */
	struct state_file state;
	struct teller teller;
	bool warned;
	uint64_t leaps; /* that were told */
	struct fact_stream facts;
	struct buf note; /* the annotation */
	struct report report;
	struct outcome outcome;
	struct enriched enriched;
};

/* ---- out ---- */

/* Notices, and alerts that are given back, are part of the events. */
static void send_line(const struct stream *s, struct filter *f, struct span line)
{
	bool incident = span_starts(line, "{\"v\":1,\"kind\":\"incident\"");

	if (s->opt->format == FORMAT_TABLE ||
	    s->opt->emit == (incident ? EMIT_EVENTS : EMIT_INCIDENTS))
		return;
	filter_emit(f, line);
	if (incident)
		filter_found(f);
}

static int send_queue(struct stream *s, struct filter *f, struct err *e)
{
	struct span rest;

	teller_reconcile(&s->teller, false);
	rest = buf_span(&s->teller.queue);
	if (buf_overflowed(&s->teller.queue))
		return err_set(e, EX_SYSTEM, "too many incident records at once");
	while (rest.len) {
		size_t n = (size_t)((const char *)memchr(rest.data, '\n', rest.len) - rest.data);

		send_line(s, f, span_of(rest.data, n));
		rest = span_of(rest.data + n + 1, rest.len - n - 1);
	}
	buf_clear(&s->teller.queue);
	return 0;
}

static void warn_leap(struct stream *s)
{
	char from[INSTANT_TEXT], to[INSTANT_TEXT];
	size_t n = instant_text(instant_from_ns(s->en.leap.from_ns), from);
	size_t m = instant_text(instant_from_ns(s->en.leap.to_ns), to);

	s->leaps = s->en.leap.taken;
	msg(s->c, MSG_WARNING, NULL, "event time leaps from %.*s to %.*s", (int)n, from, (int)m,
	    to);
}

/* Says once that memory was short; the totals come at the end. */
static void warn_dropped(struct stream *s)
{
	if (s->leaps != s->en.leap.taken)
		warn_leap(s);
	if (s->warned || (!s->en.counts.dropped && !s->en.counts.hurried))
		return;
	s->warned = true;
	msg(s->c, MSG_WARNING, NULL,
	    "more than %lld alerts at once: the oldest are dropped from memory, their records still pass "
	    "through (--max-active)",
	    (long long)s->opt->max_active);
}

/* ---- the summary ---- */

static void send_summary(struct stream *s, struct filter *f)
{
	struct buf out = BUF_INIT(NOTE_MAX);

	s->summary_due = false;
	summary_render(s->summary, &s->en, &out);
	filter_emit(f, buf_span(&out));
	buf_release(&out);
}

static void send_table(struct stream *s, struct filter *f)
{
	struct buf out = BUF_INIT(NOTE_MAX);
	struct span rest;

	summary_table(s->summary, &s->en, &out);
	rest = buf_span(&out);
	while (rest.len) {
		size_t n = (size_t)((const char *)memchr(rest.data, '\n', rest.len) - rest.data);

		filter_emit(f, span_of(rest.data, n));
		rest = span_of(rest.data + n + 1, rest.len - n - 1);
	}
	buf_release(&out);
}

/* What was asked for by USR1, or is due in event time. */
static void summarise(struct stream *s, struct filter *f)
{
	int64_t every_ns = s->opt->summary_every_ms * NS_PER_MS, now_ns = s->en.newest_ns;

	if (!s->summary || s->opt->format == FORMAT_TABLE || now_ns == INT64_MIN)
		return;
	if (every_ns && s->summary_at_ns == INT64_MIN)
		s->summary_at_ns = now_ns + every_ns;
	if (!s->summary_due && !(every_ns && now_ns >= s->summary_at_ns))
		return;
	if (every_ns && now_ns >= s->summary_at_ns)
		s->summary_at_ns += (now_ns - s->summary_at_ns) / every_ns * every_ns + every_ns;
	send_summary(s, f);
}

/* ---- callbacks ---- */

/* True if what is read goes out. */
static bool passes(const struct stream *s)
{
	return s->opt->emit != EMIT_INCIDENTS && s->opt->format != FORMAT_TABLE;
}

static void pass(const struct stream *s, struct filter *f)
{
	if (passes(s))
		filter_pass(f);
}

/* Topologies and changes are taken in; all else that is no alert passes. */
static int on_other(struct stream *s, struct filter *f, const struct record *r, struct err *e)
{
	if (!fact_stream_take(&s->facts, f, r, &s->en))
		return 0;
	pass(s, f);
	fact_stream_warn(&s->facts, s->c, &s->en);
	return s->teller.queue.len ? send_queue(s, f, e) : 0;
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct stream *s = ctx;
	struct err bad = ERR_INIT;
	int64_t clock_ns;

	if (!report_wanted(r))
		return on_other(s, f, r, e);
	if (report_read(r, &s->report, &clock_ns, &bad) != 0) {
		filter_reject(f, REJECT_SCHEMA, "%s", bad.text);
		return 0;
	}
	enrich(&s->policy.rules, s->report.title, s->report.description, &s->report, &s->enriched);
	engine_take(&s->en, &s->report, clock_ns, &s->outcome);
	if (passes(s)) {
		annotation_write(&s->outcome, &s->enriched, &s->policy.rules, s->report.at_ns,
				 &s->note);
		filter_annotate(f, "correlate", buf_span(&s->note));
	}
	warn_dropped(s);
	if (send_queue(s, f, e) != 0)
		return -1;
	summarise(s, f);
	return 0;
}

static int on_idle(void *ctx, struct filter *f, struct err *e)
{
	struct stream *s = ctx;

	(void)e;
	if (s->summary_due)
		summarise(s, f);
	return 0;
}

static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct stream *s = ctx;
	struct span text = record_text(r, "_watermark");
	struct err bad = ERR_INIT;
	struct instant at;

	if (text.data) {
		if (instant_parse(text, &at, &bad) != 0) {
			filter_reject(f, REJECT_SCHEMA, "_watermark: %s", bad.text);
			return 0;
		}
		engine_watermark(&s->en, at.ns);
	}
	if (send_queue(s, f, e) != 0)
		return -1;
	summarise(s, f);
	filter_pass(f); /* behind what became due, so that it holds for this output too */
	return 0;
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct stream *s = ctx;

	if (state_freeze(&s->state, &s->en, e) != 0)
		return -1;
	s->teller.finishing = s->state.path != NULL;
	engine_finish(&s->en, !s->teller.finishing);
	teller_reconcile(&s->teller, true);
	warn_dropped(s);
	fact_stream_warn(&s->facts, s->c, &s->en);
	fact_stream_end(&s->facts, s->c, &s->en);
	if (s->en.counts.dropped)
		msg(s->c, MSG_WARNING, NULL,
		    "%llu active alerts were dropped from memory (--max-active)",
		    (unsigned long long)s->en.counts.dropped);
	if (send_queue(s, f, e) != 0)
		return -1;
	if (s->opt->format == FORMAT_TABLE)
		send_table(s, f);
	else if (s->summary)
		send_summary(s, f);
	return 0;
}

static int on_save(void *ctx, struct filter *f, struct err *e)
{
	struct stream *s = ctx;

	(void)f;
	return state_write(&s->state, &s->en,
			   s->teller.finishing ? &s->teller.early : &s->teller.told, e);
}

static void on_stats(void *ctx, struct buf *json)
{
	struct stream *s = ctx;

	s->summary_due = s->summary != NULL; /* USR1 asks for both */
	counts_stats(&s->en, json);
	fact_stream_stats(&s->facts, &s->en, json);
}

/* ---- the command ---- */

static struct settings settings_of(const struct correlate_options *o)
{
	return (struct settings){
		.window_ns = o->window_ms * NS_PER_MS,
		.dedup_ns = o->dedup_ms * NS_PER_MS,
		.lateness_ns = o->lateness_ms * NS_PER_MS,
		.max_group = (size_t)o->max_group,
		.max_active = (size_t)o->max_active,
		.topology_age_ns = o->topology_age_ms * NS_PER_MS,
		.changes_ns = o->changes_ms * NS_PER_MS,
	};
}

/* The rules, the windows, and the options that rules may give, too. */
static int prepare_policy(struct stream *s, const char **where, struct err *e)
{
	const struct correlate_options *o = s->opt;
	struct maintenance *m = NULL;
	struct site_rules rules;
	int64_t cooldown_ms, max_per_hour;

	site_rules_init(&rules);
	*where = o->rules;
	if (o->rules && site_rules_load(&rules, o->rules, e) != 0) {
		site_rules_release(&rules);
		return -1;
	}
	*where = o->maintenance;
	if (o->maintenance && !(m = maintenance_load(o->maintenance, e))) {
		site_rules_release(&rules);
		return -1;
	}
	cooldown_ms = rules.cooldown_ms >= 0 ? rules.cooldown_ms : o->cooldown_ms;
	max_per_hour = rules.max_per_hour >= 0 ? rules.max_per_hour : o->max_per_hour;
	policy_init(&s->policy, &rules, m, cooldown_ms * NS_PER_MS, (size_t)max_per_hour,
		    (size_t)o->max_active);
	s->has_policy = true;
	return 0;
}

/* *where: the file that e's position is in. */
static int prepare(struct stream *s, const char **where, struct err *e)
{
	const char *path = s->opt->topology;
	struct settings set = settings_of(s->opt);

	*where = path;
	if (path && !(s->topo = topology_load(path, e)))
		return -1;
	if (prepare_policy(s, where, e) != 0)
		return -1;
	*where = cli_common(s->c)->state;
	engine_init(&s->en, &set, s->topo, (struct sink){&s->teller, teller_incident, teller_line});
	s->en.policy = &s->policy;
	s->en.pairs.rules = &s->policy.rules.labels;
	s->en.summary = s->summary;
	if (state_open(&s->state, cli_common(s->c)->state, &s->en, &s->teller.told, e) != 0)
		return -1;
	suppress_restored(&s->en);
	teller_resume(&s->teller);
	return 0;
}

int correlate_run(struct cli *c)
{
	static const struct filter_ops ops = {
		.record = on_record,
		.control = on_control,
		.finish = on_finish,
		.idle = on_idle,
		.save = on_save,
		.stats = on_stats,
		.watch = report_paths,
		.n_watch = REPORT_PATHS,
	};
	struct stream *s = mem_zalloc(sizeof *s);
	struct err e = ERR_INIT;
	const char *where;
	int code;

	s->c = c;
	s->opt = cli_options(c);
	s->note = BUF_INIT(NOTE_MAX);
	s->state.lock = -1;
	s->summary_at_ns = INT64_MIN;
	if (s->opt->summary || s->opt->summary_every_ms || s->opt->format == FORMAT_TABLE) {
		s->summary = mem_alloc(sizeof *s->summary);
		summary_init(s->summary);
	}
	teller_init(&s->teller, &s->en);
	code = prepare(s, &where, &e) == 0 ? filter_run(c, &ops, s)
					   : msg_err(c, e.line ? where : NULL, &e);
	state_close(&s->state);
	if (s->has_policy)
		policy_release(&s->policy, &s->en.words);
	engine_release(&s->en);
	topology_free(s->topo);
	teller_release(&s->teller);
	if (s->summary)
		summary_release(s->summary);
	free(s->summary);
	outcome_release(&s->outcome);
	buf_release(&s->note);
	free(s);
	return code;
}
