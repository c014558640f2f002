#include "record/members.h"

#include "record/record_impl.h"

struct value record_root(const struct record *r)
{
	return (struct value){.type = VALUE_OBJECT, .doc_ = &r->tape, .at_ = TAPE_ROOT};
}

/* Lengths differ nearly always, so the loop seldom compares bytes. */
static size_t index_of(struct span key, const struct span *keys, size_t n)
{
	size_t i = 0;

	while (i < n && !span_eq(keys[i], key))
		i++;
	return i;
}

void value_members(struct value object, const struct span *keys, size_t n, struct value *out)
{
	struct value_iter it = value_iter(object);
	struct span key;
	struct value v;

	for (size_t i = 0; i < n; i++)
		out[i] = (struct value){.type = VALUE_NONE};
	while (it.object_ && value_next(&it, &key, &v)) {
		size_t i = index_of(key, keys, n);

		if (i < n)
			out[i] = v;
	}
}

int value_next_text(struct value_iter *it, struct span *key, struct span *text)
{
	const struct tape *t = it->doc_;

	if (it->at_ >= it->end_)
		return 0;
	*key = tape_string(t, it->at_);
	if (tape_type(t, it->at_ + 1) != '"')
		return -1;
	*text = tape_string(t, it->at_ + 1);
	it->at_ += 2;
	return 1;
}
