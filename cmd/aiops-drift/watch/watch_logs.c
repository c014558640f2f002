/* Logs by template: see watch_logs.h. */
#include "aiops-drift/watch/watch_logs.h"

#include <math.h>
#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"
#include "base/num.h"
#include "record/event.h"
#include "record/jsonw.h"
#include "text/template.h"

#define MINUTE_NS   (60 * NS_PER_S)
#define GAP_MOST    1440 /* empty minutes that are judged one by one */
#define LEARN_LINES 1000 /* what comes in these lines is not new */
#define RATE_LINES  20   /* lines of a template before its rate is watched */
#define MIN_CHANGE  2.0  /* of a rate, in deviations of a Poisson count */
#define NUMBER_MAX  32

struct log_template {
	struct series *series; /* NULL: too rare yet; borrowed */
	uint64_t minute;       /* lines in the minute under way */
	bool error;            /* it was seen as an error */
};

struct watch_logs {
	struct miner *miner;
	struct series_table *table;
	struct told *told;
	int64_t minute_ns; /* begin of the minute under way */
	bool started;
	uint64_t lines;
};

/* ---- templates and their series ---- */

static void evicted(void *ctx, struct template *t)
{
	struct watch_logs *l = ctx;
	struct log_template *own = t->owner;

	if (own && own->series) {
		judge_forgotten(own->series, l->minute_ns, l->told);
		series_forget_one(l->table, own->series);
	}
	free(own);
}

static void free_owner(void *ctx, struct template *t)
{
	(void)ctx;
	free(t->owner);
}

struct watch_logs *watch_logs_new(struct series_table *table, size_t max, struct told *told)
{
	struct watch_logs *l = mem_zalloc(sizeof *l);

	l->miner = miner_new(max, evicted, l);
	l->table = table;
	l->told = told;
	return l;
}

void watch_logs_free(struct watch_logs *l)
{
	if (!l)
		return;
	for (struct template *t = miner_next(l->miner, NULL); t; t = miner_next(l->miner, t))
		free_owner(NULL, t);
	miner_free(l->miner);
	free(l);
}

static struct log_template *owner_of(struct template *t)
{
	if (!t->owner)
		t->owner = mem_zalloc(sizeof(struct log_template));
	return t->owner;
}

/* The series of a template, made if there is room for one. */
static struct series *series_of(struct watch_logs *l, const struct template *t)
{
	struct place place = {.base = SPAN("log_template"), .n = 1};
	struct buf feature = BUF_INIT(FEATURE_NAME_MAX);
	struct series *s;

	place.labels[0] = (struct label){SPAN("id"), span_cstr(t->id)};
	place_name(&place, &feature);
	s = series_find(l->table, buf_span(&feature));
	if (!s)
		s = series_add(l->table, SERIES_LOGS, buf_span(&feature), &place);
	buf_release(&feature);
	if (!s)
		return NULL;
	s->set.missing_factor = 0;
	s->set.shift = s->set.flat = false;
	s->set.min_change = fmax(s->set.min_change, MIN_CHANGE);
	return s;
}

static void note_series(struct series *s, const struct template *t, const struct record *r)
{
	free(s->text);
	s->text = mem_dupz(t->text);
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		series_origin(s, (enum origin_field)i, record_text(r, origin_names[i]));
}

/* ---- a record ---- */

static void write_note(const struct template *t, bool fresh, struct buf *note)
{
	struct jsonw w = jsonw_to(note);

	jsonw_object(&w);
	jsonw_key(&w, "template");
	jsonw_object(&w);
	jsonw_member(&w, "id", span_cstr(t->id));
	jsonw_member(&w, "text", span_cstr(t->text));
	jsonw_object_end(&w);
	if (fresh)
		jsonw_member(&w, "state", SPAN("new"));
	jsonw_object_end(&w);
}

int watch_logs_take(struct watch_logs *l, const struct record *r, int64_t ns, struct buf *note)
{
	enum severity severity = severity_from_name(record_text(r, "severity"));
	struct span body = record_text(r, "body");
	bool added = false, error = severity >= SEVERITY_HIGH, fresh;
	struct template *t = body.len ? miner_add(l->miner, body, &added) : NULL;
	struct log_template *own;

	if (!t)
		return -1;
	own = owner_of(t);
	own->minute++;
	fresh = error && !own->error && l->lines >= LEARN_LINES;
	own->error |= error;
	if (!own->series && (fresh || t->count >= RATE_LINES))
		own->series = series_of(l, t);
	if (own->series && (fresh || !own->series->text))
		note_series(own->series, t, r);
	if (own->series)
		judge_new(own->series, ns, fresh, severity, l->told);
	l->lines++;
	write_note(t, fresh || (added && l->lines > LEARN_LINES), note);
	return 0;
}

/* ---- minutes ---- */

static void close_minute(struct watch_logs *l)
{
	int64_t end_ns = l->minute_ns + MINUTE_NS;

	for (struct template *t = miner_next(l->miner, NULL); t; t = miner_next(l->miner, t)) {
		struct log_template *own = owner_of(t);

		if (own->series) {
			judge_rate(own->series, end_ns, (double)own->minute, l->told);
			judge_new(own->series, end_ns, false, SEVERITY_UNKNOWN, l->told);
		}
		own->minute = 0;
	}
	l->minute_ns = end_ns;
}

void watch_logs_close(struct watch_logs *l, int64_t now_ns)
{
	int64_t minutes;

	if (!l->started) {
		l->started = true;
		l->minute_ns = now_ns - now_ns % MINUTE_NS;
		return;
	}
	minutes = (now_ns - l->minute_ns) / MINUTE_NS;
	for (int64_t i = 0; i < minutes && i < GAP_MOST; i++)
		close_minute(l);
	if (minutes > GAP_MOST) /* after more than a day nobody wants the minutes of it */
		l->minute_ns += (minutes - GAP_MOST) * MINUTE_NS;
}

size_t watch_logs_templates(const struct watch_logs *l)
{
	return miner_count(l->miner);
}

/* ---- the state file ---- */

static void write_u64(struct jsonw *w, const char *key, uint64_t n)
{
	struct buf text = BUF_INIT(NUMBER_MAX);

	buf_add_i64(&text, (int64_t)n);
	jsonw_member(w, key, buf_span(&text));
	buf_release(&text);
}

static void write_template(const struct template *t, struct buf *out)
{
	const struct log_template *own = t->owner;
	struct template_saved saved = template_save(t);
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "template", saved.id);
	jsonw_member(&w, "text", saved.text);
	write_u64(&w, "count", saved.count);
	write_u64(&w, "serial", saved.serial);
	jsonw_member_opt(&w, "first", saved.way[0]);
	jsonw_member_opt(&w, "second", saved.way[1]);
	write_u64(&w, "minute", own ? own->minute : 0);
	jsonw_member_bool(&w, "error", own && own->error);
	if (own && own->series)
		jsonw_member(&w, "series", span_cstr(own->series->feature));
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}

void watch_logs_write(const struct watch_logs *l, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	write_u64(&w, "logs", l->lines);
	write_u64(&w, "minute", (uint64_t)l->minute_ns);
	jsonw_member_bool(&w, "started", l->started);
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
	for (struct template *t = miner_next(l->miner, NULL); t; t = miner_next(l->miner, t))
		write_template(t, out);
}

static int read_i64(const struct record *r, const char *key, int64_t *out, struct err *e)
{
	struct err bad = ERR_INIT;

	if (num_parse_i64(record_text(r, key), INT64_MIN, INT64_MAX, out, &bad) != 0)
		return err_set(e, EX_BADCONFIG, "the state is damaged: %s", key);
	return 0;
}

static int read_template(struct watch_logs *l, const struct record *r, struct err *e)
{
	struct template_saved saved = {record_text(r, "text"),
				       record_text(r, "template"),
				       0,
				       0,
				       {record_text(r, "first"), record_text(r, "second")}};
	struct span series = record_text(r, "series");
	int64_t count, serial, minute;
	struct log_template *own;
	struct template *t;

	if (read_i64(r, "count", &count, e) != 0 || read_i64(r, "serial", &serial, e) != 0 ||
	    read_i64(r, "minute", &minute, e) != 0)
		return -1;
	saved.count = (uint64_t)count;
	saved.serial = (uint64_t)serial;
	t = miner_restore(l->miner, &saved);
	if (!t)
		return err_set(e, EX_BADCONFIG,
			       "the state has a template that does not fit here (--max-templates)");
	own = owner_of(t);
	own->minute = (uint64_t)minute;
	own->error = record_get(r, "error").boolean;
	if (series.len)
		own->series = series_of(l, t);
	return 0;
}

int watch_logs_read(struct watch_logs *l, const struct record *r, struct err *e)
{
	int64_t lines;

	if (record_text(r, "template").data)
		return read_template(l, r, e);
	if (read_i64(r, "logs", &lines, e) != 0 || read_i64(r, "minute", &l->minute_ns, e) != 0)
		return -1;
	l->lines = (uint64_t)lines;
	l->started = record_get(r, "started").boolean;
	return 0;
}
