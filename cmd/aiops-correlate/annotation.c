#include "aiops-correlate/annotation.h"

#include "record/jsonw.h"

void annotation_write(const struct outcome *o, const struct enriched *added,
		      const struct site_rules *rules, int64_t at_ns, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	buf_clear(out);
	jsonw_object(&w);
	jsonw_literal_key(&w, "incident");
	if (o->incident[0])
		jsonw_cstr(&w, o->incident);
	else
		jsonw_null(&w);
	jsonw_literal_member(&w, "role", span_cstr(role_name(o->role)));
	jsonw_literal_key(&w, "duplicate_of");
	jsonw_cstr(&w, o->duplicate_of);
	jsonw_literal_key(&w, "count");
	jsonw_i64(&w, o->count);
	jsonw_literal_key(&w, "suppressed_by");
	jsonw_array(&w);
	buf_add_span(out, buf_span(&o->by));
	jsonw_array_end(&w);
	jsonw_literal_member(&w, "effective_severity", span_cstr(severity_name(o->effective)));
	jsonw_literal_member(&w, "why", buf_span(&o->why));
	enriched_write(added, rules, at_ns, out);
	jsonw_object_end(&w);
}
