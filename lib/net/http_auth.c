/* The Authorization header from files (RFC 6750, RFC 7617). */
#include "net/http.h"

#include <string.h>

#include "base/base64.h"
#include "base/secret.h"

enum { PAIR_MAX = 4096 };

void http_add_basic(struct buf *out, struct span user, struct span password)
{
	struct buf pair = BUF_INIT(user.len + password.len + 2);

	buf_add_span(&pair, user);
	buf_add_char(&pair, ':');
	buf_add_span(&pair, password);
	buf_add_cstr(out, "Authorization: Basic ");
	base64_add(out, buf_span(&pair));
	secret_release(&pair);
}

static int read_basic(const char *path, struct buf *out, struct err *e)
{
	struct buf pair = BUF_INIT(PAIR_MAX);
	int rc = secret_read(path, &pair, e);
	const char *colon = rc == 0 ? memchr(pair.data, ':', pair.len) : NULL;
	size_t user = colon ? (size_t)(colon - pair.data) : 0;

	if (rc == 0 && !colon)
		rc = err_set(e, EX_BADDATA, "'%s' must hold USER:PASSWORD", path);
	if (rc == 0)
		http_add_basic(out, span_of(pair.data, user),
			       span_of(colon + 1, pair.len - user - 1));
	secret_release(&pair);
	return rc;
}

int http_read_authorization(const char *bearer_file, const char *basic_file, struct buf *out,
			    struct err *e)
{
	if (bearer_file && basic_file)
		return err_set(e, EX_BADUSAGE, "a bearer token and a password do not go together");
	if (basic_file)
		return read_basic(basic_file, out, e);
	if (!bearer_file)
		return 0;
	buf_add_cstr(out, "Authorization: Bearer ");
	return secret_read(bearer_file, out, e);
}
