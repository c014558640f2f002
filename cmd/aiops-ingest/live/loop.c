#include "aiops-ingest/live/loop.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/env.h"
#include "base/mem.h"
#include "cli/signals.h"
#include "record/jsonw.h"

struct loop {
	struct cli *c;
	struct loop_options opt;
	struct source *sources;
	size_t n, cap;
	struct wait_set wait;
	uint64_t written;    /* what sources were told of */
	uint64_t total;      /* out_total when something last came */
	int64_t quiet_at_ms; /* nothing has come since */
	bool stopping;
	int64_t drained_at_ms; /* stopping: the latest end */
};

void wait_for_fd(struct wait_set *w, int fd, short events)
{
	if (fd < 0)
		return;
	mem_grow(w->items, w->cap, w->n + 1);
	w->items[w->n++] = (struct pollfd){.fd = fd, .events = events};
}

void wait_until(struct wait_set *w, int64_t ticks_ms)
{
	if (ticks_ms < w->deadline_ms)
		w->deadline_ms = ticks_ms;
}

static int64_t now_ms(const struct loop *l)
{
	return env_ticks_ms(cli_env(l->c));
}

struct loop *loop_new(struct cli *c, const struct loop_options *opt)
{
	struct loop *l = mem_zalloc(sizeof *l);

	l->c = c;
	l->opt = *opt;
	l->quiet_at_ms = now_ms(l);
	l->total = l->written = out_total(c);
	out_hold(c);
	(void)cli_catch_stop(c); /* the flag is read in signals.h */
	return l;
}

void loop_add(struct loop *l, const struct source *s)
{
	mem_grow(l->sources, l->cap, l->n + 1);
	l->sources[l->n++] = *s;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (l->sources[i].close)
			l->sources[i].close(l->sources[i].ctx);
	free(l->sources);
	free(l->wait.items);
	free(l);
}

static bool is_active(const struct loop *l, const struct source *s)
{
	return s->active ? s->active(s->ctx) : !l->stopping;
}

static bool any_active(const struct loop *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_active(l, &l->sources[i]))
			return true;
	return false;
}

/* ---- one round ---- */

static void sleep_until_something(struct loop *l, bool paused)
{
	struct wait_set *w = &l->wait;
	int64_t ms;

	w->n = 0;
	w->deadline_ms = l->stopping ? l->drained_at_ms : INT64_MAX;
	wait_for_fd(w, signals_wake_fd(), POLLIN);
	if (out_pending(l->c) > 0)
		wait_for_fd(w, STDOUT_FILENO, POLLOUT);
	else if (!l->stopping && l->opt.watermark_ms > 0)
		wait_until(w, l->quiet_at_ms + l->opt.watermark_ms);
	for (size_t i = 0; i < l->n; i++)
		if (l->sources[i].wait)
			l->sources[i].wait(l->sources[i].ctx, paused, w);
	ms = w->deadline_ms == INT64_MAX ? -1 : w->deadline_ms - now_ms(l);
	if (w->deadline_ms != INT64_MAX && ms < 0)
		ms = 0;
	if (signals_stop() && !l->stopping)
		return; /* between the last look and now */
	if (poll(w->items, (nfds_t)w->n, ms > INT_MAX ? INT_MAX : (int)ms) > 0 &&
	    w->items[0].revents)
		signals_wake_drain(); /* the flags say what it was */
}

static int answer_signals(struct loop *l, struct err *e)
{
	if (signals_take_stats() && l->opt.stats)
		l->opt.stats(l->opt.ctx);
	if (!signals_stop() || l->stopping)
		return 0;
	l->stopping = true;
	l->drained_at_ms = now_ms(l) + l->opt.drain_ms;
	for (size_t i = 0; i < l->n; i++)
		if (l->sources[i].stop && l->sources[i].stop(l->sources[i].ctx, e) != 0)
			return -1;
	return 0;
}

static int step_all(struct loop *l, bool paused, struct err *e)
{
	int64_t now = now_ms(l);

	for (size_t i = 0; i < l->n; i++)
		if (l->sources[i].step &&
		    l->sources[i].step(l->sources[i].ctx, paused, now, e) != 0)
			return -1;
	return l->opt.tick && !l->stopping ? l->opt.tick(l->opt.ctx, paused, now, e) : 0;
}

static int tell_written(struct loop *l, struct err *e)
{
	uint64_t written = out_written(l->c);

	if (written == l->written)
		return 0;
	l->written = written;
	for (size_t i = 0; i < l->n; i++)
		if (l->sources[i].written &&
		    l->sources[i].written(l->sources[i].ctx, written, e) != 0)
			return -1;
	return 0;
}

/* Correlation downstream waits for time to pass; on a quiet pipe this says that it does. */
static void send_watermark(struct loop *l)
{
	struct buf line = BUF_INIT(200);
	struct instant t = instant_from_ns(env_now_ns(cli_env(l->c)));
	struct jsonw w = jsonw_to(&line);

	t.fraction = 3;
	jsonw_object(&w);
	jsonw_member_time(&w, "_watermark", t);
	jsonw_object_end(&w);
	buf_add_char(&line, '\n');
	out_write(l->c, buf_span(&line));
	buf_release(&line);
}

static void mind_the_quiet(struct loop *l)
{
	int64_t now = now_ms(l);

	if (out_total(l->c) != l->total || out_pending(l->c) > 0) {
		l->quiet_at_ms = now;
	} else if (!l->stopping && l->opt.watermark_ms > 0 &&
		   now >= l->quiet_at_ms + l->opt.watermark_ms) {
		send_watermark(l);
		out_pump(l->c);
		l->quiet_at_ms = now;
	}
	l->total = out_total(l->c);
}

static int round_of(struct loop *l, struct err *e)
{
	bool paused = out_pending(l->c) > l->opt.max_pending;

	sleep_until_something(l, paused);
	if (answer_signals(l, e) != 0 || step_all(l, paused, e) != 0)
		return -1;
	out_pump(l->c);
	if (out_failed(l->c))
		return 0;
	if (tell_written(l, e) != 0)
		return -1;
	mind_the_quiet(l);
	return 0;
}

/* ---- all of it ---- */

static bool may_go_on(const struct loop *l)
{
	if (out_failed(l->c))
		return false;
	if (l->stopping && now_ms(l) >= l->drained_at_ms)
		return false;
	return any_active(l) || (l->stopping && out_pending(l->c) > 0);
}

static int finish_all(struct loop *l, struct err *e)
{
	struct err second = ERR_INIT;
	int rc = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct source *s = &l->sources[i];

		if (s->finish && s->finish(s->ctx, rc == 0 ? e : &second) != 0)
			rc = -1;
	}
	return rc;
}

int loop_run(struct loop *l, struct err *e)
{
	struct err second = ERR_INIT;
	int rc = 0;

	while (rc == 0 && may_go_on(l))
		rc = round_of(l, e);
	if (rc == 0 && !out_failed(l->c))
		out_flush(l->c); /* waits for a slow reader; a second signal ends that */
	if (rc == 0 && !out_failed(l->c))
		rc = tell_written(l, e);
	return finish_all(l, rc == 0 ? e : &second) != 0 ? -1 : rc;
}
