#include "aiops-audit/proof_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/base64.h"
#include "base/num.h"
#include "store/chain.h"

#define INCLUSION     "c2sp.org/tlog-proof@v1"
#define CONSISTENCY   "aiops-audit/consistency@v1"
#define BASE64_DIGEST 44

void proof_text_release(struct proof_text *p)
{
	buf_release(&p->extra);
}

/* ---- reading ---- */

static bool next_line(struct span *rest, struct span *line)
{
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

	if (!end)
		return false;
	*line = span_of(rest->data, (size_t)(end - rest->data));
	*rest = span_of(end + 1, rest->len - line->len - 1);
	return true;
}

static int parse_digest(struct span base64, struct digest *out)
{
	size_t len;

	return base64_decode(base64, out->bytes, sizeof out->bytes, &len) == 0 &&
			       len == DIGEST_BYTES
		       ? 0
		       : -1;
}

static int parse_number(struct span s, int64_t *out)
{
	struct err ignored = ERR_INIT;

	if (s.len == 0 || s.data[0] < '0' || s.data[0] > '9' || (s.data[0] == '0' && s.len > 1))
		return -1;
	return num_parse_i64(s, 0, INT64_MAX, out, &ignored);
}

/* What stands behind a word and a space. */
static bool behind(struct span line, const char *word, struct span *rest)
{
	size_t n = strlen(word);

	if (!span_starts(line, word))
		return false;
	*rest = span_of(line.data + n, line.len - n);
	return true;
}

static int parse_extra(struct span base64, struct buf *out)
{
	size_t room = base64.len / 4 * 3 + 3, len;
	char *to = buf_room(out, room);

	if (!to || base64_decode(base64, (uint8_t *)to, room, &len) != 0)
		return -1;
	out->len = len;
	return 0;
}

/* The lines in front of the path. */
static int parse_head(struct span *rest, struct proof_text *p)
{
	struct span line, value;

	if (!next_line(rest, &line))
		return -1;
	p->inclusion = span_is(line, INCLUSION);
	if ((!p->inclusion && !span_is(line, CONSISTENCY)) || !next_line(rest, &line))
		return -1;
	if (p->inclusion) {
		if (behind(line, "extra ", &value) &&
		    (parse_extra(value, &p->extra) != 0 || !next_line(rest, &line)))
			return -1;
		return behind(line, "index ", &value) ? parse_number(value, &p->index) : -1;
	}
	if (!behind(line, "old ", &value) || value.len < BASE64_DIGEST + 2 ||
	    value.data[value.len - BASE64_DIGEST - 1] != ' ')
		return -1;
	return parse_number(span_of(value.data, value.len - BASE64_DIGEST - 1), &p->old) == 0
		       ? parse_digest(
				 span_of(value.data + value.len - BASE64_DIGEST, BASE64_DIGEST),
				 &p->old_root)
		       : -1;
}

static int parse_path(struct span *rest, struct proof_text *p)
{
	struct span line;

	while (next_line(rest, &line)) {
		if (line.len == 0)
			return 0;
		if (p->n == PROOF_MAX || parse_digest(line, &p->path[p->n]) != 0)
			return -1;
		p->n++;
	}
	return -1;
}

int proof_text_parse(struct span text, struct proof_text *out, struct err *e)
{
	struct proof_text p = {.extra = BUF_INIT(PROOF_TEXT_MAX)};
	struct span rest = text;
	size_t signatures;

	if (parse_head(&rest, &p) != 0) {
		err_set(e, EX_BADDATA, "it does not begin as a proof of aiops-audit prove does");
	} else if (parse_path(&rest, &p) != 0) {
		err_set(e, EX_BADDATA,
			"behind its first lines a proof has at most %d hashes in base64 and an "
			"empty line",
			PROOF_MAX);
	} else if (audit_checkpoint_parse(rest, &p.at, &signatures, e) == 0) {
		p.note = rest;
		*out = p;
		return 0;
	}
	proof_text_release(&p);
	return -1;
}

/* ---- the row ---- */

int proof_row(const struct proof_text *p, struct proof_row *out, struct err *e)
{
	struct span rest = buf_span(&p->extra), label, preimage;
	struct span *const lines[] = {&label,   &out->log,  &out->seq,   &out->prev,
				      &out->ts, &out->kind, &out->actor, &out->body_hash};
	char hex[DIGEST_HEX + 1];
	struct digest d;
	int64_t seq;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (!next_line(&rest, lines[i]))
			return err_set(e, EX_BADDATA, "the proof does not carry its row");
	}
	preimage = span_of(p->extra.data, p->extra.len - rest.len);
	out->hash = digest_of(&preimage, 1);
	if (!span_is(label, "aiops-audit/v1") || !span_is(out->log, p->at.log) ||
	    parse_number(out->seq, &seq) != 0 || seq != p->index + 1)
		return err_set(e, EX_BADDATA, "the row in the proof is not the one it is about");
	out->salted = out->body = SPAN_NONE;
	if (rest.len == 0)
		return 0;
	d = digest_of(&rest, 1);
	digest_hex(&d, hex);
	if (!span_is(out->body_hash, hex) || rest.len < 2 * AUDIT_SALT_BYTES + 1)
		return err_set(e, EX_BADDATA, "the body in the proof is not that of its row");
	out->salted = rest;
	out->body =
		span_of(rest.data + 2 * AUDIT_SALT_BYTES + 1, rest.len - 2 * AUDIT_SALT_BYTES - 1);
	return 0;
}

/* ---- writing ---- */

void proof_text_write(const struct proof_text *p, struct buf *out)
{
	if (p->inclusion) {
		buf_add_cstr(out, INCLUSION "\nextra ");
		base64_add(out, buf_span(&p->extra));
		buf_addf(out, "\nindex %" PRId64 "\n", p->index);
	} else {
		buf_addf(out, CONSISTENCY "\nold %" PRId64 " ", p->old);
		base64_add(out, span_of((const char *)p->old_root.bytes, DIGEST_BYTES));
		buf_add_char(out, '\n');
	}
	for (size_t i = 0; i < p->n; i++) {
		base64_add(out, span_of((const char *)p->path[i].bytes, DIGEST_BYTES));
		buf_add_char(out, '\n');
	}
	buf_add_char(out, '\n');
	buf_add_span(out, p->note);
}
