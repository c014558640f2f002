#include "proc/executable.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/mem.h"

/* Far more than the step of any file system's clock. */
#define RECENT_NS NS_PER_S

enum { CHUNK = 1 << 16 };

static int64_t ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* The clock that the file system stamps files with: compared with those stamps, not told as a time.
 */
static int64_t file_clock_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME_COARSE, &t); /* cannot fail */
	return ns_of(t);
}

static int hash_fd(int fd, struct digest *out)
{
	unsigned char *chunk = mem_alloc(CHUNK);
	crypto_hash_sha256_state state;
	ssize_t n;

	(void)crypto_hash_sha256_init(&state); /* these three cannot fail */
	while ((n = read(fd, chunk, CHUNK)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			(void)crypto_hash_sha256_update(&state, chunk, (unsigned long long)n);
	if (n == 0)
		(void)crypto_hash_sha256_final(&state, out->bytes);
	free(chunk);
	return n == 0 ? 0 : -1;
}

static int describe(int fd, const char *path, struct exe_identity *out, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot look at '%s'", path);
	*out = (struct exe_identity){.dev = st.st_dev,
				     .ino = st.st_ino,
				     .size = st.st_size,
				     .mtime_ns = ns_of(st.st_mtim),
				     .ctime_ns = ns_of(st.st_ctim)};
	out->recent = out->ctime_ns > file_clock_ns() - RECENT_NS;
	return 0;
}

static int open_it(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 ? fd : err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
}

int exe_identify(const char *path, struct exe_identity *out, struct err *e)
{
	struct exe_identity id;
	int fd = open_it(path, e), rc = -1;

	if (fd < 0)
		return -1;
	if (describe(fd, path, &id, e) == 0) {
		if (hash_fd(fd, &id.digest) != 0)
			err_set_errno(e, EX_UNREADABLE, errno, "cannot read '%s'", path);
		else
			rc = 0;
	}
	(void)close(fd); /* only read from */
	if (rc == 0)
		*out = id;
	return rc;
}

static bool is_untouched(const struct exe_identity *now, const struct exe_identity *then)
{
	return !then->recent && now->dev == then->dev && now->ino == then->ino &&
	       now->size == then->size && now->mtime_ns == then->mtime_ns &&
	       now->ctime_ns == then->ctime_ns;
}

int exe_open(const char *path, const struct exe_identity *id, struct err *e)
{
	struct exe_identity now;
	int fd = open_it(path, e);

	if (fd < 0)
		return -1;
	if (describe(fd, path, &now, e) != 0)
		goto fail;
	if (is_untouched(&now, id))
		return fd;
	if (hash_fd(fd, &now.digest) != 0) {
		err_set_errno(e, EX_UNREADABLE, errno, "cannot read '%s'", path);
		goto fail;
	}
	if (sodium_memcmp(now.digest.bytes, id->digest.bytes, DIGEST_BYTES) == 0)
		return fd;
	err_set(e, EX_POLICY, "'%s' has changed since it was planned", path);
fail:
	(void)close(fd); /* only read from */
	return -1;
}
