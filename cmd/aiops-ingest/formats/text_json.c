#include "aiops-ingest/formats/text_json.h"

#include "aiops-ingest/formats/loglevel.h"
#include "record/members.h"

/* Names in the order in which they are looked for. Sources: Elastic Common Schema and Logstash,
 * Go's slog, zap and zerolog, Bunyan and pino, Python's structlog and json loggers, MongoDB. */
static const char *const time_keys[] = {"timestamp", "@timestamp", "time",    "ts",
					"datetime",  "t.$date",    "asctime", NULL};
static const char *const level_keys[] = {"level",    "severity",  "log\\.level", "log.level",
					 "loglevel", "levelname", "lvl",         NULL};
static const char *const title_keys[] = {"message", "msg", NULL};
static const char *const trace_keys[] = {"trace_id", "traceId", "trace\\.id", "trace.id", NULL};
static const char *const span_keys[] = {"span_id", "spanId", "span\\.id", "span.id", NULL};

/* The string at the first of the paths that has one. */
static struct span first_text(const struct record *r, const char *const *paths)
{
	for (; *paths; paths++) {
		struct span s = record_text(r, *paths);

		if (s.len > 0)
			return s;
	}
	return SPAN_NONE;
}

static void read_time(const struct record *r, const struct stamp_options *opt, struct event *ev)
{
	for (const char *const *path = time_keys; *path; path++) {
		enum value_type type = record_get(r, *path).type;
		struct stamp s;

		if (type != VALUE_STRING && type != VALUE_NUMBER)
			continue;
		if (!stamp_parse(type == VALUE_STRING ? record_text(r, *path)
						      : record_token(r, *path),
				 opt, &s))
			continue;
		ev->timestamp = (struct event_time){TIME_GIVEN, s.time};
		ev->flags |= (s.year_assumed ? EVENT_YEAR_ASSUMED : 0u) |
			     (s.zone_assumed ? EVENT_ZONE_ASSUMED : 0u);
		return;
	}
}

/* Bunyan's and pino's numbers: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
static bool read_number(const struct record *r, struct event *ev)
{
	static const enum severity of[] = {SEVERITY_INFO,   SEVERITY_INFO, SEVERITY_INFO,
					   SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL};
	/* Of our own: the token lies in the line, which is gone when the record is written. */
	static const char texts[][3] = {"10", "20", "30", "40", "50", "60"};
	struct span token =
		record_get(r, "level").type == VALUE_NUMBER ? record_token(r, "level") : SPAN_NONE;

	if (token.len != 2 || token.data[1] != '0' || *token.data < '1' || *token.data > '6')
		return false;
	ev->severity = of[*token.data - '1'];
	ev->severity_text = span_cstr(texts[*token.data - '1']);
	return true;
}

static void read_level(const struct record *r, struct event *ev)
{
	struct span word = first_text(r, level_keys);

	ev->has_severity = word.len > 0 || read_number(r, ev);
	if (word.len == 0)
		return;
	ev->severity = log_level_of(word).severity;
	if (ev->severity == SEVERITY_UNKNOWN)
		ev->severity = severity_from_word(word, NULL);
	ev->severity_text = word;
}

static void read_labels(const struct record *r, const struct aliases *aliases,
			struct label labels[static TEXT_MAX_LABELS], struct event *ev)
{
	struct value_iter it = value_iter(record_root(r));
	struct span key;
	struct value v;

	while (ev->n_labels < TEXT_MAX_LABELS && value_next(&it, &key, &v))
		if (v.type == VALUE_STRING && v.text.len > 0 && aliases_know(aliases, key))
			labels[ev->n_labels++] = (struct label){key, v.text};
	ev->labels = labels;
}

void text_json_read(const struct record *r, const struct stamp_options *opt,
		    const struct aliases *aliases, struct label labels[static TEXT_MAX_LABELS],
		    struct event *ev)
{
	read_time(r, opt, ev);
	read_level(r, ev);
	read_labels(r, aliases, labels, ev);
	ev->title = first_text(r, title_keys);
	ev->trace_id = first_text(r, trace_keys);
	ev->span_id = first_text(r, span_keys);
}
