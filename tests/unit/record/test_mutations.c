/*
 * Properties that hold for every line that is accepted, tried on lines that
 * come from a few good ones by random changes. The same changes in every run.
 */
#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed.h"

enum { ROUNDS = 20000, MAX_LINE = 2000 };

static const char *const seeds[] = {
	"{\"a\":1,\"b\":[true,{\"c\":\"x\\ny\"}],\"k\":{\"k\":null},\"d\":-1.5e3}",
	" { \"\\u006b\" : \"\\\"}\" , \"e\":1e999,\"f\" : [ ] ,\"\":{}}\r",
	"{\"n\":123456789012345678901234567890,\"k\":[[1],[0.1,1.10]],\"s\":\"\\ud83d\\ude00\"}",
	"{\"k\":\"first\",\"gr\xC3\xBC\xC3\x9F\":\"\xE6\x97\xA5\",\"a.b\":false}",
};
static const char *const pieces[] = {
	"{", "}", "[", "]",        ",",         ":",     "\"",   "\\",      "0",    "-",
	".", "e", " ", "\"k\":1,", ",\"k\":{}", "1e400", "null", "\\u006b", "\xC3", "\\ud800"};

static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13; /* G. Marsaglia, "Xorshift RNGs" */
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static void replace(struct buf *line, size_t at, size_t gone, struct span piece)
{
	struct buf out = BUF_INIT(MAX_LINE);

	buf_add(&out, line->data, at);
	buf_add_span(&out, piece);
	buf_add(&out, line->data + at + gone, line->len - at - gone);
	buf_release(line);
	*line = out;
}

static void mutate(struct buf *line, uint64_t *random)
{
	size_t at = next_random(random) % (line->len + 1), rest = line->len - at, n;
	const char *piece = pieces[next_random(random) % (sizeof pieces / sizeof *pieces)];

	switch (next_random(random) % 3) {
	case 0:
		replace(line, at, 0, span_cstr(piece));
		break;
	case 1:
		replace(line, at, rest < 3 ? rest : next_random(random) % 3, SPAN_NONE);
		break;
	default: /* a run of the line once more */
		n = rest < 12 ? rest : 12;
		{
			char run[12];

			memcpy(run, line->data + at, n);
			replace(line, next_random(random) % (line->len + 1), 0, span_of(run, n));
		}
	}
}

/* A key as a path of one part. */
static const char *path_of(struct buf *b, struct span key)
{
	buf_clear(b);
	for (size_t i = 0; i < key.len; i++) {
		if (key.data[i] == '.' || key.data[i] == '\\')
			buf_add_char(b, '\\');
		buf_add_char(b, key.data[i]);
	}
	return buf_cstr(b);
}

static size_t count_members(const struct record *r)
{
	struct parsed p = {.r = record_new(MAX_LINE)};
	struct buf line = BUF_INIT(2 * MAX_LINE);
	struct value_iter it;
	struct value v;
	size_t n = 0;

	buf_add_cstr(&line, "{\"root\":");
	buf_add_span(&line, span_trim(record_line(r)));
	buf_add_char(&line, '}');
	parse_again(&p, buf_span(&line));
	if (p.why == REJECT_NONE) { /* unless it is 64 deep already */
		it = value_iter(record_get(p.r, "root"));
		while (value_next(&it, NULL, &v))
			n++;
	}
	buf_release(&line);
	parsed_release(&p);
	return n;
}

/* The token of every member is a value of the same type when it stands alone. */
static void check_tokens(const struct parsed *p, struct parsed *alone)
{
	struct buf path = BUF_INIT(2 * MAX_LINE), line = BUF_INIT(2 * MAX_LINE);
	static const char *const keys[] = {"a", "b", "k", "d", "e", "f", "", "n", "s", "a.b"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *at = path_of(&path, span_cstr(keys[i]));
		struct value v = record_get(p->r, at);
		struct span token = record_token(p->r, at);

		assert_true((v.type == VALUE_NONE) == (token.data == NULL));
		if (!token.data)
			continue;
		buf_clear(&line);
		buf_addf(&line, "{\"x\":%.*s}", (int)token.len, token.data);
		parse_again(alone, buf_span(&line));
		assert_int_equal(alone->why, REJECT_NONE);
		assert_int_equal(record_get(alone->r, "x").type, v.type);
		assert_true(span_eq(record_get(alone->r, "x").text, v.text));
	}
	buf_release(&path);
	buf_release(&line);
}

/* What splice writes is a record with the key once and the others as before. */
static void check_splice(const struct parsed *p, struct parsed *again, const char *key)
{
	bool had = record_get(p->r, key).type != VALUE_NONE;
	size_t members = count_members(p->r);
	struct buf out = BUF_INIT(2 * MAX_LINE);

	record_splice(p->r, key, SPAN("[\"new\"]"), &out);
	assert_int_equal(out.data[out.len - 1], '\n');
	assert_int_equal(out.data[out.len - 2], '}');
	parse_again(again, span_of(out.data, out.len - 1));
	if (again->why != REJECT_NONE)
		fail_msg("'%.*s' became '%s'", (int)record_line(p->r).len, record_line(p->r).data,
			 buf_cstr(&out));
	expect_span(record_token(again->r, key), "[\"new\"]");
	if (members)
		assert_int_equal(count_members(again->r), members + !had);
	buf_release(&out);
}

static void accepted_lines_keep_their_promises(void **state)
{
	struct parsed p = {.r = record_new(MAX_LINE)}, other = {.r = record_new(4 * MAX_LINE)};
	uint64_t random = UINT64_C(0x9E3779B97F4A7C15);
	size_t accepted = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct buf line = BUF_INIT(MAX_LINE);

		buf_add_cstr(&line, seeds[next_random(&random) % (sizeof seeds / sizeof *seeds)]);
		for (size_t n = next_random(&random) % 3; n < 3; n++)
			mutate(&line, &random);
		parse_again(&p, buf_span(&line));
		if (p.why == REJECT_NONE) {
			accepted++;
			check_tokens(&p, &other);
			check_splice(&p, &other, "k");
			check_splice(&p, &other, "new");
		}
		buf_release(&line);
	}
	assert_true(accepted > ROUNDS / 50); /* or the changes are too wild to try anything */
	assert_true(accepted < ROUNDS / 2);
	parsed_release(&p);
	parsed_release(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted_lines_keep_their_promises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
