/*
 * The level of a log line, and what else its head says: the parts of syslog's
 * head, and PostgreSQL's lines that belong to the line before. Pure.
 */
#ifndef AIOPS_INGEST_LOGLEVEL_H
#define AIOPS_INGEST_LOGLEVEL_H

#include <stdbool.h>

#include "base/span.h"
#include "record/event.h"

struct log_level {
	struct span text; /* the source's word; SPAN_NONE: none was found */
	enum severity severity;
};

/* Looks in the first words behind the stamp: upper-case words ("ERROR", "FATAL:"), words of any
 * case in brackets ("[error]", "[core:notice]"), before a colon or set off by two spaces; logfmt's
 * level=, lvl= and severity= anywhere in the first 300 bytes. */
struct log_level log_level_find(struct span rest);

/* The level of a word that is known to be one: glog's letter, Redis' mark. */
struct log_level log_level_of(struct span word);

/* Is this the key of a logfmt line's level? */
bool log_level_is_key(struct span key);

/* Is this word, in any case, a level's? */
bool log_level_is(struct span word);

/* Redis marks the level with one character behind the time. */
struct log_level log_redis_level(struct span rest);

/* An access log ("GET /x HTTP/1.1" 503 ...) has no levels. The one rule: a status of 500 to 599 is
 * high, with the status as its word; any other says nothing of severity. */
struct log_level log_access_level(struct span rest);

struct log_head {
	struct span host, app; /* "db-1 sshd[24200]: ..." */
};
/* pid_needed: only "app[123]:" counts, for lines whose stamp is not syslog's own. */
struct log_head log_head_find(struct span rest, bool pid_needed);

/* PostgreSQL adds DETAIL, HINT, QUERY, CONTEXT, STATEMENT, LOCATION and BACKTRACE as lines of their
 * own behind a message: where that word stands in rest, or -1. What is before it is the line's
 * prefix. */
long log_detail_at(struct span rest);

/* True for a line without a stamp that goes on from the line before: indented, or part of a stack
 * trace. */
bool log_goes_on(struct span line);
/* The same, for lines that are joined only inside a Go trace: "main.run(...)", "exit status 2". */
bool log_goes_on_in_go(struct span line);
/* "goroutine 1 [running]:" begins one. */
bool log_begins_go_trace(struct span line);

#endif
