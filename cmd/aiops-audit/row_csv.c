/* A row as comma-separated values: RFC 4180, lines end in CR LF. */
#include "aiops-audit/row.h"

#include <string.h>

/* A spreadsheet takes a cell that begins so for a formula: an apostrophe keeps it text. */
static bool is_formula(struct span s)
{
	return s.len > 0 && strchr("=+-@\t\r", *s.data) != NULL;
}

static void add_cell(struct buf *out, struct span s, char end)
{
	buf_add_char(out, '"');
	if (is_formula(s))
		buf_add_char(out, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, s.data[i]);
	}
	buf_add_char(out, '"');
	if (end == '\n')
		buf_add_char(out, '\r');
	buf_add_char(out, end);
}

void row_add_csv_heading(struct buf *out)
{
	buf_add_cstr(out, "seq,ts,kind,actor,incident,run,record_id,what,hash\r\n");
}

void row_add_csv(const struct row *row, const struct record *record, struct buf *out)
{
	struct buf what = BUF_INIT((size_t)256 << 20);

	if (record)
		row_add_what(&what, record);
	else
		buf_add_cstr(&what, "(redacted)");
	buf_addf(out, "%lld,", (long long)row->seq);
	add_cell(out, row->ts, ',');
	add_cell(out, row->kind, ',');
	add_cell(out, row->actor, ',');
	add_cell(out, row->incident, ',');
	add_cell(out, row->run, ',');
	add_cell(out, row->record_id, ',');
	add_cell(out, buf_span(&what), ',');
	add_cell(out, row->hash, '\n');
	buf_release(&what);
}
