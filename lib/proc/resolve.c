/*
 * Finding an executable once, in directories that only their owners can change
 * (CERT ENV33-C; no search happens at exec).
 */
#include "proc/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* Refuses a directory on the way to file in which others may replace an entry:
 * the one that holds it always, those above it unless they are sticky (as /tmp
 * is). */
static int check_directories(const char *file, struct err *e)
{
	char *dir = mem_dupz(file);
	bool holds_it = true;
	int rc = 0;

	while (rc == 0) {
		char *slash = strrchr(dir, '/');
		struct stat st;

		if (!slash || !dir[1])
			break;
		slash[slash == dir ? 1 : 0] = '\0';
		if (stat(dir, &st) != 0)
			rc = err_set_errno(e, EX_UNREADABLE, errno, "cannot look at '%s'", dir);
		else if ((st.st_mode & S_IWOTH) && (holds_it || !(st.st_mode & S_ISVTX)))
			rc = err_set(e, EX_POLICY,
				     "refusing '%s': others may write to the directory '%s'", file,
				     dir);
		holds_it = false;
	}
	free(dir);
	return rc;
}

/* 0: may be executed; 1: not there or no executable file; -1: refused. */
static int check_file(const char *file, struct err *e)
{
	struct stat st;
	char *real;
	int rc;

	if (stat(file, &st) != 0 || !S_ISREG(st.st_mode) ||
	    faccessat(AT_FDCWD, file, X_OK, AT_EACCESS) != 0)
		return 1;
	if (st.st_mode & S_IWOTH)
		return err_set(e, EX_POLICY, "refusing '%s': others may write to it", file);
	real = realpath(file, NULL);
	if (!real)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot resolve '%s'", file);
	rc = check_directories(file, e);
	if (rc == 0)
		rc = check_directories(real, e);
	free(real);
	return rc;
}

static char *join(struct span dir, const char *name)
{
	size_t n = strlen(name);
	char *file = mem_alloc(dir.len + n + 2);

	memcpy(file, dir.data, dir.len);
	file[dir.len] = '/';
	memcpy(file + dir.len + 1, name, n + 1);
	return file;
}

/* Relative directories, the empty one included, are passed over: they change
 * with the working directory. */
static int search(const char *name, const char *path, char **out, struct err *e)
{
	while (*path) {
		size_t len = strcspn(path, ":");

		if (path[0] == '/') {
			char *file = join(span_of(path, len), name);
			int rc = check_file(file, e);

			if (rc == 0) {
				*out = file;
				return 0;
			}
			free(file);
			if (rc < 0)
				return -1;
		}
		path += len + (path[len] == ':');
	}
	return 1;
}

int proc_resolve(const char *name, const char *path, char **out, struct err *e)
{
	int rc;

	if (!*name || strlen(name) >= PATH_MAX)
		return err_set(e, EX_UNREADABLE, "no name of an executable");
	if (name[0] == '/') {
		rc = check_file(name, e);
		if (rc == 0)
			*out = mem_dupz(name);
	} else if (strchr(name, '/')) {
		return err_set(e, EX_POLICY, "refusing '%.200s': a path must be absolute", name);
	} else {
		rc = search(name, path, out, e);
	}
	if (rc == 1)
		return err_set(e, EX_UNREADABLE, "no executable '%.200s' %s%.400s", name,
			       name[0] == '/' ? "there" : "in ", name[0] == '/' ? "" : path);
	return rc;
}
