#include "aiops-ingest/live/live.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-ingest/live/follow.h"
#include "aiops-ingest/live/listen.h"
#include "aiops-ingest/live/loop.h"
#include "aiops-ingest/live/poll.h"
#include "aiops-ingest/live/sources.h"
#include "base/mem.h"

enum {
	WATERMARK_MS = 1000,
	QUIET_MS = 1000, /* without a line, before time is taken to pass */
	DRAIN_MS = 10000,
	PENDING_MAX = 1 << 20, /* bytes that the reader of standard output has not taken */
};

/* A source of the configuration file with what its feeds need. */
struct site {
	struct prepared prepared; /* borrows from live's */
	struct label *labels;
};

struct live {
	struct cli *c;
	const struct ingest_cli_options *o;
	struct prepared prepared;
	struct outlet outlet;
	struct sources sources;
	struct site *sites; /* one for each of sources */
	struct listener **listeners;
	struct poller **pollers;
	struct follower *follower; /* of all followed files; NULL: none */
	struct follow_target *targets;
	size_t n_listeners, n_pollers, n_targets;
	struct loop *loop;
	int64_t quiet_ms; /* ticks when time without lines was last looked at */
};

static bool wants_sources(const struct ingest_cli_options *o)
{
	return o->sources.n > 0 || o->all_sources;
}

bool live_is_wanted(const struct cli *c)
{
	const struct ingest_cli_options *o = cli_options(c);

	return o->listening.listen || o->following.follow || o->following.resume ||
	       o->polling.url || wants_sources(o);
}

/* ---- statistics ---- */

static void add_counts(struct ingest_counts *sum, struct ingest_counts n)
{
	sum->records += n.records;
	sum->severity_unknown += n.severity_unknown;
	sum->findings += n.findings;
	sum->ignored += n.ignored;
}

static struct ingest_counts counts(const struct live *v)
{
	struct ingest_counts sum = {0};

	for (size_t i = 0; i < v->n_listeners; i++)
		add_counts(&sum, listener_counts(v->listeners[i]));
	for (size_t i = 0; i < v->n_pollers; i++)
		add_counts(&sum, poller_counts(v->pollers[i]));
	if (v->follower)
		add_counts(&sum, follower_counts(v->follower));
	if (v->prepared.patterns)
		add_counts(&sum, patterns_own_counts(v->prepared.patterns));
	return sum;
}

static void print_stats(void *ctx)
{
	struct live *v = ctx;
	struct ingest_counts n = counts(v);
	uint64_t bytes = v->follower ? follower_bytes(v->follower) : 0;

	for (size_t i = 0; i < v->n_listeners; i++)
		bytes += listener_bytes(v->listeners[i]);
	for (size_t i = 0; i < v->n_pollers; i++)
		bytes += poller_bytes(v->pollers[i]);
	outlet_stats(&v->outlet, &n, bytes);
}

/* ---- what was asked for ---- */

static int check_operands(const struct live *v, struct err *e)
{
	char *const *paths;
	size_t n;

	paths = cli_operands(v->c, &n);
	if (n > 0 && !v->o->following.follow)
		return err_set(e, EX_BADUSAGE,
			       "--listen, --url and --source read no files; --follow follows them");
	if (n == 0 && v->o->following.follow)
		return err_set(e, EX_BADUSAGE, "--follow wants files to follow");
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(paths[i], paths[j]) == 0)
				return err_set(e, EX_BADUSAGE, "'%s' is named twice", paths[i]);
	return 0;
}

static int check(const struct live *v, struct err *e)
{
	const struct ingest_cli_options *o = v->o;

	if (wants_sources(o) && (o->listening.listen || o->polling.url || o->following.follow))
		return err_set(
			e, EX_BADUSAGE,
			"--source and --all-sources do not go with --listen, --url and --follow");
	if (o->sources.n > 0 && o->all_sources)
		return err_set(e, EX_BADUSAGE, "--source does not go with --all-sources");
	if (o->listening.listen && o->polling.url)
		return err_set(
			e, EX_BADUSAGE,
			"--listen does not go with --url; name both in the configuration file");
	if (o->polling.url && o->listening.token_files.n > 1)
		return err_set(e, EX_BADUSAGE, "--url sends one token");
	if (o->validate)
		return err_set(e, EX_BADUSAGE, "--validate checks what is there already");
	if (o->following.resume && !o->following.follow)
		return err_set(e, EX_BADUSAGE, "--resume goes with --follow");
	if (o->following.resume && (cli_common(v->c)->state || o->patterns || o->to))
		return err_set(e, EX_BADUSAGE,
			       "--resume does not go with --state, --patterns and --to");
	return check_operands(v, e);
}

/* ---- opening ---- */

static int open_listener(struct live *v, const struct listen_options *o,
			 const struct prepared *prepared, struct err *e)
{
	struct listener *l;
	struct source s;

	if (listener_new(v->c, o, prepared, &v->outlet, &l, e) != 0)
		return -1;
	v->listeners = mem_array(v->listeners, v->n_listeners + 1, sizeof *v->listeners);
	v->listeners[v->n_listeners++] = l;
	s = listener_source(l);
	loop_add(v->loop, &s);
	return 0;
}

static int open_poller(struct live *v, const char *name, const struct poll_options *o,
		       const struct prepared *prepared, struct err *e)
{
	struct poller *p;
	struct source s;

	if (poller_new(v->c, name, o, prepared, &v->outlet, v->prepared.state, &p, e) != 0)
		return -1;
	v->pollers = mem_array(v->pollers, v->n_pollers + 1, sizeof *v->pollers);
	v->pollers[v->n_pollers++] = p;
	s = poller_source(p);
	loop_add(v->loop, &s);
	return 0;
}

static void add_target(struct live *v, const char *path, const struct prepared *prepared)
{
	v->targets = mem_array(v->targets, v->n_targets + 1, sizeof *v->targets);
	v->targets[v->n_targets++] = (struct follow_target){path, prepared};
}

/* One follower for all files, so that their positions are one part of the state. */
static int open_follower(struct live *v, struct err *e)
{
	struct source s;

	if (v->n_targets == 0)
		return 0;
	for (size_t i = 0; i < v->n_targets; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(v->targets[i].path, v->targets[j].path) == 0)
				return err_set(e, EX_BADCONFIG, "'%s' is followed twice",
					       v->targets[i].path);
	if (follower_new(v->c, v->targets, v->n_targets, (enum follow_from)v->o->following.from,
			 &v->outlet, v->prepared.state, &v->follower, e) != 0)
		return -1;
	s = follower_source(v->follower);
	loop_add(v->loop, &s);
	return 0;
}

static int open_site(struct live *v, const struct source_spec *spec, struct site *site,
		     struct err *e)
{
	int rc = prepare_source(v->c, &v->prepared, spec, &site->prepared, &site->labels, e);

	if (rc == 0 && spec->way == SOURCE_URL)
		rc = open_poller(v, spec->name, &spec->poll, &site->prepared, e);
	else if (rc == 0 && spec->way == SOURCE_LISTEN)
		rc = open_listener(v, &spec->listening, &site->prepared, e);
	for (size_t i = 0; rc == 0 && i < spec->n_paths; i++)
		add_target(v, spec->paths[i], &site->prepared);
	return rc == 0 ? 0 : err_prefix(e, "source '%s'", spec->name);
}

static int open_sites(struct live *v, struct err *e)
{
	if (sources_read(cli_config_section(v->c, "sources"),
			 v->o->all_sources ? NULL : &v->o->sources, v->o, &v->sources, e) != 0)
		return -1;
	v->sites = mem_array(NULL, v->sources.n, sizeof *v->sites);
	memset(v->sites, 0, v->sources.n * sizeof *v->sites);
	for (size_t i = 0; i < v->sources.n; i++) {
		if (open_site(v, &v->sources.items[i], &v->sites[i], e) != 0)
			return -1;
	}
	return 0;
}

static int open_of_options(struct live *v, struct err *e)
{
	const struct ingest_cli_options *o = v->o;
	char *const *paths;
	size_t n;

	paths = cli_operands(v->c, &n);
	for (size_t i = 0; i < n; i++)
		add_target(v, paths[i], &v->prepared);
	if (o->polling.url) {
		struct poll_options poll = o->polling;

		poll.bearer_file =
			o->listening.token_files.n ? o->listening.token_files.items[0] : NULL;
		if (open_poller(v, "url", &poll, &v->prepared, e) != 0)
			return -1;
	}
	return o->listening.listen ? open_listener(v, &o->listening, &v->prepared, e) : 0;
}

/* For patterns time passes as the lines say, and, while none come, as the clock does. */
static int pass_quiet(void *ctx, bool paused, int64_t now_ms, struct err *e)
{
	struct live *v = ctx;
	int64_t elapsed_ms = now_ms - v->quiet_ms;

	if (elapsed_ms < QUIET_MS)
		return 0;
	v->quiet_ms = now_ms;
	return paused ? 0 : patterns_pass_quiet(v->prepared.patterns, elapsed_ms, e);
}

static int open_sources(struct live *v, struct err *e)
{
	/* With --resume what comes again after a crash must be what came before it: time is the
	 * business of whoever wrote the file. */
	struct loop_options opt = {.watermark_ms = v->o->following.resume ? 0 : WATERMARK_MS,
				   .drain_ms = DRAIN_MS,
				   .max_pending = PENDING_MAX,
				   .stats = print_stats,
				   .tick = v->prepared.patterns ? pass_quiet : NULL,
				   .ctx = v};

	v->quiet_ms = env_ticks_ms(cli_env(v->c));
	v->loop = loop_new(v->c, &opt);
	if ((wants_sources(v->o) ? open_sites(v, e) : open_of_options(v, e)) != 0)
		return -1;
	return open_follower(v, e);
}

/* ---- running ---- */

/* An address that was asked once and did not answer. */
static void take_failures(const struct live *v, struct err *e)
{
	for (size_t i = 0; i < v->n_pollers; i++) {
		int code = poller_failure(v->pollers[i]);

		if (code != EX_DONE && e->code == 0)
			e->code = code; /* it was told when it happened */
	}
}

static int read_barrier(struct live *v, struct err *e)
{
	const char *path = v->o->following.resume;

	if (!path)
		return 0;
	v->outlet.drop_barriers = true;
	return state_of_stream(path, outlet_barrier, &v->outlet, &v->prepared.state, e);
}

static int run(struct live *v)
{
	struct ingest_counts n;
	struct err e = ERR_INIT;

	outlet_attach(&v->outlet, &v->prepared);
	if (read_barrier(v, &e) != 0 || open_sources(v, &e) != 0 || loop_run(v->loop, &e) != 0)
		(void)msg_err(v->c, NULL, &e); /* outlet_close takes the code */
	take_failures(v, &e);
	n = counts(v);
	if (cli_common(v->c)->stats)
		print_stats(v);
	loop_free(v->loop);
	return outlet_close(&v->outlet, &n, &e);
}

static void release(struct live *v)
{
	for (size_t i = 0; v->sites && i < v->sources.n; i++)
		free(v->sites[i].labels);
	free(v->sites);
	free(v->listeners);
	free(v->pollers);
	free(v->targets);
	sources_release(&v->sources);
	prepared_release(&v->prepared);
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
	release(&v);
	return code;
}
