#include "base/digest.h"

#include <sodium.h>

_Static_assert(DIGEST_BYTES == crypto_hash_sha256_BYTES, "SHA-256 size");

int crypto_init(struct err *e)
{
	return sodium_init() < 0 ? err_set(e, EX_SYSTEM, "cannot initialise libsodium") : 0;
}

struct digest digest_of(const struct span *parts, size_t n)
{
	crypto_hash_sha256_state st;
	struct digest d;

	crypto_hash_sha256_init(&st);
	for (size_t i = 0; i < n; i++)
		crypto_hash_sha256_update(&st, (const unsigned char *)parts[i].data, parts[i].len);
	crypto_hash_sha256_final(&st, d.bytes);
	return d;
}

void hex_encode(const uint8_t *bytes, size_t len, char *out)
{
	(void)sodium_bin2hex(out, len * 2 + 1, bytes, len);
}

void digest_hex(const struct digest *d, char out[static DIGEST_HEX + 1])
{
	hex_encode(d->bytes, DIGEST_BYTES, out);
}

int hex_decode(struct span hex, uint8_t *out, size_t n)
{
	const char *end;
	size_t len;

	if (hex.len != n * 2 || sodium_hex2bin(out, n, hex.data, hex.len, NULL, &len, &end) != 0)
		return -1;
	return len == n ? 0 : -1;
}
