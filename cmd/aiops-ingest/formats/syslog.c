#include "aiops-ingest/formats/syslog.h"

#include "aiops-ingest/formats/priority.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct span from(struct span s, size_t at)
{
	return at < s.len ? span_of(s.data + at, s.len - at) : span_of(s.data + s.len, 0);
}

bool syslog_priority(struct span s, int *priority, size_t *len)
{
	size_t n = 1;
	int value = 0;

	if (s.len < 3 || *s.data != '<')
		return false;
	for (; n < s.len && n <= 3 && is_digit(s.data[n]); n++)
		value = value * 10 + (s.data[n] - '0');
	if (n == 1 || n == s.len || s.data[n] != '>' || value > PRIORITY_MAX)
		return false;
	*priority = value;
	*len = n + 1;
	return true;
}

bool syslog_count(struct span s, size_t *count, size_t *header)
{
	enum { MAX_DIGITS = 7 };
	size_t n = 0, value = 0;

	for (; n < s.len && n <= MAX_DIGITS && is_digit(s.data[n]); n++)
		value = value * 10 + (size_t)(s.data[n] - '0');
	if (n == 0 || n > MAX_DIGITS || *s.data == '0' || n + 1 >= s.len || s.data[n] != ' ' ||
	    s.data[n + 1] != '<')
		return false;
	*count = value;
	*header = n + 1;
	return true;
}

/* Takes the word up to the next space; "-" is nil. */
static struct span take_word(struct span *s)
{
	size_t n = 0;
	struct span word;

	while (n < s->len && s->data[n] != ' ')
		n++;
	word = span_of(s->data, n);
	*s = from(*s, n + 1);
	return span_is(word, "-") || word.len == 0 ? SPAN_NONE : word;
}

/* ---- RFC 5424 ---- */

/* A parameter's value behind its quote, escapes undone; *s is moved behind the closing quote. */
static int take_value(struct span *s, struct arena *words, struct span *out, struct err *e)
{
	struct span raw;
	size_t n = 0, kept = 0;
	char *to;

	while (n < s->len && s->data[n] != '"')
		n += s->data[n] == '\\' ? 2 : 1;
	if (n >= s->len)
		return err_set(e, EX_BADDATA, "structured data: a value that does not end");
	raw = span_of(s->data, n);
	*s = from(*s, n + 1);
	*out = raw;
	if (!memchr(raw.data, '\\', raw.len))
		return 0;
	*out = arena_keep(words, raw);
	to = (char *)out->data; /* our own copy */
	for (size_t i = 0; i < raw.len; i++) {
		bool escape = raw.data[i] == '\\' && i + 1 < raw.len &&
			      strchr("\"\\]", raw.data[i + 1]) && raw.data[i + 1];

		i += escape;
		to[kept++] = raw.data[i];
	}
	out->len = kept;
	return 0;
}

static int take_parameter(struct span *s, struct span id, struct arena *words,
			  struct labelset *data, struct err *e)
{
	struct span name[3] = {id, SPAN("."), SPAN_NONE}, value;
	size_t n = 0;

	while (n < s->len && s->data[n] != '=' && s->data[n] != ' ' && s->data[n] != ']')
		n++;
	if (n == 0 || n + 1 >= s->len || s->data[n] != '=' || s->data[n + 1] != '"')
		return err_set(e, EX_BADDATA, "structured data: no NAME=\"value\"");
	name[2] = span_of(s->data, n);
	*s = from(*s, n + 2);
	if (take_value(s, words, &value, e) != 0)
		return -1;
	labelset_add(data, arena_join(words, name, 3), value);
	return 0;
}

/* [id name="value" ...][...], or "-". */
static int take_data(struct span *s, struct arena *words, struct labelset *data, struct err *e)
{
	if (s->len > 0 && *s->data == '-') {
		*s = from(*s, 1);
		return 0;
	}
	if (s->len == 0 || *s->data != '[')
		return err_set(e, EX_BADDATA, "structured data: neither '-' nor '['");
	while (s->len > 0 && *s->data == '[') {
		size_t n = 1;
		struct span id;

		while (n < s->len && s->data[n] != ' ' && s->data[n] != ']')
			n++;
		id = span_of(s->data + 1, n - 1);
		*s = from(*s, n);
		while (s->len > 0 && *s->data == ' ') {
			*s = from(*s, 1);
			if (take_parameter(s, id, words, data, e) != 0)
				return -1;
		}
		if (id.len == 0 || s->len == 0 || *s->data != ']')
			return err_set(e, EX_BADDATA,
				       "structured data: an element without its end");
		*s = from(*s, 1);
	}
	return 0;
}

static int read_5424(struct span s, struct arena *words, struct labelset *data,
		     struct syslog_message *out, struct err *e)
{
	struct span time = take_word(&s);

	if (time.data) {
		if (instant_parse(time, &out->time.at, e) != 0)
			return err_prefix(e, "timestamp");
		out->time.state = TIME_GIVEN;
	}
	out->host = take_word(&s);
	out->app = take_word(&s);
	out->procid = take_word(&s);
	out->msgid = take_word(&s);
	if (take_data(&s, words, data, e) != 0)
		return -1;
	if (s.len > 0 && *s.data != ' ')
		return err_set(e, EX_BADDATA, "structured data: no space behind it");
	s = from(s, 1);
	if (span_starts(s, "\xef\xbb\xbf"))
		s = from(s, 3);
	out->body = s;
	return 0;
}

/* ---- RFC 3164 ---- */

static bool is_tag_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr("_-./", c));
}

/* "app[123]: " or "app: " at the front. */
static bool take_tag(struct span *s, struct syslog_message *out)
{
	size_t n = 0, end;
	struct span procid = SPAN_NONE;

	while (n < s->len && is_tag_char(s->data[n]))
		n++;
	end = n;
	if (n > 0 && n < s->len && s->data[n] == '[') {
		size_t close = n + 1;

		while (close < s->len && s->data[close] != ']' && s->data[close] != ' ')
			close++;
		if (close == s->len || s->data[close] != ']')
			return false;
		procid = span_of(s->data + n + 1, close - n - 1);
		end = close + 1;
	}
	if (n == 0 || (end == n && (end == s->len || s->data[end] != ':')))
		return false;
	out->app = span_of(s->data, n);
	out->procid = procid;
	if (end < s->len && s->data[end] == ':')
		end++;
	*s = span_trim(from(*s, end));
	return true;
}

/* Behind the time stand the host and the tag. A message from the machine itself leaves the host
 * out. */
static void take_head(struct span *s, struct syslog_message *out)
{
	struct span rest = *s, word;

	if (take_tag(s, out))
		return;
	word = take_word(&rest);
	if (!word.data || rest.len == 0 || !take_tag(&rest, out))
		return;
	out->host = word;
	*s = rest;
}

static void read_3164(struct span s, const struct stamp_options *opt, struct syslog_message *out)
{
	size_t hint = 2; /* syslog's own shape */
	struct stamp t;

	if (stamp_find(s, opt, &hint, &t) && t.before.len == 0 && t.rest.data > s.data) {
		out->time = (struct event_time){TIME_GIVEN, t.time};
		out->flags |= (t.year_assumed ? EVENT_YEAR_ASSUMED : 0u) |
			      (t.zone_assumed ? EVENT_ZONE_ASSUMED : 0u);
		s = t.rest;
	}
	take_head(&s, out);
	out->body = s;
}

int syslog_read(struct span s, const struct stamp_options *opt, struct arena *words,
		struct labelset *data, struct syslog_message *out, struct err *e)
{
	size_t len;
	int priority;

	*out = (struct syslog_message){.host = SPAN_NONE};
	if (!syslog_priority(s, &priority, &len))
		return err_set(
			e, EX_BADDATA,
			"no <0> to <191> in front; -f text reads the lines of a syslog file");
	out->facility = priority / 8;
	out->severity = span_of(&"01234567"[priority % 8], 1);
	s = from(s, len);
	if (s.len >= 2 && is_digit(*s.data) && s.data[1] == ' ') {
		if (*s.data != '1')
			return err_set(e, EX_BADDATA, "version %c of syslog is not known", *s.data);
		s = from(s, 2);
		return read_5424(s, words, data, out, e);
	}
	read_3164(s, opt, out);
	return 0;
}
