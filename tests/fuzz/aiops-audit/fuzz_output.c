/*
 * Bodies of the log, a line each, as every output that people see: table, CSV, time line, drawings,
 * and a report as HTML and Markdown.
 *
 * Held: no output has a byte that a terminal acts on; a line of the table is one line; a row as a
 * record is one; HTML has no tag but our own.
 */
#include "aiops-audit/report.h"
#include "aiops-audit/row.h"

#include "../fuzz.h"
#include "aiops-audit/drawing.h"
#include "base/instant.h"

enum { OUTPUT_MAX = 8 << 20 };

static const struct row base = {
	.seq = 7,
	.log = {"0123456789abcdef0123456789abcdef", 32},
	.ts = {"2026-11-21T09:09:19.095Z", 24},
	.kind = {"run", 3},
	.actor = {"alice", 5},
	.hash = {"abcd", 4},
};

static void check_safe(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.data[i];

		FUZZ_CHECK((c >= ' ' && c != 0x7f) || c == '\n');
		/* C1 controls, bidirectional ones, and separators of lines */
		if (c == 0xc2 && i + 1 < s.len)
			FUZZ_CHECK((unsigned char)s.data[i + 1] >= 0xa0);
		if (c == 0xe2 && i + 2 < s.len && (unsigned char)s.data[i + 1] == 0x80) {
			unsigned char d = (unsigned char)s.data[i + 2];

			FUZZ_CHECK(d != 0x8e && d != 0x8f && (d < 0xa8 || d > 0xae));
		}
	}
}

/* Each '<' begins a tag that a page has. */
static void check_tags(struct span html)
{
	static const char *const tags[] = {
		"!doctype", "html", "head",    "meta",  "title",  "style",   "body",     "h1",
		"h2",       "h3",   "p",       "table", "tr",     "th",      "td",       "thead",
		"tbody",    "a",    "div",     "svg",   "g",      "rect",    "line",     "text",
		"circle",   "path", "section", "main",  "footer", "caption", "span",     "strong",
		"em",       "code", "ul",      "li",    "br",     "defs",    "polyline",
	};

	for (size_t i = 0; i + 1 < html.len; i++) {
		bool ours = false;
		size_t from = i + 1 + (html.data[i + 1] == '/');

		if (html.data[i] != '<')
			continue;
		for (size_t k = 0; k < sizeof tags / sizeof *tags && !ours; k++) {
			size_t n = strlen(tags[k]);

			ours = html.len - from > n &&
			       span_eq_nocase(span_of(html.data + from, n), span_cstr(tags[k])) &&
			       strchr(" >\n/", html.data[from + n]);
		}
		if (!ours)
			(void)fprintf(stderr, "tag: %.*s\n",
				      (int)(html.len - i < 40 ? html.len - i : 40), html.data + i);
		FUZZ_CHECK(ours);
	}
}

static void check_row(const struct row *row, const struct record *r)
{
	static struct record *again;
	struct buf out = BUF_INIT(OUTPUT_MAX);
	struct err e = ERR_INIT;
	enum reject_code why;
	char *copy;

	row_add_line(row, r, 80, &out);
	row_add_line(row, r, 0, &out);
	check_safe(buf_span(&out));
	FUZZ_CHECK(memchr(out.data, '\n', out.len) != out.data + out.len - 1);
	FUZZ_CHECK(memrchr(out.data, '\n', out.len - 1) == memchr(out.data, '\n', out.len));
	buf_clear(&out);
	row_add_csv(row, r, &out);
	check_safe(span_of(out.data,
			   out.len - (out.len > 1 && out.data[out.len - 2] == '\r' ? 2 : 0)));
	buf_clear(&out);
	row_add_json(row, r, &out);
	again = again ? again : record_new(OUTPUT_MAX);
	FUZZ_CHECK(out.len && out.data[out.len - 1] == '\n');
	copy = fuzz_copy(span_of(out.data, out.len - 1), RECORD_PADDING);
	FUZZ_CHECK(record_parse(again, copy, out.len - 1, &why, &e) == 0);
	free(copy);
	buf_release(&out);
}

static void check_pages(struct report *report)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);
	struct page html = {PAGE_HTML, &out, 0}, markdown = {PAGE_MARKDOWN, &out, 0};

	timeline_sort(&report->timeline);
	timeline_print(&report->timeline, 100, &out);
	check_safe(buf_span(&out));
	buf_clear(&out);
	draw_timeline(&report->timeline, &out);
	draw_alerts(&report->timeline, &out);
	check_safe(buf_span(&out));
	check_tags(buf_span(&out));
	for (int period = 0; period < 2; period++) {
		buf_clear(&out);
		period ? report_period_page(report, &html) : report_incident_page(report, &html);
		check_safe(buf_span(&out));
		check_tags(buf_span(&out));
		buf_clear(&out);
		period ? report_period_page(report, &markdown)
		       : report_incident_page(report, &markdown);
		check_safe(buf_span(&out));
	}
	buf_release(&out);
}

static void keep(struct kept_record *k, struct span line)
{
	struct err e = ERR_INIT;
	enum reject_code why;

	k->parser = k->parser ? k->parser : record_new(1u << 20);
	buf_init(&k->padded, 1u << 21);
	buf_add_span(&k->padded, line);
	FUZZ_CHECK(buf_room(&k->padded, RECORD_PADDING));
	memset(k->padded.data + k->padded.len, 0, RECORD_PADDING);
	k->there = record_parse(k->parser, k->padded.data, line.len, &why, &e) == 0;
}

static void kept_release(struct kept_record *k)
{
	record_free(k->parser);
	buf_release(&k->padded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct report *report = mem_zalloc(sizeof *report);
	struct record *parser = record_new(1u << 20);
	struct buf padded = BUF_INIT(1u << 21);
	struct span last = SPAN_NONE;
	int64_t seq = 0;

	timeline_init(&report->timeline);
	tally_init(&report->tally);
	report->incident = SPAN("INC-1");
	report->made_at = instant_from_ns(INT64_C(1795251600) * NS_PER_S);
	report->since = SPAN("2026-11-21T00:00:00.000Z");
	report->until = SPAN("");
	while (in.left) {
		const struct record *r = NULL;
		struct row row = base;
		struct err e = ERR_INIT;

		row.body = fuzz_until(&in, '\n');
		row.seq = ++seq;
		if (row_parse(&row, parser, &padded, &r, &e) != 0) {
			FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
			continue;
		}
		row.record_id = record_text(r, "id");
		row.incident = record_text(r, "incident");
		row.run = record_text(r, "run");
		check_row(&row, r);
		timeline_add(&report->timeline, &row, r);
		tally_add(&report->tally, &row, r);
		last = row.body;
	}
	if (last.data) {
		keep(&report->last, last);
		keep(&report->triage, last);
		keep(&report->cause, last);
		check_pages(report);
	}
	kept_release(&report->last);
	kept_release(&report->triage);
	kept_release(&report->cause);
	timeline_release(&report->timeline);
	tally_release(&report->tally);
	record_free(parser);
	buf_release(&padded);
	free(report);
	return 0;
}
