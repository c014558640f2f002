#include "aiops-ingest/formats/sample.h"

#include <stdbool.h>
#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct span *s)
{
	while (s->len > 0 && is_space(*s->data))
		*s = span_of(s->data + 1, s->len - 1);
}

/* Takes c, with spaces around it, from the front. */
static bool take_char(struct span *s, char c)
{
	skip_space(s);
	if (s->len == 0 || *s->data != c)
		return false;
	*s = span_of(s->data + 1, s->len - 1);
	skip_space(s);
	return true;
}

/* Takes bytes up to one of stops. */
static struct span take_until(struct span *s, const char *stops)
{
	size_t n = 0;
	struct span taken;

	while (n < s->len && !strchr(stops, s->data[n]))
		n++;
	taken = span_of(s->data, n);
	*s = span_of(s->data + n, s->len - n);
	return taken;
}

static bool take_time(struct span *s, struct span *out)
{
	*out = take_until(s, ", \t\r\n]\"[{");
	return out->len > 0;
}

static bool take_value(struct span *s, struct span *out)
{
	if (s->len == 0 || *s->data != '"')
		return false;
	*s = span_of(s->data + 1, s->len - 1);
	*out = take_until(s, "\"\\");
	return out->len > 0 && take_char(s, '"');
}

static bool take_sample(struct span *s, struct sample *out)
{
	return take_char(s, '[') && take_time(s, &out->time) && take_char(s, ',') &&
	       take_value(s, &out->value) && take_char(s, ']');
}

int sample_next(struct span *rest, struct sample *out)
{
	struct span s = *rest;

	skip_space(&s);
	if (s.len == 0 || *s.data == ']')
		return 0;
	if (*s.data != ',' && *s.data != '[')
		return -1;
	s = span_of(s.data + 1,
		    s.len - 1); /* the array's bracket, or the comma behind the sample before */
	skip_space(&s);
	if (s.len > 0 && *s.data == ']')
		return 0;
	if (!take_sample(&s, out))
		return -1;
	*rest = s;
	return 1;
}

int sample_single(struct span s, struct sample *out)
{
	return take_sample(&s, out) && s.len == 0 ? 0 : -1;
}
