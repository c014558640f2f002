#include "aiops-ingest/labels.h"

#include "base/mem.h"
#include "record/members.h"

int labels_read(struct value object, const char *what, struct label **items, size_t *cap, size_t *n,
		struct err *e)
{
	struct value_iter it = value_iter(object);
	struct span key, text;
	size_t count = 0;
	int got;

	if (object.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "%s: %s", what,
			       object.type == VALUE_NONE ? "missing" : "not an object");
	while ((got = value_next_text(&it, &key, &text)) > 0) {
		mem_grow(*items, *cap, count + 1);
		(*items)[count++] = (struct label){key, text};
	}
	if (got < 0)
		return err_set(e, EX_BADDATA, "%s.%.*s: not a string", what,
			       (int)(key.len < 100 ? key.len : 100), key.data);
	*n = count;
	return 0;
}

bool value_is_empty_array(struct value v)
{
	struct value_iter it = value_iter(v);
	struct value first;

	return v.type == VALUE_ARRAY && !value_next(&it, NULL, &first);
}

struct span label_named(const struct label *labels, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(labels[i].name, name))
			return labels[i].value;
	return SPAN_NONE;
}
