#include "aiops-ingest/formats/stamp_shape.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool parse_epoch(struct span s, struct instant *out)
{
	struct err ignored = ERR_INIT;

	return instant_parse_epoch(s, EPOCH_GUESS, out, &ignored) == 0;
}

bool shape_read_epoch(struct span s, struct stamp *out, size_t *len)
{
	size_t n = 0, whole;

	if (s.len == 0 || *s.data != '1')
		return false;
	while (n < s.len && is_digit(s.data[n]))
		n++;
	whole = n;
	if (whole != 10 && whole != 13 && whole != 16 && whole != 19)
		return false;
	if (whole == 10 && n + 1 < s.len && s.data[n] == '.' && is_digit(s.data[n + 1]))
		for (n++; n < s.len && is_digit(s.data[n]); n++)
			;
	if (n < s.len && !strchr(" \t]\",", s.data[n]))
		return false;
	if (!parse_epoch(span_of(s.data, n), &out->time))
		return false;
	out->year_assumed = out->zone_assumed = false;
	out->level = SPAN_NONE;
	out->shape = "epoch";
	out->kind = STAMP_OTHER;
	*len = n;
	return true;
}
