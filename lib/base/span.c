#include "base/span.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span a)
{
	while (a.len && is_blank(a.data[0])) {
		a.data++;
		a.len--;
	}
	while (a.len && is_blank(a.data[a.len - 1]))
		a.len--;
	return a;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool span_eq_nocase(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	return true;
}

const char *span_find(struct span a, struct span needle)
{
	if (needle.len == 0)
		return a.data;
	return a.len >= needle.len ? memmem(a.data, a.len, needle.data, needle.len) : NULL;
}
