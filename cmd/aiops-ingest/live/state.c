#include "aiops-ingest/live/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aiops-ingest/live/barrier.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "record/jsonw.h"

enum { STATE_VERSION = 1 };
#define STATE_BYTES_MAX ((size_t)64 << 20)

struct state {
	char *path;
	int lock;
	struct buf text; /* as read */
	struct record *record;
	struct part {
		char *name, *json;
	} * parts; /* as they will be written */
	size_t n, cap;
	bool changed;
	void (*write)(void *ctx, struct span line); /* into the stream; NULL: into the file */
	void *ctx;
};

static int lock_state(struct state *s, struct err *e)
{
	struct buf path = BUF_INIT(1 << 16);

	buf_addf(&path, "%s.lock", s->path);
	s->lock = file_lock(buf_cstr(&path), 0, e);
	buf_release(&path);
	return s->lock < 0 ? -1 : 0;
}

static int bad(const struct state *s, struct err *e, const char *why)
{
	return err_set(e, EX_BADCONFIG, s->write ? "barrier in '%s': %s" : "state file '%s': %s",
		       s->path, why);
}

/* Appends key, which may hold dots, as one step of a path. */
static void add_step(struct buf *path, struct span key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (key.data[i] == '.' || key.data[i] == '\\')
			buf_add_char(path, '\\');
		buf_add_char(path, key.data[i]);
	}
}

static struct part *new_part(struct state *s, struct span name)
{
	mem_grow(s->parts, s->cap, s->n + 1);
	s->parts[s->n] = (struct part){mem_dup(name.data, name.len), NULL};
	return &s->parts[s->n++];
}

/* Every part is kept as it stands, also those that nobody asks for. */
static int keep_parts(struct state *s, struct err *e)
{
	struct value root = record_get(s->record, "parts");
	struct value_iter it = value_iter(root);
	struct span key;
	struct value v;

	if (root.type != VALUE_OBJECT)
		return bad(s, e, "no parts");
	while (value_next(&it, &key, &v)) {
		struct buf path = BUF_INIT(2 * key.len + 16);
		struct span token;

		if (memchr(key.data, '\0', key.len))
			return bad(s, e, "a part's name holds NUL");
		buf_add_cstr(&path, "parts.");
		add_step(&path, key);
		token = record_token(s->record, buf_cstr(&path));
		new_part(s, key)->json = mem_dup(token.data, token.len);
		buf_release(&path);
	}
	return 0;
}

static int parse_state(struct state *s, struct err *e)
{
	enum reject_code code = REJECT_NONE;
	struct err why = ERR_INIT;
	struct value v;

	(void)buf_room(&s->text,
		       RECORD_PADDING); /* far below its maximum, which file_read keeps to */
	if (record_parse(s->record, s->text.data, span_trim(buf_span(&s->text)).len, &code, &why) !=
	    0)
		return bad(s, e, why.text);
	v = record_get(s->record, "v");
	if (!span_is(record_text(s->record, "kind"), "aiops-ingest state") ||
	    v.type != VALUE_NUMBER)
		return bad(s, e, "it is not aiops-ingest's");
	if (v.number > STATE_VERSION)
		return bad(s, e, "it was written by a newer version");
	return keep_parts(s, e);
}

static int read_state(struct state *s, struct err *e)
{
	if (access(s->path, F_OK) != 0 && errno == ENOENT) {
		s->changed = true; /* it is made, so that a next run sees that there was one */
		return 0;
	}
	return file_read(s->path, &s->text, e) != 0 ? -1 : parse_state(s, e);
}

static struct state *new_state(const char *path)
{
	struct state *s = mem_zalloc(sizeof *s);

	s->path = mem_dupz(path);
	s->lock = -1;
	s->record = record_new(STATE_BYTES_MAX);
	buf_init(&s->text, STATE_BYTES_MAX);
	return s;
}

int state_of_stream(const char *path, void (*write)(void *ctx, struct span line), void *ctx,
		    struct state **out, struct err *e)
{
	struct state *s = new_state(path);
	int rc;

	s->write = write;
	s->ctx = ctx;
	rc = barrier_last(path, &s->text, e);
	if (rc < 0 || (rc > 0 && parse_state(s, e) != 0)) {
		state_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

int state_open(const char *path, struct state **out, struct err *e)
{
	struct state *s = new_state(path);

	if (lock_state(s, e) != 0 || read_state(s, e) != 0) {
		state_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

void state_close(struct state *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		free(s->parts[i].name);
		free(s->parts[i].json);
	}
	free(s->parts);
	record_free(s->record);
	buf_release(&s->text);
	if (s->lock >= 0)
		(void)close(s->lock); /* lets go of the lock */
	free(s->path);
	free(s);
}

struct value state_part(const struct state *s, const char *name)
{
	struct value none = {.type = VALUE_NONE};

	if (s->text.len == 0)
		return none;
	return value_member(record_get(s->record, "parts"), span_cstr(name));
}

void state_put(struct state *s, const char *name, struct span json)
{
	size_t i = 0;

	while (i < s->n && !span_is(span_cstr(name), s->parts[i].name))
		i++;
	if (i == s->n)
		(void)new_part(s, span_cstr(name));
	if (s->parts[i].json && span_is(json, s->parts[i].json))
		return;
	free(s->parts[i].json);
	s->parts[i].json = mem_dup(json.data, json.len);
	s->changed = true;
}

static void put_state(const struct state *s, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "kind", SPAN("aiops-ingest state"));
	jsonw_member_i64(&w, "v", STATE_VERSION);
	jsonw_key(&w, "parts");
	jsonw_object(&w);
	for (size_t i = 0; i < s->n; i++) {
		jsonw_key(&w, s->parts[i].name);
		jsonw_raw(&w, span_cstr(s->parts[i].json));
	}
	jsonw_object_end(&w);
	jsonw_object_end(&w);
}

int state_save(struct state *s, struct err *e)
{
	struct buf text = BUF_INIT(STATE_BYTES_MAX);
	int rc = 0;

	if (!s->changed)
		return 0;
	if (s->write) {
		buf_add_span(&text, SPAN(BARRIER_FRONT));
		put_state(s, &text);
		buf_add_span(&text, SPAN(BARRIER_BACK));
		s->write(s->ctx, buf_span(&text));
	} else {
		put_state(s, &text);
		buf_add_char(&text, '\n');
		rc = file_write_atomic(s->path, buf_span(&text), 0600, e);
	}
	s->changed = rc != 0;
	buf_release(&text);
	return rc;
}
