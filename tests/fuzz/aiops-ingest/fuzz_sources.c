/*
 * The sources of a configuration file, and the URLs of polls.
 */
#include "aiops-ingest/live/sources.h"

#include "aiops-ingest/live/poll_url.h"

#include "../fuzz.h"

static void check_url(const char *url)
{
	struct buf out = BUF_INIT(64 * strlen(url) + 64);

	poll_url_expand(url, INT64_C(1794906600) * NS_PER_S, INT64_C(1794906660) * NS_PER_S, &out);
	FUZZ_CHECK(!buf_overflowed(&out));
	FUZZ_CHECK(poll_url_has_span(url) || span_is(buf_span(&out), url));
	buf_release(&out);
}

static void check_source(const struct source_spec *s)
{
	FUZZ_CHECK(s->name && s->heartbeat_ms >= 0);
	switch (s->way) {
	case SOURCE_URL:
		FUZZ_CHECK(s->poll.url);
		check_url(s->poll.url);
		break;
	case SOURCE_LISTEN:
		FUZZ_CHECK(s->listening.listen);
		break;
	case SOURCE_FOLLOW:
		FUZZ_CHECK(s->n_paths > 0 && s->paths[0]);
	}
	for (size_t i = 0; i < s->n_labels; i++)
		FUZZ_CHECK(s->labels[i].name.len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ingest_cli_options options = {.format = NULL};
	struct sources sources = {.n = 0};
	struct err e = ERR_INIT;
	struct yaml *y = yaml_parse(span_of((const char *)data, size), &e);

	if (!y)
		return 0;
	if (sources_read(yaml_root(y), NULL, &options, &sources, &e) == 0) {
		for (size_t i = 0; i < sources.n; i++)
			check_source(&sources.items[i]);
		sources_release(&sources);
	} else {
		FUZZ_CHECK((e.code == EX_BADCONFIG || e.code == EX_BADUSAGE) && e.text[0]);
	}
	yaml_free(y);
	return 0;
}
