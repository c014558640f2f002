/*
 * Rejected records: shown, kept for later, counted, judged (contract 7).
 */
#include "cli/rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/utf8.h"
#include "cli/context.h"
#include "record/jsonw.h"

enum {
	SHOWN_MAX = 5,
	CODES_MAX = 32,
	TOO_LONG_KEPT = 4096, /* of a line over the limit; its end is not known anyway */
};

struct rejects {
	struct cli *c;
	int fd; /* of the dead-letter file, -1: none */
	struct tolerance tolerance;
	int64_t count;
	struct {
		const char *code; /* static names */
		int64_t count;
	} codes[CODES_MAX];
	size_t n_codes;
};

int tolerance_parse(const char *text, struct tolerance *out, struct err *e)
{
	struct span s = span_cstr(text);
	struct tolerance t = {.percent = s.len && s.data[s.len - 1] == '%'};
	int64_t n;

	if (!t.percent) {
		if (num_parse_i64(s, 0, INT64_MAX, &n, e) != 0)
			return err_prefix(e, "--tolerate");
		t.limit = (double)n;
	} else if (num_parse_double(span_of(s.data, s.len - 1), &t.limit, e) != 0) {
		return err_prefix(e, "--tolerate");
	} else if (t.limit < 0 || t.limit > 100) {
		return err_set(e, EX_BADUSAGE, "--tolerate: '%s' is not between 0%% and 100%%",
			       text);
	}
	*out = t;
	return 0;
}

bool tolerance_exceeded(const struct tolerance *t, int64_t accepted, int64_t rejected)
{
	if (!t->percent)
		return (double)rejected > t->limit;
	return (double)rejected * 100 > t->limit * ((double)accepted + (double)rejected);
}

static int open_dead_letter(struct rejects *j, const char *path, struct err *e)
{
	if (!path)
		return 0;
	j->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
	if (j->fd < 0)
		return err_set_errno(e, EX_CANNOTCREATE, errno, "cannot open dead-letter file '%s'",
				     path);
	return 0;
}

struct rejects *rejects_open(struct cli *c, struct err *e)
{
	const struct common_options *o = cli_common(c);
	struct rejects *j = mem_zalloc(sizeof *j);

	j->c = c;
	j->fd = -1;
	if (tolerance_parse(o->tolerate ? o->tolerate : "0", &j->tolerance, e) != 0 ||
	    open_dead_letter(j, o->dead_letter, e) != 0) {
		free(j);
		return NULL;
	}
	return j;
}

static void add_raw(struct jsonw *w, struct buf *line, struct span raw)
{
	struct buf text;

	if (utf8_valid_prefix(raw) == raw.len) {
		jsonw_member(w, "raw", span_of(raw.data ? raw.data : "", raw.len));
		return;
	}
	text = BUF_INIT(line->max);
	base64_add(&text, raw);
	jsonw_member(w, "raw_b64", buf_span(&text));
	buf_release(&text);
}

/* What is kept of a line over the limit, not cut inside a character. */
static struct span beginning_of(struct span raw)
{
	size_t valid;

	if (raw.len > TOO_LONG_KEPT)
		raw.len = TOO_LONG_KEPT;
	valid = utf8_valid_prefix(raw);
	if (valid + 4 > raw.len)
		raw.len = valid;
	return raw;
}

static int write_dead_letter(struct rejects *j, const char *source, int64_t line_number,
			     const char *code, const char *message, struct span raw, struct err *e)
{
	struct buf line = BUF_INIT((size_t)1 << 34);
	struct jsonw w = jsonw_to(&line);
	bool cut = strcmp(code, "too_long") == 0;
	int rc;

	if (cut)
		raw = beginning_of(raw);
	jsonw_object(&w);
	jsonw_member(&w, "kind", SPAN("dead_letter"));
	jsonw_member(&w, "tool", span_cstr(cli_tool(j->c)));
	jsonw_member(&w, "source", span_cstr(source));
	jsonw_member_i64(&w, "line", line_number);
	jsonw_member(&w, "code", span_cstr(code));
	jsonw_member(&w, "message", span_cstr(message));
	add_raw(&w, &line, raw);
	if (cut)
		jsonw_member_bool(&w, "raw_cut", true);
	jsonw_object_end(&w);
	buf_add_char(&line, '\n');
	/* One write: appends of several tools do not mix. */
	rc = file_write_all(j->fd, buf_span(&line), e);
	if (rc != 0)
		err_prefix(e, "dead-letter file '%s'", cli_common(j->c)->dead_letter);
	buf_release(&line);
	return rc;
}

static void count(struct rejects *j, const char *code)
{
	size_t i = 0;

	j->count++;
	while (i < j->n_codes && strcmp(j->codes[i].code, code) != 0)
		i++;
	if (i == CODES_MAX)
		return; /* counted in the total */
	if (i == j->n_codes)
		j->codes[j->n_codes++].code = code;
	j->codes[i].count++;
}

int rejects_add(struct rejects *j, const char *source, int64_t line, const char *code,
		const char *message, struct span raw, struct err *e)
{
	bool strict = cli_common(j->c)->strict;
	struct buf where = BUF_INIT(1 << 16);

	count(j, code);
	buf_addf(&where, "%s:%lld", source, (long long)line);
	if (strict)
		err_set(e, EX_BADDATA, "%s: rejected (%s): %s", buf_cstr(&where), code, message);
	else if (j->count <= SHOWN_MAX)
		msg(j->c, MSG_WARNING, buf_cstr(&where), "rejected (%s): %s", code, message);
	buf_release(&where);
	if (j->fd >= 0) {
		struct err io = ERR_INIT;

		if (write_dead_letter(j, source, line, code, message, raw, &io) != 0) {
			*e = io;
			return -1;
		}
	}
	return strict ? -1 : 0;
}

int64_t rejects_count(const struct rejects *j)
{
	return j->count;
}

void rejects_add_stats(const struct rejects *j, struct buf *json)
{
	buf_add_cstr(json, ",\"rejects\":{");
	for (size_t i = 0; i < j->n_codes; i++)
		buf_addf(json, "%s\"%s\":%lld", i ? "," : "", j->codes[i].code,
			 (long long)j->codes[i].count);
	buf_add_char(json, '}');
}

static void tell_total(struct rejects *j, int64_t accepted, bool exceeded)
{
	struct buf kinds = BUF_INIT(1 << 12);

	for (size_t i = 0; i < j->n_codes; i++)
		buf_addf(&kinds, "%s%lld %s", i ? ", " : "", (long long)j->codes[i].count,
			 j->codes[i].code);
	msg(j->c, exceeded ? MSG_ERROR : MSG_WARNING, NULL, "%lld of %lld records rejected: %s",
	    (long long)j->count, (long long)(accepted + j->count), buf_cstr(&kinds));
	buf_release(&kinds);
}

int rejects_close(struct rejects *j, int64_t accepted)
{
	bool exceeded;
	int code;

	if (!j)
		return EX_DONE;
	exceeded = tolerance_exceeded(&j->tolerance, accepted, j->count);
	code = exceeded ? EX_REJECTS : EX_DONE;
	if (j->count && !cli_common(j->c)->strict) /* --strict named the one it stopped at */
		tell_total(j, accepted, exceeded);
	if (j->fd >= 0 && close(j->fd) != 0 && errno != EINTR) {
		const char *reason = strerrordesc_np(errno);

		msg(j->c, MSG_ERROR, NULL, "cannot write dead-letter file '%s': %s",
		    cli_common(j->c)->dead_letter, reason ? reason : "unknown error");
		code = EX_IO;
	}
	free(j);
	return code;
}
