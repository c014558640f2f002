/*
 * What feed.c (where documents and lines begin and end) and take.c (whose they
 * are) share. Private to them.
 */
#ifndef AIOPS_INGEST_FEED_IMPL_H
#define AIOPS_INGEST_FEED_IMPL_H

#include "aiops-ingest/feed.h"
#include "aiops-ingest/split.h"

enum { MAX_FORMATS = 64 };

enum mode {
	MODE_START,    /* between documents or lines */
	MODE_DOCUMENT, /* in one, behind the splitter */
	MODE_SKIP,     /* to the next line: what is there was rejected */
};

struct feed {
	struct ingest in;
	const struct format *fixed;
	void *states[MAX_FORMATS];        /* opened when first used */
	const struct format *last_format; /* the state that was asked for last, not of a map */
	void *last_state;
	void **map_states; /* those of opt->maps */
	struct record *record;
	struct split *split;
	enum cut cuts[CUT_COUNT]; /* of the splitter's numbers */
	unsigned wanted;          /* bits of all of them */

	struct buf pending; /* what is not used up */
	size_t at;          /* next byte in it */
	size_t scanned;     /* bytes from `at` that hold no newline */
	bool ended, first;  /* no more will come; nothing was used yet */
	int64_t line;       /* number of the line at `at` */

	enum mode mode;
	const struct format *lines; /* the format of this input's lines, once known */
	const struct format *doc;   /* of the current document, once known */
	bool refused;               /* the current document is rejected already */
	struct record *outer;       /* what has come of a part around */
	struct buf outer_text;
	int64_t told[SPLIT_MAX_PARTS]; /* offsets of the parts around that the format was told of */
	size_t n_told;
	bool line_documents; /* a document of this input ended on the line on which it began */
	struct buf why;
};

/* The state of a format, opened when it is first needed. */
void *feed_state(struct feed *f, const struct format *format);

/* A part that the splitter gave; the document's format is found from the first. */
NODISCARD int feed_part(struct feed *f, const struct split_part *p, struct err *e);
/* The document has ended or broke off. */
NODISCARD int feed_end_document(struct feed *f, struct err *e);

/* An object that fills its line. 1: taken; 0: leave it to the splitter; -1: stop. */
NODISCARD int feed_line_object(struct feed *f, struct span line, struct err *e);
/* A line of a format that reads lines or an object a line. */
NODISCARD int feed_line(struct feed *f, const struct format *format, struct span line,
			struct err *e);

#endif
