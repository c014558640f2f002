/*
 * Ed25519 keys of approvers, and who they belong to.
 *
 * A key file is one line, "aiops-approval-key ed25519 SEED", the seed (RFC 8032) in 64
 * hex digits. A public key is written "ed25519:" and 64 hex digits.
 */
#ifndef AIOPS_RUNBOOK_KEY_H
#define AIOPS_RUNBOOK_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/env.h"
#include "base/err.h"
#include "base/span.h"
#include "yaml/yaml.h"

#define PUBLIC_KEY_BYTES 32
#define SIGNATURE_BYTES  64
#define PUBLIC_KEY_TEXT  (8 + 2 * PUBLIC_KEY_BYTES) /* ed25519:HEX, without NUL */

struct public_key {
	uint8_t bytes[PUBLIC_KEY_BYTES];
};
/* Wiped by key_wipe. */
struct secret_key {
	uint8_t bytes[64];
	struct public_key public;
};

/* Makes a key and writes it to path, which must not exist (0600). Errors: EX_CANNOTCREATE, EX_IO.
 */
NODISCARD int key_create(const char *path, const struct env *env, struct public_key *out,
			 struct err *e);
/* Errors: EX_UNREADABLE, EX_POLICY (others may read it), EX_BADDATA (no key). */
NODISCARD int key_load(const char *path, struct secret_key *out, struct err *e);
void key_wipe(struct secret_key *k);
void key_public_text(const struct public_key *k, char out[static PUBLIC_KEY_TEXT + 1]);
/* Errors: EX_BADCONFIG. */
NODISCARD int key_public_parse(struct span text, struct public_key *out, struct err *e);

void key_sign(const struct secret_key *k, struct span statement,
	      uint8_t out[static SIGNATURE_BYTES]);
bool key_verify(const struct public_key *k, struct span statement,
		const uint8_t signature[static SIGNATURE_BYTES]);

/* The `approvers` of the configuration: [{name: maria, public_key: "ed25519:...", groups:
 * [oncall]}].
 */
struct approver {
	struct span name;
	struct public_key key;
	bool user; /* has no key: a user of this machine, named for the groups */
	const struct yaml_node *groups; /* names; NULL: none */
};
struct approvers {
	struct approver *items;
	size_t n;
};
/* n may be NULL: nobody. Names are borrowed from the node. Errors: EX_BADCONFIG with position. */
NODISCARD int approvers_load(const struct yaml_node *n, struct approvers *out, struct err *e);
void approvers_release(struct approvers *a);
const struct approver *approvers_find(const struct approvers *a, struct span name);
/* [A-Za-z0-9._@-]{1,64} */
bool approver_name_ok(struct span s);
/* The name of a runbook's `group:NAME`; what is no group, as it is. */
struct span approver_group(struct span policy);
/* True if a word of a runbook's `approvers`, a name, group:NAME or site, means name. */
bool approver_meant(const struct approvers *a, struct span policy, struct span name);

#endif
