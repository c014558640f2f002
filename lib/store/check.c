#include "store/store_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/mem.h"

bool store_is_network_fs(int64_t type)
{
	/* Magic numbers of statfs(2) and linux/magic.h; WAL needs memory shared by all who open the
	 * file. */
	static const uint32_t network[] = {
		0x6969,     /* NFS */
		0x517B,     /* SMB */
		0xFF534D42, /* CIFS */
		0xFE534D42, /* SMB2 */
		0x5346414F, /* AFS */
		0x6B414653, /* kAFS */
		0x00C36400, /* Ceph */
		0x73757245, /* Coda */
		0x564C,     /* NCP */
		0x01021997, /* 9P */
		0x0BD00BD0, /* Lustre */
		0x7461636F, /* OCFS2 */
		0x01161970, /* GFS2 */
		0x47504653, /* GPFS */
		0x19830326, /* BeeGFS */
		0xAAD7AAEA, /* PanFS */
	};

	for (size_t i = 0; i < sizeof network / sizeof *network; i++) {
		if ((uint32_t)type == network[i])
			return true;
	}
	return false;
}

static int check_fs(const char *path, const char *asked, struct err *e)
{
	struct statfs fs;

	if (statfs(path, &fs) == 0 && store_is_network_fs((int64_t)fs.f_type))
		return err_set(
			e, EX_POLICY,
			"'%s' is on a network file system, where SQLite's locks do not hold: use a local disk",
			asked);
	return 0; /* a path that statfs cannot see fails with a better message when it is opened */
}

static int check_folder_fs(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *dir =
		slash ? mem_dup(path, slash == path ? 1 : (size_t)(slash - path)) : mem_dupz(".");
	int rc = check_fs(dir, path, e);

	free(dir);
	return rc;
}

int store_check_writable(const char *path, bool *missing, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		if (errno != ENOENT)
			return err_set_errno(e, EX_CANNOTCREATE, errno, "cannot open '%s'", path);
		*missing = true;
		return check_folder_fs(path, e);
	}
	*missing = false;
	if (S_ISLNK(st.st_mode))
		return err_set(e, EX_POLICY, "'%s' is a symbolic link: name the database itself",
			       path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EX_POLICY, "'%s' is not a regular file", path);
	if (st.st_uid != geteuid())
		return err_set(e, EX_POLICY, "'%s' belongs to another user (uid %u)", path,
			       (unsigned)st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, EX_POLICY, "'%s' can be written by others: chmod go-w it", path);
	return check_fs(path, path, e);
}

int store_check_readable(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EX_UNREADABLE, "'%s' is not a regular file", path);
	if (access(path, R_OK) != 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
	return check_fs(path, path, e);
}
