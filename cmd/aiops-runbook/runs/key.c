#include "aiops-runbook/runs/key.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/secret.h"

static const char file_prefix[] = "aiops-approval-key ed25519 ";
static const char text_prefix[] = "ed25519:";
static const char group_prefix[] = "group:";

static void from_seed(const uint8_t seed[static crypto_sign_SEEDBYTES], struct secret_key *out)
{
	(void)crypto_sign_seed_keypair(out->public.bytes, out->bytes, seed); /* cannot fail */
}

void key_wipe(struct secret_key *k)
{
	sodium_memzero(k, sizeof *k);
}

int key_create(const char *path, const struct env *env, struct public_key *out, struct err *e)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	char hex[2 * crypto_sign_SEEDBYTES + 1];
	struct secret_key key;
	struct buf text = BUF_INIT(256);
	int rc;

	env_random(env, seed, sizeof seed);
	from_seed(seed, &key);
	hex_encode(seed, sizeof seed, hex);
	buf_addf(&text, "%s%s\n", file_prefix, hex);
	rc = secret_write_new(path, buf_span(&text), e);
	if (rc == 0)
		*out = key.public;
	secret_release(&text);
	sodium_memzero(seed, sizeof seed);
	sodium_memzero(hex, sizeof hex);
	key_wipe(&key);
	return rc;
}

int key_load(const char *path, struct secret_key *out, struct err *e)
{
	struct buf text = BUF_INIT(4096);
	uint8_t seed[crypto_sign_SEEDBYTES];
	size_t prefix = sizeof file_prefix - 1;
	struct span line;
	int rc;

	rc = secret_read(path, &text, e);
	line = buf_span(&text);
	if (rc == 0 &&
	    (!span_starts(line, file_prefix) ||
	     hex_decode(span_of(line.data + prefix, line.len - prefix), seed, sizeof seed) != 0))
		rc = err_set(e, EX_BADDATA, "'%s' is no key of aiops-runbook keygen", path);
	if (rc == 0)
		from_seed(seed, out);
	secret_release(&text);
	sodium_memzero(seed, sizeof seed);
	return rc;
}

void key_public_text(const struct public_key *k, char out[static PUBLIC_KEY_TEXT + 1])
{
	memcpy(out, text_prefix, sizeof text_prefix - 1);
	hex_encode(k->bytes, sizeof k->bytes, out + sizeof text_prefix - 1);
}

int key_public_parse(struct span text, struct public_key *out, struct err *e)
{
	size_t prefix = sizeof text_prefix - 1;

	if (!span_starts(text, text_prefix) ||
	    hex_decode(span_of(text.data + prefix, text.len - prefix), out->bytes,
		       sizeof out->bytes) != 0)
		return err_set(e, EX_BADCONFIG,
			       "expected a public key, ed25519: and 64 hex digits");
	return 0;
}

void key_sign(const struct secret_key *k, struct span statement,
	      uint8_t out[static SIGNATURE_BYTES])
{
	(void)crypto_sign_detached(out, NULL, (const unsigned char *)statement.data, statement.len,
				   k->bytes); /* cannot fail */
}

bool key_verify(const struct public_key *k, struct span statement,
		const uint8_t signature[static SIGNATURE_BYTES])
{
	return crypto_sign_verify_detached(signature, (const unsigned char *)statement.data,
					   statement.len, k->bytes) == 0;
}

/* ---- approvers ---- */

bool approver_name_ok(struct span s)
{
	if (s.len == 0 || s.len > 64)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '.' || c == '_' || c == '-' || c == '@'))
			return false;
	}
	return true;
}

static int load_groups(const struct yaml_node *n, struct err *e)
{
	if (yaml_expect(n, YAML_LIST, e) != 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		struct span name = SPAN_NONE;

		if (yaml_text(n->items[i], &name, e) != 0)
			return -1;
		if (!approver_name_ok(name))
			return err_set_at(e, EX_BADCONFIG, n->items[i]->line, n->items[i]->col,
					  "'%.64s' is no group's name", name.data);
	}
	return 0;
}

static int load_key(const struct yaml_node *n, struct approver *out, struct err *e)
{
	struct span text = SPAN_NONE;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	if (key_public_parse(text, &out->key, e) == 0)
		return 0;
	e->line = n->line;
	e->col = n->col;
	return -1;
}

static int load_one(const struct yaml_node *n, struct approver *out, struct err *e)
{
	static const char *const keys[] = {"name", "public_key", "groups", NULL};
	const struct yaml_node *name, *key;

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0)
		return -1;
	name = yaml_get(n, "name");
	key = yaml_get(n, "public_key");
	out->groups = yaml_get(n, "groups");
	out->user = !key;
	if (!name || (!key && !out->groups))
		return err_set_at(e, EX_BADCONFIG, n->line, n->col,
				  "an approver has a name and a public_key, or is a user of this "
				  "machine with groups");
	if (yaml_text(name, &out->name, e) != 0 || (key && load_key(key, out, e) != 0) ||
	    (out->groups && load_groups(out->groups, e) != 0))
		return -1;
	if (!approver_name_ok(out->name))
		return err_set_at(e, EX_BADCONFIG, name->line, name->col,
				  "'%.64s' is no approver's name", out->name.data);
	return 0;
}

/* One person with two names would count twice. */
static bool has_key(const struct approvers *a, const struct approver *of)
{
	for (size_t i = 0; i < a->n && !of->user; i++)
		if (!a->items[i].user &&
		    memcmp(a->items[i].key.bytes, of->key.bytes, sizeof of->key.bytes) == 0)
			return true;
	return false;
}

int approvers_load(const struct yaml_node *n, struct approvers *out, struct err *e)
{
	*out = (struct approvers){0};
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_LIST, e) != 0)
		return -1;
	out->items = mem_zalloc((n->n ? n->n : 1) * sizeof *out->items);
	for (size_t i = 0; i < n->n; i++) {
		struct approver *a = &out->items[i];

		if (load_one(n->items[i], a, e) != 0)
			goto fail;
		if (approvers_find(out, a->name) || has_key(out, a)) {
			err_set_at(e, EX_BADCONFIG, n->items[i]->line, n->items[i]->col,
				   "'%s' is named twice, or has the key of another name",
				   a->name.data);
			goto fail;
		}
		out->n++;
	}
	return 0;
fail:
	approvers_release(out);
	return -1;
}

void approvers_release(struct approvers *a)
{
	free(a->items);
	*a = (struct approvers){0};
}

const struct approver *approvers_find(const struct approvers *a, struct span name)
{
	for (size_t i = 0; i < a->n; i++)
		if (span_eq(a->items[i].name, name))
			return &a->items[i];
	return NULL;
}

struct span approver_group(struct span policy)
{
	size_t prefix = sizeof group_prefix - 1;

	return span_starts(policy, group_prefix)
		       ? span_of(policy.data + prefix, policy.len - prefix)
		       : policy;
}

static bool is_in(const struct approver *a, struct span group)
{
	for (size_t i = 0; a && a->groups && i < a->groups->n; i++)
		if (span_eq(a->groups->items[i]->text, group))
			return true;
	return false;
}

bool approver_meant(const struct approvers *a, struct span policy, struct span name)
{
	if (span_is(policy, "site") || span_eq(policy, name))
		return true;
	return span_starts(policy, group_prefix) &&
	       is_in(approvers_find(a, name), approver_group(policy));
}
