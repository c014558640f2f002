#include "aiops-ingest/live/rotated.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* ".1", "-20261121", ".2026-11-21T09:00:00": a number or a time, and nothing that has a meaning of
 * its own ("app.log.json") or cannot be read on ("app.log.1.gz"). */
static bool is_suffix(const char *s)
{
	if (strchr("-._", *s) && *s)
		s++;
	return *s >= '0' && *s <= '9' && s[strspn(s, "0123456789-._:TZ")] == '\0';
}

static char *folder_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');

	*name = slash ? slash + 1 : path;
	return slash ? mem_dup(path, (size_t)(slash - path) + 1) : mem_dupz("./");
}

struct rotated_file {
	char *name;
	struct stat st;
};

struct rotated_list {
	struct rotated_file *items;
	size_t n, cap;
};

static void add(struct rotated_list *l, const char *folder, const char *name)
{
	struct buf path = BUF_INIT(1 << 16);
	struct rotated_file f;

	buf_addf(&path, "%s%s", folder, name);
	f.name = buf_take(&path);
	if (stat(f.name, &f.st) != 0 || !S_ISREG(f.st.st_mode)) {
		free(f.name);
		return;
	}
	mem_grow(l->items, l->cap, l->n + 1);
	l->items[l->n++] = f;
}

static int list_rotated(const char *path, struct rotated_list *l, struct err *e)
{
	const char *base;
	char *folder = folder_of(path, &base);
	DIR *d = opendir(folder);
	size_t n = strlen(base);
	const struct dirent *entry;

	if (!d) {
		err_set_errno(e, EX_UNREADABLE, errno, "cannot read the folder '%s'", folder);
		free(folder);
		return -1;
	}
	while ((entry = readdir(d)))
		if (strncmp(entry->d_name, base, n) == 0 && is_suffix(entry->d_name + n))
			add(l, folder, entry->d_name);
	(void)closedir(d); /* only read from */
	free(folder);
	return 0;
}

static void release(struct rotated_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i].name);
	free(l->items);
}

char *rotated_find(const char *path, uint64_t device, uint64_t inode)
{
	struct rotated_list l = {0};
	struct err ignored = ERR_INIT;
	struct stat st;
	char *found = NULL;

	if (stat(path, &st) == 0 && st.st_dev == device && st.st_ino == inode)
		return mem_dupz(path);
	if (list_rotated(path, &l, &ignored) != 0)
		return NULL;
	for (size_t i = 0; i < l.n && !found; i++)
		if (l.items[i].st.st_dev == device && l.items[i].st.st_ino == inode)
			found = mem_dupz(l.items[i].name);
	release(&l);
	return found;
}

static int compare_times(const struct timespec *a, const struct timespec *b)
{
	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return (a->tv_nsec > b->tv_nsec) - (a->tv_nsec < b->tv_nsec);
}

static int by_time(const void *a, const void *b)
{
	const struct rotated_file *x = a, *y = b;
	int c = compare_times(&x->st.st_mtim, &y->st.st_mtim);

	return c ? c : strcmp(y->name, x->name); /* .2 is older than .1 */
}

int rotated_since(const char *path, const struct stat *last, struct rotated_files *out,
		  struct err *e)
{
	struct rotated_list l = {0};
	bool passed = false; /* the last one itself stands among them, before this place */

	*out = (struct rotated_files){0};
	if (list_rotated(path, &l, e) != 0)
		return -1;
	if (l.n > 0)
		qsort(l.items, l.n, sizeof *l.items, by_time);
	out->names = mem_array(NULL, l.n + 1, sizeof *out->names);
	for (size_t i = 0; i < l.n; i++) {
		const struct stat *st = &l.items[i].st;
		int order = compare_times(&st->st_mtim, &last->st_mtim);

		if (st->st_dev != last->st_dev)
			continue;
		/* Times of files are a few milliseconds coarse: of equal ones the name decides. */
		if (st->st_ino == last->st_ino)
			passed = true;
		else if (order > 0 || (order == 0 && passed))
			out->names[out->n++] = mem_dupz(l.items[i].name);
	}
	release(&l);
	return 0;
}

int rotated_all(const char *path, struct rotated_files *out, struct err *e)
{
	struct rotated_list l = {0};

	*out = (struct rotated_files){0};
	if (list_rotated(path, &l, e) != 0)
		return -1;
	if (l.n > 0)
		qsort(l.items, l.n, sizeof *l.items, by_time);
	out->names = mem_array(NULL, l.n + 1, sizeof *out->names);
	for (; out->n < l.n; out->n++)
		out->names[out->n] = mem_dupz(l.items[out->n].name);
	release(&l);
	return 0;
}

void rotated_release(struct rotated_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->names[i]);
	free(f->names);
}
