#include "net/auth.h"

#include <sodium.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/num.h"
#include "base/secret.h"

enum { SECRET_MAX = 4096 };

int secrets_add(struct secrets *s, const char *path, struct err *e)
{
	struct buf *b = &s->items[s->n];

	if (s->n == SECRETS_MAX)
		return err_set(e, EX_BADUSAGE, "'%s': more than %d secrets", path, SECRETS_MAX);
	buf_init(b, SECRET_MAX);
	if (secret_read(path, b, e) != 0) {
		secret_release(b);
		return -1;
	}
	s->n++;
	return 0;
}

void secrets_release(struct secrets *s)
{
	for (size_t i = 0; i < s->n; i++)
		secret_release(&s->items[i]);
	s->n = 0;
}

/* ---- tokens ---- */

/* Equal, in a time that tells nothing about where they differ or how long the secret is. */
static bool same(struct span a, struct span b)
{
	struct digest x = digest_of(&a, 1), y = digest_of(&b, 1);

	return sodium_memcmp(x.bytes, y.bytes, sizeof x.bytes) == 0;
}

/* What stands behind the scheme, or SPAN_NONE. */
static struct span credentials(struct span header, struct span scheme)
{
	header = span_trim(header);
	if (header.len <= scheme.len || !span_eq_nocase(span_of(header.data, scheme.len), scheme))
		return SPAN_NONE;
	return span_trim(span_of(header.data + scheme.len, header.len - scheme.len));
}

static enum auth_result check(const struct secrets *s, struct span given)
{
	bool ok = false;

	for (size_t i = 0; i < s->n; i++) /* all of them, whichever it is */
		ok |= same(given, buf_span(&s->items[i]));
	return ok ? AUTH_OK : AUTH_WRONG;
}

enum auth_result auth_bearer(const struct secrets *s, struct span header)
{
	struct span token = credentials(header, SPAN("Bearer "));

	return token.data ? check(s, token) : AUTH_MISSING;
}

enum auth_result auth_bearer_or_basic(const struct secrets *s, struct span header)
{
	struct span text = credentials(header, SPAN("Basic "));
	uint8_t plain[SECRET_MAX];
	enum auth_result result = AUTH_WRONG;
	const uint8_t *colon;
	size_t n = 0;

	if (!text.data)
		return auth_bearer(s, header);
	if (base64_decode(text, plain, sizeof plain, &n) == 0) {
		colon = n ? memchr(plain, ':', n) : NULL;
		if (colon)
			result = check(s, span_of((const char *)colon + 1,
						  (size_t)(plain + n - colon - 1)));
	}
	sodium_memzero(plain, sizeof plain);
	return result;
}

/* ---- signatures ---- */

static const struct {
	const char *signature, *time, *prefix;
} styles[] = {
	[HMAC_GITHUB] = {"X-Hub-Signature-256", NULL, "sha256="},
	[HMAC_SLACK] = {"X-Slack-Signature", "X-Slack-Request-Timestamp", "v0="},
	[HMAC_PAGERDUTY] = {"X-PagerDuty-Signature", NULL, "v1="},
};

const char *hmac_signature_header(enum hmac_style style)
{
	return styles[style].signature;
}

const char *hmac_time_header(enum hmac_style style)
{
	return styles[style].time;
}

static void add(crypto_auth_hmacsha256_state *h, struct span s)
{
	(void)crypto_auth_hmacsha256_update(h, (const unsigned char *)s.data, s.len); /* always 0 */
}

static void sign(enum hmac_style style, struct span secret, struct span time, struct span body,
		 uint8_t mac[static crypto_auth_hmacsha256_BYTES])
{
	crypto_auth_hmacsha256_state h;

	(void)crypto_auth_hmacsha256_init(&h, (const unsigned char *)secret.data,
					  secret.len); /* always 0 */
	if (style == HMAC_SLACK) {
		add(&h, SPAN("v0:"));
		add(&h, time);
		add(&h, SPAN(":"));
	}
	add(&h, body);
	(void)crypto_auth_hmacsha256_final(&h, mac); /* always 0 */
	sodium_memzero(&h, sizeof h);
}

static bool matches(struct span given, const char *prefix, const uint8_t *mac)
{
	uint8_t bytes[crypto_auth_hmacsha256_BYTES];
	size_t n = strlen(prefix);

	if (!span_starts(given, prefix) ||
	    hex_decode(span_of(given.data + n, given.len - n), bytes, sizeof bytes) != 0)
		return false;
	return sodium_memcmp(bytes, mac, sizeof bytes) == 0;
}

/* Any signature of the list by any secret. */
static bool any_matches(enum hmac_style style, const struct secrets *s, struct span list,
			struct span time, struct span body)
{
	bool ok = false;

	for (size_t i = 0; i < s->n; i++) {
		uint8_t mac[crypto_auth_hmacsha256_BYTES];
		struct span left = list;

		sign(style, buf_span(&s->items[i]), time, body, mac);
		while (left.len > 0) {
			const char *comma =
				style == HMAC_PAGERDUTY ? memchr(left.data, ',', left.len) : NULL;
			size_t n = comma ? (size_t)(comma - left.data) : left.len;

			ok |= matches(span_trim(span_of(left.data, n)), styles[style].prefix, mac);
			n += comma != NULL;
			left = span_of(left.data + n, left.len - n);
		}
	}
	return ok;
}

enum auth_result auth_hmac(enum hmac_style style, const struct secrets *s, struct span signature,
			   struct span time, struct span body, int64_t now_s, int64_t window_s)
{
	struct err ignored = ERR_INIT;
	int64_t at;

	signature = span_trim(signature);
	if (signature.len == 0)
		return AUTH_MISSING;
	if (style == HMAC_SLACK) {
		if (time.len == 0)
			return AUTH_MISSING;
		if (num_parse_i64(time, 0, INT64_C(1) << 40, &at, &ignored) != 0)
			return AUTH_WRONG;
		if (at > now_s + window_s || at < now_s - window_s)
			return AUTH_STALE;
	}
	return any_matches(style, s, signature, time, body) ? AUTH_OK : AUTH_WRONG;
}
