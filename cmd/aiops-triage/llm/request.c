/*
 * Requests and replies.
 */
#include "aiops-triage/llm/request.h"

#include <string.h>

#include "record/jsonw.h"

static void write_message(struct jsonw *w, const char *role, struct span content)
{
	jsonw_object(w);
	jsonw_member(w, "role", span_cstr(role));
	jsonw_member(w, "content", content);
	jsonw_object_end(w);
}

static void write_messages(struct jsonw *w, const struct request *r)
{
	struct buf repair = BUF_INIT(8192);

	jsonw_key(w, "messages");
	jsonw_array(w);
	write_message(w, "system", buf_span(&r->prompt->system));
	write_message(w, "user", buf_span(&r->prompt->user));
	if (r->wrong.len) {
		write_message(w, "assistant", r->answered);
		buf_add_cstr(&repair, "That answer cannot be used: ");
		buf_add_span(&repair, r->wrong);
		buf_add_cstr(&repair, ". Answer again with one JSON object only.");
		write_message(w, "user", buf_span(&repair));
	}
	jsonw_array_end(w);
	buf_release(&repair);
}

static void write_format(struct jsonw *w, const struct request *r)
{
	struct buf schema = BUF_INIT(PROMPT_MAX_BYTES);

	if (r->rung == RUNG_TEXT)
		return;
	jsonw_key(w, "response_format");
	jsonw_object(w);
	jsonw_member(w, "type", span_cstr(rung_name(r->rung)));
	if (r->rung == RUNG_SCHEMA) {
		prompt_schema(r->prompt, &schema);
		jsonw_key(w, "json_schema");
		jsonw_object(w);
		jsonw_member(w, "name", SPAN("triage"));
		jsonw_member_bool(w, "strict", true);
		jsonw_key(w, "schema");
		jsonw_raw(w, buf_span(&schema));
		jsonw_object_end(w);
	}
	jsonw_object_end(w);
	buf_release(&schema);
}

void request_write(const struct request *r, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "model", span_cstr(r->model));
	write_messages(&w, r);
	jsonw_member_i64(&w, "temperature", 0);
	jsonw_member_i64(&w, "seed", 1);
	jsonw_member_i64(&w, r->completion_tokens ? "max_completion_tokens" : "max_tokens",
			 r->max_tokens);
	jsonw_member_bool(&w, "stream", false);
	write_format(&w, r);
	jsonw_object_end(&w);
}

/* ---- replies ---- */

static int64_t count_at(const struct record *r, const char *path)
{
	struct value v = record_get(r, path);

	return v.type == VALUE_NUMBER && v.number >= 0 && v.number < 1e12 ? (int64_t)v.number : -1;
}

int reply_read(struct span body, struct record *parser, struct buf *keeper, struct reply *out,
	       struct err *e)
{
	enum reject_code why;
	struct value tools;

	buf_clear(keeper);
	buf_add_span(keeper, body);
	if (!buf_room(keeper, RECORD_PADDING) || buf_overflowed(keeper))
		return err_set(e, EX_BADDATA, "the answer is too long");
	memset(keeper->data + keeper->len, 0, RECORD_PADDING);
	if (record_parse(parser, keeper->data, keeper->len, &why, e) != 0)
		return err_prefix(e, "the endpoint's answer is no JSON object");
	if (record_get(parser, "choices.0.message").type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "the endpoint's answer has no choices");
	tools = record_get(parser, "choices.0.message.tool_calls");
	*out = (struct reply){
		.content = record_text(parser, "choices.0.message.content"),
		.finish = record_text(parser, "choices.0.finish_reason"),
		.refused = record_text(parser, "choices.0.message.refusal").len > 0,
		.called_tool =
			(tools.type == VALUE_ARRAY &&
			 record_get(parser, "choices.0.message.tool_calls.0").type != VALUE_NONE) ||
			record_get(parser, "choices.0.message.function_call").type == VALUE_OBJECT,
		.tokens = count_at(parser, "usage.total_tokens"),
		.prompt_tokens = count_at(parser, "usage.prompt_tokens"),
	};
	return 0;
}

static bool has(struct span body, const char *word)
{
	return span_find(body, span_cstr(word)) != NULL;
}

bool error_is_quota(struct span body)
{
	return body.len && (has(body, "insufficient_quota") || has(body, "billing"));
}

bool error_wants_completion_tokens(struct span body)
{
	return body.len && has(body, "max_completion_tokens");
}

/* The end of the object that begins at from, or 0: it has none. */
static size_t object_end(struct span text, size_t from)
{
	size_t depth = 0;
	bool string = false;

	for (size_t i = from; i < text.len; i++) {
		char c = text.data[i];

		if (string) {
			i += c == '\\';
			string = c != '"';
		} else if (c == '"') {
			string = true;
		} else if (c == '{') {
			depth++;
		} else if (c == '}' && --depth == 0) {
			return i + 1;
		}
	}
	return 0;
}

struct span object_next(struct span text, size_t *from)
{
	for (; *from < text.len; ++*from) {
		size_t at = *from, end = text.data[at] == '{' ? object_end(text, at) : 0;

		if (end) {
			++*from;
			return span_of(text.data + at, end - at);
		}
	}
	return SPAN_NONE;
}
