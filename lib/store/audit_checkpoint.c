/*
 * Checkpoints as C2SP signed notes: https://c2sp.org/tlog-checkpoint and
 * https://c2sp.org/signed-note. Text in and out; pure.
 */
#include "store/audit.h"

#include <inttypes.h>
#include <string.h>

#include "base/base64.h"
#include "base/num.h"

#define SIGNATURE "\xe2\x80\x94 " /* em dash, space */

int audit_checkpoint_write(const struct audit_head *head, struct buf *out, struct err *e)
{
	uint8_t root[DIGEST_BYTES];

	if (hex_decode(span_cstr(head->root), root, sizeof root) != 0)
		return err_set(e, EX_BUG, "the root '%s' is no hash", head->root);
	buf_addf(out, AUDIT_ORIGIN "%s\n%" PRId64 "\n", head->log, head->size);
	base64_add(out, span_of((const char *)root, sizeof root));
	buf_add_char(out, '\n');
	return 0;
}

/* The next line without its newline; false if there is no newline. */
static bool next_line(struct span *rest, struct span *line)
{
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

	if (!end)
		return false;
	*line = span_of(rest->data, (size_t)(end - rest->data));
	*rest = span_of(end + 1, rest->len - line->len - 1);
	return true;
}

static int parse_origin(struct span line, struct audit_checkpoint *out)
{
	const size_t n = sizeof AUDIT_ORIGIN - 1;
	uint8_t id[AUDIT_LOGID_HEX / 2];

	if (line.len != n + AUDIT_LOGID_HEX || !span_starts(line, AUDIT_ORIGIN) ||
	    hex_decode(span_of(line.data + n, AUDIT_LOGID_HEX), id, sizeof id) != 0)
		return -1;
	hex_encode(id, sizeof id, out->log);
	return memcmp(out->log, line.data + n, AUDIT_LOGID_HEX) == 0 ? 0 : -1; /* lower case */
}

static int parse_size(struct span line, int64_t *out)
{
	struct err ignored = ERR_INIT;

	if (line.len == 0 || line.data[0] < '0' || line.data[0] > '9' ||
	    (line.data[0] == '0' && line.len > 1))
		return -1;
	return num_parse_i64(line, 0, INT64_MAX, out, &ignored);
}

static int parse_root(struct span line, struct digest *out)
{
	size_t len;

	return base64_decode(line, out->bytes, sizeof out->bytes, &len) == 0 && len == DIGEST_BYTES
		       ? 0
		       : -1;
}

/* What follows the body: nothing, or an empty line and signature lines. */
static int parse_signatures(struct span rest, size_t *count)
{
	struct span line;

	*count = 0;
	if (rest.len == 0)
		return 0;
	if (!next_line(&rest, &line) || line.len != 0 || rest.len == 0)
		return -1;
	while (rest.len) {
		if (!next_line(&rest, &line) || !span_starts(line, SIGNATURE))
			return -1;
		++*count;
	}
	return 0;
}

int audit_checkpoint_parse(struct span note, struct audit_checkpoint *out, size_t *signatures,
			   struct err *e)
{
	struct audit_checkpoint c = {.size = 0};
	struct span line;
	size_t count;

	if (!next_line(&note, &line) || parse_origin(line, &c) != 0)
		return err_set(e, EX_BADDATA,
			       "line 1 of a checkpoint is '" AUDIT_ORIGIN
			       "' and 32 lower-case hexadecimal digits");
	if (!next_line(&note, &line) || parse_size(line, &c.size) != 0)
		return err_set(e, EX_BADDATA,
			       "line 2 of a checkpoint is the size, a decimal number");
	if (!next_line(&note, &line) || parse_root(line, &c.root) != 0)
		return err_set(e, EX_BADDATA,
			       "line 3 of a checkpoint is the root, 32 bytes in base64");
	if (parse_signatures(note, &count) != 0)
		return err_set(e, EX_BADDATA,
			       "behind the three lines of a checkpoint only an empty line and "
			       "signature lines may stand");
	*out = c;
	*signatures = count;
	return 0;
}
