#include "aiops-ingest/live.h"

#include <string.h>

#include "aiops-ingest/follow.h"
#include "aiops-ingest/listen.h"
#include "aiops-ingest/loop.h"

enum {
	WATERMARK_MS = 1000,
	DRAIN_MS = 10000,
	PENDING_MAX = 1 << 20, /* bytes that the reader of standard output has not taken */
};

struct live {
	struct cli *c;
	const struct ingest_cli_options *o;
	struct prepared prepared;
	struct outlet outlet;
	struct listener *listener; /* NULL: not asked for */
	struct follower *follower; /* NULL: not asked for */
	struct loop *loop;
};

bool live_is_wanted(const struct cli *c)
{
	const struct ingest_cli_options *o = cli_options(c);

	return o->listening.listen || o->following.follow;
}

static struct ingest_counts counts(const struct live *v)
{
	struct ingest_counts n = {0}, m = {0};

	if (v->listener)
		n = listener_counts(v->listener);
	if (v->follower)
		m = follower_counts(v->follower);
	return (struct ingest_counts){n.records + m.records,
				      n.severity_unknown + m.severity_unknown,
				      n.findings + m.findings};
}

static void print_stats(void *ctx)
{
	struct live *v = ctx;
	struct ingest_counts n = counts(v);
	uint64_t bytes = 0;

	if (v->listener)
		bytes += listener_bytes(v->listener);
	if (v->follower)
		bytes += follower_bytes(v->follower);
	outlet_stats(&v->outlet, &n, bytes);
}

static int check(const struct live *v, struct err *e)
{
	char *const *paths;
	size_t n;

	paths = cli_operands(v->c, &n);
	if (n > 0 && !v->o->following.follow)
		return err_set(e, EX_BADUSAGE, "--listen reads no files; --follow follows them");
	if (n == 0 && v->o->following.follow)
		return err_set(e, EX_BADUSAGE, "--follow wants files to follow");
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(paths[i], paths[j]) == 0)
				return err_set(e, EX_BADUSAGE, "'%s' is named twice", paths[i]);
	if (v->o->validate)
		return err_set(e, EX_BADUSAGE, "--validate checks what is there already");
	return 0;
}

static int open_listener(struct live *v, struct err *e)
{
	struct source s;

	if (!v->o->listening.listen)
		return 0;
	if (listener_new(v->c, &v->o->listening, &v->prepared, &v->outlet, &v->listener, e) != 0)
		return -1;
	s = listener_source(v->listener);
	loop_add(v->loop, &s);
	return 0;
}

static int open_follower(struct live *v, struct err *e)
{
	char *const *paths;
	struct source s;
	size_t n;

	if (!v->o->following.follow)
		return 0;
	paths = cli_operands(v->c, &n);
	if (follower_new(v->c, paths, n, (enum follow_from)v->o->following.from, &v->prepared,
			 &v->outlet, v->prepared.state, &v->follower, e) != 0)
		return -1;
	s = follower_source(v->follower);
	loop_add(v->loop, &s);
	return 0;
}

static int open_sources(struct live *v, struct err *e)
{
	struct loop_options opt = {WATERMARK_MS, DRAIN_MS, PENDING_MAX, print_stats, v};

	v->loop = loop_new(v->c, &opt);
	return open_listener(v, e) != 0 || open_follower(v, e) != 0 ? -1 : 0;
}

static int run(struct live *v)
{
	struct ingest_counts n;
	struct err e = ERR_INIT;

	outlet_attach(&v->outlet, &v->prepared);
	if (open_sources(v, &e) != 0 || loop_run(v->loop, &e) != 0)
		(void)msg_err(v->c, NULL, &e); /* outlet_close takes the code */
	n = counts(v);
	if (cli_common(v->c)->stats)
		print_stats(v);
	loop_free(v->loop);
	return outlet_close(&v->outlet, &n, &e);
}

int live_run(struct cli *c)
{
	struct live v = {.c = c, .o = cli_options(c)};
	struct err e = ERR_INIT;
	int code;

	if (check(&v, &e) != 0 || prepare(c, &v.prepared, &e) != 0 ||
	    outlet_open(&v.outlet, c, &v.prepared.tallies, &e) != 0)
		code = msg_err(c, NULL, &e);
	else
		code = run(&v);
	prepared_release(&v.prepared);
	return code;
}
