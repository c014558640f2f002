#include "base/digest.h"

#include <endian.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <string.h>

_Static_assert(DIGEST_BYTES == SHA256_DIGEST_SIZE, "SHA-256 size");

int crypto_init(struct err *e)
{
	return sodium_init() < 0 ? err_set(e, EX_SYSTEM, "cannot initialise libsodium") : 0;
}

struct digest digest_of(const struct span *parts, size_t n)
{
	NOT_CLEARED struct sha256_ctx st;
	struct digest d;

	sha256_init(&st);
	for (size_t i = 0; i < n; i++)
		sha256_update(&st, parts[i].len, (const uint8_t *)parts[i].data);
	sha256_digest(&st, DIGEST_BYTES, d.bytes);
	return d;
}

/* Eight digits in one word: each half byte in a byte of its own, and 39 more for a to f. */
static void encode_four(const uint8_t *bytes, char *out)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint32_t four;
	uint64_t x;

	memcpy(&four, bytes, sizeof four);
	x = le32toh(four);
	x = (x | x << 16) & UINT64_C(0x0000FFFF0000FFFF);
	x = (x | x << 8) & UINT64_C(0x00FF00FF00FF00FF);
	x = (x >> 4 | x << 8) & (ones * 0x0F);
	x = htole64(x + ones * '0' + ((x + ones * 6) >> 4 & ones) * ('a' - '0' - 10));
	memcpy(out, &x, sizeof x);
}

void hex_encode(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t i = 0;

	for (; i + 4 <= len; i += 4)
		encode_four(bytes + i, out + 2 * i);
	for (; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

void digest_hex(const struct digest *d, char out[static DIGEST_HEX + 1])
{
	hex_encode(d->bytes, DIGEST_BYTES, out);
}

/* Of each byte its value as a digit and 1, 0 if it is none. */
static const uint8_t digit_values[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static int digit_of(char c)
{
	return digit_values[(unsigned char)c] - 1;
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
