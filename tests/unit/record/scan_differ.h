/*
 * The parser that remembers shapes against the one that does not, on lines made
 * to be alike: used by a unit test with a fixed seed and by tests/tools/scan_torture, and on any
 * lines by a fuzz target.
 */
#ifndef AIOPS_TESTS_RECORD_SCAN_DIFFER_H
#define AIOPS_TESTS_RECORD_SCAN_DIFFER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/record.h"

enum { DIFFER_LINE = 4000, DIFFER_PATHS = 5, DIFFER_KEY = 3 };

static const char *const differ_paths[DIFFER_PATHS] = {"name", "labels", "env", "value",
						       "timestamp"};

struct differ {
	uint64_t random;
	struct record *shapes, *plain;
	struct buf line;
	char *copy; /* of the line, and padding */
	uint64_t lines, accepted, known;
	uint64_t version; /* of the last line's key */
	struct buf key;
};

static inline uint64_t differ_next(struct differ *d, uint64_t below)
{
	d->random ^= d->random << 13; /* G. Marsaglia, "Xorshift RNGs" */
	d->random ^= d->random >> 7;
	d->random ^= d->random << 17;
	return (d->random >> 11) % below;
}

static inline void differ_init(struct differ *d, uint64_t seed)
{
	*d = (struct differ){.random = seed};
	d->shapes = record_new(RECORD_DEFAULT_MAX);
	d->plain = record_new(RECORD_DEFAULT_MAX);
	record_watch(d->shapes, differ_paths, DIFFER_PATHS, DIFFER_KEY);
	record_watch(d->plain, differ_paths, DIFFER_PATHS, DIFFER_KEY);
	record_remember_shapes(d->plain, false);
	buf_init(&d->line, DIFFER_LINE);
	buf_init(&d->key, DIFFER_LINE * 2);
}

static inline void differ_release(struct differ *d)
{
	record_free(d->shapes);
	record_free(d->plain);
	buf_release(&d->line);
	buf_release(&d->key);
	free(d->copy);
}

/* ---- lines ---- */

static inline void differ_pick(struct differ *d, const char *const *from, size_t n)
{
	buf_add_cstr(&d->line, from[differ_next(d, n)]);
}
#define DIFFER_PICK(d, array) differ_pick((d), (array), sizeof(array) / sizeof *(array))

/* Numbers, and what is nearly one. */
static const char *const differ_numbers[] = {"0",
					     "-0",
					     "-0.0",
					     "0.1",
					     "1.10",
					     "1e5",
					     "1E+05",
					     "1e-5",
					     "-1.5e308",
					     "1e309",
					     "1e400",
					     "5e-324",
					     "2e-400",
					     "0e9999",
					     "01",
					     "1.",
					     ".5",
					     "-",
					     "+1",
					     "1e",
					     "1e+",
					     "0x1",
					     "NaN",
					     "1.e3",
					     "00.5",
					     "1-2",
					     "1..2",
					     "1e5.5",
					     "9223372036854775807",
					     "9223372036854775808",
					     "-9223372036854775808",
					     "-9223372036854775809",
					     "18446744073709551615",
					     "18446744073709551616",
					     "99999999999999999999",
					     "123456789012345678901234567890",
					     "0.00000000000000000000000000001234567890123456789",
					     "9007199254740993",
					     "9007199254740993.0",
					     "1.7976931348623157e308",
					     "2.2250738585072011e-308",
					     "8.41e21",
					     "1.8446744073709551616",
					     "179769313486231580793e289",
					     "0.000",
					     "1e00000000005",
					     "6.02214076e+23"};

static inline void differ_number(struct differ *d)
{
	char text[64];

	switch (differ_next(d, 8)) {
	case 0:
		DIFFER_PICK(d, differ_numbers);
		return;
	case 1:
		buf_add_i64(&d->line, (int64_t)differ_next(d, 2000) - 1000);
		return;
	case 2: /* any digits, any number of them */
		if (differ_next(d, 2))
			buf_add_char(&d->line, '-');
		for (uint64_t n = differ_next(d, 22); n > 0; n--)
			buf_add_char(&d->line, (char)('0' + differ_next(d, 10)));
		if (differ_next(d, 4))
			buf_add_char(&d->line, '.');
		for (uint64_t n = differ_next(d, 22); n > 0; n--)
			buf_add_char(&d->line, (char)('0' + differ_next(d, 10)));
		if (differ_next(d, 3) == 0)
			buf_addf(&d->line, "e%d", (int)differ_next(d, 660) - 330);
		return;
	default: /* any double, 17 digits */
		for (double v;;) {
			uint64_t bits =
				differ_next(d, UINT64_C(1) << 53) << 11 ^ differ_next(d, 1 << 20);

			memcpy(&v, &bits, sizeof v);
			if (differ_next(d, 2))
				v = (double)(int64_t)bits / 9.2e18 * 4;
			if (v - v != 0)
				continue;
			(void)snprintf(text, sizeof text, "%.17g", v);
			break;
		}
		buf_add_cstr(&d->line, text);
	}
}

static inline void differ_text(struct differ *d)
{
	static const char *const texts[] = {"\"latency_ms\"",
					    "\"latency\"",
					    "\"cpu\"",
					    "\"\"",
					    "\"a longer name than the others\"",
					    "\"2026-11-21T09:09:19.095Z\"",
					    "\"2026-11-21T09:09:20.095Z\"",
					    "\"\\u00e9\"",
					    "\"\xC3\xA9\"",
					    "\"a\\tb\"",
					    "\"a\tb\"",
					    "\"\\\"\"",
					    "\"\\ud800\"",
					    "\"\xC3\"",
					    "\"x\x01\"",
					    "\"\x7F\"",
					    "\"01234567\\n\"",
					    "\"0123456789abcdef0123456789abcdef\"",
					    "\"unclosed",
					    "\"a\"b\"",
					    "\"\xED\xA0\x80\"",
					    "\"\xF0\x9F\x98\x80\"",
					    "\"{}\"",
					    "\"NaN\""};

	DIFFER_PICK(d, texts);
}

static inline void differ_scalar(struct differ *d)
{
	static const char *const atoms[] = {"true", "false", "null", "nul", "truex", "True"};

	switch (differ_next(d, 12)) {
	case 0:
		DIFFER_PICK(d, atoms);
		return;
	case 1:
	case 2:
		differ_text(d);
		return;
	default:
		differ_number(d);
	}
}

static inline void differ_name(struct differ *d)
{
	if (differ_next(d, 3) == 0)
		differ_text(d);
	else
		buf_addf(&d->line, "\"m%d\"", (int)differ_next(d, 3));
}

static inline void differ_compose(struct differ *d)
{
	struct buf *l = &d->line;
	uint64_t shape = differ_next(d, 16);

	buf_clear(l);
	switch (shape < 6 ? 0 : shape) {
	case 0:
		buf_add_cstr(l, "{\"kind\":\"metric\",\"name\":");
		differ_name(d);
		buf_add_cstr(l, ",\"timestamp\":\"2026-11-21T09:");
		buf_addf(l, "%02d:%02d", (int)differ_next(d, 60), (int)differ_next(d, 60));
		buf_add_cstr(l, "Z\",\"labels\":{\"zone\":\"a\",\"instance\":");
		differ_name(d);
		buf_add_cstr(l, "},\"value\":");
		differ_scalar(d);
		buf_add_cstr(l, differ_next(d, 30) ? "}" : " }\r");
		break;
	case 6:
		buf_add_cstr(l, "{\"value\":");
		differ_scalar(d);
		buf_add_cstr(l, ",\"name\":");
		differ_name(d);
		buf_add_cstr(l, "}");
		break;
	case 7:
		buf_add_cstr(l, "{\"value\":");
		differ_scalar(d);
		buf_add_cstr(l, ",\"value\":1}");
		break;
	case 8:
		buf_add_cstr(l, " { \"list\" : [ ");
		differ_scalar(d);
		buf_add_cstr(l, " , [");
		differ_scalar(d);
		buf_add_cstr(l, ",{}] ] , \"env\" : ");
		differ_name(d);
		buf_add_cstr(l, " , \"labels\" : ");
		differ_scalar(d);
		buf_add_cstr(l, " }");
		break;
	case 9:
		buf_add_cstr(l, "{\"k\\u0065y\":");
		differ_scalar(d);
		buf_add_cstr(l, ",\"\xC3\xA9\":[],\"o\":{\"o\":{\"o\":");
		differ_scalar(d);
		buf_add_cstr(l, "}}}");
		break;
	default:
		buf_add_cstr(l, "{\"w\":\"ref\",\"value\":");
		differ_scalar(d);
		buf_add_cstr(l, "}");
	}
}

/* Now and then bytes are changed, dropped or added, anywhere. */
static inline void differ_damage(struct differ *d)
{
	static const char bytes[] = "{}[]\":,\\ 0123456789.eE-+tfn\t\n\r\0\x1F\x80\xC3\xFF";
	struct buf *l = &d->line;
	size_t at;

	if (differ_next(d, 4) || l->len == 0)
		return;
	at = (size_t)differ_next(d, l->len);
	switch (differ_next(d, 4)) {
	case 0:
		l->data[at] = bytes[differ_next(d, sizeof bytes - 1)];
		break;
	case 1:
		memmove(l->data + at, l->data + at + 1, l->len - at - 1);
		l->len--;
		break;
	case 2:
		buf_add_char(l, ' ');
		memmove(l->data + at + 1, l->data + at, l->len - at - 1);
		l->data[at] = bytes[differ_next(d, sizeof bytes - 1)];
		break;
	default:
		l->len = at;
	}
}

/* ---- comparison ---- */

static inline bool differ_same_value(struct value a, struct value b)
{
	struct value_iter ia, ib;
	struct span ka, kb;
	struct value va, vb;

	if (a.type != b.type || !span_eq(a.text, b.text) || a.boolean != b.boolean ||
	    memcmp(&a.number, &b.number, sizeof a.number) != 0)
		return false;
	ia = value_iter(a);
	ib = value_iter(b);
	while (value_next(&ia, &ka, &va)) {
		if (!value_next(&ib, &kb, &vb) || !span_eq(ka, kb) || !differ_same_value(va, vb))
			return false;
	}
	return !value_next(&ib, &kb, &vb);
}

static inline struct value differ_root(const struct record *r)
{
	struct value root = record_get(r, "value"); /* any value knows its document */

	root.type = VALUE_OBJECT;
	root.at_ = 1;
	return root;
}

static inline bool differ_same_fields(struct differ *d)
{
	for (size_t i = 0; i < DIFFER_PATHS; i++) {
		struct value watched = record_field(d->shapes, differ_paths, i),
			     plain = record_get(d->plain, differ_paths[i]);

		double number = 0;

		if (record_field_number(d->shapes, differ_paths, i, &number) !=
			    (plain.type == VALUE_NUMBER) ||
		    (plain.type == VALUE_NUMBER &&
		     memcmp(&number, &plain.number, sizeof number) != 0) ||
		    !span_eq(record_field_text(d->shapes, differ_paths, i), plain.text))
			return false;
		if (!differ_same_value(watched, plain) ||
		    !span_eq(record_token(d->shapes, differ_paths[i]),
			     record_token(d->plain, differ_paths[i])))
			return false;
	}
	return true;
}

/* The key is the tokens at its paths. */
static inline bool differ_key_holds(struct differ *d)
{
	struct buf expected = BUF_INIT(DIFFER_LINE * 2);
	uint64_t version = record_key_version(d->shapes);
	struct span key = record_key(d->shapes);
	bool ok;

	for (size_t i = 0; i < DIFFER_KEY; i++) {
		buf_add_char(&expected, '\n');
		buf_add_span(&expected, record_token(d->plain, differ_paths[i]));
	}
	ok = !key.data || span_eq(key, buf_span(&expected));
	ok = ok && (version == 0 || version != d->version || span_eq(key, buf_span(&d->key)));
	d->version = version;
	buf_clear(&d->key);
	buf_add_span(&d->key, key);
	d->known += key.data != NULL;
	buf_release(&expected);
	return ok;
}

/* d->line through both; false if they differ in anything. */
static inline bool differ_line(struct differ *d)
{
	enum reject_code why_a = REJECT_NONE, why_b = REJECT_NONE;
	struct err ea = ERR_INIT, eb = ERR_INIT;
	int a, b;

	free(d->copy);
	d->copy = mem_alloc(d->line.len + RECORD_PADDING);
	if (d->line.len)
		memcpy(d->copy, d->line.data, d->line.len);
	memset(d->copy + d->line.len, "9}\n"[differ_next(d, 3)], RECORD_PADDING);
	a = record_parse(d->shapes, d->copy, d->line.len, &why_a, &ea);
	b = record_parse(d->plain, d->copy, d->line.len, &why_b, &eb);
	d->lines++;
	if (a != b || why_a != why_b || strcmp(ea.text, eb.text) != 0)
		return false;
	if (a != 0)
		return true;
	d->accepted++;
	return differ_same_fields(d) && differ_key_holds(d) &&
	       (record_get(d->plain, "value").type == VALUE_NONE ||
		differ_same_value(differ_root(d->shapes), differ_root(d->plain)));
}

/* One more made line. */
static inline bool differ_step(struct differ *d)
{
	differ_compose(d);
	differ_damage(d);
	return differ_line(d);
}

#endif
