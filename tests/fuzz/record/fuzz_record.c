/*
 * One line as a record: what is accepted is a JSON object for jansson too, and what jansson takes
 * is refused only for the rules that are ours. A splice is the line with one member more.
 */
#include "record/record.h"

#include "record/event.h"
#include "record/members.h"

#include "../fuzz.h"
#include "../fuzz_json.h"

/* Refusals that jansson does not know. */
static bool is_own_rule(enum reject_code why)
{
	return why == REJECT_DEPTH || why == REJECT_NUL || why == REJECT_TOO_LONG;
}

static int parse(struct record *r, struct span line, enum reject_code *why, struct err *e)
{
	*why = REJECT_NONE;
	err_clear(e);
	return record_parse(r, line.data, line.len, why, e);
}

/* Every value inside of an accepted record can be looked at, and says what jansson says. */
static void check_values(struct value v, const json_t *tree, int depth)
{
	struct value_iter it = value_iter(v);
	struct span key = SPAN_NONE;
	struct value member;
	size_t n = 0;

	FUZZ_CHECK(depth <= RECORD_MAX_DEPTH);
	while (value_next(&it, &key, &member)) {
		const json_t *other = NULL;

		if (tree && v.type == VALUE_OBJECT)
			other = json_object_getn(tree, key.data, key.len);
		else if (tree)
			other = json_array_get(tree, n);
		FUZZ_CHECK(!tree || other);
		n++;
		if (member.type == VALUE_STRING && other)
			FUZZ_CHECK(json_is_string(other) &&
				   span_eq(member.text, span_of(json_string_value(other),
								json_string_length(other))));
		if (member.type == VALUE_NUMBER && other)
			FUZZ_CHECK(json_is_number(other) &&
				   member.number == json_number_value(other));
		if (member.type == VALUE_OBJECT || member.type == VALUE_ARRAY)
			check_values(member, other, depth + 1);
	}
	if (tree)
		FUZZ_CHECK(n == (v.type == VALUE_OBJECT ? json_object_size(tree)
							: json_array_size(tree)));
}

/* The line with a member more, or with that member in place of the old one, and nothing else. */
static void check_splice(struct record *r, const char *key)
{
	struct span line = record_line(r);
	struct buf out = BUF_INIT(line.len + 200);
	bool had = record_get(r, key).type != VALUE_NONE;
	struct record *again = record_new(RECORD_DEFAULT_MAX);
	struct err e = ERR_INIT;
	enum reject_code why;
	struct span spliced;
	char *copy;

	record_splice(r, key, SPAN("{\"n\":[1,2]}"), &out);
	FUZZ_CHECK(!buf_overflowed(&out) && out.len > 0 && out.data[out.len - 1] == '\n');
	spliced = span_of(out.data, out.len - 1);
	FUZZ_CHECK(!memchr(spliced.data, '\n', spliced.len) || memchr(line.data, '\n', line.len));
	if (!had) /* the old bytes stand in front */
		FUZZ_CHECK(spliced.len > line.len - 1 ||
			   memchr(line.data, '\r', line.len)); /* which goes */
	copy = fuzz_copy(spliced, RECORD_PADDING);
	FUZZ_CHECK(parse(again, span_of(copy, spliced.len), &why, &e) == 0);
	FUZZ_CHECK(span_eq(record_token(again, key), SPAN("{\"n\":[1,2]}")));
	free(copy);
	record_free(again);
	buf_release(&out);
}

/* What the meaning of a record is asked for: any answer, and the same twice. */
static void check_event(const struct record *r)
{
	struct err first = ERR_INIT, second = ERR_INIT;
	struct instant t;

	FUZZ_CHECK(event_validate(r, &first) == event_validate(r, &second));
	FUZZ_CHECK(strcmp(first.text, second.text) == 0);
	if (first.code == 0)
		FUZZ_CHECK(record_kind(r) != KIND_NONE && record_timestamp(r, &t, &second) == 0);
}

static void check_accepted(struct record *r, struct span line)
{
	json_error_t error;
	json_t *tree = fuzz_json_tree(line, &error);

	FUZZ_CHECK(json_is_object(tree) || json_error_code(&error) == json_error_numeric_overflow);
	FUZZ_CHECK(span_eq(record_line(r), line));
	check_values(record_root(r), tree, 1);
	check_event(r);
	check_splice(r, "aiops");
	check_splice(r, "id");
	json_decref(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, RECORD_PADDING);
	struct span line = span_of(copy, all.len);
	struct record *r = record_new(RECORD_DEFAULT_MAX);
	struct err e = ERR_INIT;
	enum reject_code why;

	if (parse(r, line, &why, &e) == 0) {
		check_accepted(r, line);
	} else {
		json_error_t error;
		json_t *tree = fuzz_json_tree(line, &error);

		FUZZ_CHECK(why != REJECT_NONE && e.code == EX_BADDATA && e.text[0]);
		FUZZ_CHECK(!json_is_object(tree) || is_own_rule(why));
		json_decref(tree);
	}
	record_free(r);
	free(copy);
	return 0;
}
