/*
 * The only C++ of the project: it owns a simdjson parser and hands out its
 * tape. Compiled without exceptions and RTTI, and no throwing container is
 * used; see dom.h for what happens when memory runs out.
 */
#include "record/dom.h"

#include <new>

#include <simdjson.h>

using simdjson::internal::tape_type;

/* What record/tape.h takes for granted. */
static_assert(simdjson::SIMDJSON_PADDING <= 64, "RECORD_PADDING is too small for this simdjson");
static_assert(char(tape_type::START_OBJECT) == '{' && char(tape_type::END_OBJECT) == '}',
	      "tape layout");
static_assert(char(tape_type::START_ARRAY) == '[' && char(tape_type::END_ARRAY) == ']',
	      "tape layout");
static_assert(char(tape_type::STRING) == '"' && char(tape_type::DOUBLE) == 'd', "tape layout");
static_assert(char(tape_type::INT64) == 'l' && char(tape_type::UINT64) == 'u', "tape layout");
static_assert(char(tape_type::TRUE_VALUE) == 't' && char(tape_type::FALSE_VALUE) == 'f',
	      "tape layout");
static_assert(char(tape_type::NULL_VALUE) == 'n' && char(tape_type::ROOT) == 'r', "tape layout");

struct dom {
	simdjson::dom::parser parser;
	size_t max_depth;
	size_t capacity;
};

struct dom *dom_new(size_t max_depth, void (*on_no_memory)(void))
{
	std::set_new_handler(on_no_memory);

	dom *d = new (std::nothrow) dom;

	/* An empty array or object costs the library no level, a filled one does, a scalar inside
	 * one more. */
	d->max_depth = max_depth + 2;
	d->capacity = 0;
	return d;
}

void dom_free(struct dom *d)
{
	delete d;
}

static simdjson::error_code grow(struct dom *d, size_t len, size_t limit)
{
	size_t capacity = d->capacity ? d->capacity : 16384;

	while (capacity < len)
		capacity *= 2;
	if (capacity > limit)
		capacity = limit < 64 ? 64 : limit;

	simdjson::error_code error = d->parser.allocate(capacity, d->max_depth);

	if (!error)
		error = d->parser.doc.allocate(capacity);
	d->capacity = error ? 0 : capacity;
	return error;
}

static enum dom_status status_of(simdjson::error_code error, const char **words)
{
	switch (error) {
	case simdjson::SUCCESS:
		return DOM_OK;
	case simdjson::UTF8_ERROR:
		*words = "not valid UTF-8";
		return DOM_UTF8;
	case simdjson::DEPTH_ERROR:
		*words = "nested too deep";
		return DOM_DEPTH;
	case simdjson::NUMBER_ERROR:
	case simdjson::NUMBER_OUT_OF_RANGE:
		*words = "bad number";
		return DOM_NUMBER;
	case simdjson::EMPTY:
		*words = "blank line";
		return DOM_EMPTY;
	case simdjson::STRING_ERROR:
		*words = "bad string or escape";
		return DOM_SYNTAX;
	case simdjson::UNESCAPED_CHARS:
		*words = "control character inside a string";
		return DOM_SYNTAX;
	case simdjson::UNCLOSED_STRING:
		*words = "string without an end";
		return DOM_SYNTAX;
	case simdjson::T_ATOM_ERROR:
	case simdjson::F_ATOM_ERROR:
	case simdjson::N_ATOM_ERROR:
		*words = "a word that is none of true, false, null";
		return DOM_SYNTAX;
	case simdjson::TAPE_ERROR:
	case simdjson::TRAILING_CONTENT:
	case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
		*words = "not JSON: a comma, colon, quote or bracket is missing or too many";
		return DOM_SYNTAX;
	default:
		*words = simdjson::error_message(error);
		return DOM_BROKEN;
	}
}

enum dom_status dom_parse(struct dom *d, const char *text, size_t len, size_t limit,
			  struct tape *out, const char **words)
{
	simdjson::error_code error = simdjson::SUCCESS;

	if (len > d->capacity)
		error = grow(d, len, limit);
	if (!error)
		error = d->parser.parse(text, len, false).error();
	if (!error) {
		out->words = d->parser.doc.tape.get();
		out->strings = d->parser.doc.string_buf.get();
	}
	return status_of(error, words);
}

bool dom_round(uint64_t digits, int64_t power, bool negative, double *out)
{
	return simdjson::builtin::numberparsing::compute_float_64(power, digits, negative, *out);
}
