/*
 * What all formats share while they turn documents and lines into records:
 * where records and rejects go, the clock, the caller's labels, counters.
 * Nothing here reads or writes a file, so a format is tested in memory.
 */
#ifndef AIOPS_INGEST_INGEST_H
#define AIOPS_INGEST_INGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-ingest/alias.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/map.h"
#include "base/span.h"
#include "base/zone.h"
#include "record/event.h"
#include "record/record.h"

/* Where output goes; cli in the programme, memory in tests. */
struct sink {
	void *ctx;
	/* One record or control line, without its newline. */
	void (*emit)(void *ctx, struct span line);
	/* A control line ({"_...); barrier asks for everything so far to be flushed first. */
	void (*control)(void *ctx, struct span line, bool barrier);
	/* Something was refused. -1: stop (--strict, or the dead letter cannot be written). */
	int (*reject)(void *ctx, const char *input, int64_t line, const char *code,
		      const char *message, struct span raw, struct err *e);
	void (*warn)(void *ctx, const char *input, int64_t line, const char *message);
};

struct jqmap_set;
struct patterns;
struct tallies;

/* What the options say. Borrowed for the life of a struct ingest. */
struct ingest_options {
	const char *source_name;    /* of records made here; NULL: the format's name */
	const struct label *labels; /* added to records that lack them */
	size_t n_labels;
	const struct zone *zone;       /* of times that name none; NULL: UTC, and flagged */
	const struct mapping *map;     /* --map, or NULL */
	const struct jqmap_set *maps;  /* formats that are maps, or NULL */
	const char *jq;                /* absolute path; NULL: there is none */
	int64_t map_timeout_ms;        /* for one document */
	struct tallies *tallies;       /* shared by all that read, and counted in; or NULL */
	int64_t heartbeat_ms;          /* with tallies: a heartbeat of each source; 0: none */
	const struct aliases *aliases; /* --aliases; NULL: the built-in ones */
	struct patterns *patterns;     /* --patterns, shared by all feeds; NULL: none */
	bool validate; /* --validate: report what breaks the schema and pass it on */
	bool strict;   /* blank lines are rejects */
	size_t max_record;
};

struct ingest_counts {
	int64_t records;          /* written */
	int64_t severity_unknown; /* alerts whose severity no table knows, or that have none */
	int64_t findings;         /* --validate: records that break the schema */
	int64_t ignored;          /* documents that a map knows to say nothing: a ping */
};

struct ingest {
	struct sink sink;
	const struct env *env;
	const struct ingest_options *opt;
	struct ingest_counts counts;
	/* where we are */
	const char *input;       /* "stdin" or a file's name */
	int64_t line;            /* 1-based line on which the current document or line begins */
	const char *source;      /* the format of what is being read; NULL: not known */
	struct instant observed; /* when the current chunk was read */
	char observed_text[INSTANT_TEXT];
	size_t observed_len;
	struct instant_minute minute;  /* of the time that was written last */
	const struct aliases *aliases; /* those of the options, or the built-in ones */
	struct aliases *own_aliases;
	struct err why; /* of what is refused next; here, since clearing a stack's costs 20 ns a
			   record */
	/* scratch, kept to spare allocations */
	struct buf json;
	struct label *labels;
	size_t labels_cap;
	struct map severity_words; /* unknown words that were warned about */
};

void ingest_init(struct ingest *in, const struct ingest_options *opt, const struct sink *sink,
		 const struct env *env);
void ingest_release(struct ingest *in);

/* Takes the time of `observed` from the clock. */
void ingest_observe(struct ingest *in);

/* A record that exists already goes out as it is. */
void ingest_pass(struct ingest *in, struct span line);

/* The source has given a sign of life, with or without a record: its heartbeat goes out if it is
 * asked for and due. */
void ingest_alive(struct ingest *in);

/* Counts and reports what was refused; raw goes to the dead letter. */
NODISCARD int ingest_reject(struct ingest *in, const char *code, struct span raw, struct err *e,
			    const char *fmt, ...) PRINTF_LIKE(5, 6);
void ingest_warn(struct ingest *in, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The severity of a source's word. What no table knows is SEVERITY_UNKNOWN, counted, and warned
 * about once for each word (the first 20). */
enum severity ingest_severity(struct ingest *in, struct span word, bool *resolved);

#endif
