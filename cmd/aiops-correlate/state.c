#include "aiops-correlate/state.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "aiops-correlate/snapshot.h"
#include "base/file.h"

enum { LOCK_WAIT_MS = 10000 };
#define STATE_MAX ((size_t)4 << 30)

static int take_lock(struct state_file *s, struct err *e)
{
	struct buf path = BUF_INIT(1 << 16);

	buf_addf(&path, "%s.lock", s->path);
	s->lock = file_lock(buf_cstr(&path), LOCK_WAIT_MS, e);
	buf_release(&path);
	return s->lock < 0 ? -1 : 0;
}

static int read_state(struct state_file *s, struct engine *en, struct ahead *a, struct err *e)
{
	struct buf text = BUF_INIT(STATE_MAX);
	int rc = -1;

	if (access(s->path, F_OK) != 0 && errno == ENOENT)
		return 0;
	if (file_read(s->path, &text, e) == 0) {
		rc = snapshot_load(en, a, buf_span(&text), e);
		if (rc != 0 && !e->line) /* a position is told with the file's name */
			err_prefix(e, "'%s'", s->path);
	}
	buf_release(&text);
	return rc;
}

int state_open(struct state_file *s, const char *path, struct engine *en, struct ahead *a,
	       struct err *e)
{
	*s = (struct state_file){.path = path, .lock = -1, .next = BUF_INIT(STATE_MAX)};
	if (!path)
		return 0;
	if (take_lock(s, e) != 0)
		return -1;
	return read_state(s, en, a, e);
}

int state_freeze(struct state_file *s, const struct engine *en, struct err *e)
{
	buf_clear(&s->next);
	return s->path ? snapshot_save(en, &s->next, e) : 0;
}

int state_write(struct state_file *s, const struct engine *en, const struct ahead *a, struct err *e)
{
	int rc;

	if (!s->path)
		return 0;
	if (s->next.len == 0 && snapshot_save(en, &s->next, e) != 0)
		return -1;
	rc = snapshot_add_ahead(a, &s->next, e);
	if (rc == 0)
		rc = file_write_atomic(s->path, buf_span(&s->next), 0600, e);
	buf_release(&s->next); /* a large one should not stay */
	return rc;
}

void state_close(struct state_file *s)
{
	if (s->lock >= 0)
		(void)close(s->lock); /* gives the lock back */
	s->lock = -1;
	buf_release(&s->next);
}
