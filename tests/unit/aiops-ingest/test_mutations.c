/*
 * Every format against its own example, changed in every way that a sender, a
 * network or an attacker may change it. Formats join by being in the table.
 *
 * AIOPS_TORTURE=1 (make torture) tries all of it and prints counts; without it
 * every third of the larger sets, within a few seconds.
 */
#include "harness.h"
#include "shapes.h"

#include <stdio.h>

#include "aiops-ingest/formats/item.h"
#include "record/jsonw.h"

enum { MAX_RECORD = 64 << 10, LONG_STRING = 40 << 10, LONG_NUMBER = 400 };

struct trial {
	struct harness h;
	const struct format *format;
	struct span example; /* what is changed */
	struct record *check;
	struct buf mutant;
	unsigned severities; /* bits of those that the example itself has */
	bool all;            /* the whole, not a sample */
	int64_t mutants, records, rejects, skipped;
};

/* What may come of a mutant. */
enum expect {
	EXPECT_ANSWER = 1u << 0,   /* a record, a reject or a warning */
	EXPECT_REJECT = 1u << 1,   /* at least a reject */
	EXPECT_SEVERITY = 1u << 2, /* no severity but those of the example, and unknown */
};

/* ---- what came out ---- */

static void fail_mutant(const struct trial *t, const char *why)
{
	size_t n = t->mutant.len < 1500 ? t->mutant.len : 1500;

	fail_msg("%s: %s\n--- input\n%.*s\n--- records\n%.600s\n--- rejects\n%.300s",
		 t->format->name, why, (int)n, t->mutant.data,
		 buf_cstr(&((struct trial *)t)->h.out), buf_cstr(&((struct trial *)t)->h.rejects));
}

/* Parses one line of the output into t->check. */
static void read_output(struct trial *t, struct span line)
{
	enum reject_code code;
	struct err e = ERR_INIT;

	if (record_parse(t->check, line.data, line.len, &code, &e) != 0 ||
	    event_validate(t->check, &e) != 0)
		fail_mutant(t, e.text);
}

static unsigned severities_of(struct trial *t)
{
	struct span rest;
	unsigned found = 0;

	(void)buf_room(&t->h.out, RECORD_PADDING);
	for (rest = buf_span(&t->h.out); rest.len > 0;) {
		const char *newline = memchr(rest.data, '\n', rest.len);
		size_t n = (size_t)(newline - rest.data);
		struct span word;

		read_output(t, span_of(rest.data, n));
		word = record_text(t->check, "severity");
		if (word.data)
			found |= 1u << severity_from_name(word);
		rest = span_of(newline + 1, rest.len - n - 1);
	}
	return found;
}

/* ---- running one ---- */

static void run_as(struct trial *t, const char *name, size_t step, unsigned expect)
{
	unsigned found;

	harness_clear(&t->h);
	harness_feed(&t->h, name, buf_span(&t->mutant), step);
	t->mutants++;
	t->records += t->h.n_out;
	t->rejects += t->h.n_rejects;
	found = severities_of(t);
	if ((expect & EXPECT_ANSWER) && t->h.n_out + t->h.n_rejects + t->h.n_warnings == 0)
		fail_mutant(t, "neither a record nor a reject");
	if ((expect & EXPECT_REJECT) && t->h.n_rejects == 0)
		fail_mutant(t, "no reject");
	if ((expect & EXPECT_SEVERITY) && (found & ~(t->severities | 1u << SEVERITY_UNKNOWN)))
		fail_mutant(t, "a severity that nobody said");
}

/* However the bytes are cut, the same comes out. */
static void run_in_pieces(struct trial *t)
{
	char *out = mem_dupz(buf_cstr(&t->h.out)), *rejects = mem_dupz(buf_cstr(&t->h.rejects));

	run_as(t, t->format->name, 7, 0);
	if (strcmp(out, buf_cstr(&t->h.out)) != 0 || strcmp(rejects, buf_cstr(&t->h.rejects)) != 0)
		fail_mutant(t, "in pieces of 7 bytes something else comes out");
	free(out);
	free(rejects);
}

static void run(struct trial *t, unsigned expect)
{
	run_as(t, t->format->name, 1 << 20, expect);
	if (!t->all)
		return;
	run_in_pieces(t);
	run_as(t, NULL, 1 << 20, expect & EXPECT_ANSWER);
}

/* True for one of every three, or for all. */
static bool is_wanted(struct trial *t, size_t i)
{
	t->skipped += !t->all && i % 3 != 0;
	return t->all || i % 3 == 0;
}

static void splice(struct trial *t, struct span whole, size_t at, size_t len, struct span by)
{
	buf_clear(&t->mutant);
	buf_add(&t->mutant, whole.data, at);
	buf_add_span(&t->mutant, by);
	buf_add(&t->mutant, whole.data + at + len, whole.len - at - len);
}

/* ---- cut off ---- */

/* Lines of a table's head, comments and blanks are no data, so nothing need come of them. */
static bool holds_data(const struct format *f, struct span text)
{
	size_t head = f == &format_csv || f == &format_tsv ? 1 : f == &format_rollout ? 2 : 0;
	size_t lines = 0;

	for (size_t i = 0; i < text.len; i++) {
		bool starts = i == 0 || text.data[i - 1] == '\n';

		lines += starts && text.data[i] != '#' && text.data[i] != '\n';
	}
	return lines > head;
}

static void cut_off_at_every_byte(struct trial *t)
{
	struct span whole = t->example;
	bool json = t->format->framing != FRAME_LINES;
	size_t end = span_trim(whole).len;

	for (size_t n = 0; n <= whole.len; n++) {
		unsigned expect = EXPECT_SEVERITY;

		if (json ? n > 0 : holds_data(t->format, span_of(whole.data, n)))
			expect |= EXPECT_ANSWER;
		if (json && n > 0 && n < end && !memchr(whole.data, '\n', n))
			expect |= EXPECT_REJECT;
		splice(t, span_of(whole.data, n), n, 0, SPAN_NONE);
		run(t, expect);
	}
}

/* ---- members of documents ---- */

static const char *const empties[] = {"null", "[]", "{}"};
static const char *const values[] = {
	"true",
	"false",
	"12345.678",
	"-1",
	"1e999999",
	"\"\"",
	"\"x\"",
	"[1]",
	"[\"x\"]",
	"[{}]",
	"{\"x\":1}",
	"\"\\u0000\"",
	"\"\\u0001\\u001b[31m\"",
	"\"\\u202e\\u2066\"",
	"\"\\\"\\\\\\/\\n\"",
	"\"\\ud800\"",
	"\"\\udc00\\ud800\"",
	"99999999999999999999999999",
	"\"99999999999999999999999999\"",
	"\"-0\"",
	"\"1e5\"",
	"\"2026-02-30T25:61:61Z\"",
};

/* A place in a document: a value, and the member that it is of. */
struct place {
	size_t at, len;      /* of the value */
	size_t from, behind; /* of the member with its comma; from == behind: an element */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\n';
}

/* Where the member begins whose value is at `at`: its key has no escapes. */
static size_t key_before(struct span doc, size_t at)
{
	while (doc.data[at - 1] != '"')
		at--;
	at--;
	while (doc.data[at - 1] != '"')
		at--;
	return at - 1;
}

static struct place place_of(struct span doc, struct span raw, bool member)
{
	struct place p = {.at = (size_t)(raw.data - doc.data), .len = raw.len};
	size_t behind = p.at + p.len;

	if (!member)
		return p;
	p.from = key_before(doc, p.at);
	while (is_blank(doc.data[behind]))
		behind++;
	if (doc.data[behind] == ',') {
		p.behind = behind + 1;
		return p;
	}
	p.behind = p.at + p.len;
	while (doc.data[p.from - 1] != '{' && doc.data[p.from - 1] != ',')
		p.from--;
	p.from -= doc.data[p.from - 1] == ',';
	return p;
}

/* The document with one piece replaced. Inside of JSON that stands in a string, that string is
 * written anew. */
static void try_one(struct trial *t, struct span outer, const struct place *inside, struct span doc,
		    size_t at, size_t len, struct span by, unsigned expect)
{
	struct buf inner = BUF_INIT(1 << 20), quoted = BUF_INIT(1 << 20);

	if (!inside) {
		splice(t, doc, at, len, by);
		run(t, expect);
		return;
	}
	buf_add(&inner, doc.data, at);
	buf_add_span(&inner, by);
	buf_add(&inner, doc.data + at + len, doc.len - at - len);
	jsonw_quote(&quoted, buf_span(&inner));
	splice(t, outer, inside->at, inside->len, buf_span(&quoted));
	run(t, expect);
	buf_release(&inner);
	buf_release(&quoted);
}

static void try_place(struct trial *t, struct span outer, const struct place *inside,
		      struct span doc, const struct place *p)
{
	struct buf text = BUF_INIT(1 << 20);
	struct span member = span_of(doc.data + p->from, p->behind - p->from);

	for (size_t i = 0; i < sizeof empties / sizeof *empties; i++)
		try_one(t, outer, inside, doc, p->at, p->len, span_cstr(empties[i]),
			EXPECT_SEVERITY);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (is_wanted(t, i + p->at))
			try_one(t, outer, inside, doc, p->at, p->len, span_cstr(values[i]),
				EXPECT_SEVERITY | EXPECT_ANSWER);
	buf_add_char(&text, '"');
	for (size_t i = 0; i < LONG_STRING; i++)
		buf_add_char(&text, (char)('a' + i % 26));
	buf_add_char(&text, '"');
	if (is_wanted(t, p->at))
		try_one(t, outer, inside, doc, p->at, p->len, buf_span(&text),
			EXPECT_SEVERITY | EXPECT_ANSWER);
	buf_clear(&text);
	for (size_t i = 0; i < LONG_NUMBER; i++)
		buf_add_char(&text, '9');
	try_one(t, outer, inside, doc, p->at, p->len, buf_span(&text),
		EXPECT_SEVERITY | EXPECT_ANSWER);
	if (p->behind > p->from) {
		try_one(t, outer, inside, doc, p->from, member.len, SPAN_NONE, EXPECT_SEVERITY);
		buf_clear(&text); /* twice */
		buf_add(&text, doc.data + key_before(doc, p->at),
			p->at + p->len - key_before(doc, p->at));
		buf_add_char(&text, ',');
		try_one(t, outer, inside, doc, key_before(doc, p->at), 0, buf_span(&text),
			EXPECT_SEVERITY | (inside ? EXPECT_ANSWER : EXPECT_REJECT));
	}
	buf_release(&text);
}

static void try_members(struct trial *t, struct span outer, const struct place *inside,
			struct span doc);

/* A string that holds a document is taken apart as one. */
static void try_string(struct trial *t, struct span doc, const struct place *p, struct item i)
{
	struct buf text = BUF_INIT(1 << 20);

	buf_add_span(&text, i.v.text);
	(void)buf_room(&text, RECORD_PADDING);
	try_members(t, doc, p, buf_span(&text));
	buf_release(&text);
}

static void try_members(struct trial *t, struct span outer, const struct place *inside,
			struct span doc)
{
	struct record *r = record_new(RECORD_DEFAULT_MAX);
	struct items open[RECORD_MAX_DEPTH];
	size_t depth = 1;
	enum reject_code code;
	struct err e = ERR_INIT;
	char *copy = mem_alloc(doc.len + RECORD_PADDING);

	memcpy(copy, doc.data, doc.len);
	memset(copy + doc.len, ' ', RECORD_PADDING);
	doc.data = copy;
	if (record_parse(r, doc.data, doc.len, &code, &e) != 0) {
		assert_non_null(inside); /* a string that only looks like a document */
		depth = 0;
	} else {
		open[0] = items_of(item_root(r));
	}
	while (depth > 0) {
		bool member = open[depth - 1].object;
		struct item i;
		struct place p;

		if (!items_next(&open[depth - 1], NULL, &i)) {
			depth--;
			continue;
		}
		p = place_of(doc, i.raw, member);
		try_place(t, outer, inside, doc, &p);
		if (i.v.type == VALUE_OBJECT || i.v.type == VALUE_ARRAY)
			open[depth++] = items_of(i);
		else if (i.v.type == VALUE_STRING && !inside && span_starts(i.v.text, "{"))
			try_string(t, doc, &p, i);
	}
	record_free(r);
	free(copy);
}

static void change_every_member(struct trial *t)
{
	/* A document that is an array is no record, so its members are found by no parser here. */
	if (t->format->framing != FRAME_LINES && *t->example.data == '{')
		try_members(t, SPAN_NONE, NULL, span_trim(t->example));
}

/* ---- bytes and words ---- */

static void change_every_byte(struct trial *t)
{
	static const char bytes[] = {'\0', '\x01', '\x1b', '\x7f', '\xff', '\xc3', '\n', '\r',
				     '\t', ' ',    '"',    '\\',   ',',    '{',    '}',  '[',
				     ']',  '<',    '>',    '=',    '#',    ':',    ';',  '-'};
	static const char *const texts[] = {"\xe2\x80\xae", "\xed\xa0\x80", "\xef\xbb\xbf",
					    "99999999999"};
	struct span whole = t->example;

	for (size_t at = 0; at < whole.len; at++) {
		for (size_t i = 0; i < sizeof bytes; i++) {
			if (!is_wanted(t, at + i))
				continue;
			splice(t, whole, at, 1, span_of(&bytes[i], 1));
			run(t, 0);
		}
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
			if (!is_wanted(t, at + i))
				continue;
			splice(t, whole, at, 0, span_cstr(texts[i]));
			run(t, 0);
		}
	}
}

static bool parts_words(char c)
{
	return memchr(" \n\t,;{}[]<>=\"", c, sizeof " \n\t,;{}[]<>=\"" - 1) != NULL;
}

/* Words of lines are their fields. */
static void change_every_word(struct trial *t)
{
	static const char *const words[] = {"",   "-",    "x",   "12345678", "1e999999",
					    "\"", "\"\"", "NaN", "+Inf",     "2026-02-30T25:61:61Z",
					    "<",  "{}"};
	struct span whole = t->example;

	if (t->format->framing != FRAME_LINES)
		return;
	for (size_t at = 0; at < whole.len;) {
		size_t n = 0;

		while (at + n < whole.len && !parts_words(whole.data[at + n]))
			n++;
		for (size_t i = 0; n > 0 && i < sizeof words / sizeof *words; i++) {
			splice(t, whole, at, n, span_cstr(words[i]));
			run(t, t->format == &format_syslog ? 0 : EXPECT_SEVERITY);
		}
		at += n + 1;
	}
}

/* ---- all ---- */

static struct trial begin(const struct format *f, const char *example)
{
	struct trial t = {.h = harness_new(),
			  .format = f,
			  .example = span_cstr(example),
			  .all = getenv("AIOPS_TORTURE") != NULL};

	t.h.opt.max_record = MAX_RECORD;
	t.check = record_new(RECORD_DEFAULT_MAX);
	buf_init(&t.mutant, 1 << 20);
	splice(&t, t.example, 0, 0, SPAN_NONE);
	run_as(&t, f->name, 1 << 20, EXPECT_ANSWER);
	assert_int_equal(t.h.n_rejects, 0);
	t.severities = severities_of(&t);
	run_in_pieces(&t);
	return t;
}

static void end(struct trial *t)
{
	if (t->all)
		printf("# %-16s %8lld mutants, %8lld records, %8lld rejects\n", t->format->name,
		       (long long)t->mutants, (long long)t->records, (long long)t->rejects);
	assert_true(t->mutants > 300);
	assert_true(t->records > 0 && t->rejects > 0);
	record_free(t->check);
	buf_release(&t->mutant);
	harness_release(&t->h);
}

static void try_all(const struct format *f, const char *example)
{
	struct trial t = begin(f, example);

	cut_off_at_every_byte(&t);
	change_every_member(&t);
	change_every_byte(&t);
	change_every_word(&t);
	end(&t);
}

static void mutants_of_every_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < format_count(); i++)
		try_all(format_at(i), format_at(i)->example);
}

static void mutants_of_other_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		try_all(format_find(span_cstr(shapes[i].format)), shapes[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mutants_of_every_format),
		cmocka_unit_test(mutants_of_other_shapes),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
