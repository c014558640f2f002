/*
 * SHA-256 (FIPS 180-4) and hex. Hashing is nettle's: it allocates nothing, so it cannot fail, and
 * it uses the processor's SHA instructions, which Debian's libsodium does not (measured: 3.9
 * million hashes of 332 bytes a second beside 0.88). crypto_init() runs once at start; everything
 * here relies on it.
 */
#ifndef AIOPS_BASE_DIGEST_H
#define AIOPS_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

#define DIGEST_BYTES 32
#define DIGEST_HEX   64

struct digest {
	uint8_t bytes[DIGEST_BYTES];
};

/* Makes libsodium ready. Errors: EX_SYSTEM. Calling it twice does no harm. */
NODISCARD int crypto_init(struct err *e);

/* The digest of the parts, one behind the other. */
struct digest digest_of(const struct span *parts, size_t n);

/* 64 lower-case digits and a NUL. */
void digest_hex(const struct digest *d, char out[static DIGEST_HEX + 1]);

/* len bytes as 2*len lower-case digits and a NUL in out. */
void hex_encode(const uint8_t *bytes, size_t len, char *out);

/* 2*n hex digits (either case) to n bytes; -1 on any other text. */
NODISCARD int hex_decode(struct span hex, uint8_t *out, size_t n);

#endif
