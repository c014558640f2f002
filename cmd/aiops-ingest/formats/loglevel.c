#include "aiops-ingest/formats/loglevel.h"

#include <endian.h>
#include <string.h>

#include "aiops-ingest/formats/logfmt.h"

enum { MAX_WORDS = 8, LOOK = 300, SHORTEST_WORD = 3, LONGEST_WORD = 11 };

/*
 * Words that log libraries and servers use as levels. LOG is PostgreSQL's ("Message
 * Severity Levels": LOG maps to syslog's INFO), SEVERE and FINE are Java's.
 */
static const struct word {
	const char *text;
	size_t len;
	enum severity severity;
} words[26][7] = {
#define WORD(text, severity)                                                                       \
	{                                                                                          \
		text, sizeof(text) - 1, severity                                                   \
	}
	['a' - 'a'] = {WORD("ALERT", SEVERITY_CRITICAL)},
	['c' - 'a'] = {WORD("CRITICAL", SEVERITY_CRITICAL), WORD("CRIT", SEVERITY_CRITICAL),
		       WORD("CONFIG", SEVERITY_INFO)},
	['d' - 'a'] = {WORD("DEBUG", SEVERITY_INFO), WORD("DEBUG1", SEVERITY_INFO),
		       WORD("DEBUG2", SEVERITY_INFO), WORD("DEBUG3", SEVERITY_INFO),
		       WORD("DEBUG4", SEVERITY_INFO), WORD("DEBUG5", SEVERITY_INFO)},
	['e' - 'a'] = {WORD("ERROR", SEVERITY_HIGH), WORD("ERR", SEVERITY_HIGH),
		       WORD("EMERG", SEVERITY_CRITICAL), WORD("EMERGENCY", SEVERITY_CRITICAL)},
	['f' - 'a'] = {WORD("FATAL", SEVERITY_CRITICAL), WORD("FAILURE", SEVERITY_HIGH),
		       WORD("FINE", SEVERITY_INFO), WORD("FINER", SEVERITY_INFO),
		       WORD("FINEST", SEVERITY_INFO)},
	['i' - 'a'] = {WORD("INFO", SEVERITY_INFO), WORD("INFORMATION", SEVERITY_INFO)},
	['l' - 'a'] = {WORD("LOG", SEVERITY_INFO)},
	['n' - 'a'] = {WORD("NOTICE", SEVERITY_LOW), WORD("NOTE", SEVERITY_INFO)},
	['p' - 'a'] = {WORD("PANIC", SEVERITY_CRITICAL)},
	['s' - 'a'] = {WORD("SEVERE", SEVERITY_HIGH)},
	['t' - 'a'] = {WORD("TRACE", SEVERITY_INFO)},
	['v' - 'a'] = {WORD("VERBOSE", SEVERITY_INFO)},
	['w' - 'a'] = {WORD("WARN", SEVERITY_MEDIUM), WORD("WARNING", SEVERITY_MEDIUM)},
#undef WORD
};

static const struct {
	char letter;
	enum severity severity;
} letters[] = {
	{'I', SEVERITY_INFO},     {'W', SEVERITY_MEDIUM},   {'E', SEVERITY_HIGH},
	{'F', SEVERITY_CRITICAL}, {'D', SEVERITY_INFO},     {'#', SEVERITY_MEDIUM},
	{'*', SEVERITY_LOW},      {'-', SEVERITY_INFO},     {'.', SEVERITY_INFO},
	{'V', SEVERITY_INFO},     {'A', SEVERITY_CRITICAL},
};

static bool find_word(struct span s, bool any_case, enum severity *out)
{
	unsigned letter;

	if (s.len < SHORTEST_WORD || s.len > LONGEST_WORD)
		return false;
	letter = ((unsigned char)*s.data | 0x20u) - 'a';
	if (letter >= sizeof words / sizeof *words)
		return false;
	for (const struct word *w = words[letter]; w->text; w++) {
		struct span word = span_of(w->text, w->len);

		if (s.len != w->len || !(any_case ? span_eq_nocase(s, word) : span_eq(s, word)))
			continue;
		*out = w->severity;
		return true;
	}
	return false;
}

bool log_level_is(struct span word)
{
	enum severity ignored;

	return find_word(word, true, &ignored);
}

bool log_level_is_key(struct span key)
{
	return span_eq(key, SPAN("level")) || span_eq(key, SPAN("lvl")) ||
	       span_eq(key, SPAN("severity"));
}

struct log_level log_level_of(struct span word)
{
	struct log_level level = {word, SEVERITY_UNKNOWN};

	if (find_word(word, true, &level.severity))
		return level;
	for (size_t i = 0; word.len == 1 && i < sizeof letters / sizeof *letters; i++)
		if (letters[i].letter == *word.data)
			level.severity = letters[i].severity;
	return level;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static struct span from(struct span s, size_t at)
{
	return span_of(s.data + at, s.len - at);
}

static bool ends_word(char c)
{
	return c == ' ' || c == '|' || c == '\t';
}

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/* The top bit of each byte of v that is c is set; behind the first, also of some that are not
 * (S. E. Anderson, "Bit Twiddling Hacks", haszero). */
static uint64_t bytes_like(uint64_t v, unsigned char c)
{
	v ^= EACH_BYTE(c);
	return (v - EACH_BYTE(1)) & ~v & EACH_BYTE(0x80);
}

/* Bytes in front of the first space, tab or bar, looked for eight at a time. */
static size_t word_length(struct span s)
{
	size_t n = 0;
	uint64_t v, found;

	for (; n + sizeof v <= s.len; n += sizeof v) {
		memcpy(&v, s.data + n, sizeof v);
		v = le64toh(v);
		found = bytes_like(v, ' ') | bytes_like(v, '|') | bytes_like(v, '\t');
		if (found)
			return n + (size_t)__builtin_ctzll(found) / 8;
	}
	while (n < s.len && !ends_word(s.data[n]))
		n++;
	return n;
}

/* Takes the next word off the front; words end at spaces and bars. */
static bool next_word(struct span *s, struct span *word)
{
	size_t i = 0;

	while (i < s->len && ends_word(s->data[i]))
		i++;
	*s = from(*s, i);
	*word = span_of(s->data, word_length(*s));
	*s = from(*s, word->len);
	return word->len > 0;
}

static struct span trim_chars(struct span s, const char *chars)
{
	while (s.len > 0 && strchr(chars, *s.data))
		s = from(s, 1);
	while (s.len > 0 && strchr(chars, s.data[s.len - 1]))
		s.len--;
	return s;
}

/* "[core:error]" is error. */
static struct span bracketed(struct span word)
{
	size_t i;

	word = trim_chars(word, "[]()<>:,");
	for (i = word.len; i > 0 && word.data[i - 1] != ':'; i--)
		;
	return from(word, i);
}

/* Is this word of the line its level? */
static bool is_level(struct span word, struct span behind, bool first, struct log_level *out)
{
	bool brackets = *word.data == '[' || *word.data == '<' || *word.data == '(';
	bool colon = word.data[word.len - 1] == ':';
	bool set_off =
		first && behind.len > 1 &&
		(*behind.data == '\t' || (is_space(*behind.data) && is_space(behind.data[1])));
	struct span core;

	if (!brackets && !colon && !set_off && (*word.data < 'A' || *word.data > 'Z'))
		return false;
	core = brackets ? bracketed(word) : trim_chars(word, ":,;\"");

	if (core.len == 0 || !find_word(core, brackets || colon || set_off, &out->severity))
		return false;
	if (span_is(core, "LOG") && !colon)
		return false; /* in front of anything else it is just a word */
	out->text = core;
	return true;
}

static bool logfmt_level(struct span head, struct log_level *out)
{
	struct span key, value;

	while (logfmt_next(&head, &key, &value)) {
		if (!log_level_is_key(key))
			continue;
		if (value.len == 0 || !find_word(value, true, &out->severity))
			continue;
		out->text = value;
		return true;
	}
	return false;
}

struct log_level log_level_find(struct span rest)
{
	struct log_level level = {SPAN_NONE, SEVERITY_UNKNOWN};
	struct span head = span_of(rest.data, rest.len < LOOK ? rest.len : LOOK), left = head, word;

	for (int i = 0; i < MAX_WORDS && next_word(&left, &word); i++)
		if (is_level(word, left, i == 0, &level))
			return level;
	level.severity = SEVERITY_UNKNOWN;
	(void)logfmt_level(head, &level); /* none: the level stays empty */
	return level;
}

static bool is_app_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '-' && c <= '9') ||
	       c == '_' || c == '@' || c == '+';
}

/* "sshd[24200]:" or "kernel:"; SPAN_NONE for another word. */
static struct span app_of(struct span word, bool pid_needed)
{
	size_t n = 0, i;

	while (n < word.len && is_app_char(word.data[n]))
		n++;
	if (n == 0 || n == word.len)
		return SPAN_NONE;
	if (word.data[n] == ':' && n + 1 == word.len)
		return pid_needed ? SPAN_NONE : span_of(word.data, n);
	if (word.data[n] != '[')
		return SPAN_NONE;
	for (i = n + 1; i < word.len && word.data[i] >= '0' && word.data[i] <= '9'; i++)
		;
	return i > n + 1 && i + 2 == word.len && word.data[i] == ']' && word.data[i + 1] == ':'
		       ? span_of(word.data, n)
		       : SPAN_NONE;
}

struct log_head log_head_find(struct span rest, bool pid_needed)
{
	struct log_head head = {SPAN_NONE, SPAN_NONE};
	struct span host, word;

	if (!next_word(&rest, &host) || !next_word(&rest, &word) || !is_app_char(*host.data))
		return head;
	head.app = app_of(word, pid_needed);
	if (head.app.data)
		head.host = host;
	return head;
}

long log_detail_at(struct span rest)
{
	static const char *const details[] = {
		"DETAIL:", "HINT:", "QUERY:", "CONTEXT:", "STATEMENT:", "LOCATION:", "BACKTRACE:"};
	struct span left = span_of(rest.data, rest.len < LOOK ? rest.len : LOOK), word;

	for (int i = 0; i < MAX_WORDS && next_word(&left, &word); i++) {
		if (word.data[word.len - 1] != ':' || !span_starts(left, "  "))
			continue;
		for (size_t d = 0; d < sizeof details / sizeof *details; d++)
			if (span_is(word, details[d]))
				return word.data - rest.data;
	}
	return -1;
}

/* "java.lang.IllegalStateException: closed", "ValueError: x": a dotted name that ends as exceptions
 * do. */
static bool is_exception(struct span line)
{
	static const char *const ends[] = {"Exception", "Error", "Throwable", "Interrupt", "Exit"};
	size_t n = 0;

	while (n < line.len && (is_app_char(line.data[n]) || line.data[n] == '$'))
		n++;
	if (n < line.len && line.data[n] != ':')
		return false;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t len = strlen(ends[i]);

		if (n >= len && memcmp(line.data + n - len, ends[i], len) == 0)
			return true;
	}
	return false;
}

bool log_goes_on(struct span line)
{
	static const char *const starts[] = {"Caused by: ",
					     "[signal ",
					     "Suppressed: ",
					     "Traceback (most recent call last)",
					     "During handling of the above exception",
					     "The above exception was",
					     "... ",
					     "at ",
					     "goroutine ",
					     "stack backtrace:",
					     "Stack trace:"};

	if (line.len > 0 && is_space(*line.data))
		return true;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (span_starts(line, starts[i]))
			return true;
	return is_exception(line);
}

bool log_begins_go_trace(struct span line)
{
	return span_starts(line, "goroutine ") || span_starts(line, "[signal ");
}

bool log_goes_on_in_go(struct span line)
{
	size_t n = 0;

	if (span_starts(line, "created by ") || span_starts(line, "exit status ") ||
	    span_starts(line, "[signal "))
		return true;
	while (n < line.len && (is_app_char(line.data[n]) || strchr("()*", line.data[n])))
		n++;
	return n > 0 && memchr(line.data, '.', n) && line.data[line.len - 1] == ')' &&
	       memchr(line.data, '(', line.len);
}

/* The status of an access log's line, "GET /x HTTP/1.1" 503 ..., or SPAN_NONE. */
static struct span access_status(struct span rest)
{
	const char *p = rest.data, *end = p + rest.len;

	if (rest.len == 0 || *p != '"')
		return SPAN_NONE;
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	if (end - p < 5 || p[1] != ' ' || (end - p > 5 && p[5] != ' '))
		return SPAN_NONE;
	for (int i = 2; i < 5; i++)
		if (p[i] < '0' || p[i] > '9')
			return SPAN_NONE;
	return span_of(p + 2, 3);
}

struct log_level log_access_level(struct span rest)
{
	struct span status = access_status(rest);

	if (status.len == 0 || *status.data != '5')
		return (struct log_level){SPAN_NONE, SEVERITY_UNKNOWN};
	return (struct log_level){status, SEVERITY_HIGH};
}

struct log_level log_redis_level(struct span rest)
{
	if (rest.len < 2 || rest.data[1] != ' ' || !strchr("#*-.", *rest.data))
		return (struct log_level){SPAN_NONE, SEVERITY_UNKNOWN};
	return log_level_of(span_of(rest.data, 1));
}
