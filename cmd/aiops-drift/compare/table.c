/* The table of results: see table.h. */
#include "aiops-drift/compare/table.h"

#include <math.h>

#include "base/utf8.h"
#include "cli/cli.h"

#define SAFE_MAX   ((size_t)64 << 10) /* an escaped name or reason is shorter */
#define VERDICT    12
#define NUMBER     10 /* columns of a number, with the space before it */
#define NAME_CUT   4  /* columns of a name, however narrow the terminal */
#define NAME_LEAST 16 /* columns of a name, before numbers are left out for it */
#define NUMBERS    6
#define INDENT     4

static const char *const heads[NUMBERS] = {"D", "Q", "PSI", "JS", "REF MEAN", "MEAN"};

/* How many bytes of s are at most `columns` characters. */
static size_t fitting(struct span s, size_t columns)
{
	size_t at = 0;
	uint32_t cp;

	for (size_t n = 0; n < columns && at < s.len; n++) {
		size_t len = utf8_next(span_of(s.data + at, s.len - at), &cp);

		at += len ? len : 1;
	}
	return at;
}

size_t table_columns(struct cli *c)
{
	return cli_stdout_is_terminal(c) || cli_getenv("COLUMNS") ? (size_t)cli_columns(c) : 0;
}

void add_clipped(struct buf *out, struct span s, size_t columns)
{
	struct buf safe = BUF_INIT(SAFE_MAX);
	size_t len;

	term_line(&safe, s);
	len = columns ? fitting(buf_span(&safe), columns) : safe.len;
	if (len < safe.len && columns > 3) {
		buf_add(out, safe.data, fitting(buf_span(&safe), columns - 3));
		buf_add_cstr(out, "...");
	} else {
		buf_add(out, safe.data, len);
	}
	buf_release(&safe);
}

void add_last(struct buf *out, struct span name, size_t used, size_t columns)
{
	size_t left = columns > used + NAME_CUT ? columns - used : NAME_CUT;

	add_clipped(out, name, columns ? left : 0);
	buf_add_char(out, '\n');
}

static void add_number(struct buf *out, bool known, double d)
{
	if (known && isfinite(d))
		buf_addf(out, " %9.3g", d);
	else
		buf_addf(out, " %9s", "-");
}

/* How many of the numbers leave room for a name. */
static size_t numbers_shown(size_t columns)
{
	size_t n = NUMBERS;

	while (columns && n > 2 && VERDICT + n * NUMBER + 2 + NAME_LEAST > columns)
		n--;
	return n;
}

/* The feature's name stands last: it may be long, and the columns hold all the same. */
static void row(const struct report *rep, const struct result *r, size_t columns, struct buf *out)
{
	const struct analysis *a = r->analysis;
	size_t shown = numbers_shown(columns), used = VERDICT + shown * NUMBER + 2;
	const struct {
		bool known;
		double value;
	} numbers[NUMBERS] = {
		{a->both, a->category ? a->category->h.tvd : a->ks.d},
		{a->both, rep->rule == RULE_SIMPLE ? a->values_p : r->verdict->values_q},
		{a->both, a->psi.psi},
		{a->both, a->js},
		{a->ref.n > 0, a->ref.mean},
		{a->cur.n > 0, a->cur.mean},
	};

	buf_addf(out, "%-*s", VERDICT, verdict_name(r->verdict->kind));
	for (size_t i = 0; i < shown; i++)
		add_number(out, numbers[i].known, numbers[i].value);
	buf_add_cstr(out, "  ");
	add_last(out, span_cstr(r->feature->name), used, columns);
}

/* Safe text in lines of at most `columns` (0: no limit), indented, broken at spaces. */
static void add_wrapped(struct buf *out, struct span s, size_t indent, size_t columns)
{
	size_t room = columns > 2 * indent ? columns - indent : columns;

	do {
		size_t len = columns ? fitting(s, room) : s.len, cut = len;

		while (len < s.len && cut > 0 && s.data[cut] != ' ')
			cut--;
		cut = cut > 0 ? cut : len;
		buf_addf(out, "%*s", (int)indent, "");
		buf_add(out, s.data, cut);
		buf_add_char(out, '\n');
		cut += cut < s.len && s.data[cut] == ' ';
		s = span_of(s.data + cut, s.len - cut);
	} while (s.len > 0);
}

/* The reason, unless it is the plain "nothing happened". */
static void reason(const struct report *rep, const struct result *r, size_t columns,
		   struct buf *out)
{
	struct buf why = BUF_INIT(WHY_MAX), safe = BUF_INIT(SAFE_MAX);

	if (r->verdict->kind == VERDICT_NO_DRIFT && !r->verdict->significant)
		return;
	verdict_why(r->analysis, rep->rule, rep->alpha, r->verdict, &why);
	term_safe(&safe, buf_span(&why));
	add_wrapped(out, buf_span(&safe), INDENT, columns);
	buf_release(&safe);
	buf_release(&why);
}

static void totals(const struct result *results, size_t n, size_t columns, struct buf *out)
{
	struct buf line = BUF_INIT(256);
	size_t count[3] = {0};

	for (size_t i = 0; i < n; i++)
		count[results[i].verdict->kind]++;
	buf_addf(&line, "%zu %s: %zu drifted, %zu did not, %zu could not be judged", n,
		 n == 1 ? "feature" : "features", count[VERDICT_DRIFT], count[VERDICT_NO_DRIFT],
		 count[VERDICT_INSUFFICIENT]);
	add_wrapped(out, buf_span(&line), 0, columns);
	buf_release(&line);
}

void table_write(const struct report *rep, const struct result *results, size_t n, size_t columns,
		 struct buf *out)
{
	size_t shown = numbers_shown(columns);

	buf_addf(out, "%-*s", VERDICT, "VERDICT");
	for (size_t i = 0; i < shown; i++)
		buf_addf(out, " %9s", i == 1 && rep->rule == RULE_SIMPLE ? "P" : heads[i]);
	buf_add_cstr(out, "  FEATURE\n");
	for (size_t i = 0; i < n; i++) {
		row(rep, &results[i], columns, out);
		reason(rep, &results[i], columns, out);
	}
	totals(results, n, columns, out);
}
