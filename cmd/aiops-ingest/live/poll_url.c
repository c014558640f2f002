#include "aiops-ingest/live/poll_url.h"

#include <string.h>

#include "base/instant.h"
#include "net/http.h"

struct place {
	const char *text;
	bool until;
	int64_t unit_ns; /* 0: as RFC 3339 */
};

static const struct place places[] = {
	{"{since}", false, 0},
	{"{until}", true, 0},
	{"{since:s}", false, NS_PER_S},
	{"{until:s}", true, NS_PER_S},
	{"{since:ms}", false, NS_PER_MS},
	{"{until:ms}", true, NS_PER_MS},
	{"{since:ns}", false, 1},
	{"{until:ns}", true, 1},
};

static const struct place *place_at(const char *s)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (strncmp(s, places[i].text, strlen(places[i].text)) == 0)
			return &places[i];
	}
	return NULL;
}

bool poll_url_has_span(const char *url)
{
	for (; (url = strchr(url, '{')); url++) {
		if (place_at(url))
			return true;
	}
	return false;
}

static void add_time(struct buf *out, int64_t ns)
{
	struct buf text = BUF_INIT(64);

	instant_add(&text, instant_from_ns(ns));
	http_add_query(out, buf_span(&text));
	buf_release(&text);
}

void poll_url_expand(const char *url, int64_t since_ns, int64_t until_ns, struct buf *out)
{
	while (*url) {
		const struct place *p = *url == '{' ? place_at(url) : NULL;
		int64_t at;

		if (!p) {
			buf_add_char(out, *url++);
			continue;
		}
		at = p->until ? until_ns : since_ns;
		if (p->unit_ns)
			buf_add_i64(out, at / p->unit_ns);
		else
			add_time(out, at);
		url += strlen(p->text);
	}
}
