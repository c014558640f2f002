#include "cli/page.h"

#include <string.h>

#include "cli/cli.h"

/* Colours by role, twice: the reader's setting chooses. */
static const char style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#57606a;--line:#d0d7de;"
	"--bad:#b3261e;--alert:#c4432b;--change:#8250df;--incident:#9a6700;--hypothesis:#0969da;"
	"--decision:#1a7f37;--action:#0b6e75;--other:#57606a}"
	"@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;"
	"--line:#3d444d;--bad:#ff8a80;--alert:#ff9280;--change:#c5a3ff;--incident:#e3b341;"
	"--hypothesis:#79c0ff;--decision:#6fdd8b;--action:#5fd3d9;--other:#9198a1}}"
	"*{box-sizing:border-box}"
	"body{margin:0 auto;padding:1rem;max-width:60rem;background:var(--bg);color:var(--fg);"
	"font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}"
	"h1,p{overflow-wrap:anywhere}"
	"h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin-top:2rem;"
	"border-bottom:1px solid var(--line)}"
	".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}"
	"th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;"
	"border-bottom:1px solid var(--line)}th{color:var(--dim);font-weight:600}"
	"td:first-child{white-space:nowrap;max-width:20rem;overflow:hidden;text-overflow:ellipsis}"
	"tr.bad td{color:var(--bad)}"
	"a{color:var(--hypothesis)}"
	".warning{border-left:4px solid var(--bad);padding:.2rem .8rem}"
	"svg{display:block;width:100%;min-width:36rem;height:auto;margin:.5rem 0}"
	"svg text{fill:var(--dim);font:11px system-ui,sans-serif}svg .axis{stroke:var(--line)}"
	"svg .bar,svg .lane-alert{fill:var(--alert)}svg .lane-change{fill:var(--change)}"
	"svg .lane-incident{fill:var(--incident)}svg .lane-hypothesis{fill:var(--hypothesis)}"
	"svg .lane-decision{fill:var(--decision)}svg .lane-action{fill:var(--action)}"
	"svg .lane-other{fill:var(--other)}svg .bad{stroke:var(--bad);stroke-width:2}"
	"@media print{body{max-width:none}}";

void html_text(struct buf *out, struct span s)
{
	struct buf safe = BUF_INIT(SIZE_MAX / 2);

	term_safe(&safe, s);
	for (size_t i = 0; i < safe.len; i++) {
		switch (safe.data[i]) {
		case '&':
			buf_add_cstr(out, "&amp;");
			break;
		case '<':
			buf_add_cstr(out, "&lt;");
			break;
		case '>':
			buf_add_cstr(out, "&gt;");
			break;
		case '"':
			buf_add_cstr(out, "&quot;");
			break;
		case '\'':
			buf_add_cstr(out, "&#39;");
			break;
		default:
			buf_add_char(out, safe.data[i]);
		}
	}
	buf_release(&safe);
}

/* What has a meaning in Markdown (CommonMark, with tables) is escaped; line ends become blanks. */
void markdown_text(struct buf *out, struct span s)
{
	struct buf safe = BUF_INIT(SIZE_MAX / 2);

	term_safe(&safe, s);
	for (size_t i = 0; i < safe.len; i++) {
		char c = safe.data[i];

		if (c == '\n' || c == '\t') {
			buf_add_char(out, ' ');
			continue;
		}
		if (strchr("\\`*_{}[]<>#|!~&", c))
			buf_add_char(out, '\\');
		buf_add_char(out, c);
	}
	buf_release(&safe);
}

static void add_text(struct page *p, struct span s)
{
	if (p->kind == PAGE_HTML)
		html_text(p->out, s);
	else
		markdown_text(p->out, s);
}

void page_begin(struct page *p, struct span title)
{
	if (p->kind == PAGE_MARKDOWN) {
		buf_add_cstr(p->out, "# ");
		add_text(p, title);
		buf_add_cstr(p->out, "\n");
		return;
	}
	buf_add_cstr(
		p->out,
		"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'\"><meta name=\"referrer\" content=\"no-referrer\">");
	if (p->refresh_s)
		buf_addf(p->out, "<meta http-equiv=\"refresh\" content=\"%d\">", p->refresh_s);
	buf_add_cstr(p->out, "<title>");
	add_text(p, title);
	buf_addf(p->out, "</title><style>%s</style></head>\n<body><h1>", style);
	add_text(p, title);
	buf_add_cstr(p->out, "</h1>\n");
}

void page_end(struct page *p)
{
	if (p->kind == PAGE_HTML)
		buf_add_cstr(p->out, "</body></html>\n");
}

void page_heading(struct page *p, const char *text)
{
	buf_add_cstr(p->out, p->kind == PAGE_HTML ? "<h2>" : "\n## ");
	add_text(p, span_cstr(text));
	buf_add_cstr(p->out, p->kind == PAGE_HTML ? "</h2>\n" : "\n");
}

void page_paragraph(struct page *p, struct span text)
{
	buf_add_cstr(p->out, p->kind == PAGE_HTML ? "<p>" : "\n");
	add_text(p, text);
	buf_add_cstr(p->out, p->kind == PAGE_HTML ? "</p>\n" : "\n");
}

void page_warning(struct page *p, struct span text)
{
	buf_add_cstr(p->out, p->kind == PAGE_HTML ? "<p class=\"warning\">" : "\n**");
	add_text(p, text);
	buf_add_cstr(p->out, p->kind == PAGE_HTML ? "</p>\n" : "**\n");
}

void page_table(struct page *p, const char *const *columns, size_t n)
{
	bool html = p->kind == PAGE_HTML;

	buf_add_cstr(p->out, html ? "<div class=\"scroll\"><table><thead><tr>" : "\n|");
	for (size_t i = 0; i < n; i++) {
		buf_add_cstr(p->out, html ? "<th>" : " ");
		add_text(p, span_cstr(columns[i]));
		buf_add_cstr(p->out, html ? "</th>" : " |");
	}
	buf_add_cstr(p->out, html ? "</tr></thead><tbody>\n" : "\n|");
	for (size_t i = 0; !html && i < n; i++)
		buf_add_cstr(p->out, " --- |");
	if (!html)
		buf_add_char(p->out, '\n');
}

void page_row(struct page *p, const struct span *cells, size_t n, bool bad)
{
	page_row_linked(p, cells, n, bad, NULL);
}

void page_row_linked(struct page *p, const struct span *cells, size_t n, bool bad, const char *href)
{
	bool html = p->kind == PAGE_HTML;

	buf_add_cstr(p->out, !html ? "|" : bad ? "<tr class=\"bad\">" : "<tr>");
	for (size_t i = 0; i < n; i++) {
		buf_add_cstr(p->out, html ? "<td>" : " ");
		if (html && href && i == 0) {
			buf_addf(p->out, "<a href=\"%s\">", href);
			add_text(p, cells[i]);
			buf_add_cstr(p->out, "</a></td>");
			continue;
		}
		add_text(p, cells[i]);
		buf_add_cstr(p->out, html ? "</td>" : " |");
	}
	buf_add_cstr(p->out, html ? "</tr>\n" : "\n");
}

void page_table_end(struct page *p)
{
	if (p->kind == PAGE_HTML)
		buf_add_cstr(p->out, "</tbody></table></div>\n");
}

void page_drawing(struct page *p, struct span svg)
{
	if (p->kind != PAGE_HTML || svg.len == 0)
		return;
	buf_add_cstr(p->out, "<div class=\"scroll\">");
	buf_add_span(p->out, svg);
	buf_add_cstr(p->out, "</div>\n");
}
