/*
 * What the files of --patterns share. Private to them.
 */
#ifndef AIOPS_INGEST_PATTERNS_IMPL_H
#define AIOPS_INGEST_PATTERNS_IMPL_H

#include "aiops-ingest/patterns/patterns.h"
#include "aiops-ingest/patterns/prefilter.h"
#include "base/map.h"
#include "pattern/pattern.h"
#include "yaml/yaml.h"

enum {
	PATTERNS_MAX = PREFILTER_MAX, /* patterns in a file */
	PATTERN_MAX_LABELS = 16,
	LINE_MAX_LABELS = PATTERN_MAX_LABELS + 7, /* alertname, severity, what the line is about */
	SERIES_MAX_LABELS = LINE_MAX_LABELS + 1000, /* and those of --label */
	SERIES_MAX_BYTES = 4 << 20,                 /* of one label set */
	PATTERN_MAX_COUNT = 1000,
	TEMPLATE_MAX_PARTS = 16,
	MAX_SERIES = 10000,     /* label sets with memory, of all patterns together */
	MAX_SUBJECT = 64 << 10, /* bytes of a line that are looked at */
	MAX_LABEL_VALUE = 1024,
	MAX_LIMIT_HITS = 1000, /* a pattern that gives up so often is set aside */
};

/* "disk ${device} is full": literal text and captures by turns. */
struct template
{
	struct template_part {
		struct span text;
		int group; /* a capture's number, or -1: text */
	} parts[TEMPLATE_MAX_PARTS];
	size_t n; /* 0: not given */
};

struct pattern_rule {
	struct span name; /* borrowed from the document */
	struct pattern *pattern;
	int literal; /* its number in the prefilter, or -1: always tried */
	struct span severity_word;
	enum severity severity;
	struct template title, description, service;
	struct span label_names[PATTERN_MAX_LABELS];
	struct template labels[PATTERN_MAX_LABELS];
	size_t n_labels;
	size_t count;
	int64_t window_ns, cooldown_ns, resolve_ns; /* resolve 0: never */
	int64_t limit_hits;
};

/* One label set of one rule. */
struct series {
	const struct pattern_rule *rule;
	char *labels; /* owned: name NUL value NUL ..., sorted by name */
	size_t labels_len;
	const char *source; /* of its records; NULL: patterns. Borrowed from struct patterns */
	int64_t *times;     /* of the last matches, ascending; rule->count of them at most */
	size_t n_times;
	bool firing;
	struct instant starts_at, last_seen;
	int64_t told_ns; /* when the last firing record went out */
	int64_t matches; /* since it fires */
};

struct patterns {
	struct yaml *doc;
	struct pattern_rule *rules;
	size_t n_rules;
	struct prefilter *prefilter;
	struct map series;     /* rule's name NUL labels -> struct series */
	int64_t watermark_ns;  /* greatest time seen */
	int64_t next_check_ns; /* nothing ends before it */
	struct patterns_counts counts;
	bool told_untracked;
	struct buf key, text; /* scratch */
	struct label *labels; /* scratch */
	size_t labels_cap;
	char **sources; /* names that series point to; owned */
	size_t n_sources;
	bool seen_line; /* since patterns_pass_quiet */
	/* What resolves is sent by this and not by who reads the line at hand: that may be another
	 * source, with other labels. */
	struct ingest own;
	struct ingest_options own_opt;
	struct sink own_sink; /* when only time passes */
	bool attached;
};

/* The name as it is kept for as long as p is; NULL stays NULL. */
const char *series_source(struct patterns *p, struct span name);

/* The series of a rule and label set, made if it is new. NULL: the memory is full. */
struct series *series_get(struct patterns *p, const struct pattern_rule *rule, struct span labels);
void series_free(struct series *s);

/* Counts a match at `at`; true if the rule's count is reached within its window. */
bool series_count(struct series *s, struct instant at);

/* Sees to it that series_expire looks at it in time. */
void series_watch(struct patterns *p, const struct series *s);

/* What is over by the watermark: series that were quiet for long enough resolve, others are
 * forgotten. in: who reads, NULL when only time passes. */
NODISCARD int series_expire(struct patterns *p, struct ingest *in, struct err *e);

/* Sends the alert of a series. line: what matched now; NULL when it resolves. in: as of
 * series_expire. */
NODISCARD int series_tell(struct patterns *p, struct ingest *in, const struct series *s,
			  const struct patterns_line *line, struct err *e);

#endif
