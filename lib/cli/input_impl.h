/*
 * What input.c (lines, chunks, whole files out of one buffer) and input_file.c
 * (files, waiting, read(2)) share.
 */
#ifndef AIOPS_CLI_INPUT_IMPL_H
#define AIOPS_CLI_INPUT_IMPL_H

#include "cli/input.h"

enum {
	CHUNK = 128 << 10,   /* the buffer to begin with */
	ROOM_MIN = 16 << 10, /* no read is given less */
};

struct input {
	struct cli *c;
	char *const *names; /* operands; a missing list is {"-"} */
	size_t n_names, next_name;
	const char *name; /* of the current or last file, for messages */
	int fd;           /* -1: none is open */
	bool may_block;   /* not a regular file */
	bool at_end;      /* of the current file */
	bool had_newline;
	int64_t line_number;
	size_t max_line;

	char *data;             /* cap + RECORD_PADDING bytes */
	size_t cap, begin, end; /* data[begin..end) is unread */
	size_t scanned;         /* bytes from begin on that hold no newline */
	uint64_t bytes;

	int (*idle)(void *ctx, struct err *e);
	void (*on_read)(void *ctx);
	void (*on_stats)(void *ctx);
	int (*pause)(void *ctx, struct err *e);
	int pause_ms;
	void *idle_ctx, *read_ctx, *stats_ctx, *pause_ctx;
};

enum fill { FILL_SOME, FILL_END, FILL_STOPPED, FILL_ERROR };

/* Reads more behind data[end), flushing and waiting before it as the contract wants. There must be
 * room. */
enum fill input_fill(struct input *in, struct err *e);
/* Opens the next file if none is open: INPUT_LINE if one is, else what to return. */
enum input_result input_have_file(struct input *in, struct err *e);
void input_close_file(struct input *in);
/* The rest of a file that cannot be read is given up; the next call takes the next file. */
enum input_result input_read_failed(struct input *in);
/* Prints the statistics that were asked for by USR1. */
void input_answer_stats(struct input *in);

#endif
