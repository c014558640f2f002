/* The reading of a document, byte by byte: brackets, strings, and where parts begin and end. */
#include "aiops-ingest/split_impl.h"

static struct open_part *innermost(struct split *s)
{
	return &s->parts[s->n_parts - 1];
}

/* Copies what was read since the last copy to the innermost part, up to its limit. */
static void copy_run(struct split *s)
{
	struct open_part *p = innermost(s);
	size_t len = (size_t)(s->at - s->run), room = s->max - (s->hold.len - p->at);

	if (len > room) {
		p->over = true;
		len = room;
	}
	buf_add(&s->hold, s->run, len);
	s->run = s->at;
}

/* True directly inside a cut array, where commas and spaces belong to no part. */
static bool between_parts(const struct split *s)
{
	return s->depth > 0 && s->levels[s->depth - 1].cut != NO_CUT;
}

static bool broken(struct split *s, enum reject_code code, const char *what)
{
	s->fault = (struct split_fault){code, what, s->offset, s->line_start};
	return false;
}

static void open_part(struct split *s, int cut)
{
	if (s->n_parts > 0)
		copy_run(s);
	s->parts[s->n_parts++] = (struct open_part){s->hold.len, s->depth, cut, s->offset, false};
}

static void open_part_if_cut(struct split *s)
{
	if (s->depth == 0)
		open_part(s, SPLIT_ROOT);
	else if (between_parts(s))
		open_part(s, s->levels[s->depth - 1].cut);
}

/* The key in front of the value that begins now; empty if no path asks for it. */
static struct span last_key(const struct split *s)
{
	return s->key_end <= s->hold.len ? span_of(s->hold.data + s->key_at, s->key_end - s->key_at)
					 : SPAN_NONE;
}

/* The paths whose containers match down to the one that opens now. */
static uint64_t still_alive(struct split *s, char bracket)
{
	const struct level *around = s->depth ? &s->levels[s->depth - 1] : NULL;
	uint64_t candidates = around ? around->alive : (UINT64_C(1) << s->n_paths) - 1, alive = 0;
	struct span key = SPAN_NONE;

	if (!candidates)
		return 0;
	if (around) {
		copy_run(s);
		key = last_key(s);
	}
	for (size_t c = 0; candidates >> c; c++)
		if ((candidates >> c & 1) &&
		    array_path_matches(&s->paths[c], s->depth, bracket,
				       around && around->bracket == '{', key))
			alive |= UINT64_C(1) << c;
	return alive;
}

/* The cut that the innermost array is one of, or NO_CUT. */
static int cut_of_array(const struct split *s)
{
	const struct level *l = &s->levels[s->depth - 1];

	for (size_t c = 0; l->alive >> c; c++)
		if ((l->alive >> c & 1) && s->paths[c].n == s->depth)
			return (int)c;
	return NO_CUT;
}

static bool open_container(struct split *s, char bracket)
{
	struct level *around = s->depth ? &s->levels[s->depth - 1] : NULL;
	uint64_t alive;

	if (s->depth == RECORD_MAX_DEPTH)
		return broken(s, REJECT_DEPTH, "more than 64 containers inside one another");
	/* An array is cut only if its first element is an object. */
	if (around && bracket == '{' && s->want == WANT_VALUE_OR_END)
		around->cut = cut_of_array(s);
	alive = still_alive(s, bracket);
	open_part_if_cut(s);
	s->levels[s->depth++] = (struct level){bracket, alive, NO_CUT};
	s->want = bracket == '{' ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
	return true;
}

static bool wants_value(const struct split *s)
{
	return s->want == WANT_VALUE || s->want == WANT_VALUE_OR_END;
}

static bool close_container(struct split *s, char bracket)
{
	if (s->depth == 0 || s->levels[s->depth - 1].bracket != (bracket == '}' ? '{' : '['))
		return broken(s, REJECT_SYNTAX, "a closing bracket that nothing opened");
	if (s->want != WANT_COMMA_OR_END && s->want != WANT_VALUE_OR_END &&
	    s->want != WANT_KEY_OR_END)
		return broken(s, REJECT_SYNTAX, "a value is missing before a closing bracket");
	s->depth--;
	s->want = WANT_COMMA_OR_END;
	return true;
}

static bool begin_string(struct split *s)
{
	bool key = s->want == WANT_KEY || s->want == WANT_KEY_OR_END;

	if (s->depth == 0 || (!key && !wants_value(s)))
		return broken(s, REJECT_SYNTAX, "a string where ',' or ':' is missing");
	if (!key)
		open_part_if_cut(s);
	s->key_string = key && s->levels[s->depth - 1].alive;
	if (s->key_string) {
		copy_run(s);
		s->key_at = s->hold.len + 1;
	}
	s->want = key ? WANT_COLON : WANT_COMMA_OR_END;
	s->mode = MODE_STRING;
	return true;
}

static bool begin_scalar(struct split *s)
{
	if (s->depth == 0 || !wants_value(s))
		return broken(s, REJECT_SYNTAX, "an unexpected character");
	open_part_if_cut(s);
	s->want = WANT_COMMA_OR_END;
	s->mode = MODE_SCALAR;
	return true;
}

static bool punctuation(struct split *s, char c)
{
	if (s->want != (c == ',' ? WANT_COMMA_OR_END : WANT_COLON))
		return broken(s, REJECT_SYNTAX,
			      c == ',' ? "a ',' in the wrong place" : "a ':' in the wrong place");
	if (c == ':')
		s->want = WANT_VALUE;
	else
		s->want = s->levels[s->depth - 1].bracket == '{' ? WANT_KEY : WANT_VALUE;
	return true;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_delimiter(char c)
{
	return is_space(c) || c == ',' || c == ']' || c == '}' || c == '{' || c == '[' ||
	       c == '"' || c == ':';
}

/* The first byte of a token; false when it breaks the document. */
static bool begin_token(struct split *s, char c)
{
	switch (c) {
	case '{':
		if (s->lines && s->line_start && s->depth > 0)
			return broken(s, REJECT_SYNTAX, "the document does not end on its line");
		__attribute__((fallthrough));
	case '[':
		if (!wants_value(s))
			return broken(s, REJECT_SYNTAX, "an opening bracket where ',' is missing");
		return open_container(s, c);
	case '}':
	case ']':
		return close_container(s, c);
	case '"':
		return begin_string(s);
	case ',':
	case ':':
		return punctuation(s, c);
	default:
		return begin_scalar(s);
	}
}

static void take(struct split *s, size_t n)
{
	s->at += n;
	s->offset += (int64_t)n;
}

/* One byte between tokens, or the first of one. */
static bool step_between(struct split *s)
{
	char c = *s->at;
	bool loose = between_parts(s) && (is_space(c) || c == ',');

	if (!is_space(c) && !begin_token(s, c))
		return false;
	take(s, 1);
	s->line_start = c == '\n';
	if (loose)
		s->run = s->at;
	return true;
}

static bool step_string(struct split *s)
{
	const char *p = s->at;

	while (p < s->end && *p != '"' && *p != '\\' && *p != '\n')
		p++;
	take(s, (size_t)(p - s->at));
	if (p == s->end)
		return true;
	if (*p == '\n')
		return broken(s, REJECT_SYNTAX, "a string that does not end on its line");
	s->mode = *p == '"' ? MODE_BETWEEN : MODE_ESCAPE;
	if (*p == '"' && s->key_string) {
		copy_run(s);
		s->key_end = s->hold.len;
	}
	take(s, 1);
	return true;
}

static bool step_escape(struct split *s)
{
	if (*s->at == '\n')
		return broken(s, REJECT_SYNTAX, "a string that does not end on its line");
	take(s, 1);
	s->mode = MODE_STRING;
	return true;
}

static bool step_scalar(struct split *s)
{
	const char *p = s->at;

	while (p < s->end && !is_delimiter(*p))
		p++;
	take(s, (size_t)(p - s->at));
	if (p < s->end)
		s->mode = MODE_BETWEEN;
	return true;
}

static bool step(struct split *s)
{
	switch (s->mode) {
	case MODE_STRING:
		return step_string(s);
	case MODE_ESCAPE:
		return step_escape(s);
	case MODE_SCALAR:
		return step_scalar(s);
	default:
		return step_between(s);
	}
}

/* True when the innermost part has just ended. */
static bool part_ended(const struct split *s)
{
	return s->n_parts > 0 && s->mode == MODE_BETWEEN &&
	       s->depth == s->parts[s->n_parts - 1].depth;
}

static enum split_result hand_out(struct split *s, struct split_part *part)
{
	const struct open_part *p = innermost(s);

	copy_run(s);
	(void)buf_room(&s->hold, RECORD_PADDING); /* cannot pass the maximum, see split_new */
	*part = (struct split_part){p->cut, span_of(s->hold.data + p->at, s->hold.len - p->at),
				    p->offset, p->over};
	s->handed_out = true;
	return p->cut == SPLIT_ROOT ? SPLIT_END : SPLIT_PART;
}

static void drop_handed_out(struct split *s)
{
	if (!s->handed_out)
		return;
	s->hold.len = innermost(s)->at;
	s->n_parts--;
	s->handed_out = false;
}

enum split_result split_feed(struct split *s, struct span *in, struct split_part *part)
{
	enum split_result result = SPLIT_MORE;

	drop_handed_out(s);
	s->at = s->run = in->data;
	s->end = in->data + in->len;
	while (s->at < s->end && result == SPLIT_MORE) {
		if (!step(s))
			result = SPLIT_BROKEN;
		else if (part_ended(s))
			result = hand_out(s, part);
	}
	if (result != SPLIT_END && result != SPLIT_PART && s->n_parts > 0)
		copy_run(s);
	*in = span_of(s->at, (size_t)(s->end - s->at));
	return result;
}
