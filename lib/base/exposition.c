#include "base/exposition.h"

#include <math.h>

#include "base/num.h"

void exposition_family(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* At a character's beginning: half of one is no UTF-8. */
static size_t kept(struct span value)
{
	size_t n = value.len;

	if (n > EXPOSITION_VALUE_MAX) {
		n = EXPOSITION_VALUE_MAX;
		while (n > 0 && ((unsigned char)value.data[n] & 0xC0) == 0x80)
			n--;
	}
	return n;
}

static void add_label(struct buf *out, const struct exposition_label *l)
{
	buf_addf(out, "%s=\"", l->name);
	for (size_t i = 0; i < kept(l->value); i++) {
		char c = l->value.data[i];

		if (c == '\n') {
			buf_add_cstr(out, "\\n");
			continue;
		}
		if (c == '\\' || c == '"')
			buf_add_char(out, '\\');
		buf_add_char(out, c);
	}
	buf_add_char(out, '"');
}

void exposition_sample(struct buf *out, const char *name, const char *suffix,
		       const struct exposition_label *labels, double value)
{
	const char *before = "{";

	buf_addf(out, "%s%s", name, suffix);
	for (; labels && labels->name; labels++) {
		buf_add_cstr(out, before);
		add_label(out, labels);
		before = ",";
	}
	buf_add_cstr(out, *before == ',' ? "} " : " ");
	if (isinf(value))
		buf_add_cstr(out, value > 0 ? "+Inf" : "-Inf");
	else if (isnan(value))
		buf_add_cstr(out, "NaN");
	else
		num_add_double(out, value);
	buf_add_char(out, '\n');
}
