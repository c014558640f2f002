/*
 * metrics: what the incidents of a window add up to.
 */
#include "aiops-incident/commands.h"
#include "aiops-incident/measure/measure.h"
#include "aiops-incident/register/register.h"
#include "base/file.h"

enum { OUT_MAX = 64 << 20 };

static int add(void *ctx, const struct incident *inc, struct err *e)
{
	(void)e;
	measure_add(ctx, inc);
	return 0;
}

static int collect(struct cli *c, int64_t since_ns, struct measure *m, struct err *e)
{
	struct selection which = SELECTION_ALL;
	struct store *s;
	int rc = 0;

	if (register_open_readonly(cli_db_path(c), &s, e) != 0)
		return -1;
	which.since_ns = since_ns;
	if (s)
		rc = incident_each(s, &which, add, m, e);
	store_close(s);
	measure_finish(m);
	return rc;
}

/* Readable by the exporter, which is another user. */
static int write_exposition(struct cli *c, const char *path, struct err *e)
{
	struct buf out = BUF_INIT(OUT_MAX);
	struct store *s;
	int rc = register_open_readonly(cli_db_path(c), &s, e);

	if (rc == 0)
		rc = measure_exposition(s, &out, e);
	store_close(s);
	if (rc == 0)
		rc = file_write_atomic(path, buf_span(&out), 0644, e);
	buf_release(&out);
	return rc;
}

int metrics_run(struct cli *c)
{
	const struct metrics_options *o = cli_options(c);
	int64_t now = env_now_ns(cli_env(c)), since = now - o->window_ms * NS_PER_MS;
	struct buf out = BUF_INIT(OUT_MAX);
	struct err e = ERR_INIT;
	struct measure m;
	int rc = EX_DONE;

	measure_init(&m, now);
	if (o->openmetrics) {
		(void)!write_exposition(c, o->openmetrics, &e); /* e says it */
	} else if (collect(c, since, &m, &e) == 0) {
		if (o->format == BOARD_TABLE ||
		    (o->format == BOARD_AUTO && cli_stdout_is_terminal(c))) {
			measure_table(&m, &out);
		} else {
			measure_record(&m, since, &out);
			buf_add_char(&out, '\n');
		}
		out_write(c, buf_span(&out));
	}
	if (e.code)
		rc = msg_err(c, NULL, &e);
	measure_release(&m);
	buf_release(&out);
	return rc;
}
