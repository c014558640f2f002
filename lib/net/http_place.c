/*
 * Where a URL leads: its scheme, host and port, and whether an address is one
 * that the public Internet routes (IANA special-purpose registries, RFC 6890).
 */
#include "net/http_impl.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static char *part_of(CURLU *u, CURLUPart part, unsigned flags)
{
	char *text = NULL;

	return curl_url_get(u, part, &text, flags) == CURLUE_OK ? text : NULL;
}

static int read_place(CURLU *u, struct http_place *p, struct err *e)
{
	char *user = part_of(u, CURLUPART_USER, 0);
	char *password = part_of(u, CURLUPART_PASSWORD, 0);
	bool secret = user || password;

	curl_free(user);
	curl_free(password);
	if (secret)
		return err_set(e, EX_BADUSAGE, "no user or password in a URL: give them in a file");
	p->scheme = part_of(u, CURLUPART_SCHEME, 0);
	p->host = part_of(u, CURLUPART_HOST, 0);
	p->port = part_of(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (!p->scheme || !p->host || !p->port)
		return err_set(e, EX_BADUSAGE, "the URL has no host");
	if (strcmp(p->scheme, "http") != 0 && strcmp(p->scheme, "https") != 0)
		return err_set(e, EX_BADUSAGE, "only http and https URLs, not '%s'", p->scheme);
	for (char *c = p->host; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return 0;
}

int http_place_of(const char *url, struct http_place *out, struct err *e)
{
	struct http_place p = {0};
	CURLU *u = curl_url();
	CURLUcode rc;
	int ok;

	if (!u)
		return err_set(e, EX_SYSTEM, "out of memory");
	/* CURLU_NON_SUPPORT_SCHEME: so that "ftp" is named, not called malformed. */
	rc = curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
	ok = rc == CURLUE_OK ? read_place(u, &p, e)
			     : err_set(e, EX_BADUSAGE, "no URL: %s", curl_url_strerror(rc));
	curl_url_cleanup(u);
	if (ok == 0)
		*out = p;
	else
		http_place_release(&p);
	return ok;
}

void http_place_release(struct http_place *p)
{
	curl_free(p->scheme);
	curl_free(p->host);
	curl_free(p->port);
	memset(p, 0, sizeof *p);
}

bool http_place_same(const struct http_place *a, const struct http_place *b)
{
	return strcmp(a->scheme, b->scheme) == 0 && strcmp(a->host, b->host) == 0 &&
	       strcmp(a->port, b->port) == 0;
}

bool http_place_is_loopback(const struct http_place *p)
{
	struct in_addr v4;

	if (strcmp(p->host, "localhost") == 0 || strcmp(p->host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, p->host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127;
}

int http_origin(const char *url, struct buf *out, struct err *e)
{
	struct http_place p;

	if (http_place_of(url, &p, e) != 0)
		return -1;
	buf_addf(out, "%s://%s:%s", p.scheme, p.host, p.port);
	http_place_release(&p);
	return 0;
}

/* ---- addresses ---- */

struct block4 {
	uint32_t net;
	int bits;
};

static const struct block4 special4[] = {
	{0x00000000, 8},  /* this network */
	{0x0a000000, 8},  /* private */
	{0x64400000, 10}, /* shared, carrier-grade NAT */
	{0x7f000000, 8},  /* loopback */
	{0xa9fe0000, 16}, /* link-local, cloud metadata */
	{0xac100000, 12}, /* private */
	{0xc0000000, 24}, /* protocol assignments */
	{0xc0000200, 24}, /* documentation */
	{0xc0586300, 24}, /* 6to4 relay, deprecated */
	{0xc0a80000, 16}, /* private */
	{0xc6120000, 15}, /* benchmarks */
	{0xc6336400, 24}, /* documentation */
	{0xcb007100, 24}, /* documentation */
	{0xe0000000, 3},  /* multicast, reserved, broadcast */
};

static bool v4_is_public(uint32_t a)
{
	for (size_t i = 0; i < sizeof special4 / sizeof *special4; i++) {
		if ((a ^ special4[i].net) >> (32 - special4[i].bits) == 0)
			return false;
	}
	return true;
}

static uint32_t v4_in(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Only global unicast, 2000::/3, less what carries an IPv4 address or is documentation. */
static bool v6_is_public(const uint8_t b[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};

	if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0)
		return v4_is_public(v4_in(b + 12));
	if (b[0] >> 5 != 1)
		return false;
	if (b[0] == 0x20 && b[1] == 0x02) /* 6to4 */
		return v4_is_public(v4_in(b + 2));
	if (b[0] == 0x20 && b[1] == 0x01 && (b[2] < 2 || (b[2] == 0x0d && b[3] == 0xb8)))
		return false; /* Teredo and assignments, documentation */
	return true;
}

bool http_address_is_public(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, a, sizeof in);
		return v4_is_public(ntohl(in.sin_addr.s_addr));
	}
	if (a->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, a, sizeof in6);
		return v6_is_public(in6.sin6_addr.s6_addr);
	}
	return false;
}
