#include "aiops-ingest/fitting.h"

#include "aiops-ingest/convert.h"
#include "aiops-ingest/run.h"

enum way {
	WAY_LISTEN = 1u << 0,
	WAY_URL = 1u << 1,
	WAY_FOLLOW = 1u << 2,
	WAY_SOURCES = 1u << 3, /* the option is the default of sources that do not say */
	WAY_TO = 1u << 4,
};

static const struct rule {
	const char *option;
	unsigned ways;
	const char *words;
} rules[] = {
	{"port-file", WAY_LISTEN, "--listen"},
	{"spool", WAY_LISTEN, "--listen"},
	{"hmac-file", WAY_LISTEN, "--listen"},
	{"token-file", WAY_LISTEN | WAY_URL, "--listen or --url"},
	{"spool-max", WAY_LISTEN | WAY_SOURCES, "--listen or --source"},
	{"max-body", WAY_LISTEN | WAY_SOURCES, "--listen or --source"},
	{"hmac-style", WAY_LISTEN | WAY_SOURCES, "--listen or --source"},
	{"replay-window", WAY_LISTEN | WAY_SOURCES, "--listen or --source"},
	{"request-timeout", WAY_LISTEN | WAY_SOURCES, "--listen or --source"},
	{"idle-timeout", WAY_LISTEN | WAY_SOURCES, "--listen or --source"},
	{"max-connections", WAY_LISTEN | WAY_SOURCES, "--listen or --source"},
	{"every", WAY_URL | WAY_SOURCES, "--url or --source"},
	{"since", WAY_URL | WAY_SOURCES, "--url or --source"},
	{"timeout", WAY_URL | WAY_SOURCES, "--url or --source"},
	{"max-answer", WAY_URL | WAY_SOURCES, "--url or --source"},
	{"basic-file", WAY_URL | WAY_SOURCES, "--url or --source"},
	{"ca-file", WAY_URL | WAY_SOURCES, "--url or --source"},
	{"plain-secret", WAY_URL | WAY_SOURCES, "--url or --source"},
	{"from", WAY_FOLLOW | WAY_SOURCES, "--follow or --source"},
	{"batch", WAY_TO, "--to"},
};

static unsigned ways_of(const struct ingest_cli_options *o)
{
	return (o->listening.listen ? WAY_LISTEN : 0u) | (o->polling.url ? WAY_URL : 0u) |
	       (o->following.follow ? WAY_FOLLOW : 0u) |
	       (o->sources.n > 0 || o->all_sources ? WAY_SOURCES : 0u) |
	       (o->to != CONVERT_NONE ? WAY_TO : 0u);
}

int fitting_check(const struct cli *c, struct err *e)
{
	unsigned ways = ways_of(cli_options(c));

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const struct rule *r = &rules[i];

		if (!(ways & r->ways) && cli_is_given(c, r->option))
			return err_set(e, EX_BADUSAGE, "--%s goes with %s only", r->option,
				       r->words);
	}
	return 0;
}
