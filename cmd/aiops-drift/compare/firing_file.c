/* Fired alerts between runs: see firing_file.h. */
#include "aiops-drift/compare/firing_file.h"

#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "record/jsonw.h"
#include "record/line_file.h"
#include "record/record.h"

#define VERSION      1
#define HEAD         "aiops_drift_compare"
#define LOCK_WAIT_MS 10000
#define LINE_MAX_LEN ((size_t)1 << 20)
#define STATE_MAX    ((size_t)1 << 30)

static int read_head(const struct record *r, struct err *e)
{
	struct value version = record_get(r, HEAD);

	if (version.type != VALUE_NUMBER)
		return err_set(e, EX_BADCONFIG, "no state of aiops-drift compare");
	if (version.number > VERSION)
		return err_set(e, EX_BADCONFIG, "the state is of a newer version");
	return 0;
}

static int read_fired(const struct record *r, struct firing *f, struct err *e)
{
	struct value feature = record_get(r, "feature");
	struct buf name = BUF_INIT(LINE_MAX_LEN);
	struct instant starts_at;

	if (feature.type != VALUE_STRING || feature.text.len == 0)
		return err_set(e, EX_BADCONFIG, "an alert without a feature");
	if (instant_parse(record_text(r, "starts_at"), &starts_at, e) < 0)
		return err_prefix(e, "starts_at");
	buf_add_span(&name, feature.text);
	firing_remove(f, buf_cstr(&name));
	firing_add(f, buf_cstr(&name), starts_at, record_text(r, "service"));
	buf_release(&name);
	return 0;
}

static int read_lines(const char *path, struct firing *f, struct err *e)
{
	struct line_file *file = line_file_open(path, LINE_MAX_LEN, e);
	struct record *r = record_new(LINE_MAX_LEN);
	enum reject_code why;
	size_t number = 0;
	struct span line;
	int got = -1;
	bool cut;

	while (file && (got = line_file_next(file, &line, &cut, e)) > 0) {
		number++;
		if (record_parse(r, line.data, line.len, &why, e) < 0 ||
		    (number == 1 ? read_head(r, e) : read_fired(r, f, e)) < 0) {
			e->code = EX_BADCONFIG;
			got = err_prefix(e, "'%s', line %zu", path, number);
			break;
		}
	}
	record_free(r);
	line_file_close(file);
	return got;
}

int firing_file_open(struct firing_file *file, const char *path, struct firing *f, struct err *e)
{
	struct buf lock = BUF_INIT(8192);

	*file = (struct firing_file){path, -1};
	if (!path)
		return 0;
	buf_addf(&lock, "%s.lock", path);
	file->lock = file_lock(buf_cstr(&lock), LOCK_WAIT_MS, e);
	buf_release(&lock);
	if (file->lock < 0)
		return -1;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return 0;
	return read_lines(path, f, e);
}

int firing_file_write(const struct firing_file *file, const struct firing *f, struct err *e)
{
	struct buf out = BUF_INIT(STATE_MAX);
	struct jsonw w = jsonw_to(&out);
	int rc;

	if (!file->path)
		return 0;
	jsonw_object(&w);
	jsonw_member_i64(&w, HEAD, VERSION);
	jsonw_object_end(&w);
	buf_add_char(&out, '\n');
	for (struct map_entry *en = map_next(&f->by_name, NULL); en;
	     en = map_next(&f->by_name, en)) {
		const struct fired *fired = en->value.ptr;

		w = jsonw_to(&out);
		jsonw_object(&w);
		jsonw_member(&w, "feature", span_of(en->key, en->key_len));
		jsonw_member_time(&w, "starts_at", fired->starts_at);
		jsonw_member(&w, "service", span_cstr(fired->service));
		jsonw_object_end(&w);
		buf_add_char(&out, '\n');
	}
	rc = buf_overflowed(&out) ? err_set(e, EX_SYSTEM, "the state is larger than 1 GiB")
				  : file_write_atomic(file->path, buf_span(&out), 0600, e);
	buf_release(&out);
	return rc;
}

void firing_file_close(struct firing_file *file)
{
	if (file->lock >= 0)
		(void)close(file->lock); /* gives the lock back */
	file->lock = -1;
}
