#include "aiops-ingest/formats/grammar.h"

#include <string.h>

#include "aiops-ingest/formats/loglevel.h"

/*
 * Patterns: a space is one or more blanks, = two or more; L a level's word of any
 * case, l its letter; # digits; N a logger's name, J one that is dotted as Java's
 * and Rust's are; T text in brackets, Z the same with ":Class@line" at its end;
 * C component, H host, _ any word; anything else is itself. A layout is for one
 * shape of time, or (STAMP_OTHER) for any. The names are those of the programmes that write so
 * by default; in the free text of others nothing is looked for.
 */
static const struct layout {
	enum stamp_shape shape;
	const char *pattern;
	bool before; /* it stands in front of the time */
} layouts[] = {
	{STAMP_OTHER, "L T J:", false},        /* Log4j with a thread: Hadoop */
	{STAMP_OTHER, "L J:", false},          /* Log4j: Spark; Rust's tracing */
	{STAMP_DIGITS, "# L N:", false},       /* HDFS */
	{STAMP_OTHER, "L T J -", false},       /* Log4j 2: Kafka, Flink */
	{STAMP_OTHER, "T L J -", false},       /* Logback */
	{STAMP_OTHER, "L # --- T N :", false}, /* Spring Boot */
	{STAMP_OTHER, "L Z -", false},         /* Zookeeper */
	{STAMP_OTHER, "# L N [", false},       /* oslo.log: OpenStack */
	{STAMP_MONTH_DAY, "# # l N:", false},  /* Android's logcat */
	{STAMP_OTHER, "N - L -", false},       /* Python's logging, as its manual sets it */
	{STAMP_OTHER, "L J]", false},          /* Rust's env_logger */
	{STAMP_OTHER, "L=C=", false},          /* Windows' CBS and CSI */
	{STAMP_BGL, "_ H _ _ _ C L", false},   /* BlueGene/L, as Loghub has it */
	{STAMP_HPC, "_ H C", true},            /* LANL's HPC, as Loghub has it */
};

enum { LAYOUTS = sizeof layouts / sizeof *layouts };

struct reading {
	struct span s;
	size_t at;
	struct log_parts parts;
};

static struct reading reading_of(struct span s)
{
	NOT_CLEARED struct reading r;

	r.s = s;
	r.at = 0;
	r.parts.level = r.parts.logger = r.parts.component = r.parts.host = SPAN_NONE;
	return r;
}

static char peek(const struct reading *r)
{
	return r->at < r->s.len ? r->s.data[r->at] : '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take_blanks(struct reading *r, size_t least)
{
	size_t from = r->at;

	while (is_blank(peek(r)))
		r->at++;
	return r->at - from >= least;
}

/* What was read since `from`; false if nothing. */
static bool taken(const struct reading *r, size_t from, struct span *out)
{
	*out = span_of(r->s.data + from, r->at - from);
	return out->len > 0;
}

static bool take_level(struct reading *r)
{
	size_t from = r->at;

	while (is_letter(peek(r)))
		r->at++;
	return taken(r, from, &r->parts.level) && log_level_is(r->parts.level);
}

static bool take_letter(struct reading *r)
{
	size_t from = r->at++;

	return from < r->s.len && strchr("VDIWEFA", r->s.data[from]) && r->s.data[from] &&
	       taken(r, from, &r->parts.level);
}

static bool take_digits(struct reading *r)
{
	size_t from = r->at;

	while (is_digit(peek(r)))
		r->at++;
	return r->at > from;
}

static bool is_name_char(char c)
{
	return is_letter(c) || (c >= '-' && c <= '9') || c == '_' || c == '$'; /* - . / digits */
}

/* A single ':' ends a name, "::" is Rust's dot. */
static bool take_name(struct reading *r, struct span *out)
{
	size_t from = r->at;

	for (;;) {
		if (is_name_char(peek(r)))
			r->at++;
		else if (peek(r) == ':' && r->at + 1 < r->s.len && r->s.data[r->at + 1] == ':')
			r->at += 2;
		else
			break;
	}
	return taken(r, from, out) && is_letter(*out->data);
}

/* "org.example.Pool", "dfs.DataNode$Receiver", "my_crate::net"; not "failed" or "notes.txt". */
static bool take_dotted(struct reading *r, struct span *out)
{
	const char *last;

	if (!take_name(r, out))
		return false;
	last = memrchr(out->data, '.', out->len);
	if (last && last + 1 < out->data + out->len && last[1] >= 'A' && last[1] <= 'Z')
		return true;
	return memchr(out->data, ':', out->len); /* a name has no single ones */
}

/* Text in brackets, which may hold brackets. */
static bool take_brackets(struct reading *r, struct span *out)
{
	size_t from = r->at, depth = 0;

	if (peek(r) != '[')
		return false;
	for (; r->at < r->s.len; r->at++) {
		if (r->s.data[r->at] == '[')
			depth++;
		else if (r->s.data[r->at] == ']' && --depth == 0)
			break;
	}
	if (r->at == r->s.len)
		return false;
	r->at++;
	*out = span_of(r->s.data + from + 1, r->at - from - 2);
	return true;
}

/* "QuorumPeer[myid=1]/0:0:2181:FastLeaderElection@774": the class in front of the line's number. */
static bool take_zookeeper(struct reading *r)
{
	struct span inside;
	const char *at, *colon;

	if (!take_brackets(r, &inside))
		return false;
	at = inside.len ? memrchr(inside.data, '@', inside.len) : NULL;
	colon = at ? memrchr(inside.data, ':', (size_t)(at - inside.data)) : NULL;
	if (!colon || colon + 1 == at)
		return false;
	r->parts.logger = span_of(colon + 1, (size_t)(at - colon - 1));
	return true;
}

static bool take_word(struct reading *r, struct span *out)
{
	size_t from = r->at;

	while (r->at < r->s.len && !is_blank(r->s.data[r->at]))
		r->at++;
	return taken(r, from, out);
}

static bool take_one(struct reading *r, char p)
{
	struct span skipped;

	switch (p) {
	case ' ':
		return take_blanks(r, 1);
	case '=':
		return take_blanks(r, 2);
	case 'L':
		return take_level(r);
	case 'l':
		return take_letter(r);
	case '#':
		return take_digits(r);
	case 'N':
		return take_name(r, &r->parts.logger);
	case 'J':
		return take_dotted(r, &r->parts.logger);
	case 'T':
		return take_brackets(r, &skipped);
	case 'Z':
		return take_zookeeper(r);
	case 'C':
		return take_word(r, &r->parts.component);
	case 'H':
		return take_word(r, &r->parts.host);
	case '_':
		return take_word(r, &skipped);
	default:
		return peek(r) == p && ++r->at;
	}
}

/* From where r stands, at the pattern's character number `from`. */
static bool read_rest(struct reading r, const struct stamp *s, const struct layout *l, size_t from,
		      struct log_parts *out)
{
	if (l->shape != STAMP_OTHER && l->shape != s->kind)
		return false;
	for (const char *p = l->pattern + from; *p; p++)
		if (!take_one(&r, *p))
			return false;
	*out = r.parts;
	return true;
}

static bool read_layout(const struct stamp *s, const struct layout *l, struct log_parts *out)
{
	return read_rest(reading_of(l->before ? s->before : s->rest), s, l, 0, out);
}

/* What the line's head begins with, as a layout's first character: most layouts are out at once. A
 * level is read, so that the layouts that begin with one do not read it again. */
static char take_first(struct reading *r)
{
	if (peek(r) == '[')
		return 'T';
	if (is_digit(peek(r)))
		return '#';
	if (take_level(r))
		return 'L';
	*r = reading_of(r->s);
	return 'N';
}

/* The head of a line, as far as layouts have it in common. */
struct head {
	struct reading behind; /* behind the level, if it begins with one */
	char first;
	char next; /* what stands behind the level and blanks, as a layout's character: T, #, J; or
		      '\0' */
};

static char take_next(struct reading r)
{
	struct span name;

	(void)take_blanks(&r, 0); /* always true */
	if (peek(&r) == '[')
		return 'T';
	if (is_digit(peek(&r)))
		return '#';
	return take_dotted(&r, &name) ? 'J' : '\0';
}

static void read_head(const struct stamp *s, struct head *h)
{
	h->behind = reading_of(s->rest);
	h->first = take_first(&h->behind);
	h->next = h->first == 'L' ? take_next(h->behind) : '\0';
}

/* One look spares a reading. */
static bool may_follow(const struct head *h, const char *pattern)
{
	if (pattern[1] != ' ' || !strchr("TZJ#", pattern[2]))
		return true;
	return is_blank(peek(&h->behind)) && h->next == (pattern[2] == 'Z' ? 'T' : pattern[2]);
}

static bool read_behind(const struct head *h, const struct stamp *s, const struct layout *l,
			struct log_parts *out)
{
	return h->first == 'L' && may_follow(h, l->pattern) && read_rest(h->behind, s, l, 1, out);
}

bool grammar_read(const struct stamp *s, size_t *hint, struct log_parts *out)
{
	const struct layout *last = &layouts[*hint];
	NOT_CLEARED struct head h;

	if (*last->pattern != 'L' && read_layout(s, last, out))
		return true;
	read_head(s, &h);
	if (*last->pattern == 'L' && read_behind(&h, s, last, out))
		return true;
	for (size_t i = 0; i < LAYOUTS; i++) {
		const struct layout *l = &layouts[i];
		bool fits = *l->pattern == 'L' ? read_behind(&h, s, l, out)
			    : *l->pattern == '_' || *l->pattern == h.first ? read_layout(s, l, out)
									   : false;

		if (!fits)
			continue;
		*hint = i;
		return true;
	}
	return false;
}
