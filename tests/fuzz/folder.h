/*
 * A folder of a target's own, in memory where the system has that, for readers that want files
 * beside one another. It goes when the programme ends.
 */
#ifndef AIOPS_TESTS_FUZZ_FOLDER_H
#define AIOPS_TESTS_FUZZ_FOLDER_H

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#include "fuzz.h"

static char folder_path[64]; /* "" until folder_make */

static inline int folder_remove_one(const char *path, const struct stat *st, int type,
				    struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level > 0 ? remove(path) : 0;
}

/* What stands in it goes; the folder stays. */
static inline void folder_empty(void)
{
	(void)nftw(folder_path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void folder_remove(void)
{
	folder_empty();
	(void)rmdir(folder_path); /* at exit; nothing is to be done about it */
}

/* Makes it, the first time. */
static inline void folder_make(void)
{
	if (folder_path[0])
		return;
	(void)snprintf(folder_path, sizeof folder_path, "%s/aiops-fuzz-XXXXXX",
		       access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	FUZZ_CHECK(mkdtemp(folder_path));
	FUZZ_CHECK(atexit(folder_remove) == 0);
}

/* Changes a file in memory as the input says: four bytes each, where (modulo its length,
 * big-endian) and what stands there then. */
static inline void folder_change(struct buf *file, struct fuzz_input *in, int most)
{
	for (int i = 0; in->left > 0 && i < most; i++) {
		struct span where = fuzz_take(in, 3);
		char what = (char)fuzz_byte(in);
		size_t at = 0;

		for (size_t k = 0; k < where.len; k++)
			at = at << 8 | (uint8_t)where.data[k];
		file->data[at % file->len] = what;
	}
}

/* Writes a file into it; out is its path. */
static inline void folder_put(const char *name, struct span content, char out[static 128])
{
	struct err e = ERR_INIT;
	int fd;

	folder_make();
	(void)snprintf(out, 128, "%s/%s", folder_path, name);
	fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FUZZ_CHECK(fd >= 0 && file_write_all(fd, content, &e) == 0);
	close(fd);
}

#endif
