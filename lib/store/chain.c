#include "store/chain.h"

#include "base/buf.h"

struct digest chain_body_hash(struct span salt_hex, struct span body)
{
	const struct span parts[] = {salt_hex, SPAN("\n"), body};

	return digest_of(parts, 3);
}

void chain_preimage(const struct chain_row *row, struct buf *out)
{
	const struct span lines[] = {row->ts, row->kind, row->actor, row->body_hash};

	buf_add_cstr(out, "aiops-audit/v1\n");
	buf_add_span(out, row->log);
	buf_add_char(out, '\n');
	buf_add_i64(out, row->seq);
	buf_add_char(out, '\n');
	buf_add_span(out, row->prev);
	buf_add_char(out, '\n');
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		buf_add_span(out, lines[i]);
		buf_add_char(out, '\n');
	}
}

struct digest chain_hash(const struct chain_row *row)
{
	char text[CHAIN_PREIMAGE_MAX];
	struct buf preimage = {.data = text, .cap = sizeof text, .max = sizeof text};
	struct span part;
	struct digest d;

	chain_preimage(row, &preimage);
	if (!buf_overflowed(&preimage)) {
		part = buf_span(&preimage);
		return digest_of(&part, 1);
	}
	preimage = BUF_INIT(SIZE_MAX); /* no row of ours: what a damaged file holds */
	chain_preimage(row, &preimage);
	part = buf_span(&preimage);
	d = digest_of(&part, 1);
	buf_release(&preimage);
	return d;
}
