#include "aiops-ingest/live/follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "aiops-ingest/live/positions.h"
#include "aiops-ingest/live/tail.h"
#include "base/mem.h"

enum {
	LOOK_MS = 1000,      /* every path is looked at so often, whatever inotify says */
	LOOK_BLIND_MS = 100, /* the same without inotify */
	SAVE_MS = 1000,
};

struct follower {
	struct cli *c;
	struct outlet *outlet;
	struct state *state; /* NULL: none */
	struct tail *tails;
	size_t n;
	char *chunk;
	int notify;       /* inotify; -1: none */
	bool *unreadable; /* of each tail: was told */
	bool look_now, stopping, reading;
	int64_t look_ms, save_ms; /* ticks of the next */
};

/* ---- inotify: only a hint to look ---- */

static void watch_folder(struct follower *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = !slash          ? mem_dupz(".")
		       : slash == path ? mem_dupz("/")
				       : mem_dup(path, (size_t)(slash - path));

	if (f->notify >= 0 &&
	    inotify_add_watch(f->notify, folder, IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM) < 0)
		msg(f->c, MSG_DEBUG, NULL, "cannot watch '%s': looked at every second", folder);
	free(folder);
}

static void watch_file(const struct follower *f, const char *path)
{
	if (f->notify >= 0)
		(void)inotify_add_watch(f->notify, path, IN_MODIFY); /* else it is looked at */
}

static bool drain_notify(const struct follower *f)
{
	char events[4096] __attribute__((aligned(8)));
	bool any = false;

	while (f->notify >= 0 && read(f->notify, events, sizeof events) > 0)
		any = true;
	return any;
}

/* ---- looking and reading ---- */

/* A file that cannot be read is told once, and tried again. */
static void complain(struct follower *f, size_t i, struct err *e)
{
	if (!f->unreadable[i])
		(void)msg_err(f->c, NULL, e); /* the code is kept as `unreadable` */
	f->unreadable[i] = true;
	f->outlet->unreadable = true;
	err_clear(e);
}

static void look(struct follower *f, int64_t now_ms)
{
	for (size_t i = 0; i < f->n; i++) {
		enum tail_news news;
		struct err e = ERR_INIT;

		if (tail_look(&f->tails[i], now_ms, &news, &e) != 0) {
			complain(f, i, &e);
			continue;
		}
		if (news == TAIL_NEW_FILE)
			watch_file(f, f->tails[i].path);
		f->unreadable[i] = false;
	}
	f->look_ms = now_ms + (f->notify >= 0 ? LOOK_MS : LOOK_BLIND_MS);
	f->look_now = false;
}

static int read_all(struct follower *f, int64_t now_ms, struct err *e)
{
	f->reading = false;
	for (size_t i = 0; i < f->n; i++) {
		struct tail *t = &f->tails[i];
		int rc = tail_read(t, f->chunk, now_ms, e);

		if (rc < 0 && e->code == EX_UNREADABLE)
			complain(f, i, e);
		else if (rc < 0 || (now_ms >= t->flush_ms && tail_flush(t, e) != 0))
			return -1;
		if (t->has_next && t->next_mark == 0)
			t->next_mark = out_total(f->c);
		f->reading |= t->more;
	}
	return 0;
}

/* ---- positions ---- */

/* Positions whose records are written become safe. */
static void settle(struct follower *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct tail *t = &f->tails[i];

		if (!t->has_next || out_failed(f->c) || out_written(f->c) < t->next_mark)
			continue;
		t->safe = t->next;
		t->has_safe = true;
		t->has_next = t->wants_next = false;
		t->next_mark = 0;
	}
}

/* What stands still now is settled without waiting for a line. */
static void ask_for_positions(struct follower *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct tail *t = &f->tails[i];

		if (t->has_next)
			continue;
		t->wants_next = true;
		if (t->flush_ms == INT64_MAX && tail_settled(t, &t->next)) {
			t->has_next = true;
			t->next_mark = out_total(f->c);
		}
	}
}

static int save(struct follower *f, struct err *e)
{
	if (!f->state)
		return 0;
	positions_put(f->state, f->tails, f->n);
	return state_save(f->state, e);
}

/* ---- as a source ---- */

static void wait_for(void *ctx, bool paused, struct wait_set *w)
{
	struct follower *f = ctx;

	wait_for_fd(w, f->notify, POLLIN);
	wait_until(w, f->reading && !paused ? 0 : f->look_ms);
	if (f->state)
		wait_until(w, f->save_ms);
	for (size_t i = 0; !paused && i < f->n; i++) {
		wait_until(w, f->tails[i].flush_ms);
		if (f->tails[i].n > 1)
			wait_until(w, f->tails[i].rotated_ms + LOOK_MS);
	}
}

static int step(void *ctx, bool paused, int64_t now_ms, struct err *e)
{
	struct follower *f = ctx;

	if (f->stopping)
		return 0;
	if (drain_notify(f) || now_ms >= f->look_ms)
		look(f, now_ms);
	if (!paused && read_all(f, now_ms, e) != 0)
		return -1;
	if (!f->state || now_ms < f->save_ms)
		return 0;
	f->save_ms = now_ms + SAVE_MS;
	settle(f);
	ask_for_positions(f);
	settle(f);
	return save(f, e);
}

/* What is held back goes out. The beginning of a line stays for the next start, if that knows where
 * to go on. */
static int stop(void *ctx, struct err *e)
{
	struct follower *f = ctx;

	f->stopping = true;
	for (size_t i = 0; i < f->n; i++) {
		struct tail *t = &f->tails[i];

		t->has_next = false;
		t->wants_next = true;
		if (tail_flush(t, e) != 0 || (!f->state && feed_end(t->feed, e) != 0))
			return -1;
		t->next_mark = out_total(f->c);
	}
	return 0;
}

static bool active(const void *ctx)
{
	return !((const struct follower *)ctx)->stopping;
}

static int finish(void *ctx, struct err *e)
{
	settle(ctx);
	return save(ctx, e);
}

static void close_source(void *ctx)
{
	follower_free(ctx);
}

struct source follower_source(struct follower *f)
{
	return (struct source){f, wait_for, step, NULL, stop, active, finish, close_source};
}

/* ---- opening and closing ---- */

static int begin(struct follower *f, struct tail *t, enum follow_from from, struct err *e)
{
	struct tail_position p;
	enum tail_news news;
	bool missing = false;
	int rc = f->state ? positions_get(f->state, t->path, &p, e) : 0;

	if (rc < 0)
		return -1;
	if (rc > 0 && tail_go_on(t, &p, &missing, e) != 0)
		return -1;
	if (missing)
		msg(f->c, MSG_WARNING, t->path,
		    "the file that was read up to byte %lld is gone: what was added to it since is lost",
		    (long long)p.offset);
	if (tail_look(t, env_ticks_ms(cli_env(f->c)), &news, e) != 0)
		return -1;
	watch_folder(f, t->path);
	watch_file(f, t->path);
	if (rc == 0 && from == FOLLOW_FROM_END)
		tail_skip_to_end(t);
	return 0;
}

int follower_new(struct cli *c, const struct follow_target *targets, size_t n,
		 enum follow_from from, struct outlet *outlet, struct state *state,
		 struct follower **out, struct err *e)
{
	struct follower *f = mem_zalloc(sizeof *f);
	struct sink sink = outlet_sink(outlet);

	f->c = c;
	f->outlet = outlet;
	f->state = state;
	f->chunk = mem_alloc(TAIL_CHUNK);
	f->notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	f->tails = mem_zalloc(n * sizeof *f->tails);
	f->unreadable = mem_zalloc(n * sizeof *f->unreadable);
	for (f->n = 0; f->n < n; f->n++)
		tail_init(&f->tails[f->n], targets[f->n].path,
			  feed_new(targets[f->n].prepared->format, &targets[f->n].prepared->opt,
				   &sink, cli_env(c)));
	for (size_t i = 0; i < n; i++) {
		if (begin(f, &f->tails[i], from, e) != 0) {
			follower_free(f);
			return -1;
		}
	}
	*out = f;
	return 0;
}

void follower_free(struct follower *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		tail_release(&f->tails[i]);
	if (f->notify >= 0)
		(void)close(f->notify); /* only read from */
	free(f->tails);
	free(f->unreadable);
	free(f->chunk);
	free(f);
}

struct ingest_counts follower_counts(const struct follower *f)
{
	struct ingest_counts sum = {0};

	for (size_t i = 0; i < f->n; i++) {
		const struct ingest_counts *n = feed_counts(f->tails[i].feed);

		sum.records += n->records;
		sum.severity_unknown += n->severity_unknown;
		sum.findings += n->findings;
		sum.ignored += n->ignored;
	}
	return sum;
}

uint64_t follower_bytes(const struct follower *f)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < f->n; i++)
		sum += f->tails[i].bytes;
	return sum;
}
