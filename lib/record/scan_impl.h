/*
 * What scan.c (lines against shapes) and scan_learn.c (shapes from lines) share.
 */
#ifndef AIOPS_RECORD_SCAN_IMPL_H
#define AIOPS_RECORD_SCAN_IMPL_H

#include "record/scan.h"

enum slot_type { SLOT_STRING, SLOT_NUMBER, SLOT_ATOM };

/* A scalar value of the shape's line. */
struct slot {
	uint32_t at, len;         /* in the shape's line, quotes included */
	uint32_t word;            /* of the tape */
	uint32_t text;            /* SLOT_STRING: where its bytes stand in the shape's strings */
	uint32_t room;            /* SLOT_STRING: the most bytes that fit there */
	uint8_t type;             /* enum slot_type */
	bool varies;              /* read from each line; else compared with the shape's */
	bool key;                 /* part of the key */
	bool plain;               /* SLOT_STRING: the bytes stand in the line as in strings */
	uint32_t now_at, now_len; /* varies: in the current line */
};

/* A watched path: where its value stands in the tape and in the shape's line. */
struct place_at {
	uint32_t word; /* 0: not there */
	uint32_t from, to;
};

struct shape {
	bool used;
	char *line;
	size_t len, line_cap;
	struct slot *slots;
	size_t n_slots, slots_cap;
	uint32_t varying[SCAN_SLOTS]; /* slots that vary, in order */
	size_t n_varying;
	uint64_t *words;
	size_t words_cap;
	uint8_t *strings;
	size_t strings_cap;
	struct place_at places[SCAN_PATHS];
	struct buf key;
	uint64_t key_version; /* another number whenever the key is another */
	bool key_stale;
};

#define SCAN_SHAPES 4

struct scan {
	struct shape shapes[SCAN_SHAPES];
	size_t order[SCAN_SHAPES]; /* of trial: the last that fitted is first */
	struct shape *now;         /* of the current line, or NULL */
	struct span line;          /* current, where now is set */
	const char *const *paths;
	size_t n_paths, n_key;
	uint64_t version; /* the last that was given to a key; begins at random */
	unsigned credit;  /* lines that may be learnt before one must have paid off */
	unsigned skipped;
};

/* Makes sh the shape of line, which was parsed as t; false if it cannot be one. */
bool shape_learn(struct shape *sh, struct span line, const struct tape *t, const char *const *paths,
		 size_t n_paths, size_t n_key);
void shape_release(struct shape *sh);
/* Lists the slots that vary. */
void shape_list_varying(struct shape *sh);

/*
 * The number that begins at p, before end, by RFC 8259's grammar; 64 bytes behind
 * end are readable. Returns where it ends and the nearest double, as the full
 * parser gives it; NULL if there is none or if it is for the full parser to say.
 */
const char *scan_number(const char *p, const char *end, double *out);

/* ---- what stands at the watched paths; inline, since it is asked of every record ---- */

/* Is the current line of a shape? */
static inline bool scan_known(const struct scan *s)
{
	return s->now != NULL;
}

/* Tape index of path i's value, or 0. Only where scan_known. */
static inline size_t scan_field(const struct scan *s, size_t i)
{
	return s->now->places[i].word;
}

/* See record_key and record_key_version. Only where scan_known. */
static inline struct span scan_key(struct scan *s)
{
	if (s->now->key_stale)
		scan_make_key(s);
	return buf_span(&s->now->key);
}

static inline uint64_t scan_key_version(struct scan *s)
{
	(void)scan_key(s);
	return s->now->key_version;
}

#endif
