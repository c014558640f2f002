/*
 * One followed file: read as it grows, across rotation by renaming and by copying and
 * truncating, each byte once. What is followed is the path; the files that stood
 * there one after the other (generations) are read to their ends in turn.
 */
#ifndef AIOPS_INGEST_TAIL_H
#define AIOPS_INGEST_TAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "aiops-ingest/live/feed_follow.h"
#include "record/record.h"

enum { TAIL_HEAD = 64, TAIL_HEAD_HEX = 16 };

/* Bytes that are read at a time. */
#define TAIL_CHUNK ((size_t)128 << 10)

/* Where the next start goes on: all before it came out as records. */
struct tail_position {
	uint64_t device, inode;
	int64_t offset;               /* bytes */
	int64_t line;                 /* number of the line there; counted on across generations */
	const struct format *format;  /* of its lines; NULL: not known */
	int64_t head_len;             /* so many first bytes of the file */
	char head[TAIL_HEAD_HEX + 1]; /* have this digest; inode numbers are given out again */
};

/* A file that stands or stood at the path, open. */
struct generation {
	int fd;
	uint64_t device, inode;
};

struct tail {
	const char *path;
	struct feed *feed;
	struct generation *queue; /* the one being read, then those that came after it */
	size_t n, cap;
	int64_t offset;       /* of the next byte to read of queue[0] */
	char head[TAIL_HEAD]; /* its first bytes: other ones are another content */
	size_t head_len;
	int64_t rotated_ms; /* ticks at which queue[1] was seen */
	int64_t flush_ms;   /* when what is held back goes out; INT64_MAX: nothing is */
	uint64_t bytes;     /* read, of all generations */
	bool more;          /* the last read filled the buffer */
	/* positions */
	struct tail_position safe; /* its records are written */
	bool has_safe;
	struct tail_position next; /* its records are written once out_written >= next_mark */
	bool has_next, wants_next;
	uint64_t next_mark;
};

/* path is borrowed. Opens nothing yet. */
void tail_init(struct tail *t, const char *path, struct feed *feed);
void tail_release(struct tail *t);

enum tail_news { TAIL_SAME, TAIL_NEW_FILE };
/* Looks at what stands at the path now, and queues a file that was not there before. Generations
 * in between that have a rotated file's name (path.1, path-20261121) are found and queued, too. A
 * path that leads to nothing is no error. Errors: EX_UNREADABLE. */
NODISCARD int tail_look(struct tail *t, int64_t now_ms, enum tail_news *news, struct err *e);

/* Goes on at a saved position, whatever its file is called now; *missing: it is gone. To be called
 * before the first tail_look. Errors: EX_UNREADABLE. */
NODISCARD int tail_go_on(struct tail *t, const struct tail_position *from, bool *missing,
			 struct err *e);
/* Goes on at the end of the file that stands there now. After the first tail_look. */
void tail_skip_to_end(struct tail *t);

/* Reads what there is, TAIL_CHUNK bytes at most, through buf (of that size), into the feed. now_ms:
 * ticks. Returns 1 if something was read, 0, or -1 (as feed_bytes, EX_UNREADABLE). */
NODISCARD int tail_read(struct tail *t, char *buf, int64_t now_ms, struct err *e);
/* Nothing has come for a while: what is held back goes out. */
NODISCARD int tail_flush(struct tail *t, struct err *e);

/* Whether everything that was read came out, and up to where. */
bool tail_settled(const struct tail *t, struct tail_position *at);

#endif
