#include "proc/outcome.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"

enum { FILE_LONGEST = 40 << 20 }; /* two streams of 16 MiB and what is said of them */

static const char *const words[] = {
	[OUTCOME_FILE_HELD] = "held",
	[OUTCOME_FILE_NOEXEC] = "noexec",
	[OUTCOME_FILE_ENDED] = "ended",
};

static void add_first_line(struct buf *out, const char *label)
{
	buf_addf(out, "aiops-outcome/v1 %s\n", label);
}

int outcome_begin(int fd, const char *label, struct err *e)
{
	struct buf line = BUF_INIT(1024);
	int rc;

	add_first_line(&line, label);
	rc = file_write_all(fd, buf_span(&line), e);
	buf_release(&line);
	return rc;
}

/* ---- writing ---- */

static void add_stream(struct buf *out, const struct proc_output *o)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(&o->digest, hex);
	buf_addf(out, "%zu %" PRIu64 " %d %s\n", o->kept.len, o->total_bytes, o->truncated, hex);
}

static void add_result(struct buf *out, const struct proc_result *r)
{
	buf_addf(out, "%d %d %d %d %d %d %" PRId64 "\n", r->exit_status, r->signal, r->timed_out,
		 r->interrupted, r->flooded, r->survivors, r->elapsed_ms);
	add_stream(out, &r->out);
	add_stream(out, &r->err);
	buf_add_span(out, buf_span(&r->out.kept));
	buf_add_span(out, buf_span(&r->err.kept));
	buf_add_char(out, '\n');
}

static void add_digest(struct buf *out)
{
	struct span all = buf_span(out);
	struct digest d = digest_of(&all, 1);
	char hex[DIGEST_HEX + 1];

	digest_hex(&d, hex);
	buf_addf(out, "%s\n", hex);
}

int outcome_finish(int fd, const char *label, enum outcome_kind kind,
		   const struct proc_result *result, const struct err *why, struct err *e)
{
	struct buf text = BUF_INIT(FILE_LONGEST);
	int rc = -1;

	add_first_line(&text, label);
	buf_addf(&text, "%s\n", words[kind]);
	if (kind == OUTCOME_FILE_ENDED)
		add_result(&text, result);
	if (kind == OUTCOME_FILE_NOEXEC)
		buf_addf(&text, "%d %s\n", why->code, why->text);
	add_digest(&text);
	if (lseek(fd, 0, SEEK_SET) != 0)
		err_set_errno(e, EX_IO, errno, "cannot write an outcome");
	else if (file_write_all(fd, buf_span(&text), e) == 0 && fdatasync(fd) != 0)
		err_set_errno(e, EX_IO, errno, "cannot write an outcome");
	else
		rc = e->code ? -1 : 0;
	buf_release(&text);
	return rc;
}

/* ---- reading ---- */

/* Takes what stands up to the next `end` off *text. False if there is none. */
static bool take_until(struct span *text, char end, struct span *out)
{
	const char *at = text->len ? memchr(text->data, end, text->len) : NULL;

	if (!at)
		return false;
	*out = span_of(text->data, (size_t)(at - text->data));
	*text = span_of(at + 1, text->len - out->len - 1);
	return true;
}

static bool take_i64(struct span *text, char end, int64_t max, int64_t *out)
{
	struct err ignored = ERR_INIT;
	struct span word;

	return take_until(text, end, &word) && num_parse_i64(word, 0, max, out, &ignored) == 0;
}

static bool take_int(struct span *text, char end, int *out)
{
	int64_t n;

	if (!take_i64(text, end, INT32_MAX, &n))
		return false;
	*out = (int)n;
	return true;
}

/* *kept: how many bytes of it follow. */
static bool take_stream(struct span *text, struct proc_output *o, int64_t *kept)
{
	int64_t total, truncated;
	struct span hex;

	if (!take_i64(text, ' ', FILE_LONGEST, kept) || !take_i64(text, ' ', INT64_MAX, &total) ||
	    !take_i64(text, ' ', 1, &truncated) || !take_until(text, '\n', &hex) ||
	    hex_decode(hex, o->digest.bytes, DIGEST_BYTES) != 0)
		return false;
	o->total_bytes = (uint64_t)total;
	o->truncated = truncated;
	return true;
}

static void keep(struct proc_output *o, struct span *text, size_t n)
{
	o->kept = BUF_INIT(n);
	buf_add(&o->kept, text->data, n);
	*text = span_of(text->data + n, text->len - n);
}

static bool take_result(struct span text, struct proc_result *out)
{
	struct proc_result r = {0};
	int64_t out_len, err_len;
	int timed_out, interrupted, flooded;

	if (!take_int(&text, ' ', &r.exit_status) || !take_int(&text, ' ', &r.signal) ||
	    !take_int(&text, ' ', &timed_out) || !take_int(&text, ' ', &interrupted) ||
	    !take_int(&text, ' ', &flooded) || !take_int(&text, ' ', &r.survivors) ||
	    !take_i64(&text, '\n', INT64_MAX, &r.elapsed_ms) ||
	    !take_stream(&text, &r.out, &out_len) || !take_stream(&text, &r.err, &err_len) ||
	    (uint64_t)text.len != (uint64_t)out_len + (uint64_t)err_len + 1)
		return false;
	r.timed_out = timed_out;
	r.interrupted = interrupted;
	r.flooded = flooded;
	keep(&r.out, &text, (size_t)out_len);
	keep(&r.err, &text, (size_t)err_len);
	*out = r;
	return true;
}

static bool take_why(struct span text, struct err *why)
{
	struct span words_of_it;
	int code;

	if (!take_int(&text, ' ', &code) || !take_until(&text, '\n', &words_of_it))
		return false;
	err_set(why, code, "%.*s", (int)words_of_it.len, words_of_it.data);
	return true;
}

/* The digest of all before it is its last line. */
static bool is_whole(struct span *text)
{
	char hex[DIGEST_HEX + 1];
	struct digest d;
	struct span body;

	if (text->len < DIGEST_HEX + 1)
		return false;
	body = span_of(text->data, text->len - DIGEST_HEX - 1);
	d = digest_of(&body, 1);
	digest_hex(&d, hex);
	if (memcmp(text->data + body.len, hex, DIGEST_HEX) != 0 ||
	    text->data[text->len - 1] != '\n')
		return false;
	*text = body;
	return true;
}

static enum outcome_kind parse(struct span text, const char *label, struct proc_result *result,
			       struct err *why)
{
	struct buf first = BUF_INIT(1024);
	struct span word;
	bool ours;

	if (text.len == 0)
		return OUTCOME_FILE_EMPTY;
	add_first_line(&first, label);
	ours = text.len > first.len && memcmp(text.data, first.data, first.len) == 0;
	if (ours && is_whole(&text)) {
		text = span_of(text.data + first.len, text.len - first.len);
		buf_release(&first);
		if (!take_until(&text, '\n', &word))
			return OUTCOME_FILE_BEGUN;
		if (span_is(word, words[OUTCOME_FILE_HELD]))
			return OUTCOME_FILE_HELD;
		if (span_is(word, words[OUTCOME_FILE_NOEXEC]) && take_why(text, why))
			return OUTCOME_FILE_NOEXEC;
		if (span_is(word, words[OUTCOME_FILE_ENDED]) && take_result(text, result))
			return OUTCOME_FILE_ENDED;
		return OUTCOME_FILE_BEGUN;
	}
	buf_release(&first);
	return OUTCOME_FILE_BEGUN;
}

int outcome_read(const char *path, const char *label, enum outcome_kind *kind,
		 struct proc_result *result, struct err *why, struct err *e)
{
	struct buf text = BUF_INIT(FILE_LONGEST);
	int rc = file_read(path, &text, e);

	if (rc == 0)
		*kind = parse(buf_span(&text), label, result, why);
	buf_release(&text);
	return rc;
}
