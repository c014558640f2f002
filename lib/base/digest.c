#include "base/digest.h"

#include <nettle/sha2.h>
#include <sodium.h>

_Static_assert(DIGEST_BYTES == SHA256_DIGEST_SIZE, "SHA-256 size");

int crypto_init(struct err *e)
{
	return sodium_init() < 0 ? err_set(e, EX_SYSTEM, "cannot initialise libsodium") : 0;
}

struct digest digest_of(const struct span *parts, size_t n)
{
	struct sha256_ctx st;
	struct digest d;

	sha256_init(&st);
	for (size_t i = 0; i < n; i++)
		sha256_update(&st, parts[i].len, (const uint8_t *)parts[i].data);
	sha256_digest(&st, DIGEST_BYTES, d.bytes);
	return d;
}

void hex_encode(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

void digest_hex(const struct digest *d, char out[static DIGEST_HEX + 1])
{
	hex_encode(d->bytes, DIGEST_BYTES, out);
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int hex_decode(struct span hex, uint8_t *out, size_t n)
{
	int wrong = 0;

	if (hex.len != n * 2)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int high = digit_of(hex.data[2 * i]), low = digit_of(hex.data[2 * i + 1]);

		wrong |= high | low; /* negative if either is */
		out[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
	}
	return wrong < 0 ? -1 : 0;
}
