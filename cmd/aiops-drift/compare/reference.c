/* The reference file: see reference.h. */
#include "aiops-drift/compare/reference.h"

#include "cli/filter.h"
#include "record/line_file.h"

struct reading {
	struct cli *cli;
	const char *path;
	const struct reference_ops *ops;
	void *ctx;
	struct record *record;
	struct rejects *rejects;
	int64_t number, accepted, *ignored;
	struct err problem; /* of the line under way; here, since it takes time to clear */
};

/* One line. 0 accepted, skipped or rejected (counted), -1 stop. */
static int take_line(struct reading *g, struct span line, bool cut, struct err *e)
{
	enum reject_code why = REJECT_TOO_LONG;
	struct err *problem = &g->problem;

	err_clear(problem);
	if (cut) {
		(void)err_set(problem, EX_BADDATA, "the line is longer than --max-record");
	} else if (span_trim(line).len == 0) {
		if (!cli_common(g->cli)->strict)
			return 0;
		why = REJECT_BLANK;
		(void)err_set(problem, EX_BADDATA, "a blank line");
	} else if (span_starts(line, "{\"_")) {
		return 0; /* a control line of the pipe that wrote the file */
	} else if (record_parse(g->record, line.data, line.len, &why, problem) == 0) {
		switch (g->ops->observe(g->ctx, g->record, problem)) {
		case OBSERVED_IGNORED:
			++*g->ignored;
			__attribute__((fallthrough));
		case OBSERVED_TAKEN:
			g->accepted++;
			return 0;
		case OBSERVED_STOP:
			*e = *problem;
			return -1;
		case OBSERVED_REFUSED:
			why = REJECT_SCHEMA;
		}
	}
	return rejects_add(g->rejects, g->path, g->number, reject_code_name(why), problem->text,
			   line, e);
}

int reference_read(struct cli *c, const char *path, const struct reference_ops *ops, void *ctx,
		   int64_t *ignored, struct err *e)
{
	size_t max = cli_common(c)->max_record;
	struct line_file *file = line_file_open(path, max, e);
	struct reading g = {.cli = c, .path = path, .ops = ops, .ctx = ctx, .ignored = ignored};
	int got = -1, code = EX_DONE;
	struct span line;
	bool cut;

	g.rejects = file ? rejects_open(c, e) : NULL;
	g.record = record_new(max);
	if (ops->begin)
		ops->begin(ctx, g.record);
	while (g.rejects && (got = line_file_next(file, &line, &cut, e)) > 0) {
		g.number++;
		if (take_line(&g, line, cut, e) < 0) {
			got = -1;
			break;
		}
	}
	if (g.rejects)
		code = rejects_close(g.rejects, g.accepted);
	record_free(g.record);
	line_file_close(file);
	return got < 0 ? -1 : code;
}

int observed_settle(struct filter *f, enum observed what, const struct err *problem,
		    int64_t *ignored, struct err *e)
{
	switch (what) {
	case OBSERVED_TAKEN:
		break;
	case OBSERVED_IGNORED:
		(*ignored)++;
		break;
	case OBSERVED_REFUSED:
		filter_reject(f, REJECT_SCHEMA, "%s", problem->text);
		break;
	case OBSERVED_STOP:
		*e = *problem;
		return -1;
	}
	return 0;
}
