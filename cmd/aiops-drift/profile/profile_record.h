/*
 * A feature's profile as a record of kind drift, written and read back:
 *
 *	{"v":1,"kind":"drift",…,"drift":{"feature":"…","metric":"…","labels":{…},
 *	 "profile":{"version":1,"n":…,…,"knots":[…],"cells":[…],"at":[…]}}}
 */
#ifndef AIOPS_DRIFT_PROFILE_RECORD_H
#define AIOPS_DRIFT_PROFILE_RECORD_H

#include <stdbool.h>

#include "aiops-drift/compare/feature.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/jsonw.h"
#include "record/record.h"
#include "stats/profile.h"

/* Bytes of the longest profile record, and some. */
#define PROFILE_RECORD_MAX ((size_t)4 << 20)

/* Is there a profile in the record? */
bool profile_record_is(const struct record *r);

/* Appends the record of the window's profile, which is finished. now_ns: its time, if no
 * value had one. */
void profile_record_write(const struct feature *f, enum window_id id, int64_t now_ns,
			  struct buf *out);

/*
 * The profile of a record that has one; *p and *w (missing, times) are set on success only, and
 * p is the caller's to release. Everything that other functions take for granted is checked.
 * Errors: EX_BADDATA.
 */
NODISCARD int profile_record_read(const struct record *r, struct profile *p, struct window *w,
				  struct err *e);

/* The member `categories` of a profile that has texts: those that are kept with their counts, in
 * byte order, and the cells of the rest. */
void profile_categories_write(struct jsonw *w, const struct feature *f, enum window_id id);

/* Are a record's categories, if it has any, as they should be? profile_record_read asks. */
NODISCARD int profile_categories_check(const struct record *r, struct err *e);
/* Adds them to a window of its feature. */
void profile_categories_take(struct features *f, const struct record *r, struct feature *feature,
			     enum window_id id);

/* Makes the window keep a profile instead of values; those that it has already go into it. */
struct sketch *window_sketch(struct window *w);

/* The feature that a profile's record names, made if it is new; what its records share is noted.
 * NULL with e set. Errors: EX_BADDATA. */
struct feature *profile_feature(struct features *f, const struct record *r, struct err *e);

/* Merges the profile of a record into that window of the feature that it names. -1: nothing was
 * taken. Errors: EX_BADDATA. */
NODISCARD int profile_take(struct features *f, const struct record *r, enum window_id window,
			   struct err *e);

/* Where the reference has a profile, the current window is counted at its knots. */
void profile_follow(struct feature *f);

#endif
