/*
 * The commands that prove what the log says, and that take out of it what must not stay: their
 * options. The tables are in proving_options.c.
 */
#ifndef AIOPS_AUDIT_PROVING_H
#define AIOPS_AUDIT_PROVING_H

#include <stdint.h>

#include "cli/cli.h"

struct verify_options {
	struct opt_texts checkpoints; /* files */
	struct opt_texts pubkeys;     /* texts or files */
	const char *origin;           /* NULL: any log */
	const char *proof;            /* a file: it is checked, and no database */
	int64_t min_size, since;      /* 0: none */
	bool require_signed;
};

struct checkpoint_options {
	const char *sign; /* key file, NULL: unsigned */
	const char *out;  /* NULL: standard output */
};

struct prove_options {
	const char *checkpoint; /* file, NULL: the last that was signed here, else the head */
};

struct keygen_options {
	const char *name; /* NULL: the log's */
};

struct redact_options {
	const char *reason, *actor; /* actor NULL: the user */
	int64_t lock_wait_ms;
	bool apply;
};

struct prune_options {
	struct opt_texts keep; /* KIND=TIME */
	int64_t older_than_ms; /* 0: other kinds stay */
	const char *actor;     /* NULL: the user */
	int64_t lock_wait_ms;
	bool apply;
};

extern const struct opt verify_opts[7];
extern const struct opt checkpoint_opts[2];
extern const struct opt prove_opts[1];
extern const struct opt keygen_opts[1];
extern const struct opt redact_opts[4];
extern const struct opt prune_opts[5];

int verify_run(struct cli *c);
int checkpoint_run(struct cli *c);
int prove_run(struct cli *c);
int keygen_run(struct cli *c);
int redact_run(struct cli *c);
int prune_run(struct cli *c);

/* What verify does with --proof. Returns the exit code; messages were printed. */
int verify_proof(struct cli *c);

/* Why something could not be judged, as an exit code of verify. */
int verify_exit_of(int code);

#endif
