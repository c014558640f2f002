#include "aiops-ingest/live/positions.h"

#include <string.h>

#include "base/num.h"
#include "record/jsonw.h"

#define PART     "follow"
#define PART_MAX ((size_t)32 << 20)

/* Inode numbers can pass 2^53, so numbers are strings here. */
static bool read_number(struct value entry, const char *name, int64_t *out)
{
	struct value v = value_member(entry, span_cstr(name));
	struct err ignored = ERR_INIT;

	return v.type == VALUE_STRING &&
	       num_parse_i64(v.text, INT64_MIN, INT64_MAX, out, &ignored) == 0;
}

static int read_position(struct value entry, const char *path, struct tail_position *out,
			 struct err *e)
{
	struct value format = value_member(entry, SPAN("format"));
	struct value head = value_member(entry, SPAN("head"));
	int64_t device, inode;
	struct tail_position p = {0};

	if (!read_number(entry, "device", &device) || !read_number(entry, "inode", &inode) ||
	    !read_number(entry, "offset", &p.offset) || !read_number(entry, "line", &p.line) ||
	    !read_number(entry, "head_bytes", &p.head_len) || p.offset < 0 || p.line < 1 ||
	    p.head_len < 0 || head.type != VALUE_STRING || head.text.len != TAIL_HEAD_HEX)
		return err_set(e, EX_BADCONFIG, "the state file's position in '%s' is damaged",
			       path);
	p.device = (uint64_t)device;
	p.inode = (uint64_t)inode;
	memcpy(p.head, head.text.data, TAIL_HEAD_HEX);
	if (format.type == VALUE_STRING)
		p.format = format_find(format.text);
	*out = p;
	return 1;
}

int positions_get(const struct state *s, const char *path, struct tail_position *out, struct err *e)
{
	struct value entry = value_member(state_part(s, PART), span_cstr(path));

	return entry.type == VALUE_OBJECT ? read_position(entry, path, out, e) : 0;
}

static void put_number(struct jsonw *w, const char *name, int64_t n)
{
	struct buf text = BUF_INIT(32);

	buf_add_i64(&text, n);
	jsonw_member(w, name, buf_span(&text));
	buf_release(&text);
}

static void put_position(struct jsonw *w, const struct tail_position *p)
{
	jsonw_object(w);
	put_number(w, "device", (int64_t)p->device);
	put_number(w, "inode", (int64_t)p->inode);
	put_number(w, "offset", p->offset);
	put_number(w, "line", p->line);
	put_number(w, "head_bytes", p->head_len);
	jsonw_member(w, "head", span_cstr(p->head));
	if (p->format)
		jsonw_member(w, "format", span_cstr(p->format->name));
	jsonw_object_end(w);
}

static bool is_followed(struct span path, const struct tail *tails, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tails[i].has_safe && span_is(path, tails[i].path))
			return true;
	return false;
}

void positions_put(struct state *s, const struct tail *tails, size_t n)
{
	struct buf json = BUF_INIT(PART_MAX);
	struct jsonw w = jsonw_to(&json);
	struct value_iter it = value_iter(state_part(s, PART));
	struct tail_position p;
	struct err ignored = ERR_INIT;
	struct value entry;
	struct span path;

	jsonw_object(&w);
	while (value_next(&it, &path, &entry)) {
		if (is_followed(path, tails, n) || read_position(entry, "", &p, &ignored) <= 0)
			continue;
		jsonw_key_span(&w, path);
		put_position(&w, &p);
	}
	for (size_t i = 0; i < n; i++) {
		if (!tails[i].has_safe)
			continue;
		jsonw_key(&w, tails[i].path);
		put_position(&w, &tails[i].safe);
	}
	jsonw_object_end(&w);
	state_put(s, PART, buf_span(&json));
	buf_release(&json);
}
