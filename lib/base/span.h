/*
 * A borrowed run of bytes: pointer and length, not NUL-terminated.
 */
#ifndef AIOPS_BASE_SPAN_H
#define AIOPS_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A view into memory that someone else owns. {NULL, 0} is the absent span. */
struct span {
	const char *data;
	size_t len;
};

#define SPAN_NONE ((struct span){NULL, 0})
/* A span over a string literal. */
#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

static inline struct span span_of(const char *data, size_t len)
{
	return (struct span){data, len};
}

/* A span over a NUL-terminated string; NULL gives SPAN_NONE. */
static inline struct span span_cstr(const char *s)
{
	return (struct span){s, s ? strlen(s) : 0};
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool span_is(struct span a, const char *s)
{
	return span_eq(a, span_cstr(s));
}

/* Byte order, shorter first on a common prefix: <0, 0, >0. */
static inline int span_cmp(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.data, b.data, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

static inline bool span_starts(struct span a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.len >= n && memcmp(a.data, prefix, n) == 0;
}

/* a without spaces, tabs, CR and LF at both ends. */
struct span span_trim(struct span a);

/* ASCII case-insensitive equality. */
bool span_eq_nocase(struct span a, struct span b);

/* First occurrence of needle in a, or NULL; an empty needle is found at the start. */
const char *span_find(struct span a, struct span needle);

#endif
