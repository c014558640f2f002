/*
 * What a splitter remembers of a document between its chunks.
 */
#ifndef AIOPS_INGEST_SPLIT_IMPL_H
#define AIOPS_INGEST_SPLIT_IMPL_H

#include "aiops-ingest/split.h"

enum { NO_CUT = -1 };

enum mode { MODE_BETWEEN, MODE_STRING, MODE_ESCAPE, MODE_SCALAR };

/* What may come next at this place. */
enum want {
	WANT_VALUE,
	WANT_VALUE_OR_END,
	WANT_KEY,
	WANT_KEY_OR_END,
	WANT_COLON,
	WANT_COMMA_OR_END
};

struct level {
	char bracket;
	uint64_t alive; /* bit c: containers down to here are those of path c */
	int cut;        /* elements of this array are parts of this cut */
};

/* An open part: where its bytes begin in `hold`. */
struct open_part {
	size_t at;
	size_t depth; /* containers open around it */
	int cut;
	int64_t offset;
	bool over; /* longer than max */
};

struct split {
	struct array_path paths[SPLIT_MAX_CUTS];
	size_t n_paths, max;
	struct buf hold; /* open parts, one behind the other, outer first */
	struct open_part parts[SPLIT_MAX_PARTS];
	size_t n_parts;
	struct level levels[RECORD_MAX_DEPTH];
	size_t depth;
	enum mode mode;
	enum want want;
	bool key_string;        /* the string being read is a key that a path may ask for */
	size_t key_at, key_end; /* that key in hold, without quotes */
	bool lines, line_start;
	const char *at, *run, *end; /* of the chunk: next byte, first that is not copied yet, end */
	bool handed_out; /* the innermost part was handed out: drop it on the next call */
	int64_t offset;  /* bytes of the document consumed */
	struct split_fault fault;
};

#endif
