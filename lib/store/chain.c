#include "store/chain.h"

#include "base/buf.h"

struct digest chain_body_hash(struct span salt_hex, struct span body)
{
	const struct span parts[] = {salt_hex, SPAN("\n"), body};

	return digest_of(parts, 3);
}

struct digest chain_hash(const struct chain_row *row)
{
	char digits[24];
	struct buf seq = {
		.data = digits, .cap = sizeof digits, .max = sizeof digits}; /* never grows */
	const struct span end = SPAN("\n");

	buf_add_i64(&seq, row->seq);
	const struct span parts[] = {
		SPAN("aiops-audit/v1\n"),
		row->log,
		end,
		buf_span(&seq),
		end,
		row->prev,
		end,
		row->ts,
		end,
		row->kind,
		end,
		row->actor,
		end,
		row->body_hash,
		end,
	};

	return digest_of(parts, sizeof parts / sizeof *parts);
}
