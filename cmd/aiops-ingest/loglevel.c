#include "aiops-ingest/loglevel.h"

#include <string.h>

enum { MAX_WORDS = 8, LOOK = 300, SHORTEST_WORD = 3, LONGEST_WORD = 11 };

/*
 * Words that log libraries and servers use as levels. LOG is PostgreSQL's ("Message
 * Severity Levels": LOG maps to syslog's INFO), SEVERE and FINE are Java's.
 */
static const struct {
	const char *word;
	enum severity severity;
} words[] = {
	{"INFO", SEVERITY_INFO},          {"ERROR", SEVERITY_HIGH},
	{"WARN", SEVERITY_MEDIUM},        {"WARNING", SEVERITY_MEDIUM},
	{"DEBUG", SEVERITY_INFO},         {"FATAL", SEVERITY_CRITICAL},
	{"LOG", SEVERITY_INFO},           {"NOTICE", SEVERITY_LOW},
	{"TRACE", SEVERITY_INFO},         {"CRITICAL", SEVERITY_CRITICAL},
	{"CRIT", SEVERITY_CRITICAL},      {"ERR", SEVERITY_HIGH},
	{"SEVERE", SEVERITY_HIGH},        {"PANIC", SEVERITY_CRITICAL},
	{"ALERT", SEVERITY_CRITICAL},     {"EMERG", SEVERITY_CRITICAL},
	{"EMERGENCY", SEVERITY_CRITICAL}, {"INFORMATION", SEVERITY_INFO},
	{"VERBOSE", SEVERITY_INFO},       {"FINE", SEVERITY_INFO},
	{"FINER", SEVERITY_INFO},         {"FINEST", SEVERITY_INFO},
	{"CONFIG", SEVERITY_INFO},        {"DEBUG1", SEVERITY_INFO},
	{"DEBUG2", SEVERITY_INFO},        {"DEBUG3", SEVERITY_INFO},
	{"DEBUG4", SEVERITY_INFO},        {"DEBUG5", SEVERITY_INFO},
};

static const struct {
	char letter;
	enum severity severity;
} letters[] = {
	{'I', SEVERITY_INFO},     {'W', SEVERITY_MEDIUM}, {'E', SEVERITY_HIGH},
	{'F', SEVERITY_CRITICAL}, {'D', SEVERITY_INFO},   {'#', SEVERITY_MEDIUM},
	{'*', SEVERITY_LOW},      {'-', SEVERITY_INFO},   {'.', SEVERITY_INFO},
};

static bool find_word(struct span s, bool any_case, enum severity *out)
{
	if (s.len < SHORTEST_WORD || s.len > LONGEST_WORD)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct span w;

		if ((*s.data | 0x20) != (*words[i].word | 0x20))
			continue;
		w = span_cstr(words[i].word);
		if (!(any_case ? span_eq_nocase(s, w) : span_eq(s, w)))
			continue;
		*out = words[i].severity;
		return true;
	}
	return false;
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

/* Takes the next word off the front; words end at spaces and bars. */
static bool next_word(struct span *s, struct span *word)
{
	size_t i = 0, n;

	while (i < s->len && (is_space(s->data[i]) || s->data[i] == '|'))
		i++;
	for (n = i; n < s->len && !is_space(s->data[n]) && s->data[n] != '|'; n++)
		;
	*word = span_of(s->data + i, n - i);
	*s = from(*s, n);
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
	struct span core = brackets ? bracketed(word) : trim_chars(word, ":,;\"");

	if (core.len == 0 || !find_word(core, brackets || colon || set_off, &out->severity))
		return false;
	if (span_is(core, "LOG") && !colon)
		return false; /* in front of anything else it is just a word */
	out->text = core;
	return true;
}

/* The value of key in a logfmt line, or SPAN_NONE. */
static struct span logfmt_value(struct span line, const char *key)
{
	struct span rest = line;
	const char *at;

	while ((at = span_find(rest, span_cstr(key)))) {
		struct span v = from(line, (size_t)(at - line.data) + strlen(key));
		size_t n = 0;

		if (at == line.data || at[-1] == ' ' || at[-1] == ',') {
			v = v.len > 0 && *v.data == '"' ? from(v, 1) : v;
			while (n < v.len && !is_space(v.data[n]) && v.data[n] != '"' &&
			       v.data[n] != ',')
				n++;
			return span_of(v.data, n);
		}
		rest = v;
	}
	return SPAN_NONE;
}

static bool logfmt_level(struct span head, struct log_level *out)
{
	static const char *const keys[] = {"level=", "lvl=", "severity="};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct span v = logfmt_value(head, keys[i]);

		if (v.len == 0 || !find_word(v, true, &out->severity))
			continue;
		out->text = v;
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
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       strchr("-_./@+", c);
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
	static const char *const starts[] = {" ",
					     "\t",
					     "Caused by: ",
					     "Suppressed: ",
					     "Traceback (most recent call last)",
					     "During handling of the above exception",
					     "The above exception was",
					     "... ",
					     "at ",
					     "goroutine ",
					     "stack backtrace:",
					     "Stack trace:"};

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (span_starts(line, starts[i]))
			return true;
	return is_exception(line);
}
