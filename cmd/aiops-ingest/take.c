#include "aiops-ingest/feed_impl.h"

#include <string.h>

#include "aiops-ingest/maps/jqmap_format.h"
#include "base/utf8.h"
#include "record/members.h"

static void *map_state(struct feed *f, const struct jqmap *m)
{
	const struct jqmap_set *maps = f->in.opt->maps;
	size_t i = 0;

	while (maps->maps[i] != m)
		i++;
	if (!f->map_states[i])
		f->map_states[i] = jqmap_format_open(m, &f->in);
	return f->map_states[i];
}

void *feed_state(struct feed *f, const struct format *format)
{
	size_t i = 0;

	if (format == f->last_format) /* most lines are of the format of the line before */
		return f->last_state;
	if (format->jqmap)
		return map_state(f, format->jqmap);
	while (format_at(i) != format)
		i++;
	if (!f->states[i] && format->open)
		f->states[i] = format->open(&f->in);
	f->last_format = format;
	f->last_state = f->states[i];
	return f->last_state;
}

static int reject_unknown(struct feed *f, struct span raw, struct err *e)
{
	f->refused = true;
	return ingest_reject(&f->in, "unknown_format", raw, e, "%s", buf_cstr(&f->why));
}

int feed_end_document(struct feed *f, struct err *e)
{
	int rc = 0;

	if (f->doc && f->doc->settle)
		rc = f->doc->settle(feed_state(f, f->doc), e);
	if (f->doc && f->doc->reset)
		f->doc->reset(feed_state(f, f->doc));
	f->doc = NULL;
	f->in.source = f->fixed ? f->fixed->name : NULL;
	f->refused = false;
	f->n_told = 0;
	return rc;
}

static int tell_one(struct feed *f, size_t i, struct split_part *p, struct err *e)
{
	enum reject_code code = REJECT_NONE;
	struct err ignored = ERR_INIT;
	bool readable;

	split_around(f->split, i, p, &f->outer_text);
	(void)buf_room(&f->outer_text, RECORD_PADDING); /* within the maximum, see feed_new */
	readable = !p->too_long && record_parse(f->outer, f->outer_text.data, f->outer_text.len,
						&code, &ignored) == 0;
	return f->doc->around(feed_state(f, f->doc), f->cuts[p->cut], readable ? f->outer : NULL,
			      e);
}

/* Tells the format what stands around the part at hand, as far as it was not told before. */
static int tell_around(struct feed *f, struct err *e)
{
	size_t depth = split_depth(f->split);

	for (size_t i = 1; i < depth; i++) {
		struct split_part p;
		int64_t offset = split_offset(f->split, i);

		if (i <= f->n_told && f->told[i - 1] == offset)
			continue;
		f->told[i - 1] = offset;
		f->n_told = i;
		if (tell_one(f, i, &p, e) != 0)
			return -1;
	}
	return 0;
}

/* A part that was parsed goes to the format of its document. */
static int dispatch(struct feed *f, enum cut cut, struct err *e)
{
	if (!f->doc) {
		buf_clear(&f->why);
		f->doc = f->fixed ? f->fixed
				  : format_of_part(f->in.opt->maps, cut, f->record, &f->why);
	}
	f->in.source = f->doc ? f->doc->name : NULL;
	if (!f->doc)
		return reject_unknown(f, record_line(f->record), e);
	if (f->doc->around && cut != CUT_ROOT && tell_around(f, e) != 0)
		return -1;
	return f->doc->part(feed_state(f, f->doc), cut, f->record, e);
}

static int reject_part(struct feed *f, const struct split_part *p, const char *code,
		       const char *why, struct err *e)
{
	if (p->cut == SPLIT_ROOT)
		return ingest_reject(&f->in, code, p->text, e, "%s", why);
	return ingest_reject(&f->in, code, p->text, e, "element at byte %lld of the document: %s",
			     (long long)p->offset, why);
}

/* The shell of a document that is an array: nothing may be left in it. */
static int end_array(struct feed *f, const struct split_part *p, struct err *e)
{
	struct span inside = span_trim(span_of(p->text.data + 1, p->text.len - 2));

	if (inside.len == 0)
		return 0;
	return reject_part(f, p, "schema", "an array that does not hold objects", e);
}

int feed_part(struct feed *f, const struct split_part *p, struct err *e)
{
	enum reject_code code = REJECT_NONE;

	/* Of a document of no known shape its elements were told; what follows one that has none is
	 * read. */
	if (f->refused && !f->doc && p->cut == SPLIT_ROOT)
		return 0;
	if (p->too_long)
		return reject_part(f, p, "too_long", "longer than --max-record", e);
	if (*p->text.data == '[')
		return end_array(f, p, e);
	err_clear(&f->in.why);
	if (record_parse(f->record, p->text.data, p->text.len, &code, &f->in.why) != 0)
		return reject_part(f, p, reject_code_name(code), f->in.why.text, e);
	return dispatch(f, p->cut == SPLIT_ROOT ? CUT_ROOT : f->cuts[p->cut], e);
}

/* Control lines of ours, in any input. */
static bool is_known_control(struct span line)
{
	return span_starts(line, "{\"_barrier\"") || span_starts(line, "{\"_watermark\"");
}

static bool has_one_member(const struct record *r)
{
	struct value_iter it = value_iter(record_root(r));
	struct value v;

	return value_next(&it, NULL, &v) && !value_next(&it, NULL, &v);
}

/* Others begin with {"_ too. But so do objects of journald and of Elasticsearch: they are control
 * lines only where nobody else's object may stand, and as short as ours are. */
static bool is_control(struct feed *f, struct span line)
{
	if (!span_starts(line, "{\"_") || is_known_control(line))
		return span_starts(line, "{\"_");
	if (f->fixed)
		return f->fixed == &format_ndjson;
	buf_clear(&f->why);
	return has_one_member(f->record) &&
	       !format_of_part(f->in.opt->maps, CUT_ROOT, f->record, &f->why);
}

static int control_line(struct feed *f, struct span line, struct err *e)
{
	bool barrier = span_starts(line, "{\"_barrier\"");

	if (is_known_control(line) && feed_flush(f, e) != 0)
		return -1; /* what was held back came before it */
	f->in.sink.control(f->in.sink.ctx, line, barrier);
	return 0;
}

int feed_line_object(struct feed *f, struct span line, struct err *e)
{
	enum reject_code code = REJECT_NONE;
	int rc;

	err_clear(&f->in.why);
	if (record_parse(f->record, line.data, line.len, &code, &f->in.why) != 0)
		return 0;
	if (is_control(f, line))
		return control_line(f, line, e) == 0 ? 1 : -1;
	/* Our own records may hold anything, also arrays that other formats are cut at. */
	if (cut_applies(f->wanted, f->record) &&
	    (f->fixed || format_ndjson.sniff_part(CUT_ROOT, f->record, NULL) != SNIFF_YES))
		return 0;
	rc = dispatch(f, CUT_ROOT, e);
	if (feed_end_document(f, e) != 0)
		rc = -1;
	f->line_documents = true;
	return rc == 0 ? 1 : -1;
}

/* A line of a format that reads an object a line. */
static int record_line_of(struct feed *f, const struct format *format, struct span line,
			  struct err *e)
{
	enum reject_code code = REJECT_NONE;
	struct err why = ERR_INIT;

	if (span_trim(line).len == 0)
		return f->in.opt->strict ? ingest_reject(&f->in, "blank", line, e, "a blank line")
					 : 0;
	if (record_parse(f->record, line.data, line.len, &code, &why) != 0)
		return ingest_reject(&f->in, reject_code_name(code), line, e, "%s", why.text);
	if (is_control(f, line))
		return control_line(f, line, e);
	return format->part(feed_state(f, format), CUT_ROOT, f->record, e);
}

static struct span without_cr(struct span line)
{
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

static int text_line_of(struct feed *f, const struct format *format, struct span line,
			struct err *e)
{
	enum reject_code code = REJECT_NONE;

	err_clear(&f->in.why);
	if (is_known_control(line) &&
	    record_parse(f->record, line.data, line.len, &code, &f->in.why) == 0)
		return control_line(f, line, e);
	line = without_cr(line);
	if (line.len > 0 && memchr(line.data, '\0', line.len))
		return ingest_reject(&f->in, "nul", line, e, "a NUL byte in a line of text");
	if (utf8_valid_prefix(line) != line.len)
		return ingest_reject(&f->in, "utf8", line, e, "not UTF-8 at byte %zu of the line",
				     utf8_valid_prefix(line));
	return format->line(feed_state(f, format), line, e);
}

int feed_line(struct feed *f, const struct format *format, struct span line, struct err *e)
{
	f->in.source = format->name;
	if (format->framing == FRAME_RECORDS)
		return record_line_of(f, format, line, e);
	return text_line_of(f, format, line, e);
}
