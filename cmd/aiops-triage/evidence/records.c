/*
 * Records from a file beside the input.
 */
#include "aiops-triage/evidence/records.h"

#include "record/line_file.h"

struct reader {
	const struct records_ops *ops;
	void *ctx;
	struct record *record;
	int64_t line;
};

static void take_line(struct reader *r, struct span line, bool cut)
{
	enum reject_code why = REJECT_NONE;
	struct err e = ERR_INIT;

	r->line++;
	if (cut)
		r->ops->bad(r->ctx, r->line, "the line is too long");
	else if (span_trim(line).len == 0)
		return;
	else if (record_parse(r->record, line.data, line.len, &why, &e) != 0)
		r->ops->bad(r->ctx, r->line, e.text);
	else
		r->ops->record(r->ctx, r->line, r->record);
}

int records_read(const char *path, size_t max_line, const struct records_ops *ops, void *ctx,
		 struct err *e)
{
	struct line_file *file = line_file_open(path, max_line, e);
	struct reader r = {.ops = ops, .ctx = ctx};
	struct span line;
	bool cut;
	int got;

	if (!file)
		return -1;
	r.record = record_new(max_line);
	while ((got = line_file_next(file, &line, &cut, e)) > 0)
		take_line(&r, line, cut);
	record_free(r.record);
	line_file_close(file);
	return got;
}
