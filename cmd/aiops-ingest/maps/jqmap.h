/*
 * A format that is a jq programme: share/maps/NAME.jq or the user's own, with a
 * header that says what it reads (aiops-maps(5)).
 */
#ifndef AIOPS_INGEST_JQMAP_H
#define AIOPS_INGEST_JQMAP_H

#include "aiops-ingest/formats/format.h"
#include "aiops-ingest/maps/jqmap_sniff.h"

/* One line `# Scale: NAME word=severity ...`; '_' in a word stands for a space. */
struct jqmap_scale {
	struct span name;
	struct label *words; /* value: the name of a severity */
	size_t n, cap;
};

struct jqmap {
	struct format format; /* what -f, -f auto, --list-formats and --explain-format see */
	bool own;             /* the user's, not an installed one */
	char *path;
	struct buf text;       /* of the file; the spans of the rest point into it */
	const char *programme; /* in it, behind the header; NUL-terminated */
	size_t header_lines;
	char *name, *summary, *explain, *example;
	struct shape_rule *sure, *maybe;
	size_t n_sure, cap_sure, n_maybe, cap_maybe;
	struct jqmap_scale *scales;
	size_t n_scales, cap_scales;
};

/* Reads a map's file (64 KiB at most). Errors, with line: EX_UNREADABLE, EX_BADCONFIG. */
NODISCARD int jqmap_read(const char *path, bool own, struct jqmap **out, struct err *e);
void jqmap_free(struct jqmap *m);

/* For -f auto. */
enum sniff jqmap_sniff(const struct jqmap *m, enum cut cut, const struct record *r);

/* The severity of word on the map's scale (SPAN_NONE: its first); false if that has no such word.
 */
bool jqmap_severity(const struct jqmap *m, struct span scale, struct span word, enum severity *out);

/* The maps that there are. */
struct jqmap_set {
	struct jqmap **maps; /* sorted by name */
	size_t n, cap;
};

/*
 * Reads the installed maps and the user's; a user's map takes the place of the
 * installed one with its name. A folder that is NULL or does not exist has none. A map that cannot
 * be read is told to complain (with EX_BADCONFIG or EX_UNREADABLE) and left out.
 */
struct jqmap_set *
jqmap_set_load(const char *installed, const char *own,
	       void (*complain)(void *ctx, const char *path, const struct err *why), void *ctx);
void jqmap_set_free(struct jqmap_set *s);
/* NULL if there is none. set may be NULL. */
const struct jqmap *jqmap_set_find(const struct jqmap_set *set, struct span name);

#endif
