/* What a poll remembers between runs of the programme. */
#include "aiops-ingest/live/poll.h"

#include "aiops-ingest/live/poll_impl.h"
#include "record/jsonw.h"

enum { STATE_IDS_MAX = 20000 };

static void part_name(const struct poller *p, struct buf *out)
{
	buf_addf(out, "poll:%s", p->name);
}

static void add_ids(struct jsonw *w, const struct map *m)
{
	size_t n = 0;

	for (struct map_entry *en = map_next(m, NULL); en && n < STATE_IDS_MAX;
	     en = map_next(m, en), n++)
		jsonw_string(w, span_of(en->key, en->key_len));
}

int poll_state_save(struct poller *p, struct err *e)
{
	struct buf json = BUF_INIT((size_t)16 << 20), breaker = BUF_INIT(8192),
		   name = BUF_INIT(4096);
	struct jsonw w = jsonw_to(&json);
	int rc;

	if (!p->state)
		return 0;
	breaker_add_text(&breaker, &p->breaker);
	part_name(p, &name);
	jsonw_object(&w);
	jsonw_member_time(&w, "since", instant_from_ns(p->since_ns));
	jsonw_member(&w, "breaker", buf_span(&breaker));
	jsonw_key(&w, "ids");
	jsonw_array(&w);
	add_ids(&w, &p->seen.before); /* of the last answer: it has been turned over */
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	state_put(p->state, buf_cstr(&name), buf_span(&json));
	rc = state_save(p->state, e);
	buf_release(&json);
	buf_release(&breaker);
	buf_release(&name);
	return rc;
}

static struct span text_member(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_STRING ? v.text : SPAN_NONE;
}

static int load_from(struct poller *p, struct value part, struct err *e)
{
	struct value_iter it = value_iter(value_member(part, SPAN("ids")));
	struct instant since;
	struct value id;

	if (instant_parse(text_member(part, "since"), &since, e) != 0 ||
	    breaker_parse(text_member(part, "breaker"), &p->breaker, e) != 0) {
		e->code = EX_BADCONFIG;
		return err_prefix(e, "--state: source '%s'", p->name);
	}
	p->since_ns = since.ns;
	while (value_next(&it, NULL, &id)) {
		if (id.type == VALUE_STRING)
			(void)seen_add(&p->seen, id.text);
	}
	seen_turn(&p->seen);
	return 0;
}

int poll_state_load(struct poller *p, struct err *e)
{
	struct buf name = BUF_INIT(4096);
	struct value part = {.type = VALUE_NONE};

	part_name(p, &name);
	if (p->state)
		part = state_part(p->state, buf_cstr(&name));
	buf_release(&name);
	return part.type == VALUE_NONE ? 0 : load_from(p, part, e);
}
