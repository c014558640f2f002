/*
 * The fields of a snapshot's row, each checked before it is used.
 */
#include <string.h>

#include "aiops-correlate/state/snapshot_impl.h"
#include "base/digest.h"
#include "base/mem.h"

int load_damaged(struct load *l, const char *what)
{
	return err_set_at(l->e, EX_BADCONFIG, l->n_lines ? l->n_lines : 1, 1,
			  "the state is damaged: %s", what);
}

static struct value next_field(struct row *r)
{
	struct value v = {.type = VALUE_NONE};

	if (!value_next(&r->it, NULL, &v))
		r->bad = true;
	return v;
}

int64_t row_i64(struct row *r, int64_t min, int64_t max)
{
	int64_t n;

	if (value_i64(next_field(r), &n) && n >= min && n <= max)
		return n;
	r->bad = true;
	return min > 0 ? min : max < 0 ? max : 0;
}

bool row_bool(struct row *r)
{
	return row_i64(r, 0, 1) != 0;
}

struct span row_text(struct row *r)
{
	struct value v = next_field(r);

	if (v.type == VALUE_STRING)
		return v.text;
	r->bad = true;
	return SPAN("");
}

struct word *row_word(struct row *r)
{
	return words_get(&r->l->en->words, row_text(r));
}

uint64_t row_fp(struct row *r)
{
	uint8_t bytes[FINGERPRINT_HEX / 2];
	uint64_t fp = 0;

	if (hex_decode(row_text(r), bytes, sizeof bytes) != 0) {
		r->bad = true;
		return 0;
	}
	for (size_t i = 0; i < sizeof bytes; i++)
		fp = fp << 8 | bytes[i];
	return fp;
}

struct group_ref row_ref(struct row *r)
{
	int64_t number = row_i64(r, -1, INT64_MAX);

	/* an edited number that leads nowhere is as good as none */
	return number >= 0 && (uint64_t)number < r->l->n_groups ? r->l->groups[number]->ref
								: (struct group_ref){0, 0};
}

void row_id(struct row *r, char out[static INCIDENT_ID_SIZE])
{
	struct span text = row_text(r);

	memset(out, 0, INCIDENT_ID_SIZE);
	if (text.len == INCIDENT_ID_SIZE - 1)
		memcpy(out, text.data, text.len);
	else
		r->bad = true;
}

struct callees *row_callees(struct row *r)
{
	struct row list = row_list(r);
	unsigned sure = (unsigned)row_i64(&list, 0, CALLEES_KEPT);
	struct callees *c = NULL;

	for (size_t i = 0; i < CALLEES_KEPT && row_more(&list); i++) {
		if (!c)
			c = mem_zalloc(sizeof *c);
		c->sure = sure;
		c->names[i] = row_word(&list);
	}
	r->bad |= list.bad || row_more(&list);
	return c;
}

struct row row_list(struct row *r)
{
	struct value v = next_field(r);

	if (v.type != VALUE_ARRAY)
		r->bad = true;
	return (struct row){.l = r->l, .it = value_iter(v), .bad = r->bad};
}

bool row_more(const struct row *r)
{
	return !r->bad && r->it.at_ < r->it.end_;
}

size_t row_pairs(struct row *r, struct pair **out, size_t max)
{
	struct row list = row_list(r);
	size_t n = 0;

	while (row_more(&list)) {
		int64_t number = row_i64(&list, 0, (int64_t)r->l->n_pairs - 1);

		if (n == max)
			list.bad = true;
		if (list.bad)
			break;
		out[n++] = pair_hold(r->l->pairs[number]);
	}
	r->bad |= list.bad;
	return n;
}

int row_end(const struct row *r, const char *section)
{
	return r->bad || row_more(r) ? load_damaged(r->l, section) : 0;
}
