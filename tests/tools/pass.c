/*
 * The smallest filter that uses everything of lib/cli: it passes records on,
 * or adds a key to them. Tests and benchmarks run it where a rule of the
 * contract is the frame's business and not a programme's.
 *
 * A record with "pass":"drop" is kept back, "reject" rejected, "found" counts
 * for -e, "fail" stops the filter, "hold" is given out at the next wait, barrier or end.
 */
#include <stdlib.h>

#include "base/file.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/filter.h"
#include "record/jsonw.h"

enum { HELD_MAX = 1 << 20 };

struct options {
	const char *key, *text, *file, *dir;
	int64_t number, window_ms;
	size_t size;
	double real;
	int level;
	struct opt_time since;
	struct opt_texts tags;
	bool show;
};

struct pass {
	const struct options *o;
	const char *state;
	struct span value; /* spliced in under o->key */
	int64_t count;
	struct buf held;
};

static const char *const levels[] = {"low", "high", NULL};

#define AT(member) offsetof(struct options, member)
static const struct opt opts[] = {
	{'k', "key", OPT_TEXT, AT(key), "NAME", NULL, "add NAME to each record"},
	{'n', "number", OPT_I64, AT(number), "N", "7", "a number from 1 to 100", .min = 1,
	 .max = 100},
	{'w', "window", OPT_DURATION, AT(window_ms), "TIME", "2m", "a duration"},
	{0, "text", OPT_TEXT, AT(text), "TEXT", NULL, "a text"},
	{0, "file", OPT_FILE, AT(file), "FILE", NULL, "a file"},
	{0, "dir", OPT_DIR, AT(dir), "DIR", NULL, "a directory"},
	{0, "size", OPT_SIZE, AT(size), "SIZE", "64K", "a size"},
	{0, "real-part", OPT_DOUBLE, AT(real), "X", "0.5", "a number with a fraction"},
	{0, "level", OPT_CHOICE, AT(level), "LEVEL", "low", "low or high; it's a choice",
	 .choices = levels},
	{0, "since", OPT_TIME, AT(since), "TIME", NULL, "a time"},
	{'t', "tag", OPT_TEXTS, AT(tags), "TAG", NULL, "a tag, may be repeated"},
	{0, "show", OPT_FLAG, AT(show), NULL, NULL, "print the options as a record at the end",
	 .flags = OPT_ARGV_ONLY},
};

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct span what = record_text(r, "pass");
	struct pass *p = ctx;

	p->count++;
	if (span_is(what, "drop"))
		return 0;
	if (span_is(what, "fail"))
		return err_set(e, EX_POLICY, "told to fail");
	if (span_is(what, "reject")) {
		filter_reject(f, REJECT_SCHEMA, "told to reject");
		return 0;
	}
	if (span_is(what, "hold")) {
		buf_add_span(&p->held, record_line(r));
		buf_add_char(&p->held, '\n');
		return 0;
	}
	if (span_is(what, "found"))
		filter_found(f);
	if (p->o->key)
		filter_annotate(f, p->o->key, p->value);
	else
		filter_pass(f);
	return 0;
}

static int on_idle(void *ctx, struct filter *f, struct err *e)
{
	struct pass *p = ctx;

	(void)e; /* nothing fails here */
	if (p->held.len)
		filter_emit(f, span_of(p->held.data, p->held.len - 1));
	buf_clear(&p->held);
	return 0;
}

static void show_texts(struct jsonw *w, const struct opt_texts *t)
{
	jsonw_key(w, "tag");
	jsonw_array(w);
	for (size_t i = 0; i < t->n; i++)
		jsonw_cstr(w, t->items[i]);
	jsonw_array_end(w);
}

static void show(const struct options *o, struct filter *f)
{
	struct buf line = BUF_INIT(1 << 20);
	struct jsonw w = jsonw_to(&line);

	jsonw_object(&w);
	jsonw_member_opt(&w, "key", span_cstr(o->key));
	jsonw_member_opt(&w, "text", span_cstr(o->text));
	jsonw_member_opt(&w, "file", span_cstr(o->file));
	jsonw_member_opt(&w, "dir", span_cstr(o->dir));
	jsonw_member_i64(&w, "number", o->number);
	jsonw_member_i64(&w, "window_ms", o->window_ms);
	jsonw_member_i64(&w, "size", (int64_t)o->size);
	jsonw_member_double(&w, "real", o->real);
	jsonw_member(&w, "level", span_cstr(levels[o->level]));
	if (o->since.given)
		jsonw_member_time(&w, "since", o->since.at);
	show_texts(&w, &o->tags);
	jsonw_member_i64(&w, "max_record", (int64_t)cli_common(filter_cli(f))->max_record);
	jsonw_member_time(&w, "now", instant_from_ns(env_now_ns(cli_env(filter_cli(f)))));
	jsonw_member(&w, "db", span_cstr(cli_db_path(filter_cli(f))));
	jsonw_object_end(&w);
	filter_emit(f, buf_span(&line));
	buf_release(&line);
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct pass *p = ctx;

	(void)e; /* nothing fails here */
	if (p->o->show)
		show(p->o, f);
	return 0;
}

static int on_save(void *ctx, struct filter *f, struct err *e)
{
	struct buf text = BUF_INIT(64);
	struct pass *p = ctx;
	int rc;

	(void)f; /* nothing is emitted here */
	buf_addf(&text, "%lld\n", (long long)p->count);
	rc = file_write_atomic(p->state, buf_span(&text), 0600, e);
	buf_release(&text);
	return rc;
}

static void on_stats(void *ctx, struct buf *json)
{
	struct pass *p = ctx;

	buf_addf(json, ",\"seen\":%lld", (long long)p->count);
}

static int run(struct cli *c)
{
	struct pass p = {.o = cli_options(c),
			 .state = cli_common(c)->state,
			 .value = SPAN("{\"n\":1}"),
			 .held = BUF_INIT(HELD_MAX)};
	const struct filter_ops ops = {.record = on_record,
				       .idle = on_idle,
				       .finish = on_finish,
				       .save = p.state ? on_save : NULL,
				       .stats = on_stats};
	int code = filter_run(c, &ops, &p);

	buf_release(&p.held);
	return code;
}

static const struct command commands[] = {{
	.operands = "[file ...]",
	.summary = "passes records on",
	.opts = opts,
	.n_opts = sizeof opts / sizeof *opts,
	.options_size = sizeof(struct options),
	.common = CLI_FILTER | CLI_EXIT_STATUS | CLI_STATE | CLI_DB | CLI_NOW | CLI_FILES,
	.examples = "  # copy\n  aiops-pass < events.ndjson\n",
	.run = run,
}};

static const char *const sections[] = {"pass", "extras", NULL};

int main(int argc, char **argv)
{
	static const struct program program = {
		.name = "aiops-pass",
		.summary = "the test filter",
		.commands = commands,
		.n_commands = 1,
		.config_sections = sections,
	};

	return cli_main(&program, argc, argv);
}
