/*
 * Asking: GETs side by side, then commands one after the other, each with its deadline and all of
 * them with one; what comes back is bounded.
 */
#ifndef AIOPS_TRIAGE_FETCH_H
#define AIOPS_TRIAGE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/gather/request.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "cli/cli.h"

#define FETCH_AT_ONCE 8 /* GETs under way */

/* Where queries go: NAME=URL and the credential for it, as options give them. */
struct endpoints {
	struct opt_texts urls, token_files, basic_files;
	const char *ca_file;
	bool plain_secret;
};

/* Refuses what is no NAME=VALUE, and URLs that are none. Errors: EX_BADUSAGE. */
NODISCARD int endpoints_check(const struct endpoints *es, struct err *e);

enum fetch_state {
	FETCH_WAITS,
	FETCH_DONE,   /* body holds the answer */
	FETCH_FAILED, /* err says why */
	FETCH_ABSENT, /* the endpoint is not named, or the command not installed */
};

struct fetch {
	struct gather_request request; /* owned */
	enum fetch_state state;
	struct buf body;
	struct err err;
	int64_t took_ms;
};

void fetch_release(struct fetch *f);

struct fetch_setting {
	const struct endpoints *endpoints;
	const struct env *env;
	const char *path;             /* where commands are looked for */
	int64_t deadline_ms;          /* for all */
	const volatile bool *stop;    /* may be NULL */
	const char *const *child_env; /* NULL-terminated */
};

/* Brings each of fs from FETCH_WAITS to one of the others. Never longer than the deadline and two
 * seconds. */
void fetch_all(struct fetch *fs, size_t n, const struct fetch_setting *set);

#endif
