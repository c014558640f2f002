/*
 * short: every read and write moves one byte, as pipes, sockets and signals
 * may have it. Preloaded by tests/torture/fault-streams. Files of SQLite are
 * read and written as they are asked for: it takes less than a header for the
 * end of the file.
 */
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static size_t at_most_one(size_t n)
{
	return n < 1 ? n : 1;
}

#define SHORT(type, name, parameters, arguments)                                                   \
	type name parameters                                                                       \
	{                                                                                          \
		static type(*real) parameters;                                                     \
                                                                                                   \
		if (!real)                                                                         \
			*(void **)&real = dlsym(RTLD_NEXT, #name);                                 \
		return real arguments;                                                             \
	}

SHORT(ssize_t, read, (int fd, void *data, size_t n), (fd, data, at_most_one(n)))
SHORT(ssize_t, write, (int fd, const void *data, size_t n), (fd, data, at_most_one(n)))
SHORT(ssize_t, recv, (int fd, void *data, size_t n, int flags), (fd, data, at_most_one(n), flags))
SHORT(ssize_t, send, (int fd, const void *data, size_t n, int flags),
      (fd, data, at_most_one(n), flags))

/* writev of one byte: the first piece that is not empty. */
ssize_t writev(int fd, const struct iovec *pieces, int n)
{
	for (int i = 0; i < n; i++)
		if (pieces[i].iov_len > 0)
			return write(fd, pieces[i].iov_base, 1);
	return write(fd, "", 0);
}
