/*
 * Past incidents from files and directories.
 */
#include "aiops-triage/past/past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/evidence/records.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

/* A post-mortem with pictures of text is still read; its head has YAML's own limit. */
#define MARKDOWN_MAX_BYTES (8u << 20)

void history_init(struct history *h)
{
	*h = (struct history){0};
	map_init(&h->ids);
}

void history_release(struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		past_release(&h->items[i]);
	free(h->items);
	map_release(&h->ids);
	*h = (struct history){0};
}

int history_add_take(struct history *h, struct past *p, struct err *e)
{
	bool added;

	if (h->n == PAST_MAX)
		return err_set(e, EX_BADCONFIG, "more than %d past incidents", PAST_MAX);
	(void)map_put(&h->ids, past_text(p, PAST_ID), &added);
	if (!added)
		return err_set(e, EX_BADCONFIG, "another past incident has the id '%.100s'",
			       p->fields[PAST_ID]);
	mem_grow(h->items, h->cap, h->n + 1);
	h->items[h->n++] = *p;
	*p = (struct past){0};
	return 0;
}

struct loading {
	struct history *history;
	const char *path;
	void (*skipped)(void *ctx, const char *where, const char *why);
	void *ctx;
};

static void skip(struct loading *l, size_t line, size_t col, const char *why)
{
	struct buf where = BUF_INIT(8192);

	buf_add_cstr(&where, l->path);
	if (line)
		buf_addf(&where, ":%zu", line);
	if (line && col)
		buf_addf(&where, ":%zu", col);
	l->history->skipped++;
	l->skipped(l->ctx, buf_cstr(&where), why);
	buf_release(&where);
}

/* p as it was read, rc whether it could be. */
static void keep_or_skip(struct loading *l, struct past *p, int rc, size_t line, struct err *e)
{
	if (rc == 0 && history_add_take(l->history, p, e) == 0)
		return;
	if (rc == 0)
		past_release(p);
	skip(l, e->line ? e->line : line, e->line ? e->col : 0, e->text);
}

static int load_markdown(struct loading *l, struct err *e)
{
	struct buf text = BUF_INIT(MARKDOWN_MAX_BYTES);
	struct err why = ERR_INIT;
	struct past p = {0};
	int rc = file_read(l->path, &text, e);

	if (rc == 0) {
		int read = past_from_markdown(&p, buf_span(&text), &why);

		keep_or_skip(l, &p, read, 0, &why);
	} else if (e->code == EX_BADDATA) { /* too large */
		skip(l, 0, 0, e->text);
		err_clear(e);
		rc = 0;
	}
	buf_release(&text);
	return rc;
}

static void on_record(void *ctx, int64_t line, const struct record *r)
{
	struct err why = ERR_INIT;
	struct past p = {0};
	int rc = past_from_record(&p, r, &why);

	keep_or_skip(ctx, &p, rc, (size_t)line, &why);
}

static void on_bad(void *ctx, int64_t line, const char *why)
{
	skip(ctx, (size_t)line, 0, why);
}

static bool ends_with(const char *path, const char *suffix)
{
	size_t n = strlen(path), m = strlen(suffix);

	return n >= m && memcmp(path + n - m, suffix, m) == 0;
}

static int load_file(struct loading *l, struct err *e)
{
	static const struct records_ops ops = {.record = on_record, .bad = on_bad};

	if (ends_with(l->path, ".ndjson") || ends_with(l->path, ".jsonl"))
		return records_read(l->path, RECORD_DEFAULT_MAX, &ops, l, e);
	return load_markdown(l, e);
}

static int load_names(struct loading *l, const char *dir, const char *suffix, struct err *e)
{
	char **names = NULL;
	size_t n = 0;
	int rc = file_list(dir, suffix, &names, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		l->path = names[i];
		rc = load_file(l, e);
	}
	file_list_free(names, n);
	return rc;
}

int history_load(struct history *h, const char *path,
		 void (*skipped)(void *ctx, const char *where, const char *why), void *ctx,
		 struct err *e)
{
	static const char *const suffixes[] = {".md", ".ndjson", ".jsonl"};
	struct loading l = {.history = h, .path = path, .skipped = skipped, .ctx = ctx};

	if (!file_is_dir(path))
		return load_file(&l, e);
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
		if (load_names(&l, path, suffixes[i], e) != 0)
			return -1;
	return 0;
}
