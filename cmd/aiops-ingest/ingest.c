#include "aiops-ingest/ingest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "aiops-ingest/tally.h"

enum { MAX_WARNED_WORDS = 20, MAX_SHOWN_WORD = 60 };

/* A record holds its source's text at most a few times (severity in labels and outside, escapes).
 */
#define JSON_GROWTH 16

void ingest_init(struct ingest *in, const struct ingest_options *opt, const struct sink *sink,
		 const struct env *env)
{
	*in = (struct ingest){.sink = *sink, .env = env, .opt = opt, .input = "stdin"};
	buf_init(&in->json, opt->max_record * JSON_GROWTH + 4096);
	map_init(&in->severity_words);
	in->own_aliases = opt->aliases ? NULL : aliases_new();
	in->aliases = opt->aliases ? opt->aliases : in->own_aliases;
	ingest_observe(in);
}

void ingest_release(struct ingest *in)
{
	buf_release(&in->json);
	map_release(&in->severity_words);
	aliases_free(in->own_aliases);
	in->own_aliases = NULL;
	free(in->labels);
	in->labels = NULL;
	in->labels_cap = 0;
}

void ingest_observe(struct ingest *in)
{
	in->observed = instant_from_ns(env_now_ns(in->env));
	in->observed_len = instant_text(in->observed, in->observed_text);
}

static struct span source_of(const struct ingest *in)
{
	const char *named = in->opt->source_name;

	return span_cstr(named ? named : in->source ? in->source : "unknown");
}

/* A source that brought something is alive. The record before has gone out, so that in->json is
 * free. */
static void beat(struct ingest *in, struct tally *t)
{
	struct event ev = {.kind = KIND_HEARTBEAT, .name = SPAN("heartbeat")};
	char every[24];
	struct err ignored = ERR_INIT;
	struct span json;

	if (!tally_beats(t, in->observed.ns, in->opt->heartbeat_ms))
		return;
	(void)snprintf(every, sizeof every, "%lld", (long long)in->opt->heartbeat_ms); /* fits */
	ev.format = in->source ? in->source : "unknown";
	ev.source_id = ev.name;
	ev.every_ms = span_cstr(every);
	ev.timestamp = (struct event_time){TIME_GIVEN, in->observed};
	if (event_build(in, &ev, &json, &ignored) == 0) /* too long only with huge labels */
		in->sink.emit(in->sink.ctx, json);
}

void ingest_alive(struct ingest *in)
{
	if (in->opt->tallies && in->opt->heartbeat_ms > 0)
		beat(in, tallies_of(in->opt->tallies, source_of(in)));
}

void ingest_pass(struct ingest *in, struct span line)
{
	struct tally *t = in->opt->tallies ? tallies_of(in->opt->tallies, source_of(in)) : NULL;

	in->counts.records++;
	in->sink.emit(in->sink.ctx, line);
	if (!t)
		return;
	t->records++;
	ingest_alive(in);
}

int ingest_reject(struct ingest *in, const char *code, struct span raw, struct err *e,
		  const char *fmt, ...)
{
	char text[sizeof e->text];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof text, fmt, args); /* a longer message is cut */
	va_end(args);
	if (in->opt->tallies)
		tallies_of(in->opt->tallies, source_of(in))->rejected++;
	return in->sink.reject(in->sink.ctx, in->input, in->line, code, text, raw, e);
}

void ingest_warn(struct ingest *in, const char *fmt, ...)
{
	char text[500];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof text, fmt, args); /* a longer message is cut */
	va_end(args);
	in->sink.warn(in->sink.ctx, in->input, in->line, text);
}

enum severity ingest_severity(struct ingest *in, struct span word, bool *resolved)
{
	enum severity s = severity_from_word(word, resolved);
	struct span shown =
		span_of(word.data, word.len < MAX_SHOWN_WORD ? word.len : MAX_SHOWN_WORD);
	bool added;

	if (s != SEVERITY_UNKNOWN)
		return s;
	in->counts.severity_unknown++;
	if (word.len == 0 || span_eq_nocase(word, SPAN("none")) ||
	    span_eq_nocase(word, SPAN("unknown")))
		return s;
	if (in->severity_words.live >= MAX_WARNED_WORDS)
		return s;
	(void)map_put(&in->severity_words, shown, &added);
	if (added)
		ingest_warn(in, "severity '%.*s' is in no table: taken as unknown", (int)shown.len,
			    shown.data);
	return s;
}
