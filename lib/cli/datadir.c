/*
 * Where the toolkit's own data is.
 */
#include "cli/datadir.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#ifndef AIOPS_DATADIR
#define AIOPS_DATADIR "/usr/local/share/aiops"
#endif

/* Appends the folder of the running programme; nothing if that cannot be told. */
static void add_programme_folder(struct buf *path)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self);

	while (n > 0 && self[n - 1] != '/')
		n--;
	if (n > 0)
		buf_add(path, self, (size_t)n);
}

static bool try_place(const char *below, const char *name, struct buf *path, struct buf *tried)
{
	size_t before = path->len;

	if (below[0] != '/')
		add_programme_folder(path);
	if (below[0] == '/' || path->len > before) {
		buf_add_cstr(path, below);
		buf_add_char(path, '/');
		buf_add_cstr(path, name);
		if (file_is_dir(buf_cstr(path)))
			return true;
		buf_add_cstr(tried, tried->len ? ", " : "");
		buf_add(tried, path->data + before, path->len - before);
	}
	path->len = before;
	return false;
}

int datadir_find(const char *name, struct buf *path, struct err *e)
{
	static const char *const places[] = {"../share/aiops", "../../share", AIOPS_DATADIR};
	struct buf tried = BUF_INIT(16u << 10);
	bool found = false;

	for (size_t i = 0; i < sizeof places / sizeof *places && !found; i++)
		found = try_place(places[i], name, path, &tried);
	if (!found)
		err_set(e, EX_UNREADABLE, "no folder '%s' with the toolkit's data: looked in %s",
			name, buf_cstr(&tried));
	buf_release(&tried);
	return found ? 0 : -1;
}

int datadir_programme(const char *name, struct buf *path, struct err *e)
{
	add_programme_folder(path);
	buf_add_cstr(path, name);
	if (path->data[0] == '/' && access(buf_cstr(path), X_OK) == 0)
		return 0;
	return err_set(e, EX_UNREADABLE, "'%s' is not beside this programme", name);
}
