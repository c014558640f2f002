#include "aiops-audit/note.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/mem.h"

#define PREFIX     "\xe2\x80\x94 " /* em dash, space */
#define PRIVATE    "PRIVATE+KEY+"
#define ALGORITHM  1 /* Ed25519 */
#define KEY_BYTES  33
#define KEY_BASE64 44
#define ID_HEX     (2 * NOTE_ID_BYTES)
#define SIGNED     (NOTE_ID_BYTES + crypto_sign_BYTES)

bool note_name_ok(struct span name)
{
	if (name.len == 0 || name.len > NOTE_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] < '!' || name.data[i] > '~' || name.data[i] == '+')
			return false;
	}
	return true;
}

static void set_name(struct note_key *k, struct span name)
{
	static const char algorithm[] = {'\n', ALGORITHM};
	const struct span parts[] = {
		name,
		{algorithm, sizeof algorithm},
		{(const char *)k->public, sizeof k->public},
	};
	struct digest d = digest_of(parts, 3);

	memcpy(k->name, name.data, name.len);
	k->name[name.len] = '\0';
	memcpy(k->id, d.bytes, sizeof k->id);
}

void note_signer_make(struct span name, const uint8_t seed[static NOTE_SEED_BYTES],
		      struct note_signer *out)
{
	(void)crypto_sign_seed_keypair(out->key.public, out->secret, seed); /* cannot fail */
	set_name(&out->key, name);
}

void note_signer_wipe(struct note_signer *k)
{
	sodium_memzero(k, sizeof *k);
}

/* ---- keys as text ---- */

/* NAME+ID+BASE64 into its parts; the 32 bytes behind the algorithm's go to bytes. */
static int parse_key(struct span text, struct span *name, uint8_t id[static NOTE_ID_BYTES],
		     uint8_t bytes[static KEY_BYTES - 1], struct err *e)
{
	uint8_t raw[KEY_BYTES];
	size_t len, tail = 1 + ID_HEX + 1 + KEY_BASE64;
	int rc = -1;

	if (text.len <= tail)
		goto out;
	*name = span_of(text.data, text.len - tail);
	text = span_of(text.data + name->len, tail);
	if (note_name_ok(*name) && text.data[0] == '+' && text.data[1 + ID_HEX] == '+' &&
	    hex_decode(span_of(text.data + 1, ID_HEX), id, NOTE_ID_BYTES) == 0 &&
	    base64_decode(span_of(text.data + 2 + ID_HEX, KEY_BASE64), raw, sizeof raw, &len) ==
		    0 &&
	    len == KEY_BYTES && raw[0] == ALGORITHM) {
		memcpy(bytes, raw + 1, KEY_BYTES - 1);
		rc = 0;
	}
out:
	sodium_memzero(raw, sizeof raw);
	return rc == 0 ? 0 : err_set(e, EX_BADDATA, "it is no key of the form NAME+ID+BASE64");
}

static int check_id(const struct note_key *k, const uint8_t id[static NOTE_ID_BYTES], struct err *e)
{
	if (memcmp(k->id, id, NOTE_ID_BYTES) == 0)
		return 0;
	return err_set(e, EX_BADDATA, "the id in the key is not that of its name and bytes");
}

int note_key_parse(struct span text, struct note_key *out, struct err *e)
{
	struct note_key k;
	uint8_t id[NOTE_ID_BYTES];
	struct span name;

	if (span_starts(text, PRIVATE))
		return err_set(e, EX_BADDATA, "it is a private key");
	if (parse_key(text, &name, id, k.public, e) != 0)
		return -1;
	set_name(&k, name);
	if (check_id(&k, id, e) != 0)
		return -1;
	*out = k;
	return 0;
}

int note_signer_parse(struct span text, struct note_signer *out, struct err *e)
{
	const size_t prefix = sizeof PRIVATE - 1;
	uint8_t seed[NOTE_SEED_BYTES], id[NOTE_ID_BYTES];
	struct span name;
	int rc;

	if (!span_starts(text, PRIVATE))
		return err_set(e, EX_BADDATA, "it is no private key of aiops-audit keygen");
	rc = parse_key(span_of(text.data + prefix, text.len - prefix), &name, id, seed, e);
	if (rc == 0) {
		note_signer_make(name, seed, out);
		rc = check_id(&out->key, id, e);
	}
	sodium_memzero(seed, sizeof seed);
	return rc;
}

static void add_key(const struct note_key *k, const uint8_t bytes[static KEY_BYTES - 1],
		    struct buf *out)
{
	char id[ID_HEX + 1];
	uint8_t raw[KEY_BYTES] = {ALGORITHM};

	memcpy(raw + 1, bytes, KEY_BYTES - 1);
	hex_encode(k->id, NOTE_ID_BYTES, id);
	buf_add_cstr(out, k->name);
	buf_add_char(out, '+');
	buf_add_cstr(out, id);
	buf_add_char(out, '+');
	base64_add(out, span_of((const char *)raw, sizeof raw));
	sodium_memzero(raw, sizeof raw);
}

void note_signer_add(const struct note_signer *k, struct buf *out)
{
	buf_add_cstr(out, PRIVATE);
	add_key(&k->key, k->secret, out); /* the seed is the first half */
}

void note_key_add(const struct note_key *k, struct buf *out)
{
	add_key(k, k->public, out);
}

/* ---- notes ---- */

void note_sign(const struct note_signer *k, struct span text, struct buf *out)
{
	uint8_t raw[SIGNED];

	memcpy(raw, k->key.id, NOTE_ID_BYTES);
	(void)crypto_sign_detached(raw + NOTE_ID_BYTES, NULL, (const unsigned char *)text.data,
				   text.len, k->secret); /* cannot fail */
	buf_add_span(out, text);
	buf_addf(out, "\n" PREFIX "%s ", k->key.name);
	base64_add(out, span_of((const char *)raw, sizeof raw));
	buf_add_char(out, '\n');
}

void note_split(struct span note, struct span *text, struct span *signatures)
{
	*text = note;
	*signatures = span_of(note.data + note.len, 0);
	for (size_t i = note.len; i >= 2; i--) {
		if (note.data[i - 1] != '\n' || note.data[i - 2] != '\n')
			continue;
		*text = span_of(note.data, i - 1);
		*signatures = span_of(note.data + i, note.len - i);
		return;
	}
}

/* The next signature line: its name and its base64. False at the end, or if it is none. */
static bool next_signature(struct span *rest, struct span *name, struct span *base64)
{
	const size_t prefix = sizeof PREFIX - 1;
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL, *space;
	struct span line;

	if (!end || !span_starts(*rest, PREFIX))
		return false;
	line = span_of(rest->data + prefix, (size_t)(end - rest->data) - prefix);
	space = line.len ? memchr(line.data, ' ', line.len) : NULL;
	if (!space)
		return false;
	*name = span_of(line.data, (size_t)(space - line.data));
	*base64 = span_of(space + 1, line.len - name->len - 1);
	*rest = span_of(end + 1, rest->len - (size_t)(end + 1 - rest->data));
	return true;
}

/* Key id and signature of a line; the number of bytes, 0 if it is no base64. The caller frees. */
static size_t decode(struct span base64, uint8_t **out)
{
	size_t len = 0;

	*out = mem_alloc(base64.len + 1);
	if (base64_decode(base64, *out, base64.len, &len) != 0)
		len = 0;
	return len;
}

bool note_signatures_ok(struct span signatures)
{
	struct span name, base64;

	while (signatures.len) {
		uint8_t *raw = NULL;
		bool ok = next_signature(&signatures, &name, &base64) && name.len > 0 &&
			  decode(base64, &raw) > NOTE_ID_BYTES;

		free(raw);
		if (!ok)
			return false;
	}
	return true;
}

static enum note_verdict check_line(struct span text, struct span name, struct span base64,
				    const struct note_key *k)
{
	enum note_verdict verdict = NOTE_OTHERS;
	uint8_t *raw;
	size_t len = decode(base64, &raw);

	if (span_is(name, k->name) && len > NOTE_ID_BYTES && memcmp(raw, k->id, NOTE_ID_BYTES) == 0)
		verdict = len == SIGNED && crypto_sign_verify_detached(
						   raw + NOTE_ID_BYTES,
						   (const unsigned char *)text.data, text.len,
						   k->public) == 0
				  ? NOTE_SIGNED
				  : NOTE_FORGED;
	free(raw);
	return verdict;
}

enum note_verdict note_check(struct span note, const struct note_key *k)
{
	enum note_verdict verdict = NOTE_OTHERS;
	struct span text, rest, name, base64;

	note_split(note, &text, &rest);
	while (next_signature(&rest, &name, &base64)) {
		enum note_verdict line = check_line(text, name, base64, k);

		if (line == NOTE_FORGED)
			return NOTE_FORGED;
		if (line == NOTE_SIGNED)
			verdict = NOTE_SIGNED;
	}
	return verdict;
}
