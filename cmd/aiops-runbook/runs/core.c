#include "aiops-runbook/runs/core.h"

int core_open(struct core *c, struct span text, struct err *e)
{
	static const char padding[RECORD_PADDING];
	enum reject_code why;

	*c = (struct core){BUF_INIT(text.len + RECORD_PADDING), record_new(text.len + 1)};
	buf_add_span(&c->line, text);
	buf_add(&c->line, padding, sizeof padding);
	if (record_parse(c->r, c->line.data, text.len, &why, e) == 0)
		return 0;
	err_prefix(e, "a stored plan cannot be read");
	return -1;
}

void core_release(struct core *c)
{
	record_free(c->r);
	buf_release(&c->line);
	c->r = NULL;
}

int64_t core_whole(const struct core *c, const char *path, int64_t standard, int64_t max)
{
	struct value v = record_get(c->r, path);

	if (v.type != VALUE_NUMBER || !(v.number >= 0))
		return standard;
	return v.number > (double)max ? max : (int64_t)v.number;
}

bool core_has(const struct core *c, const char *path, struct span word)
{
	struct value_iter it = value_iter(record_get(c->r, path));
	struct value v;

	while (value_next(&it, NULL, &v))
		if (span_eq(v.text, word))
			return true;
	return false;
}
