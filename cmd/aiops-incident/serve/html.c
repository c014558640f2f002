/*
 * The board and an incident as pages: one file each, without script, readable on a phone.
 */
#include "aiops-incident/board/board.h"
#include "aiops-incident/register/actions.h"
#include "aiops-incident/serve/serve.h"
#include "base/instant.h"
#include "cli/page.h"

#include <math.h>

enum { BODY_MAX = 64 << 20, CELL_MAX = 64 << 10, SHOWN = 500, REFRESH_S = 30 };

static void answer_page(struct exchange *x, int status, struct span body)
{
	exchange_set(x, "Cache-Control", "no-store");
	exchange_set(x, "X-Content-Type-Options", "nosniff");
	exchange_answer(x, status, "text/html; charset=utf-8", body);
}

static struct page new_page(struct buf *out, int refresh_s)
{
	return (struct page){.kind = PAGE_HTML, .out = out, .refresh_s = refresh_s};
}

/* ---- the board ---- */

struct table {
	struct page *page;
	int64_t now_ns;
	int64_t n;
};

static int add_row(void *ctx, const struct incident *inc, struct err *e)
{
	struct table *t = ctx;
	struct buf age = BUF_INIT(32), href = BUF_INIT(64);
	struct span cells[7];

	(void)e;
	if (inc->detected_ns != INCIDENT_NEVER)
		add_age(&age, t->now_ns - inc->detected_ns);
	buf_addf(&href, "/incidents/%s", inc->id);
	cells[0] = span_cstr(inc->id);
	cells[1] = span_cstr(severity_sev(inc->severity));
	cells[2] = span_cstr(status_name(inc->status));
	cells[3] = buf_span(&age);
	cells[4] = inc->service;
	cells[5] = inc->assigned_to.data ? inc->assigned_to : SPAN("nobody");
	cells[6] = inc->title;
	page_row_linked(t->page, cells, 7,
			inc->severity == SEVERITY_CRITICAL && status_is_open(inc->status),
			buf_cstr(&href));
	t->n++;
	buf_release(&age);
	buf_release(&href);
	return 0;
}

static int add_table(struct service *s, struct page *p, const struct selection *which,
		     const char *heading, const char *none, struct err *e)
{
	static const char *const columns[] = {"incident", "sev", "status", "age",
					      "service",  "who", "title"};
	struct table t = {.page = p, .now_ns = env_now_ns(cli_env(s->c))};
	int rc = 0;

	page_heading(p, heading);
	page_table(p, columns, sizeof columns / sizeof *columns);
	if (s->store)
		rc = incident_each(s->store, which, add_row, &t, e);
	page_table_end(p);
	if (t.n == 0)
		page_paragraph(p, span_cstr(none));
	if (t.n == SHOWN)
		page_warning(p, SPAN("There may be more: /aiops/incidents?status=open has all."));
	return rc;
}

void html_board(struct service *s, struct exchange *x)
{
	struct selection open = SELECTION_ALL, closed = SELECTION_ALL;
	struct buf body = BUF_INIT(BODY_MAX);
	struct page p = new_page(&body, REFRESH_S);
	struct err e = ERR_INIT;

	open.open = true;
	open.limit = SHOWN;
	closed.status = STATUS_RESOLVED;
	closed.newest_first = true;
	closed.limit = 20;
	page_begin(&p, SPAN("Incidents"));
	if (add_table(s, &p, &open, "Open", "Nothing is open.", &e) == 0 &&
	    add_table(s, &p, &closed, "Resolved lately", "Nothing was resolved.", &e) == 0) {
		page_end(&p);
		answer_page(x, 200, buf_span(&body));
	} else {
		answer_store_failed(s, x, &e);
	}
	buf_release(&body);
}

/* ---- one ---- */

static void fact(struct page *p, const char *name, struct span value)
{
	const struct span cells[] = {span_cstr(name), value};

	if (value.len)
		page_row(p, cells, 2, false);
}

static void fact_time(struct page *p, const char *name, int64_t ns)
{
	struct buf text = BUF_INIT(64);

	if (ns != INCIDENT_NEVER)
		instant_add(&text, instant_from_ns(ns / NS_PER_S * NS_PER_S));
	fact(p, name, buf_span(&text));
	buf_release(&text);
}

static void fact_list(struct page *p, const char *name, struct span json)
{
	struct buf words = BUF_INIT(CELL_MAX);

	add_list(&words, json);
	fact(p, name, buf_span(&words));
	buf_release(&words);
}

static void fact_action(void *ctx, const struct action *a)
{
	struct buf words = BUF_INIT(CELL_MAX);

	action_words(a, &words);
	fact(ctx, "action", buf_span(&words));
	buf_release(&words);
}

static void facts(struct page *p, const struct incident *inc)
{
	static const char *const columns[] = {"what", ""};
	struct buf text = BUF_INIT(CELL_MAX);

	page_table(p, columns, 2);
	buf_addf(&text, "%s (%s), %s", severity_sev(inc->severity), severity_name(inc->severity),
		 status_name(inc->status));
	fact(p, "state", buf_span(&text));
	fact(p, "merged into", inc->merged_into);
	fact_list(p, "services", inc->services);
	fact_list(p, "resources", inc->resources);
	fact(p, "type", inc->type);
	buf_clear(&text);
	buf_add_span(&text, inc->hypothesis);
	if (inc->hypothesis.len && !isnan(inc->confidence))
		buf_addf(&text, " (confidence %.2f)", inc->confidence);
	fact(p, "hypothesis", buf_span(&text));
	fact(p, "first action", inc->first_action);
	fact(p, "runbook", inc->runbook);
	actions_each(inc->actions, fact_action, p);
	fact(p, "actual cause", inc->cause);
	fact(p, "remedy", inc->remedy);
	fact(p, "on it", inc->assigned_to);
	fact(p, "commander", inc->commander);
	fact(p, "communications", inc->communications);
	fact_time(p, "impact since", inc->starts_ns);
	fact_time(p, "detected", inc->detected_ns);
	fact_time(p, "acknowledged", inc->acked_ns);
	fact_time(p, "mitigated", inc->mitigated_ns);
	fact_time(p, "resolved", inc->resolved_ns);
	page_table_end(p);
	buf_release(&text);
}

static int add_moment(void *ctx, const struct entry *en, struct err *e)
{
	struct buf when = BUF_INIT(64);
	struct span cells[4];

	(void)e;
	instant_add(&when, instant_from_ns(en->at_ns / NS_PER_S * NS_PER_S));
	cells[0] = buf_span(&when);
	cells[1] = en->change;
	cells[2] = en->actor;
	cells[3] = en->text;
	page_row(ctx, cells, 4, false);
	buf_release(&when);
	return 0;
}

static int write_page(struct service *s, const struct incident *inc, struct buf *body,
		      struct err *e)
{
	static const char *const columns[] = {"when (UTC)", "what", "who", ""};
	struct page p = new_page(body, status_is_open(inc->status) ? REFRESH_S : 0);
	struct buf next = BUF_INIT(256);
	int rc;

	page_begin(&p, inc->title.len ? inc->title : span_cstr(inc->id));
	facts(&p, inc);
	if (status_is_open(inc->status) && inc->acked_ns == INCIDENT_NEVER) {
		buf_addf(&next, "Nobody is on it. Next: aiops-incident ack %s", inc->id);
		page_warning(&p, buf_span(&next));
	}
	page_heading(&p, "Time line");
	page_table(&p, columns, 4);
	rc = entry_each(s->store, inc, true, add_moment, &p, e);
	page_table_end(&p);
	page_end(&p);
	buf_release(&next);
	return rc;
}

static void answer_no_page(struct exchange *x)
{
	struct buf body = BUF_INIT(64 << 10);
	struct page p = new_page(&body, 0);

	page_begin(&p, SPAN("There is no such incident"));
	page_paragraph(&p, SPAN("It may be known under another id: aiops-incident list --all."));
	page_end(&p);
	answer_page(x, 404, buf_span(&body));
	buf_release(&body);
}

void html_one(struct service *s, struct exchange *x, struct span id)
{
	struct buf body = BUF_INIT(BODY_MAX);
	struct err e = ERR_INIT;
	struct pool pool = {0};
	struct incident inc;
	int rc = s->store ? incident_find(s->store, id, &pool, &inc, &e) : 0;

	if (rc == 1 && write_page(s, &inc, &body, &e) == 0)
		answer_page(x, 200, buf_span(&body));
	else if (e.code && e.code != EX_BADUSAGE)
		answer_store_failed(s, x, &e);
	else
		answer_no_page(x);
	pool_release(&pool);
	buf_release(&body);
}
