/*
 * Who sent a request: whatever the headers say, a signature is taken only if it is the one of the
 * body, and a token only if it is the secret.
 */
#include "net/auth.h"

#include <sodium.h>

#include "base/digest.h"

#include "../fuzz.h"

#define NOW_S INT64_C(1794906600)

static const char *const prefixes[] = {"sha256=", "v0=", "v1="};

/* The header that a sender with the secret would have made. */
static void make_signature(enum hmac_style style, struct span secret, struct span time,
			   struct span body, struct buf *out)
{
	crypto_auth_hmacsha256_state h;
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof mac + 1];

	crypto_auth_hmacsha256_init(&h, (const uint8_t *)secret.data, secret.len);
	if (style == HMAC_SLACK) {
		crypto_auth_hmacsha256_update(&h, (const uint8_t *)"v0:", 3);
		crypto_auth_hmacsha256_update(&h, (const uint8_t *)time.data, time.len);
		crypto_auth_hmacsha256_update(&h, (const uint8_t *)":", 1);
	}
	crypto_auth_hmacsha256_update(&h, (const uint8_t *)body.data, body.len);
	crypto_auth_hmacsha256_final(&h, mac);
	hex_encode(mac, sizeof mac, hex);
	buf_add_cstr(out, prefixes[style]);
	buf_add_cstr(out, hex);
}

static bool holds_nocase(struct span text, struct span part)
{
	for (size_t at = 0; at + part.len <= text.len; at++)
		if (span_eq_nocase(span_of(text.data + at, part.len), part))
			return true;
	return false;
}

static void check_signature(const struct secrets *s, struct span header, struct span time,
			    struct span body)
{
	for (int i = HMAC_GITHUB; i <= HMAC_PAGERDUTY; i++) {
		enum hmac_style style = (enum hmac_style)i;
		struct buf right = BUF_INIT(256);

		make_signature(style, buf_span(&s->items[0]), time, body, &right);
		if (auth_hmac(style, s, header, time, body, NOW_S, 300) == AUTH_OK)
			FUZZ_CHECK(holds_nocase(header, buf_span(&right)));
		FUZZ_CHECK(auth_hmac(style, s, SPAN_NONE, time, body, NOW_S, 300) == AUTH_MISSING);
		if (style != HMAC_SLACK)
			FUZZ_CHECK(auth_hmac(style, s, buf_span(&right), time, body, NOW_S, 300) ==
				   AUTH_OK);
		right.data[right.len - 1] ^= 1; /* another digit, or none */
		FUZZ_CHECK(auth_hmac(style, s, buf_span(&right), time, body, NOW_S, 300) !=
			   AUTH_OK);
		buf_release(&right);
	}
}

static void check_token(const struct secrets *s, struct span header)
{
	struct span secret = buf_span(&s->items[0]);
	struct buf right = BUF_INIT(secret.len + 32);

	if (auth_bearer(s, header) == AUTH_OK)
		FUZZ_CHECK(span_find(header, secret));
	else if (auth_bearer_or_basic(s, header) == AUTH_OK)
		FUZZ_CHECK(span_eq_nocase(span_of(header.data, 5), SPAN("basic")));
	buf_add_cstr(&right, "Bearer ");
	buf_add_span(&right, secret);
	/* white space at its ends is the header's, not the secret's */
	if (span_trim(secret).len == secret.len && secret.len > 0)
		FUZZ_CHECK(auth_bearer(s, buf_span(&right)) == AUTH_OK &&
			   auth_bearer_or_basic(s, buf_span(&right)) == AUTH_OK);
	buf_release(&right);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct secrets s = {.n = 1, .items = {BUF_INIT(4096)}};
	struct span secret = fuzz_until(&in, '\n'), header, time;
	struct err e = ERR_INIT;

	FUZZ_CHECK(crypto_init(&e) == 0);
	buf_add_span(&s.items[0], secret.len > 0 && secret.len <= 1000 ? secret : SPAN("s3cret"));
	header = fuzz_until(&in, '\n');
	time = fuzz_until(&in, '\n');
	check_signature(&s, header, time, span_of(in.at, in.left));
	check_token(&s, header);
	buf_release(&s.items[0]);
	return 0;
}
