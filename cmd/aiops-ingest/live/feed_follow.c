#include "aiops-ingest/live/feed_follow.h"

#include "aiops-ingest/feed_impl.h"

void feed_resume(struct feed *f, const char *name, const struct format *format, int64_t line)
{
	feed_begin(f, name);
	if (format && !f->fixed)
		f->lines = format;
	f->line = f->in.line = line;
}

const struct format *feed_lines_of(const struct feed *f)
{
	return f->lines;
}

int64_t feed_next_line(const struct feed *f)
{
	return f->line;
}

void feed_set_next_line(struct feed *f, int64_t line)
{
	f->line = line;
}

size_t feed_unused(const struct feed *f)
{
	return f->pending.len - f->at;
}

bool feed_is_between(const struct feed *f)
{
	return f->mode == MODE_START;
}

bool feed_may_hold(const struct feed *f)
{
	return f->lines && f->lines->flush;
}
