/*
 * The URL of a poll: a template with the span of time that is asked for.
 *
 *	{since} {until}          RFC 3339, percent-encoded
 *	{since:s}  {until:s}     seconds since the epoch; also :ms and :ns
 *
 * Other braces stand for themselves (LogQL and JSON have many).
 */
#ifndef AIOPS_INGEST_POLL_URL_H
#define AIOPS_INGEST_POLL_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* True if the URL asks for a span of time. */
bool poll_url_has_span(const char *url);

void poll_url_expand(const char *url, int64_t since_ns, int64_t until_ns, struct buf *out);

#endif
