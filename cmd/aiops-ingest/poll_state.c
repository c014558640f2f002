/* What a poll remembers between runs of the programme. */
#include "aiops-ingest/poll.h"

#include "aiops-ingest/poll_impl.h"

enum { STATE_IDS_MAX = 20000 };

static void add_ids(struct jsonw *w, const struct map *m)
{
	size_t n = 0;

	for (struct map_entry *en = map_next(m, NULL); en && n < STATE_IDS_MAX;
	     en = map_next(m, en), n++)
		jsonw_string(w, span_of(en->key, en->key_len));
}

void poller_add_state(const struct poller *p, struct jsonw *w)
{
	struct buf breaker = BUF_INIT(8192);

	breaker_add_text(&breaker, &p->breaker);
	jsonw_object(w);
	jsonw_member_time(w, "since", instant_from_ns(p->since_ns));
	jsonw_member(w, "breaker", buf_span(&breaker));
	jsonw_key(w, "ids");
	jsonw_array(w);
	add_ids(w, &p->seen.before); /* of the last answer: it has been turned over */
	jsonw_array_end(w);
	jsonw_object_end(w);
	buf_release(&breaker);
}

static struct span text_member(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_STRING ? v.text : SPAN_NONE;
}

int poller_load_state(struct poller *p, struct value state, struct err *e)
{
	struct value_iter it = value_iter(value_member(state, SPAN("ids")));
	struct instant since;
	struct value id;

	if (instant_parse(text_member(state, "since"), &since, e) != 0 ||
	    breaker_parse(text_member(state, "breaker"), &p->breaker, e) != 0)
		return err_prefix(e, "source '%s'", p->name);
	p->since_ns = since.ns;
	while (value_next(&it, NULL, &id)) {
		if (id.type == VALUE_STRING)
			(void)seen_add(&p->seen, id.text);
	}
	seen_turn(&p->seen);
	return 0;
}
