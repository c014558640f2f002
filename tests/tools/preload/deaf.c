/*
 * deaf: a C library that says "done" where a write or a sync failed. Preloaded
 * by tests/torture/fault-syscall as its control: what is lost so must be found.
 */
#include <dlfcn.h>
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

#define DEAF(type, name, parameters, arguments, good)                                              \
	type name parameters                                                                       \
	{                                                                                          \
		static type(*real) parameters;                                                     \
		type rc;                                                                           \
                                                                                                   \
		if (!real)                                                                         \
			*(void **)&real = dlsym(RTLD_NEXT, #name);                                 \
		rc = real arguments;                                                               \
		return rc < 0 && errno == EIO ? (good) : rc;                                       \
	}

DEAF(ssize_t, write, (int fd, const void *data, size_t n), (fd, data, n), (ssize_t)n)
DEAF(ssize_t, pwrite64, (int fd, const void *data, size_t n, off64_t at), (fd, data, n, at),
     (ssize_t)n)
DEAF(ssize_t, read, (int fd, void *data, size_t n), (fd, data, n), 0)
