#include "aiops-ingest/formats/contentkey.h"

#include "base/digest.h"

enum { KEY_HEX = 32 };

struct span content_key(struct arena *words, const struct span *parts, size_t n)
{
	struct digest d = digest_of(parts, n);
	char hex[DIGEST_HEX + 1];

	digest_hex(&d, hex);
	return arena_keep(words, span_of(hex, KEY_HEX));
}
