/*
 * What the code under test writes to a standard descriptor, for tests of lib/cli.
 */
#ifndef AIOPS_TEST_CAPTURE_H
#define AIOPS_TEST_CAPTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"

struct capture {
	int fd, saved;
	char path[64];
};

static inline struct capture capture_start(int fd)
{
	struct capture c = {.fd = fd, .saved = dup(fd)};
	int file;

	(void)snprintf(c.path, sizeof c.path, "/tmp/aiops-capture.XXXXXX");
	file = mkstemp(c.path);
	assert_true(file >= 0 && c.saved >= 0);
	dup2(file, fd);
	close(file);
	return c;
}

/* Puts the descriptor back; what was written is in *out. */
static inline void capture_end(struct capture *c, struct buf *out)
{
	struct err e = ERR_INIT;

	dup2(c->saved, c->fd);
	close(c->saved);
	assert_int_equal(file_read(c->path, out, &e), 0);
	unlink(c->path);
}

#endif
