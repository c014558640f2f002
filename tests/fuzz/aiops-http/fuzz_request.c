/*
 * The document that aiops-http reads.
 *
 * Held: what is accepted can be sent as it is: no line end in a line of the request, no number out
 * of its bounds, a credential from one place; what is not says which member, in our own words.
 */
#include "aiops-http/request.h"

#include "../fuzz.h"

/* One line of what goes out. */
static void check_line(const char *s)
{
	FUZZ_CHECK(s && *s);
	for (; *s; s++)
		FUZZ_CHECK(*s != '\r' && *s != '\n' && *s != 0x7f);
}

static void check(const struct request *r)
{
	const struct credential *c = &r->credential;

	check_line(r->method);
	FUZZ_CHECK((r->url != NULL) != (r->url_file != NULL));
	if (r->url)
		check_line(r->url);
	FUZZ_CHECK(r->n_headers <= REQUEST_HEADERS && !r->headers[r->n_headers]);
	for (size_t i = 0; i < r->n_headers; i++) {
		check_line(r->headers[i]);
		FUZZ_CHECK(strchr(r->headers[i], ':') || strchr(r->headers[i], ';'));
	}
	FUZZ_CHECK(r->body || r->body_len == 0);
	FUZZ_CHECK(r->deadline_ms > 0 && r->max_body_bytes <= ANSWER_MAX);
	for (size_t i = 0; i < r->n_accepted; i++)
		FUZZ_CHECK(r->accepted[i].from <= r->accepted[i].to);
	for (int status = 0; status <= 1000; status += 50)
		FUZZ_CHECK(!request_accepts(r, status) || (status >= 100 && status < 600));
	if (c->kind == CREDENTIAL_NONE)
		return;
	FUZZ_CHECK((c->file != NULL) != (c->env != NULL));
	if (c->kind == CREDENTIAL_HEADER)
		check_line(c->header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT;
	struct request r;

	if (request_parse(span_of((const char *)data, size), &r, &e) == 0)
		check(&r);
	else
		FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
	request_release(&r);
	return 0;
}
