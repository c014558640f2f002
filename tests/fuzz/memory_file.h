/*
 * A file in memory with a path, for readers that take a path alone.
 */
#ifndef AIOPS_TESTS_FUZZ_MEMORY_FILE_H
#define AIOPS_TESTS_FUZZ_MEMORY_FILE_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/span.h"

struct memory_file {
	int fd;
	char path[32];
};

/* Holds data from now on, in the place of what it held; begin with fd -1. */
static inline const char *memory_file_put(struct memory_file *f, struct span data)
{
	struct err e = ERR_INIT;

	if (f->fd < 0) {
		f->fd = memfd_create("fuzz", MFD_CLOEXEC);
		assert(f->fd >= 0);
		(void)snprintf(f->path, sizeof f->path, "/proc/self/fd/%d", f->fd);
	}
	assert(ftruncate(f->fd, 0) == 0 && lseek(f->fd, 0, SEEK_SET) == 0);
	assert(file_write_all(f->fd, data, &e) == 0);
	return f->path;
}

#endif
