#include "aiops-runbook/runs/escalate.h"

#include "record/record.h"

static bool calls(const struct record *r, const char *cause)
{
	struct value_iter it = value_iter(record_get(r, "escalation.on"));
	struct value v;

	while (value_next(&it, NULL, &v))
		if (span_is(v.text, cause))
			return true;
	return false;
}

void escalate_write(const struct run_row *run, const char *cause, struct jsonw *w)
{
	static const char padding[RECORD_PADDING];
	struct buf line = BUF_INIT(run->plan.len + RECORD_PADDING);
	struct record *r = record_new(run->plan.len + 1);
	struct err ignored = ERR_INIT; /* says that it calls nobody */
	enum reject_code why;

	buf_add_span(&line, run->plan);
	buf_add(&line, padding, sizeof padding);
	if (record_parse(r, line.data, run->plan.len, &why, &ignored) == 0 && calls(r, cause)) {
		jsonw_key(w, "escalation");
		jsonw_object(w);
		jsonw_member(w, "cause", span_cstr(cause));
		jsonw_member_opt(w, "notify", record_text(r, "escalation.notify"));
		jsonw_object_end(w);
	}
	record_free(r);
	buf_release(&line);
}
