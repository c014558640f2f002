#include "aiops-ingest/formats/format.h"

#include "aiops-ingest/alias.h"
#include "aiops-ingest/maps/jqmap_format.h"

static const struct format *const formats[] = {
	&format_alertmanager,  &format_prometheus, &format_prometheus_text,
	&format_openmetrics,   &format_otlp,       &format_loki,
	&format_elasticsearch, &format_cloudwatch, &format_journald,
	&format_syslog,        &format_csv,        &format_tsv,
	&format_rollout,       &format_text,       &format_ndjson,
};

#define FORMATS (sizeof formats / sizeof *formats)

static const struct {
	const char *path;
	const char *array; /* where the array stands in an object; NULL: the document is an array
			      itself, or the array stands in another that is cut */
} cuts[CUT_COUNT] = {
	[CUT_ARRAY] = {"[]", NULL},
	[CUT_ALERTS] = {"alerts[]", "alerts"},
	[CUT_GROUP_ALERTS] = {"[].alerts[]", NULL},
	[CUT_RESULT] = {"data.result[]", "data.result"},
	[CUT_RULE_ALERTS] = {"data.alerts[]", "data.alerts"},
	[CUT_RULES] = {"data.groups[].rules[]", "data.groups"},
	[CUT_STREAMS] = {"streams[]", "streams"},
	[CUT_HITS] = {"hits.hits[]", "hits.hits"},
	[CUT_RECORDS] = {"Records[]", "Records"},
	[CUT_LOG_RESOURCES] = {"resourceLogs[]", "resourceLogs"},
	[CUT_LOG_SCOPES] = {"resourceLogs[].scopeLogs[]", NULL},
	[CUT_LOGS] = {"resourceLogs[].scopeLogs[].logRecords[]", NULL},
	[CUT_METRIC_RESOURCES] = {"resourceMetrics[]", "resourceMetrics"},
	[CUT_METRIC_SCOPES] = {"resourceMetrics[].scopeMetrics[]", NULL},
	[CUT_METRICS] = {"resourceMetrics[].scopeMetrics[].metrics[]", NULL},
	[CUT_SPAN_RESOURCES] = {"resourceSpans[]", "resourceSpans"},
	[CUT_SPAN_SCOPES] = {"resourceSpans[].scopeSpans[]", NULL},
	[CUT_SPANS] = {"resourceSpans[].scopeSpans[].spans[]", NULL},
	[CUT_ITEMS] = {"items[]", "items"},
};

const char *cut_path(enum cut c)
{
	return cuts[c].path;
}

const char *cut_array(enum cut c)
{
	return cuts[c].array;
}

bool cut_applies(unsigned wanted, const struct record *r)
{
	for (int c = 0; c < CUT_COUNT; c++)
		if ((wanted & CUT_BIT(c)) && cuts[c].array &&
		    record_get(r, cuts[c].array).type == VALUE_ARRAY)
			return true;
	return false;
}

const struct format *format_at(size_t i)
{
	return i < FORMATS ? formats[i] : NULL;
}

size_t format_count(void)
{
	return FORMATS;
}

const struct format *format_find(struct span name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (span_is(name, formats[i]->name))
			return formats[i];
	return NULL;
}

/* Words for the case that not exactly one format is sure. */
static void say_unsure(struct buf *why, const char *sure, const char *maybe, const char *reason)
{
	if (sure)
		buf_addf(why, "not sure: as much like %s as like %s; name one with -f", sure,
			 maybe);
	else if (maybe && reason)
		buf_addf(why, "not sure: %s", reason);
	else if (maybe)
		buf_addf(why, "not sure: looks like %s; -f %s reads it so", maybe, maybe);
	else
		buf_add_cstr(
			why,
			"the shape of no format; -f ndjson with --map reads any JSON objects, a line each");
}

/* What the formats that were asked so far said. */
struct verdict {
	const struct format *sure, *rival; /* rival: a second one that is sure */
	const char *maybe, *reason;
};

static void count_vote(struct verdict *v, const struct format *f, enum sniff s, const char *doubt)
{
	if (s == SNIFF_YES && v->sure) {
		v->rival = f;
	} else if (s == SNIFF_YES) {
		v->sure = f;
	} else if (s == SNIFF_MAYBE) {
		v->maybe = f->name;
		v->reason = doubt;
	}
}

static void ask_maps(struct verdict *v, const struct jqmap_set *maps, enum cut cut,
		     const struct record *r)
{
	for (size_t i = 0; maps && i < maps->n; i++)
		count_vote(v, &maps->maps[i]->format, jqmap_sniff(maps->maps[i], cut, r), NULL);
}

const struct format *format_of_part(const struct jqmap_set *maps, enum cut cut,
				    const struct record *r, struct buf *why)
{
	struct verdict v = {NULL};

	for (size_t i = 0; i < FORMATS; i++) {
		const char *doubt = NULL;
		enum sniff s = SNIFF_NO;

		if (formats[i]->sniff_part)
			s = formats[i]->sniff_part(cut, r, &doubt);
		count_vote(&v, formats[i], s, doubt);
	}
	if (!v.sure)
		ask_maps(&v, maps, cut, r);
	if (v.sure && !v.rival)
		return v.sure;
	say_unsure(why, v.sure ? v.sure->name : NULL, v.rival ? v.rival->name : v.maybe, v.reason);
	return NULL;
}

const struct format *format_of_line(struct ingest *in, struct span line, struct buf *why)
{
	struct verdict v = {NULL};

	for (size_t i = 0; i < FORMATS; i++) {
		const char *doubt = NULL;
		enum sniff s = SNIFF_NO;

		/* A line with a time anywhere may be a log's; who knows the whole line knows
		 * better. */
		if (formats[i]->sniff_line && !(v.sure && formats[i] == &format_text))
			s = formats[i]->sniff_line(in, line, &doubt);
		count_vote(&v, formats[i], s, doubt);
	}
	if (v.sure && !v.rival)
		return v.sure;
	if (v.sure || v.maybe)
		say_unsure(why, v.sure ? v.sure->name : NULL, v.rival ? v.rival->name : v.maybe,
			   v.reason);
	else
		buf_add_cstr(why, "not sure: neither a JSON document nor a line of a known shape; "
				  "-f text reads any line");
	return NULL;
}

void formats_list(const struct jqmap_set *maps, struct buf *out)
{
	for (size_t i = 0; i < FORMATS; i++)
		buf_addf(out, "%-17s %s\n", formats[i]->name, formats[i]->summary);
	jqmap_list(maps, out);
	buf_addf(out, "%-17s %s\n", "auto",
		 "the default: each document, or a file of lines, by its shape");
}

void formats_explain_auto(struct buf *out)
{
	buf_add_cstr(
		out,
		"auto: the format of each JSON document, and of each file of lines, by its shape\n"
		"\n"
		"Documents may stand behind one another in any layout, a line each or over many lines, of several formats.\n"
		"What begins with neither { nor [ is a log if a time is found in its first line; it is one to its end.\n"
		"A shape that no format is sure of is rejected (unknown_format), never guessed. Looked for:\n"
		"\n"
		"  alertmanager   alerts with labels, startsAt and status, in \"alerts\", in an array, in groups, or alone\n"
		"  prometheus     data.result with metric and value, values or histogram; data.alerts, data.groups;\n"
		"                 status and data.resultType\n"
		"  prometheus-text   # HELP, # TYPE; a sample with labels\n"
		"  openmetrics    # UNIT, # EOF, or a # TYPE that only it has; anything else looks like prometheus-text\n"
		"  otlp           resourceLogs, resourceMetrics, resourceSpans; partialSuccess\n"
		"  loki           stream and values, in data.result, in streams, or alone\n"
		"  elasticsearch  hits.hits with _source; _index and _source alone\n"
		"  cloudwatch     TopicArn, Records with Sns or body, detail-type; AlarmName inside\n"
		"  journald       __REALTIME_TIMESTAMP or __CURSOR\n"
		"  syslog         <0> to <191> in front, also behind the count of octets\n"
		"  csv, tsv       a first line of names, one of them a time and another known too\n"
		"  rollout        a workload's name, and below it REVISION and CHANGE-CAUSE\n"
		"  ndjson         kind, id and source of a record\n"
		"  text           a time in one of the known shapes\n"
		"\n"
		"The maps of --list-formats are asked when none of these is sure, by the shapes in their headers\n"
		"(aiops-maps(5)).\n");
}

void format_explain(const struct format *f, const struct aliases *aliases, struct buf *out)
{
	buf_addf(out, "%s: %s\n\n%s\n", f->name, f->summary, f->explain);
	aliases_explain(aliases, out);
	buf_addf(out, "\nexample of input:\n%s", f->example);
}
