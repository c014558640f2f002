#include "aiops-correlate/state/state.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "aiops-correlate/state/snapshot.h"
#include "record/line_file.h"

enum { LOCK_WAIT_MS = 10000 };

static int take_lock(struct state_file *s, struct err *e)
{
	struct buf path = BUF_INIT(1 << 16);

	buf_addf(&path, "%s.lock", s->path);
	s->lock = file_lock(buf_cstr(&path), LOCK_WAIT_MS, e);
	buf_release(&path);
	return s->lock < 0 ? -1 : 0;
}

static int read_lines(struct line_file *f, struct load *l, struct err *e)
{
	struct span line;
	bool cut;
	int rc;

	while ((rc = line_file_next(f, &line, &cut, e)) > 0)
		if (snapshot_load_line(l, line, e) != 0)
			return -1;
	return rc;
}

static int read_state(struct state_file *s, struct engine *en, struct ahead *a, struct err *e)
{
	struct line_file *f;
	struct load *l;
	int rc;

	if (access(s->path, F_OK) != 0 && errno == ENOENT)
		return 0;
	f = line_file_open(s->path, SNAPSHOT_LINE_MAX, e);
	if (!f)
		return -1;
	l = snapshot_load_begin(en, a);
	rc = read_lines(f, l, e);
	if (rc == 0)
		rc = snapshot_load_end(l, e);
	else
		snapshot_load_free(l);
	line_file_close(f);
	if (rc != 0 && !e->line) /* a position is told with the file's name */
		err_prefix(e, "'%s'", s->path);
	return rc;
}

int state_open(struct state_file *s, const char *path, struct engine *en, struct ahead *a,
	       struct err *e)
{
	*s = (struct state_file){.path = path, .lock = -1};
	if (!path)
		return 0;
	if (take_lock(s, e) != 0)
		return -1;
	return read_state(s, en, a, e);
}

static int write_lines(void *ctx, struct span lines, struct err *e)
{
	struct state_file *s = ctx;

	return file_new_write(s->next, lines, e);
}

static void give_up(struct state_file *s)
{
	file_new_abandon(s->next);
	s->next = NULL;
}

int state_freeze(struct state_file *s, const struct engine *en, struct err *e)
{
	const struct snapshot_sink to = {s, write_lines};

	if (!s->path)
		return 0;
	give_up(s);
	s->next = file_new_open(s->path, 0600, e);
	if (!s->next)
		return -1;
	if (snapshot_save(en, &to, &s->rows, e) == 0)
		return 0;
	give_up(s);
	return -1;
}

int state_write(struct state_file *s, const struct engine *en, const struct ahead *a, struct err *e)
{
	const struct snapshot_sink to = {s, write_lines};
	struct file_new *done;

	if (!s->path)
		return 0;
	if (!s->next && state_freeze(s, en, e) != 0)
		return -1;
	if (snapshot_end(a, s->rows, &to, e) != 0) {
		give_up(s);
		return -1;
	}
	done = s->next;
	s->next = NULL;
	return file_new_commit(done, e);
}

void state_close(struct state_file *s)
{
	give_up(s);
	if (s->lock >= 0)
		(void)close(s->lock); /* gives the lock back */
	s->lock = -1;
}
