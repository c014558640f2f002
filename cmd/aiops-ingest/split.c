#include "aiops-ingest/split.h"

#include <stdlib.h>

#include "aiops-ingest/split_impl.h"
#include "base/mem.h"

struct split *split_new(const char *const *cuts, size_t n_cuts, size_t max_bytes)
{
	struct split *s = mem_zalloc(sizeof *s);

	s->n_paths = n_cuts < SPLIT_MAX_CUTS ? n_cuts : SPLIT_MAX_CUTS;
	for (size_t i = 0; i < s->n_paths; i++)
		s->paths[i] = array_path_parse(cuts[i]);
	s->max = max_bytes;
	buf_init(&s->hold, max_bytes * SPLIT_MAX_PARTS + RECORD_PADDING);
	split_begin(s, false);
	return s;
}

void split_free(struct split *s)
{
	if (!s)
		return;
	buf_release(&s->hold);
	free(s);
}

void split_begin(struct split *s, bool lines)
{
	buf_clear(&s->hold);
	s->n_parts = s->depth = 0;
	s->mode = MODE_BETWEEN;
	s->want = WANT_VALUE;
	s->key_string = s->line_start = s->handed_out = false;
	s->lines = lines;
	s->key_at = s->key_end = 0;
	s->offset = 0;
	s->fault = (struct split_fault){REJECT_NONE, NULL, 0, false};
}

struct split_fault split_fault(const struct split *s)
{
	struct split_fault cut_off = {REJECT_SYNTAX, "the document ends in its middle", s->offset,
				      false};

	return s->fault.what ? s->fault : cut_off;
}

size_t split_depth(const struct split *s)
{
	return s->n_parts - s->handed_out;
}

int64_t split_offset(const struct split *s, size_t i)
{
	return s->parts[i].offset;
}

void split_around(const struct split *s, size_t i, struct split_part *part, struct buf *text)
{
	const struct open_part *p = &s->parts[i], *inside = p + 1;

	buf_clear(text);
	buf_add(text, s->hold.data + p->at, inside->at - p->at);
	for (size_t depth = inside->depth; depth > p->depth; depth--)
		buf_add_char(text, s->levels[depth - 1].bracket == '{' ? '}' : ']');
	*part = (struct split_part){p->cut, buf_span(text), p->offset, p->over};
}

struct span split_held(const struct split *s)
{
	size_t at = s->n_parts ? s->parts[s->n_parts - 1].at : 0;

	return span_of(s->hold.data + at, s->hold.len - at);
}
