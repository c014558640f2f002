/* The file of mined templates: see mined.h. */
#include <errno.h>
#include <unistd.h>

#include "aiops-triage/templates/mined.h"
#include "base/file.h"
#include "base/num.h"
#include "record/jsonw.h"
#include "record/line_file.h"
#include "record/record.h"

enum { LOCK_WAIT_MS = 10000, VERSION = 1 };
#define STATE_MAX      ((size_t)1 << 30)
#define STATE_LINE_MAX ((size_t)1 << 20)
#define PATH_BYTES     (1u << 16)
#define NUMBER_BYTES   32

/* ---- writing ---- */

/* 64-bit counts as text: a reader with doubles only would round them. */
static void write_u64(struct jsonw *w, const char *key, uint64_t n)
{
	struct buf text = BUF_INIT(NUMBER_BYTES);

	buf_add_i64(&text, (int64_t)n);
	jsonw_member(w, key, buf_span(&text));
	buf_release(&text);
}

static void write_head(const struct mined *m, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member_i64(&w, "aiops_triage_templates", VERSION);
	write_u64(&w, "lines", m->lines);
	write_u64(&w, "forgotten", m->forgotten);
	if (m->header_decided) {
		jsonw_key(&w, "header");
		jsonw_array(&w);
		for (size_t i = 0; i < m->header.columns; i++)
			jsonw_bool(&w, m->header.must_be_typed[i]);
		jsonw_array_end(&w);
	}
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}

static void write_template(const struct template *t, struct buf *out)
{
	struct template_saved saved = template_save(t);
	struct sighting seen = mined_sighting(t);
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "template", saved.id);
	jsonw_member(&w, "text", saved.text);
	write_u64(&w, "count", saved.count);
	write_u64(&w, "serial", saved.serial);
	jsonw_member_opt(&w, "word0", saved.way[0]);
	jsonw_member_opt(&w, "word1", saved.way[1]);
	jsonw_member(&w, "first", seen.first);
	jsonw_member(&w, "last", seen.last);
	jsonw_member(&w, "example", seen.example);
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}

int mined_write(const struct mined *m, const char *path, struct err *e)
{
	struct buf out = BUF_INIT(STATE_MAX);
	int rc;

	write_head(m, &out);
	for (struct template *t = NULL; (t = miner_next(m->miner, t));)
		write_template(t, &out);
	rc = buf_overflowed(&out) ? err_set(e, EX_SYSTEM, "the state is larger than 1 GiB")
				  : file_write_atomic(path, buf_span(&out), 0600, e);
	buf_release(&out);
	return rc;
}

/* ---- reading ---- */

static int damaged(struct err *e, const char *what)
{
	return err_set(e, EX_BADCONFIG, "the state is damaged: %s", what);
}

static int read_u64(const struct record *r, const char *key, uint64_t *out, struct err *e)
{
	struct err bad = ERR_INIT;
	int64_t n;

	if (num_parse_i64(record_text(r, key), 0, INT64_MAX, &n, &bad) != 0)
		return damaged(e, key);
	*out = (uint64_t)n;
	return 0;
}

static int read_head(struct mined *m, const struct record *r, struct err *e)
{
	struct value header = record_get(r, "header"), v;
	struct value_iter it = value_iter(header);
	int64_t version;

	if (!value_i64(record_get(r, "aiops_triage_templates"), &version) || version < 1)
		return err_set(e, EX_BADCONFIG, "it is no state of aiops-triage templates");
	if (version > VERSION)
		return err_set(e, EX_BADCONFIG,
			       "the state is of version %lld, this programme knows version %d",
			       (long long)version, VERSION);
	if (header.type == VALUE_ARRAY) {
		m->header_decided = true;
		while (value_next(&it, NULL, &v) && m->header.columns < HEADER_COLUMNS)
			m->header.must_be_typed[m->header.columns++] = v.boolean;
	}
	return read_u64(r, "lines", &m->lines, e) == 0 &&
			       read_u64(r, "forgotten", &m->forgotten, e) == 0
		       ? 0
		       : -1;
}

static int read_template(struct mined *m, const struct record *r, struct err *e)
{
	struct template_saved saved = {.text = record_text(r, "text"),
				       .id = record_text(r, "template"),
				       .way = {record_text(r, "word0"), record_text(r, "word1")}};
	struct sighting seen = {record_text(r, "first"), record_text(r, "last"),
				record_text(r, "example")};
	struct template *t;

	if (read_u64(r, "count", &saved.count, e) != 0 ||
	    read_u64(r, "serial", &saved.serial, e) != 0)
		return -1;
	t = miner_restore(m->miner, &saved);
	if (!t)
		return err_set(e, EX_BADCONFIG,
			       "the state has a template that does not fit here (--max-templates)");
	mined_put_sighting(t, &seen);
	return 0;
}

static int read_lines(struct mined *m, const char *path, struct err *e)
{
	struct line_file *file = line_file_open(path, STATE_LINE_MAX, e);
	struct record *r = record_new(STATE_LINE_MAX);
	enum reject_code why;
	struct span line;
	size_t number = 0;
	int got = -1;
	bool cut;

	record_remember_shapes(r, false);
	while (file && (got = line_file_next(file, &line, &cut, e)) > 0) {
		struct err bad = ERR_INIT;

		got = -1;
		if (cut || record_parse(r, line.data, line.len, &why, &bad) != 0) {
			(void)damaged(e, cut ? "a line is too long" : bad.text);
			break;
		}
		if ((number++ == 0 ? read_head(m, r, e) : read_template(m, r, e)) != 0)
			break;
	}
	if (got == 0 && number == 0)
		got = damaged(e, "it is empty");
	record_free(r);
	line_file_close(file);
	return got;
}

static int take_lock(struct mined *m, const char *path, struct err *e)
{
	struct buf lock = BUF_INIT(PATH_BYTES);

	buf_addf(&lock, "%s.lock", path);
	m->lock = file_lock(buf_cstr(&lock), LOCK_WAIT_MS, e);
	buf_release(&lock);
	return m->lock < 0 ? -1 : 0;
}

int mined_open(struct mined *m, const char *path, struct err *e)
{
	if (take_lock(m, path, e) != 0)
		return -1;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return 0;
	return read_lines(m, path, e) == 0 ? 0 : err_prefix(e, "'%s'", path);
}
