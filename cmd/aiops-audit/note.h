/*
 * Signed notes (https://c2sp.org/signed-note): a text, an empty line, and lines of signatures, by
 * Ed25519 keys that have names. Keys are written as golang.org/x/mod/sumdb/note writes them:
 *
 *	NAME+ID+BASE64( 0x01 || public key )              for verifying
 *	PRIVATE+KEY+NAME+ID+BASE64( 0x01 || seed )        for signing
 *
 * ID: the first 4 bytes of SHA-256( NAME "\n" 0x01 || public key ), in hexadecimal.
 */
#ifndef AIOPS_AUDIT_NOTE_H
#define AIOPS_AUDIT_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define NOTE_NAME_MAX   128
#define NOTE_ID_BYTES   4
#define NOTE_SEED_BYTES 32
/* Longest text of a key. */
#define NOTE_KEY_TEXT_MAX 512

struct note_key {
	char name[NOTE_NAME_MAX + 1];
	uint8_t id[NOTE_ID_BYTES];
	uint8_t public[32];
};
/* Wiped by note_signer_wipe. */
struct note_signer {
	struct note_key key;
	uint8_t secret[64]; /* seed and public key */
};

/* True if a key may be called so: 1 to NOTE_NAME_MAX bytes from '!' to '~', without '+'. */
bool note_name_ok(struct span name);

/* The key of a seed. name: note_name_ok. */
void note_signer_make(struct span name, const uint8_t seed[static NOTE_SEED_BYTES],
		      struct note_signer *out);
/* Errors: EX_BADDATA. */
NODISCARD int note_signer_parse(struct span text, struct note_signer *out, struct err *e);
NODISCARD int note_key_parse(struct span text, struct note_key *out, struct err *e);
/* Append the key's text, without a newline. */
void note_signer_add(const struct note_signer *k, struct buf *out);
void note_key_add(const struct note_key *k, struct buf *out);
void note_signer_wipe(struct note_signer *k);

/* Appends the whole note: text, which ends in a newline, and one signature. */
void note_sign(const struct note_signer *k, struct span text, struct buf *out);

/* Splits at the last empty line; *signatures is empty if there is none. Borrowed from note. */
void note_split(struct span note, struct span *text, struct span *signatures);

enum note_verdict {
	NOTE_OTHERS, /* no signature of this key, by name and id */
	NOTE_SIGNED,
	NOTE_FORGED, /* a line with the key's name and id does not verify: reject the note */
};
enum note_verdict note_check(struct span note, const struct note_key *k);

/* True if each signature line is one: name, space, base64 of more than NOTE_ID_BYTES bytes. */
bool note_signatures_ok(struct span signatures);

#endif
