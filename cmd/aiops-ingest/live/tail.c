#include "aiops-ingest/live/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aiops-ingest/live/rotated.h"
#include "base/digest.h"
#include "base/mem.h"

enum {
	HOLD_MS = 250,    /* what may go on is held back no longer */
	LINGER_MS = 1000, /* writers go on in the old file for a moment */
};

void tail_init(struct tail *t, const char *path, struct feed *feed)
{
	*t = (struct tail){.path = path, .feed = feed, .flush_ms = INT64_MAX};
	feed_begin(feed, path);
}

void tail_release(struct tail *t)
{
	for (size_t i = 0; i < t->n; i++)
		(void)close(t->queue[i].fd); /* only read from */
	free(t->queue);
	feed_free(t->feed);
}

/* ---- generations ---- */

static void push(struct tail *t, struct generation g)
{
	mem_grow(t->queue, t->cap, t->n + 1);
	t->queue[t->n++] = g;
}

static bool is_queued(const struct tail *t, uint64_t device, uint64_t inode)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->queue[i].device == device && t->queue[i].inode == inode)
			return true;
	return false;
}

/* 1 opened, 0 nothing there, -1. */
static int open_generation(const char *path, struct generation *g, struct err *e)
{
	struct stat st;

	g->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (g->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (g->fd < 0 || fstat(g->fd, &st) != 0) {
		err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
		goto fail;
	}
	if (!S_ISREG(st.st_mode)) {
		err_set(e, EX_UNREADABLE, "'%s' is no regular file, which alone can be followed",
			path);
		goto fail;
	}
	g->device = st.st_dev;
	g->inode = st.st_ino;
	return 1;
fail:
	if (g->fd >= 0)
		(void)close(g->fd); /* nothing was read */
	return -1;
}

static int push_path(struct tail *t, const char *path, struct err *e)
{
	struct generation g;
	int rc = open_generation(path, &g, e);

	if (rc <= 0)
		return rc;
	if (is_queued(t, g.device, g.inode)) {
		(void)close(g.fd); /* only opened to be known */
		return 0;
	}
	push(t, g);
	return 1;
}

/* Those that stood at the path after the last of the queue and were moved on already. */
static int push_between(struct tail *t, struct err *e)
{
	struct rotated_files found;
	struct stat last;
	int rc = 0;

	if (t->n == 0 || fstat(t->queue[t->n - 1].fd, &last) != 0)
		return 0;
	if (rotated_since(t->path, &last, &found, e) != 0)
		return -1;
	for (size_t i = 0; i < found.n && rc >= 0; i++)
		rc = push_path(t, found.names[i], e);
	rotated_release(&found);
	return rc < 0 ? -1 : 0;
}

int tail_look(struct tail *t, int64_t now_ms, enum tail_news *news, struct err *e)
{
	struct stat st;
	int rc;

	*news = TAIL_SAME;
	if (stat(t->path, &st) != 0 || is_queued(t, st.st_dev, st.st_ino))
		return 0; /* not there just now, or known */
	if (push_between(t, e) != 0)
		return -1;
	rc = push_path(t, t->path, e);
	if (rc > 0) {
		*news = TAIL_NEW_FILE;
		t->rotated_ms = now_ms;
	}
	return rc < 0 ? -1 : 0;
}

/* ---- positions ---- */

/* A table's lines mean nothing without its first, which lies before `until`. */
static int feed_header(struct tail *t, int64_t until, struct err *e)
{
	char chunk[4096];
	int64_t at = 0;

	while (at < until) {
		ssize_t n = pread(t->queue[0].fd, chunk, sizeof chunk, at);
		const char *end = n > 0 ? memchr(chunk, '\n', (size_t)n) : NULL;

		if (n <= 0)
			return 0; /* reading on will tell */
		if (end)
			n = end + 1 - chunk;
		if (feed_bytes(t->feed, span_of(chunk, (size_t)n), e) != 0)
			return -1;
		if (end)
			return 0;
		at += n;
	}
	return 0;
}

static int resume(struct tail *t, const struct tail_position *from, struct err *e)
{
	feed_resume(t->feed, t->path, from->format, from->line);
	if (from->offset > 0 && from->format && from->format->end) {
		feed_resume(t->feed, t->path, from->format, 1);
		if (feed_header(t, from->offset, e) != 0)
			return -1;
		feed_set_next_line(t->feed, from->line);
	}
	t->offset = from->offset;
	t->head_len = (size_t)from->head_len;
	if (pread(t->queue[0].fd, t->head, t->head_len, 0) != from->head_len)
		t->head_len = 0; /* it was just there; reading will tell */
	t->safe = *from;
	t->has_safe = true;
	return 0;
}

static void head_digest(const char *head, size_t len, char hex[static TAIL_HEAD_HEX + 1])
{
	struct span s = span_of(head, len);
	struct digest d = digest_of(&s, 1);
	char whole[DIGEST_HEX + 1];

	digest_hex(&d, whole);
	memcpy(hex, whole, TAIL_HEAD_HEX);
	hex[TAIL_HEAD_HEX] = '\0';
}

/* The file begins as it did, and is not shorter than what was read of it. */
static bool is_same_content(const struct tail *t, const struct tail_position *from)
{
	char head[TAIL_HEAD], hex[TAIL_HEAD_HEX + 1];
	struct stat st;

	if (fstat(t->queue[0].fd, &st) != 0 || st.st_size < from->offset)
		return false;
	if (from->head_len > TAIL_HEAD ||
	    pread(t->queue[0].fd, head, (size_t)from->head_len, 0) != from->head_len)
		return false;
	head_digest(head, (size_t)from->head_len, hex);
	return strcmp(hex, from->head) == 0;
}

int tail_go_on(struct tail *t, const struct tail_position *from, bool *missing, struct err *e)
{
	char *name = rotated_find(t->path, from->device, from->inode);
	int rc;

	*missing = name == NULL;
	if (!name) {
		feed_resume(t->feed, t->path, NULL, from->line);
		return 0;
	}
	rc = push_path(t, name, e);
	free(name);
	if (rc <= 0)
		return rc;
	if (!is_same_content(t, from)) {
		/* Truncated meanwhile, or another file: all that is in it is new. */
		feed_resume(t->feed, t->path, NULL, from->line);
		return 0;
	}
	return resume(t, from, e);
}

void tail_skip_to_end(struct tail *t)
{
	struct stat st;

	if (t->n > 0 && fstat(t->queue[0].fd, &st) == 0)
		t->offset = st.st_size;
}

bool tail_settled(const struct tail *t, struct tail_position *at)
{
	if (t->n == 0 || !feed_is_between(t->feed))
		return false;
	*at = (struct tail_position){t->queue[0].device,
				     t->queue[0].inode,
				     t->offset - (int64_t)feed_unused(t->feed),
				     feed_next_line(t->feed),
				     feed_lines_of(t->feed),
				     (int64_t)t->head_len,
				     ""};
	head_digest(t->head, t->head_len, at->head);
	return true;
}

/* ---- reading ---- */

/* The next content begins: of the next generation, or of this file after it was truncated. */
static int begin_content(struct tail *t, struct err *e)
{
	int64_t line = feed_next_line(t->feed) + (feed_unused(t->feed) > 0);

	if (feed_end(t->feed, e) != 0)
		return -1;
	/* Numbers go on: ids are made of them. */
	feed_resume(t->feed, t->path, NULL, line);
	t->offset = 0;
	t->head_len = 0;
	t->flush_ms = INT64_MAX;
	return 0;
}

static int next_generation(struct tail *t, struct err *e)
{
	(void)close(t->queue[0].fd); /* only read from */
	t->n--;
	memmove(t->queue, t->queue + 1, t->n * sizeof *t->queue);
	t->more = true;
	return begin_content(t, e);
}

/* Truncated, and perhaps longer again than it was: then its first bytes are others. */
static bool was_truncated(struct tail *t)
{
	char head[TAIL_HEAD];
	struct stat st;
	ssize_t n;

	if (fstat(t->queue[0].fd, &st) == 0 && st.st_size < t->offset)
		return true;
	n = pread(t->queue[0].fd, head, sizeof head, 0);
	if (n < 0)
		return false;
	if ((size_t)n < t->head_len || memcmp(head, t->head, t->head_len) != 0)
		return t->head_len > 0 && t->offset > 0;
	memcpy(t->head, head, (size_t)n);
	t->head_len = (size_t)n;
	return false;
}

/* Gives the last whole line by itself. If a record comes out with it, that was the one held back
 * before it, and nothing older than this line is held now. */
static int feed_by_line(struct tail *t, struct span chunk, struct err *e)
{
	const char *end = memrchr(chunk.data, '\n', chunk.len);
	const char *begin = end ? memrchr(chunk.data, '\n', (size_t)(end - chunk.data)) : NULL;
	struct tail_position at;
	int64_t records;
	size_t before, line;

	if (!begin)
		return feed_bytes(t->feed, chunk, e);
	before = (size_t)(begin + 1 - chunk.data);
	line = (size_t)(end + 1 - begin - 1);
	if (feed_bytes(t->feed, span_of(chunk.data, before), e) != 0)
		return -1;
	t->offset += (int64_t)before;
	records = feed_counts(t->feed)->records;
	if (tail_settled(t, &at) && feed_unused(t->feed) == 0) {
		if (feed_bytes(t->feed, span_of(begin + 1, line), e) != 0)
			return -1;
		if (feed_counts(t->feed)->records > records) {
			t->next = at;
			t->has_next = true;
		}
	} else if (feed_bytes(t->feed, span_of(begin + 1, line), e) != 0) {
		return -1;
	}
	t->offset -= (int64_t)before; /* tail_read adds the whole chunk */
	return feed_bytes(t->feed, span_of(end + 1, chunk.len - before - line), e);
}

static int take(struct tail *t, struct span chunk, struct err *e)
{
	int rc;

	if (t->wants_next && !t->has_next && feed_may_hold(t->feed)) {
		rc = feed_by_line(t, chunk, e);
		t->offset += (int64_t)chunk.len;
		return rc;
	}
	if (feed_bytes(t->feed, chunk, e) != 0)
		return -1;
	t->offset += (int64_t)chunk.len;
	if (t->wants_next && !t->has_next && !feed_may_hold(t->feed))
		t->has_next = tail_settled(t, &t->next);
	return 0;
}

int tail_read(struct tail *t, char *buf, int64_t now_ms, struct err *e)
{
	ssize_t n;

	t->more = false;
	if (t->n == 0)
		return 0;
	if (was_truncated(t) && begin_content(t, e) != 0)
		return -1;
	n = pread(t->queue[0].fd, buf, TAIL_CHUNK, t->offset);
	if (n < 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot read '%s'", t->path);
	if (n == 0)
		return t->n > 1 && now_ms >= t->rotated_ms + LINGER_MS ? next_generation(t, e) : 0;
	t->more = true;
	t->bytes += (uint64_t)n;
	t->flush_ms = now_ms + HOLD_MS;
	return take(t, span_of(buf, (size_t)n), e) == 0 ? 1 : -1;
}

int tail_flush(struct tail *t, struct err *e)
{
	t->flush_ms = INT64_MAX;
	if (feed_flush(t->feed, e) != 0)
		return -1;
	if (t->wants_next && !t->has_next)
		t->has_next = tail_settled(t, &t->next);
	return 0;
}
