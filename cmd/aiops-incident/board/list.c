/*
 * list, show, timeline: the register, without changing it.
 */
#include "aiops-incident/board/board.h"
#include "aiops-incident/commands.h"
#include "aiops-incident/register/change.h"
#include "base/when.h"
#include "record/jsonw.h"

#include <poll.h>

enum { LINE_MAX_BYTES = 4 << 20, WATCH_EVERY_MS = 2000 };

struct board {
	struct cli *c;
	struct store *store; /* NULL: there is no register yet */
	struct look look;
	bool text;
	struct buf out;
	size_t n, rows; /* shown; at most so many, 0: any */
};

static int board_open(struct board *b, struct cli *c, int format, struct err *e)
{
	const char *term = cli_getenv("TERM");

	*b = (struct board){.c = c, .out = BUF_INIT(LINE_MAX_BYTES)};
	b->text = format == BOARD_TABLE || (format == BOARD_AUTO && cli_stdout_is_terminal(c));
	b->look = (struct look){
		.now_ns = env_now_ns(cli_env(c)),
		.columns = cli_columns(c),
		.colour = cli_stdout_is_terminal(c) && !cli_getenv("NO_COLOR") &&
			  !(term && strcmp(term, "dumb") == 0),
	};
	return register_open_readonly(cli_db_path(c), &b->store, e);
}

static int board_close(struct board *b, const struct err *e)
{
	int code = e->code ? msg_err(b->c, NULL, e) : EX_DONE;

	if (b->store)
		store_close(b->store);
	buf_release(&b->out);
	return code;
}

static void flush(struct board *b)
{
	out_write(b->c, buf_span(&b->out));
	buf_clear(&b->out);
}

/* ---- list ---- */

static int show_row(void *ctx, const struct incident *inc, struct err *e)
{
	struct board *b = ctx;

	(void)e;
	b->n++;
	if (b->rows && b->n > b->rows)
		return 0; /* counted: the last line says how many there are more */
	if (b->text) {
		board_line(&b->look, inc, &b->out);
	} else {
		incident_write_record(&b->out, inc);
		buf_add_char(&b->out, '\n');
	}
	flush(b);
	return 0;
}

static int selection_of(struct cli *c, struct selection *out, struct err *e)
{
	const struct list_options *o = cli_options(c);
	struct instant since;

	*out = SELECTION_ALL;
	out->open = o->open;
	out->all = o->all;
	out->limit = o->limit;
	out->service = span_cstr(o->service);
	if (o->status) {
		out->status = status_from_name(span_cstr(o->status));
		if (out->status == STATUSES)
			return err_set(e, EX_BADUSAGE, "--status: '%.50s' is no status", o->status);
	}
	if (o->severity) {
		out->severity = severity_from_either(span_cstr(o->severity));
		if (out->severity == SEVERITY_UNKNOWN)
			return err_set(e, EX_BADUSAGE, "--severity: '%.50s' is no severity",
				       o->severity);
	}
	if (o->since) {
		if (when_parse(span_cstr(o->since), env_now_ns(cli_env(c)), &since, e) != 0)
			return err_prefix(e, "--since");
		out->since_ns = since.ns;
	}
	return 0;
}

static int print_list(struct board *b, const struct selection *which, struct err *e)
{
	b->n = 0;
	if (b->text) {
		board_head(&b->look, &b->out);
		flush(b);
	}
	if (b->store && incident_each(b->store, which, show_row, b, e) != 0)
		return -1;
	if (b->text && b->n == 0)
		buf_add_cstr(&b->out, which->open ? "nothing is open\n" : "no incidents\n");
	if (b->rows && b->n > b->rows)
		buf_addf(&b->out, "... and %zu more\n", b->n - b->rows);
	flush(b);
	return 0;
}

/* The table again and again, from the top of the terminal, until INT or TERM. */
static int watch(struct board *b, const struct selection *which, struct err *e)
{
	const volatile bool *stop = cli_catch_stop(b->c);

	while (!*stop && !out_failed(b->c)) {
		struct err none = ERR_INIT;

		if (!b->store && register_open_readonly(cli_db_path(b->c), &b->store, &none) != 0)
			b->store = NULL; /* it may be there the next time */
		b->look.now_ns = env_now_ns(cli_env(b->c));
		b->look.columns = cli_columns(b->c);
		/* The head, and how many more there are. */
		b->rows = cli_rows(b->c) > 3 ? (size_t)cli_rows(b->c) - 3 : 0;
		buf_add_cstr(&b->out, "\033[H\033[2J");
		if (print_list(b, which, e) != 0)
			return -1;
		out_flush(b->c);
		(void)poll(NULL, 0, WATCH_EVERY_MS); /* a signal ends it early, which is fine */
	}
	return 0;
}

int list_run(struct cli *c)
{
	const struct list_options *o = cli_options(c);
	struct selection which;
	struct err e = ERR_INIT;
	struct board b;
	size_t n;

	(void)cli_operands(c, &n);
	if (n)
		err_set(&e, EX_BADUSAGE, "list takes no operands; 'show ID' shows one incident");
	else if (o->watch && !cli_stdout_is_terminal(c))
		err_set(&e, EX_BADUSAGE, "--watch needs a terminal");
	if (e.code || selection_of(c, &which, &e) != 0)
		return msg_err(c, NULL, &e);
	if (board_open(&b, c, o->format, &e) == 0)
		(void)(o->watch ? watch(&b, &which, &e)
				: print_list(&b, &which, &e)); /* e says it */
	return board_close(&b, &e);
}

/* ---- show, timeline ---- */

static int find(struct board *b, struct pool *pool, struct incident *inc, struct err *e)
{
	size_t n;
	char *const *ids = cli_operands(b->c, &n);
	int rc = 0;

	if (n != 1)
		return err_set(e, EX_BADUSAGE, "name one incident");
	if (b->store)
		rc = incident_find(b->store, span_cstr(ids[0]), pool, inc, e);
	if (rc == 0)
		return err_set(
			e, EX_UNREADABLE,
			"no incident '%.100s' is on file ('aiops-incident list' shows what is)",
			ids[0]);
	return rc < 0 ? -1 : 0;
}

struct moments {
	struct board *b;
	const struct incident *inc;
	int64_t first_ns;
	bool any;
};

static void moment_json(struct moments *m, const struct entry *en)
{
	struct jsonw w = jsonw_to(&m->b->out);

	jsonw_object(&w);
	jsonw_member(&w, "incident", en->incident);
	jsonw_member_i64(&w, "n", en->n);
	jsonw_member_time(&w, "timestamp", instant_from_ns(en->at_ns));
	jsonw_member(&w, "change", en->change);
	jsonw_member_opt(&w, "from", en->from);
	jsonw_member_opt(&w, "status", en->status);
	jsonw_member(&w, "actor", en->actor);
	jsonw_member_opt(&w, "text", en->text);
	jsonw_object_end(&w);
	buf_add_char(&m->b->out, '\n');
}

static int show_moment(void *ctx, const struct entry *en, struct err *e)
{
	struct moments *m = ctx;

	(void)e;
	if (!m->any)
		m->first_ns = en->at_ns;
	m->any = true;
	if (m->b->text)
		board_moment(&m->b->look, m->inc, en, m->first_ns, &m->b->out);
	else
		moment_json(m, en);
	flush(m->b);
	return 0;
}

int timeline_run(struct cli *c)
{
	const struct show_options *o = cli_options(c);
	struct pool pool = {0};
	struct incident inc;
	struct err e = ERR_INIT;
	struct board b;

	if (board_open(&b, c, o->format, &e) == 0 && find(&b, &pool, &inc, &e) == 0) {
		struct moments m = {.b = &b, .inc = &inc};

		if (entry_each(b.store, &inc, true, show_moment, &m, &e) != 0)
			flush(&b); /* what was read before stands; e says what happened */
	}
	pool_release(&pool);
	return board_close(&b, &e);
}

int show_run(struct cli *c)
{
	const struct show_options *o = cli_options(c);
	struct pool pool = {0};
	struct incident inc;
	struct err e = ERR_INIT;
	struct board b;

	if (board_open(&b, c, o->format, &e) == 0 && find(&b, &pool, &inc, &e) == 0) {
		if (b.text) {
			board_page(&b.look, &inc, &b.out);
		} else {
			incident_write_record(&b.out, &inc);
			buf_add_char(&b.out, '\n');
		}
		flush(&b);
	}
	pool_release(&pool);
	return board_close(&b, &e);
}
