/*
 * Checkpoint notes: what is read is written the same, byte for byte; so no byte of a note can be
 * changed without changing what it says.
 */
#include "store/audit.h"

#include "../fuzz.h"

static void check_written(const struct audit_checkpoint *c, struct span note)
{
	struct audit_head head = {.size = c->size};
	struct buf out = BUF_INIT(1024);
	struct err e = ERR_INIT;

	memcpy(head.log, c->log, sizeof head.log);
	digest_hex(&c->root, head.root);
	FUZZ_CHECK(audit_checkpoint_write(&head, &out, &e) == 0);
	FUZZ_CHECK(note.len >= out.len && memcmp(note.data, out.data, out.len) == 0);
	FUZZ_CHECK(note.len == out.len || note.data[out.len] == '\n');
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, 0);
	struct span note = span_of(copy, all.len);
	struct audit_checkpoint c;
	struct err e = ERR_INIT;
	size_t signatures = 0;

	if (audit_checkpoint_parse(note, &c, &signatures, &e) == 0) {
		FUZZ_CHECK(c.size >= 0 && strlen(c.log) == AUDIT_LOGID_HEX);
		FUZZ_CHECK(signatures <= note.len);
		check_written(&c, note);
	} else {
		FUZZ_CHECK(e.code == EX_BADDATA && e.text[0]);
	}
	free(copy);
	return 0;
}
