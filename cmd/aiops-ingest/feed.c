#include "aiops-ingest/feed.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-ingest/feed_impl.h"
#include "aiops-ingest/maps/jqmap.h"
#include "base/mem.h"

enum { SLICE = 256 << 10 }; /* chunks are taken in slices of this size */

/* What a step did. */
enum step { STEP_ON, STEP_MORE, STEP_STOP };

static void set_up_cuts(struct feed *f)
{
	const struct jqmap_set *maps = f->in.opt->maps;
	const char *paths[CUT_COUNT];
	size_t n = 0;

	for (size_t i = 0; i < format_count(); i++)
		if (!f->fixed || f->fixed == format_at(i))
			f->wanted |= format_at(i)->cuts;
	for (size_t i = 0; f->fixed == NULL && maps && i < maps->n; i++)
		f->wanted |= maps->maps[i]->format.cuts;
	if (f->fixed && f->fixed->jqmap)
		f->wanted |= f->fixed->cuts;
	for (int c = 0; c < CUT_COUNT; c++) {
		if (!(f->wanted & CUT_BIT(c)))
			continue;
		f->cuts[n] = (enum cut)c;
		paths[n++] = cut_path((enum cut)c);
	}
	f->split = split_new(paths, n, f->in.opt->max_record);
}

struct feed *feed_new(const struct format *fixed, const struct ingest_options *opt,
		      const struct sink *sink, const struct env *env)
{
	struct feed *f = mem_zalloc(sizeof *f);

	ingest_init(&f->in, opt, sink, env);
	f->fixed = fixed;
	f->record = record_new(opt->max_record);
	buf_init(&f->pending, opt->max_record + SLICE + RECORD_PADDING + 1);
	buf_init(&f->why, 500);
	f->outer = record_new(opt->max_record);
	buf_init(&f->outer_text, opt->max_record + RECORD_MAX_DEPTH + RECORD_PADDING);
	f->map_states = opt->maps ? mem_zalloc((opt->maps->n + 1) * sizeof *f->map_states) : NULL;
	set_up_cuts(f);
	feed_begin(f, "stdin");
	return f;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < format_count(); i++)
		if (f->states[i] && format_at(i)->close)
			format_at(i)->close(f->states[i]);
	for (size_t i = 0; f->in.opt->maps && i < f->in.opt->maps->n; i++)
		if (f->map_states[i])
			f->in.opt->maps->maps[i]->format.close(f->map_states[i]);
	free(f->map_states);
	ingest_release(&f->in);
	record_free(f->record);
	record_free(f->outer);
	buf_release(&f->outer_text);
	split_free(f->split);
	buf_release(&f->pending);
	buf_release(&f->why);
	free(f);
}

void feed_begin(struct feed *f, const char *name)
{
	buf_clear(&f->pending);
	f->at = f->scanned = 0;
	f->ended = false;
	f->first = true;
	f->line = 1;
	f->mode = MODE_START;
	f->lines = f->fixed && f->fixed->framing != FRAME_DOCUMENTS ? f->fixed : NULL;
	f->doc = NULL;
	f->refused = f->line_documents = false;
	f->in.input = name;
	f->in.source = f->fixed ? f->fixed->name : NULL;
	f->in.line = 1;
}

void feed_alive(struct feed *f)
{
	ingest_observe(&f->in);
	if (f->in.opt->source_name || f->in.source) /* else nobody knows whose life this is */
		ingest_alive(&f->in);
}

const struct ingest_counts *feed_counts(const struct feed *f)
{
	return &f->in.counts;
}

/* ---- taking bytes ---- */

static struct span left(const struct feed *f)
{
	return span_of(f->pending.data + f->at, f->pending.len - f->at);
}

static void use(struct feed *f, size_t n)
{
	const char *p = f->pending.data + f->at, *end = p + n;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		f->line++;
		p++;
	}
	f->at += n;
	f->scanned = 0;
}

/* The line at hand without its LF; *used counts the LF. False if its end has not come. */
static bool whole_line(struct feed *f, struct span *line, size_t *used)
{
	struct span s = left(f);
	const char *newline = memchr(s.data + f->scanned, '\n', s.len - f->scanned);

	if (newline) {
		*line = span_of(s.data, (size_t)(newline - s.data));
		*used = line->len + 1;
		return true;
	}
	f->scanned = s.len;
	*line = s;
	*used = s.len;
	return f->ended;
}

/* The same for what its format frames in its own way. At the end of input an unfinished frame is
 * handed over as it is. */
static bool whole_frame(struct feed *f, struct span *frame, size_t *used)
{
	struct span s = left(f);

	if (!f->lines || !f->lines->frame)
		return whole_line(f, frame, used);
	switch (f->lines->frame(s, frame, used)) {
	case FRAMED:
		return true;
	case FRAMED_MORE:
		*frame = s;
		*used = s.len;
		return f->ended;
	default:
		return whole_line(f, frame, used);
	}
}

/* ---- documents ---- */

static enum step broken(struct feed *f, struct err *e)
{
	struct split_fault fault = split_fault(f->split);
	int rc = 0;

	if (!f->refused || f->doc)
		rc = ingest_reject(&f->in, reject_code_name(fault.code), split_held(f->split), e,
				   "broken document: %s (byte %lld)", fault.what,
				   (long long)fault.offset);
	if (feed_end_document(f, e) != 0)
		rc = -1;
	f->mode = fault.starts_line || f->ended ? MODE_START : MODE_SKIP;
	return rc == 0 ? STEP_ON : STEP_STOP;
}

static enum step step_document(struct feed *f, struct err *e)
{
	struct span s = left(f);
	struct split_part part;
	enum split_result got = split_feed(f->split, &s, &part);

	use(f, left(f).len - s.len);
	switch (got) {
	case SPLIT_MORE:
		if (!f->ended)
			return STEP_MORE;
		return broken(f, e);
	case SPLIT_BROKEN:
		return broken(f, e);
	case SPLIT_PART:
		return feed_part(f, &part, e) == 0 ? STEP_ON : STEP_STOP;
	default:
		break;
	}
	if (feed_part(f, &part, e) != 0)
		return STEP_STOP;
	f->line_documents = f->line == f->in.line;
	f->mode = MODE_START;
	return feed_end_document(f, e) == 0 ? STEP_ON : STEP_STOP;
}

static enum step begin_document(struct feed *f)
{
	split_begin(f->split, f->line_documents);
	f->mode = MODE_DOCUMENT;
	return STEP_ON;
}

/* ---- lines ---- */

/* Whose line this is, of an input where nobody claimed any yet; NULL: f->why says why. */
static const struct format *find_lines(struct feed *f, struct span line)
{
	buf_clear(&f->why);
	return format_of_line(&f->in, line, &f->why);
}

/* True if the lines that begin here are of a format that cuts them in its own way. */
static bool cut_by_frames(struct feed *f, struct span line)
{
	const struct format *format = f->fixed || f->lines ? NULL : find_lines(f, line);

	if (format && format->frame)
		f->lines = format;
	return format && format->frame;
}

/* A line that begins no document and is of an input whose lines nobody claimed yet. */
static int stray_line(struct feed *f, struct span line, struct err *e)
{
	if (f->fixed)
		return ingest_reject(&f->in, "syntax", line, e,
				     "neither '{' nor '[' begins a JSON document here");
	f->lines = find_lines(f, line);
	if (f->lines)
		return feed_line(f, f->lines, line, e);
	return ingest_reject(&f->in, "unknown_format", line, e, "%s", buf_cstr(&f->why));
}

static bool begins_document(struct feed *f, struct span line)
{
	if (line.len == 0 || f->lines)
		return false;
	/* A bracket may also stand before a log line's time. */
	if (*line.data == '[' && !f->fixed)
		return !find_lines(f, line);
	return *line.data == '{' || *line.data == '[';
}

static enum step too_long_line(struct feed *f, struct err *e)
{
	struct span s = left(f);

	if (begins_document(f, s))
		return begin_document(f);
	if (cut_by_frames(f, s))
		return STEP_ON;
	f->mode = MODE_SKIP;
	return ingest_reject(&f->in, "too_long", span_of(s.data, f->in.opt->max_record), e,
			     "a line longer than --max-record") == 0
		       ? STEP_ON
		       : STEP_STOP;
}

static enum step take_line(struct feed *f, struct span line, size_t used, struct err *e)
{
	int rc = 0;

	if (begins_document(f, line)) {
		rc = *line.data == '{' ? feed_line_object(f, line, e) : 0;
		if (rc == 0)
			return begin_document(f);
		rc = rc < 0 ? -1 : 0;
	} else if (cut_by_frames(f, line)) {
		return STEP_ON;
	} else {
		rc = f->lines ? feed_line(f, f->lines, line, e) : stray_line(f, line, e);
	}
	use(f, used);
	return rc == 0 ? STEP_ON : STEP_STOP;
}

/* White space between documents. Before lines of text it has a meaning. */
static void skip_blanks(struct feed *f)
{
	struct span s = left(f);
	size_t n = 0;

	if (f->first && s.len >= 3 && span_starts(s, "\xef\xbb\xbf"))
		n = 3; /* a byte order mark */
	while (!f->lines && n < s.len && strchr(" \t\r\n", s.data[n]) && s.data[n])
		n++;
	if (n > 0)
		use(f, n);
}

static enum step step_start(struct feed *f, struct err *e)
{
	struct span line;
	size_t used;

	if (f->first && left(f).len < 3 && !f->ended)
		return STEP_MORE; /* for the byte order mark */
	skip_blanks(f);
	f->first = false;
	if (left(f).len == 0)
		return STEP_MORE;
	f->in.line = f->line;
	if (!whole_frame(f, &line, &used))
		return line.len > f->in.opt->max_record ? too_long_line(f, e) : STEP_MORE;
	if (line.len > f->in.opt->max_record)
		return too_long_line(f, e);
	return take_line(f, line, used, e);
}

static enum step step_skip(struct feed *f)
{
	struct span line;
	size_t used;
	bool whole = whole_line(f, &line, &used);

	use(f, used);
	if (whole)
		f->mode = MODE_START;
	return whole ? STEP_ON : STEP_MORE;
}

static enum step step(struct feed *f, struct err *e)
{
	switch (f->mode) {
	case MODE_DOCUMENT:
		return step_document(f, e);
	case MODE_SKIP:
		return step_skip(f);
	default:
		return step_start(f, e);
	}
}

static int work(struct feed *f, struct err *e)
{
	enum step s = STEP_ON;

	while (s == STEP_ON && (left(f).len > 0 || (f->ended && f->mode == MODE_DOCUMENT)))
		s = step(f, e);
	return s == STEP_STOP ? -1 : 0;
}

static void keep(struct feed *f, struct span slice)
{
	struct span s = left(f);

	if (f->at > 0 && s.len > 0)
		memmove(f->pending.data, s.data, s.len);
	f->pending.len = s.len;
	f->at = 0;
	buf_add_span(&f->pending, slice);
	(void)buf_room(&f->pending, RECORD_PADDING); /* within the maximum, see feed_new */
}

int feed_bytes(struct feed *f, struct span chunk, struct err *e)
{
	ingest_observe(&f->in);
	while (chunk.len > 0) {
		size_t n = chunk.len < SLICE ? chunk.len : SLICE;

		keep(f, span_of(chunk.data, n));
		chunk = span_of(chunk.data + n, chunk.len - n);
		if (work(f, e) != 0)
			return -1;
	}
	return 0;
}

int feed_flush(struct feed *f, struct err *e)
{
	if (!f->lines || !f->lines->flush)
		return 0;
	return f->lines->flush(feed_state(f, f->lines), e);
}

int feed_end(struct feed *f, struct err *e)
{
	f->ended = true;
	if (work(f, e) != 0 || feed_flush(f, e) != 0)
		return -1;
	if (!f->lines || !f->lines->end)
		return 0;
	return f->lines->end(feed_state(f, f->lines), e);
}
