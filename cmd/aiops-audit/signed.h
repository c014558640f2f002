/*
 * Checkpoints that were given, and those that the log itself keeps because they were signed here.
 */
#ifndef AIOPS_AUDIT_SIGNED_H
#define AIOPS_AUDIT_SIGNED_H

#include "aiops-audit/note.h"
#include "cli/cli.h"
#include "store/audit.h"

/* A note of at most this length is read. */
#define NOTE_MAX ((size_t)64 << 10)

/* Notes, and what they say. */
struct notes {
	struct audit_checkpoint *points;
	char **texts; /* the whole notes */
	size_t n, cap_points, cap_texts;
};

void notes_release(struct notes *n);
/* Adds one, copied. Errors: EX_BADDATA. */
NODISCARD int notes_add(struct notes *n, struct span note, struct err *e);
/* Adds that of a file. Errors: EX_UNREADABLE, EX_BADDATA. */
NODISCARD int notes_add_file(struct notes *n, const char *path, struct err *e);
/* Adds those that the log keeps, in order; one that is none is EX_BADDATA. */
NODISCARD int notes_add_kept(struct notes *n, struct store *s, struct err *e);

/* Public keys, from texts that are one or name a file that holds one. */
struct keys {
	struct note_key *items;
	size_t n;
};
void keys_release(struct keys *k);
/* Errors: EX_BADUSAGE (it is neither). */
NODISCARD int keys_read(struct keys *k, const struct opt_texts *texts, struct err *e);
/* What the keys say of a note: forged if any of them does, else signed if any did. */
enum note_verdict keys_check(const struct keys *k, struct span note);

/*
 * Signs the head of the log inside the caller's transaction and keeps the note; *out is the note.
 * What was signed before, and the notes of others (may be empty), must be prefixes of the log, else
 * nothing is signed: EX_TAMPERED with which one is not. A head that was signed by this key before
 * gives the same note.
 */
NODISCARD int signed_add(struct store *s, const struct note_signer *key, struct notes *others,
			 struct buf *out, struct err *e);

#endif
