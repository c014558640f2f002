#include "net/mail.h"

#include <curl/curl.h>
#include <string.h>

#include "base/base64.h"
#include "base/secret.h"

/* ---- composing ---- */

enum {
	ENCODED_WORD = 45, /* bytes that make 60 characters of base64 */
	LINE = 57,         /* bytes that make 76 */
	NAME_MAX_BYTES = 512,
};

static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] < 0x20 || s.data[i] > 0x7E)
			return false;
	}
	/* What a reader of RFC 2047 might take for an encoded word. */
	return s.len < 70 && !span_find(s, SPAN("=?"));
}

/* A header's value in words of at most 75 characters, cut between characters. */
static void add_words(struct buf *out, struct span s)
{
	if (is_plain(s)) {
		buf_add_span(out, s);
		return;
	}
	while (s.len) {
		size_t n = s.len < ENCODED_WORD ? s.len : ENCODED_WORD;

		while (n < s.len && n > 1 && ((unsigned char)s.data[n] & 0xC0) == 0x80)
			n--;
		buf_add_cstr(out, "=?utf-8?B?");
		base64_add(out, span_of(s.data, n));
		buf_add_cstr(out, "?=");
		s = span_of(s.data + n, s.len - n);
		if (s.len)
			buf_add_cstr(out, "\r\n ");
	}
}

static void header(struct buf *out, const char *name, struct span value)
{
	if (!value.data)
		return;
	buf_addf(out, "%s: ", name);
	add_words(out, value);
	buf_add_cstr(out, "\r\n");
}

static void add_date(struct buf *out, struct instant at)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = instant_civil(at);

	buf_addf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[c.weekday], c.day,
		 months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static void add_id(struct buf *out, const char *name, struct span id)
{
	if (id.data)
		buf_addf(out, "%s: <%.*s>\r\n", name, (int)id.len, id.data);
}

void mail_compose(const struct mail_text *m, struct buf *out)
{
	struct span rest = m->text;

	buf_addf(out, "From: %.*s\r\nTo: ", (int)m->from.len, m->from.data);
	for (size_t i = 0; i < m->n_to; i++)
		buf_addf(out, "%s%.*s", i ? ",\r\n " : "", (int)m->to[i].len, m->to[i].data);
	buf_add_cstr(out, "\r\n");
	header(out, "Subject", m->subject);
	add_date(out, m->date);
	add_id(out, "Message-ID", m->id);
	add_id(out, "In-Reply-To", m->thread);
	add_id(out, "References", m->thread);
	buf_add_cstr(out,
		     "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		     "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
	while (rest.len) {
		size_t n = rest.len < LINE ? rest.len : LINE;

		base64_add(out, span_of(rest.data, n));
		buf_add_cstr(out, "\r\n");
		rest = span_of(rest.data + n, rest.len - n);
	}
}

/* ---- sending ---- */

struct reader {
	struct span rest;
};

static size_t read_message(char *data, size_t size, size_t n, void *ctx)
{
	struct reader *r = ctx;
	size_t take = size * n < r->rest.len ? size * n : r->rest.len;

	if (take)
		memcpy(data, r->rest.data, take);
	r->rest = span_of(r->rest.data + take, r->rest.len - take);
	return take;
}

static size_t ignore(char *data, size_t size, size_t n, void *ctx)
{
	(void)data;
	(void)ctx;
	return size * n;
}

static bool host_is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 ||
	       strcmp(host, "[::1]") == 0;
}

/* Whether TLS is needed, wanted, or there already. */
static int tls_of(const struct mail_request *m, long *use_ssl, struct err *e)
{
	char *scheme = NULL, *host = NULL, *user = NULL;
	CURLU *u = curl_url();
	int rc = 0;

	if (!u)
		return err_set(e, EX_SYSTEM, "out of memory");
	*use_ssl = CURLUSESSL_TRY;
	if (curl_url_set(u, CURLUPART_URL, m->url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		rc = err_set(e, EX_BADUSAGE, "'%.200s' is no URL of a mail server", m->url);
	else if (strcmp(scheme, "smtp") != 0 && strcmp(scheme, "smtps") != 0)
		rc = err_set(e, EX_BADUSAGE, "a mail server's URL is smtp:// or smtps://");
	else if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK)
		rc = err_set(e, EX_BADUSAGE, "no user or password in a URL: give them in a file");
	else if (m->user.data && !m->plain_secret && !host_is_loopback(host))
		*use_ssl = CURLUSESSL_ALL;
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(u);
	return rc;
}

static int judge(CURL *c, CURLcode rc, const char *words, struct err *e)
{
	const char *why = *words ? words : curl_easy_strerror(rc);
	long code = 0;

	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code); /* 0: none */
	switch (rc) {
	case CURLE_OK:
		return 0;
	case CURLE_USE_SSL_FAILED:
		return err_set(e, EX_POLICY, "the server has no TLS, and a password needs it");
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return err_set(e, EX_REMOTE, "%s", why);
	default:
		if (code >= 500)
			return err_set(e, EX_REMOTE, "the server answered %ld: %s", code, why);
		return err_set(e, EX_TRYLATER, "%s", why);
	}
}

static CURLcode set_up(CURL *c, const struct mail_request *m, struct reader *r,
		       struct curl_slist *to, long use_ssl, char *words)
{
	CURLcode rc = CURLE_OK;

#define SET(option, value)                                                                         \
	do {                                                                                       \
		if (rc == CURLE_OK)                                                                \
			rc = curl_easy_setopt(c, option, value);                                   \
	} while (0)
	SET(CURLOPT_ERRORBUFFER, words);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_URL, m->url);
	SET(CURLOPT_USE_SSL, use_ssl);
	SET(CURLOPT_TIMEOUT_MS, (long)m->deadline_ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)m->deadline_ms);
	SET(CURLOPT_MAIL_FROM, m->from);
	SET(CURLOPT_MAIL_RCPT, to);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_READFUNCTION, read_message);
	SET(CURLOPT_READDATA, r);
	SET(CURLOPT_WRITEFUNCTION, ignore);
	if (m->ca_file)
		SET(CURLOPT_CAINFO, m->ca_file);
#undef SET
	return rc;
}

static CURLcode set_login(CURL *c, const struct mail_request *m)
{
	struct buf user = BUF_INIT(NAME_MAX_BYTES), password = BUF_INIT(8192);
	CURLcode rc;

	buf_add_span(&user, m->user);
	buf_add_span(&password, m->password);
	rc = curl_easy_setopt(c, CURLOPT_USERNAME, buf_cstr(&user));
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_PASSWORD, buf_cstr(&password));
	buf_release(&user);
	secret_release(&password);
	return rc;
}

int mail_send(const struct mail_request *m, struct err *e)
{
	char words[CURL_ERROR_SIZE] = "";
	struct reader r = {m->message};
	struct curl_slist *to = NULL;
	long use_ssl;
	CURLcode rc;
	CURL *c;
	int out;

	if (tls_of(m, &use_ssl, e) != 0)
		return -1;
	c = curl_easy_init();
	for (size_t i = 0; m->to[i]; i++)
		to = curl_slist_append(to, m->to[i]);
	rc = c && to ? set_up(c, m, &r, to, use_ssl, words) : CURLE_OUT_OF_MEMORY;
	if (rc == CURLE_OK && m->user.data)
		rc = set_login(c, m);
	if (rc != CURLE_OK)
		out = err_set(e, EX_SYSTEM, "%s", curl_easy_strerror(rc));
	else
		out = judge(c, curl_easy_perform(c), words, e);
	curl_slist_free_all(to);
	if (c)
		curl_easy_cleanup(c);
	return out;
}
