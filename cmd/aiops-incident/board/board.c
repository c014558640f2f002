#include "aiops-incident/board/board.h"

#include <math.h>

#include "aiops-incident/register/actions.h"
#include "base/instant.h"
#include "base/utf8.h"
#include "cli/cli.h"

enum { TEXT_MAX = 1 << 20, ID_WIDTH = 20, TITLE_MIN = 16, WIDE = 100 };

void add_age(struct buf *out, int64_t ns)
{
	static const struct {
		int64_t s;
		char unit;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
	int64_t s = ns / NS_PER_S;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (s >= units[i].s) {
			buf_addf(out, "%lld%c", (long long)(s / units[i].s), units[i].unit);
			return;
		}
	}
	buf_add_cstr(out, "now");
}

void add_list(struct buf *out, struct span json)
{
	for (size_t i = 1; i + 1 < json.len; i++) {
		char c = json.data[i];

		if (c == ',' && json.data[i - 1] == '"')
			buf_add_cstr(out, ", ");
		else if (c != '"' || json.data[i - 1] == '\\')
			buf_add_char(out, c);
	}
}

/* ---- colours ---- */

static const char *severity_colour(enum severity s)
{
	switch (s) {
	case SEVERITY_CRITICAL:
		return "\033[1;31m";
	case SEVERITY_HIGH:
		return "\033[31m";
	case SEVERITY_MEDIUM:
		return "\033[33m";
	default:
		return "";
	}
}

static void coloured(const struct look *l, const char *colour, const char *text, struct buf *out)
{
	if (l->colour)
		buf_add_cstr(out, colour);
	buf_add_cstr(out, text);
	if (l->colour && *colour)
		buf_add_cstr(out, "\033[0m");
}

/* ---- the table ---- */

/* Exactly width columns of text, or all of it if width is 0: cut with an ellipsis, or filled. */
static void cell(struct span text, size_t width, struct buf *out)
{
	struct buf safe = BUF_INIT(4 * TEXT_MAX);
	size_t n = 0, at = 0, len;

	term_line(&safe, span_of(text.data, text.len < TEXT_MAX ? text.len : TEXT_MAX));
	len = utf8_count(buf_span(&safe));
	if (width == 0 || len <= width) {
		buf_add_span(out, buf_span(&safe));
		for (n = len; n < width; n++)
			buf_add_char(out, ' ');
	} else {
		while (at < safe.len && n + 1 < width) {
			at++;
			while (at < safe.len && ((unsigned char)safe.data[at] & 0xC0) == 0x80)
				at++;
			n++;
		}
		buf_add(out, safe.data, at);
		buf_add_cstr(out, "\xE2\x80\xA6");
	}
	buf_release(&safe);
}

/* Widths of what differs: a terminal of 80 columns has room for all, if only just. */
struct widths {
	size_t service, who, title;
};

static struct widths widths_of(const struct look *l)
{
	const size_t fixed = ID_WIDTH + 1 + 4 + 1 + 14 + 1 + 4 + 1 + 1 + 1;
	struct widths w = {10, 6, TITLE_MIN};
	size_t columns = l->columns > 0 ? (size_t)l->columns : 0;

	if (columns >= WIDE) {
		w.service = 16;
		w.who = 10;
	}
	if (columns > fixed + w.service + w.who + TITLE_MIN)
		w.title = columns - fixed - w.service - w.who;
	return w;
}

void board_head(const struct look *l, struct buf *out)
{
	struct widths w = widths_of(l);

	cell(SPAN("INCIDENT"), ID_WIDTH, out);
	buf_addf(out, " %-4s %-14s %4s ", "SEV", "STATUS", "AGE");
	cell(SPAN("SERVICE"), w.service, out);
	buf_add_char(out, ' ');
	cell(SPAN("WHO"), w.who, out);
	buf_add_cstr(out, " TITLE\n");
}

void board_line(const struct look *l, const struct incident *inc, struct buf *out)
{
	struct buf age = BUF_INIT(32);
	const char *status = inc->merged_into.data ? "merged" : status_name(inc->status);
	struct widths w = widths_of(l);

	if (inc->detected_ns != INCIDENT_NEVER)
		add_age(&age, l->now_ns - inc->detected_ns);
	buf_addf(out, "%s ", inc->id);
	coloured(l, severity_colour(inc->severity), severity_sev(inc->severity), out);
	buf_addf(out, " %-14s %4s ", status, buf_cstr(&age));
	cell(inc->service, w.service, out);
	buf_add_char(out, ' ');
	cell(inc->assigned_to.data ? inc->assigned_to : SPAN("-"), w.who, out);
	buf_add_char(out, ' ');
	cell(inc->title, w.title, out);
	while (out->len && out->data[out->len - 1] == ' ')
		out->len--;
	buf_add_char(out, '\n');
	buf_release(&age);
}

/* ---- the page ---- */

static void field(struct buf *out, const char *name, struct span value)
{
	if (!value.len)
		return;
	buf_addf(out, "  %-16s ", name);
	cell(value, 0, out);
	buf_add_char(out, '\n');
}

static void field_list(struct buf *out, const char *name, struct span json)
{
	struct buf words = BUF_INIT(TEXT_MAX);

	add_list(&words, json);
	field(out, name, buf_span(&words));
	buf_release(&words);
}

static void field_time(const struct look *l, struct buf *out, const char *name, int64_t ns,
		       int64_t since_ns)
{
	if (ns == INCIDENT_NEVER)
		return;
	buf_addf(out, "  %-16s ", name);
	instant_add(out, instant_from_ns(ns / NS_PER_S * NS_PER_S));
	if (since_ns == INCIDENT_NEVER) {
		buf_add_cstr(out, "  ");
		add_age(out, l->now_ns - ns);
		buf_add_cstr(out, " ago");
	} else if (ns - since_ns >= NS_PER_S) {
		buf_add_cstr(out, "  after ");
		add_age(out, ns - since_ns);
	}
	buf_add_char(out, '\n');
}

static void page_people(const struct incident *inc, struct buf *out)
{
	field(out, "acknowledged by", inc->acked_by);
	field(out, "assigned to", inc->assigned_to);
	field(out, "commander", inc->commander);
	field(out, "communications", inc->communications);
}

static void add_action(void *ctx, const struct action *a)
{
	struct buf words = BUF_INIT(TEXT_MAX);

	action_words(a, &words);
	field(ctx, "action", buf_span(&words));
	buf_release(&words);
}

static void page_cause(const struct incident *inc, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	field(out, "type", inc->type);
	field(out, "first suspect", inc->component);
	if (inc->hypothesis.len) {
		buf_add_span(&text, inc->hypothesis);
		if (!isnan(inc->confidence))
			buf_addf(&text, " (confidence %.2f)", inc->confidence);
		field(out, "hypothesis", buf_span(&text));
	}
	field(out, "first action", inc->first_action);
	field(out, "runbook", inc->runbook);
	actions_each(inc->actions, add_action, out);
	field(out, "actual cause", inc->cause);
	field(out, "remedy", inc->remedy);
	buf_release(&text);
}

void board_page(const struct look *l, const struct incident *inc, struct buf *out)
{
	buf_addf(out, "%s  #%lld  ", inc->id, (long long)inc->number);
	coloured(l, severity_colour(inc->severity), severity_sev(inc->severity), out);
	buf_addf(out, "  %s  revision %lld\n", status_name(inc->status), (long long)inc->version);
	field(out, "title", inc->title);
	field(out, "merged into", inc->merged_into);
	field_list(out, "services", inc->services);
	field_list(out, "resources", inc->resources);
	field_list(out, "metrics", inc->metrics);
	page_cause(inc, out);
	page_people(inc, out);
	field(out, "detected by", inc->detected_by);
	field_time(l, out, "impact since", inc->starts_ns, INCIDENT_NEVER);
	field_time(l, out, "detected", inc->detected_ns, inc->starts_ns);
	field_time(l, out, "acknowledged", inc->acked_ns, inc->detected_ns);
	field_time(l, out, "mitigated", inc->mitigated_ns, inc->starts_ns);
	field_time(l, out, inc->auto_resolved ? "over" : "resolved", inc->resolved_ns,
		   inc->starts_ns);
	field_time(l, out, "last seen", inc->last_seen_ns, INCIDENT_NEVER);
	buf_addf(out, "  %-16s %lld\n", "alerts", (long long)inc->alerts);
	if (inc->reopened)
		buf_addf(out, "  %-16s %lld\n", "reopened", (long long)inc->reopened);
}

/* ---- the time line ---- */

void board_moment(const struct look *l, const struct incident *inc, const struct entry *en,
		  int64_t since_ns, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX), plus = BUF_INIT(32);
	size_t width = l->columns > 60 ? (size_t)l->columns - 21 - 9 : 0;

	buf_add_char(&plus, '+');
	add_age(&plus, en->at_ns - since_ns);
	instant_add(out, instant_from_ns(en->at_ns / NS_PER_S * NS_PER_S));
	buf_addf(out, " %-7s ", en->at_ns == since_ns ? "" : buf_cstr(&plus));
	if (!span_is(en->incident, inc->id)) {
		buf_add_span(&text, en->incident);
		buf_add_char(&text, ' ');
	}
	buf_add_span(&text, en->change);
	if (en->status.data && !span_eq(en->status, en->change))
		buf_addf(&text, " (%.*s -> %.*s)", (int)en->from.len, en->from.data,
			 (int)en->status.len, en->status.data);
	buf_addf(&text, " by %.*s", (int)en->actor.len, en->actor.data);
	if (en->text.len) {
		buf_add_cstr(&text, ": ");
		buf_add_span(&text, en->text);
	}
	cell(buf_span(&text), width, out);
	while (out->len && out->data[out->len - 1] == ' ')
		out->len--;
	buf_add_char(out, '\n');
	buf_release(&text);
	buf_release(&plus);
}
