/* Templates with what is told of them: see mined.h. */
#include "aiops-triage/templates/mined.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define WHEN_BYTES 40

/* What hangs on a template. */
struct seen {
	char first[WHEN_BYTES], last[WHEN_BYTES];
	char example[EXAMPLE_BYTES];
	size_t example_len;
};

static void forget(void *ctx, struct template *t)
{
	struct mined *m = ctx;

	m->forgotten++;
	free(t->owner);
}

void mined_init(struct mined *m, size_t max)
{
	*m = (struct mined){.lock = -1};
	m->miner = miner_new(max, forget, m);
}

void mined_release(struct mined *m)
{
	for (struct template *t = NULL; m->miner && (t = miner_next(m->miner, t));)
		free(t->owner);
	miner_free(m->miner);
	if (m->lock >= 0)
		(void)close(m->lock); /* gives the lock back */
	*m = (struct mined){.lock = -1};
}

static void keep_text(char to[static WHEN_BYTES], struct span s)
{
	size_t n = s.len < WHEN_BYTES - 1 ? s.len : WHEN_BYTES - 1;

	if (n)
		memcpy(to, s.data, n);
	to[n] = '\0';
}

static void keep_example(struct seen *s, struct span line)
{
	s->example_len = line.len < EXAMPLE_BYTES ? line.len : EXAMPLE_BYTES;
	/* not in the midst of a character */
	while (s->example_len < line.len && s->example_len > 0 &&
	       ((unsigned char)line.data[s->example_len] & 0xC0) == 0x80)
		s->example_len--;
	if (s->example_len)
		memcpy(s->example, line.data, s->example_len);
}

const struct template *mined_add(struct mined *m, struct span message, struct span when,
				 struct span line)
{
	struct template *t = miner_add(m->miner, message, NULL);
	struct seen *s;

	m->lines++;
	if (!t)
		return NULL;
	s = t->owner;
	if (!s) {
		t->owner = s = mem_zalloc(sizeof *s);
		keep_text(s->first, when);
		keep_example(s, line);
	}
	keep_text(s->last, when);
	return t;
}

struct sighting mined_sighting(const struct template *t)
{
	const struct seen *s = t->owner;

	return (struct sighting){span_cstr(s->first), span_cstr(s->last),
				 span_of(s->example, s->example_len)};
}

static int most_frequent_first(const void *a, const void *b)
{
	const struct template *x = *(const struct template *const *)a,
			      *y = *(const struct template *const *)b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->id, y->id);
}

const struct template **mined_sorted(const struct mined *m, size_t *n)
{
	const struct template **all = mem_array(NULL, miner_count(m->miner) + 1, sizeof *all);

	*n = 0;
	for (struct template *t = NULL; (t = miner_next(m->miner, t));)
		all[(*n)++] = t;
	if (*n)
		qsort(all, *n, sizeof *all, most_frequent_first);
	return all;
}

void mined_put_sighting(struct template *t, const struct sighting *s)
{
	struct seen *seen = mem_zalloc(sizeof *seen);

	keep_text(seen->first, s->first);
	keep_text(seen->last, s->last);
	keep_example(seen, s->example);
	t->owner = seen;
}
