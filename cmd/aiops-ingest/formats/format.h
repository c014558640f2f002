/*
 * The formats that aiops-ingest reads: one table, one file for each.
 *
 * A format reads either JSON documents, which arrive as parts (split.h), or
 * lines. Adding one means a file, a line in the table of formats.c and, if its
 * documents are cut at other arrays, an entry in enum cut.
 */
#ifndef AIOPS_INGEST_FORMAT_H
#define AIOPS_INGEST_FORMAT_H

#include "aiops-ingest/ingest.h"

struct jqmap;
struct jqmap_set;

/* Where documents are cut. */
enum cut {
	CUT_ROOT = -1,    /* the document itself, without what was cut out of it */
	CUT_ARRAY,        /* [] */
	CUT_ALERTS,       /* alerts[] */
	CUT_GROUP_ALERTS, /* [].alerts[] */
	CUT_RESULT,       /* data.result[] */
	CUT_RULE_ALERTS,  /* data.alerts[] */
	CUT_RULES,        /* data.groups[].rules[] */
	CUT_STREAMS,      /* streams[] */
	CUT_HITS,         /* hits.hits[] */
	CUT_RECORDS,      /* Records[] */
	CUT_LOG_RESOURCES,
	CUT_LOG_SCOPES,
	CUT_LOGS, /* resourceLogs[].scopeLogs[].logRecords[], and what stands around them */
	CUT_METRIC_RESOURCES,
	CUT_METRIC_SCOPES,
	CUT_METRICS, /* resourceMetrics[].scopeMetrics[].metrics[] */
	CUT_SPAN_RESOURCES,
	CUT_SPAN_SCOPES,
	CUT_SPANS, /* resourceSpans[].scopeSpans[].spans[] */
	CUT_ITEMS, /* items[] */
	CUT_COUNT,
};
#define CUT_BIT(c) (1u << (c))

/* The path of a cut, as split_new wants it. */
const char *cut_path(enum cut c);
/* Where its array stands in an object, for record_get; NULL if it stands in no object, or deeper.
 */
const char *cut_array(enum cut c);
/* True if the object holds an array that one of these cuts is about. */
bool cut_applies(unsigned cuts, const struct record *r);

/* What a format is fed with. */
enum framing {
	FRAME_DOCUMENTS, /* JSON documents of any length and layout, in parts */
	FRAME_RECORDS,   /* a JSON object a line: each is a CUT_ROOT */
	FRAME_LINES,     /* lines of text */
};

enum framed { FRAMED_LINE, FRAMED_MORE, FRAMED };

/* How sure a format is that something is its own. */
enum sniff { SNIFF_NO, SNIFF_MAYBE, SNIFF_YES };

struct format {
	const char *name;
	const char *summary; /* one line, for --list-formats */
	/* For --explain-format: prose, the field map, an example of input. */
	const char *explain;
	const char *example; /* input that the format reads: shown, and run by a test */
	enum framing framing;
	unsigned cuts; /* FRAME_DOCUMENTS: the bits of the cuts it wants; none: whole documents */

	/* For -f auto, documents: is this part (the first that came out) ours? *why is set for
	 * SNIFF_MAYBE: what it looks like and what the user can do. */
	enum sniff (*sniff_part)(enum cut cut, const struct record *r, const char **why);
	/* For -f auto, lines: is this the first line of ours? *why as above. */
	enum sniff (*sniff_line)(struct ingest *in, struct span line, const char **why);

	/* Made once for each run; NULL functions are skipped. */
	void *(*open)(struct ingest *in);
	void (*close)(void *state);
	/* Documents. A part that is not as it should be is rejected by the format (ingest_reject);
	 * -1 only when the run must stop. The root part ends its document. */
	int (*part)(void *state, enum cut cut, const struct record *r, struct err *e);
	/* Before the first part inside of it, and only then: what has come of the part `cut` that
	 * the next parts stand in, outer ones first. NULL: cannot be read yet. `part` brings it
	 * whole, behind them. */
	int (*around)(void *state, enum cut cut, const struct record *so_far, struct err *e);
	/* A document has ended, or broke off: what the format still holds of it is rejected. */
	int (*settle)(void *state, struct err *e);
	/* Behind settle: forget the document. */
	void (*reset)(void *state);
	/* Lines, without LF. UTF-8 without NUL. */
	int (*line)(void *state, struct span line, struct err *e);
	/* Lines that do not all end with an LF: the frame at the front of s, and the bytes that it
	 * takes with what parts it from the next. FRAMED_LINE: a line; FRAMED_MORE: its end has not
	 * come. */
	enum framed (*frame)(struct span s, struct span *frame, size_t *used);
	/* Lines: what is held back for a next line goes out. At the end of a file and when input
	 * pauses. */
	int (*flush)(void *state, struct err *e);
	/* Lines: the input has ended; the next line is another's first. */
	int (*end)(void *state, struct err *e);

	/* A map (jqmap.h) and not one of the table: sniffed by its header, opened by
	 * jqmap_format_open. */
	const struct jqmap *jqmap;
};

extern const struct format format_alertmanager, format_prometheus, format_prometheus_text,
	format_openmetrics, format_otlp, format_loki, format_elasticsearch, format_cloudwatch,
	format_journald, format_syslog, format_csv, format_tsv, format_rollout, format_text,
	format_ndjson;

/* NULL at the end. */
const struct format *format_at(size_t i);
size_t format_count(void);
const struct format *format_find(struct span name);

/* The format that a part or line belongs to. NULL: none or more than one is sure of it; why says
 * so. The maps (may be NULL) are asked when no format of the table is sure. */
const struct format *format_of_part(const struct jqmap_set *maps, enum cut cut,
				    const struct record *r, struct buf *why);
const struct format *format_of_line(struct ingest *in, struct span line, struct buf *why);

/* For --list-formats and --explain-format. */
void formats_list(const struct jqmap_set *maps, struct buf *out);
void formats_explain_auto(struct buf *out);
void format_explain(const struct format *f, const struct aliases *aliases, struct buf *out);

#endif
