/*
 * Bodies that were sent with Content-Encoding gzip (RFC 1952) or deflate (RFC 1950), unpacked
 * with a limit: a thousand bytes can hold a million.
 */
#ifndef AIOPS_NET_GUNZIP_H
#define AIOPS_NET_GUNZIP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Appends what packed holds to out, several members one behind the other. Errors: EX_BADDATA
 * (damaged, cut off, something behind it), EX_POLICY (more than out's maximum). */
NODISCARD int gunzip(struct span packed, struct buf *out, struct err *e);

#endif
