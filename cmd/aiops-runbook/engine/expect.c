#include "aiops-runbook/engine/expect.h"

#include "aiops-runbook/engine/jsonpath.h"
#include "base/instant.h"
#include "base/num.h"
#include "record/record.h"

/* ---- JSON output ---- */

/* The whole output as the member "o" of a record, so that any JSON value can be looked into. */
struct json_output {
	struct record *record;
	struct buf text;
};

static int json_open(struct json_output *j, const struct proc_output *out, struct err *e)
{
	static const char padding[RECORD_PADDING];
	enum reject_code why;

	*j = (struct json_output){.text = BUF_INIT(out->kept.len + 16 + RECORD_PADDING)};
	if (out->truncated)
		return err_set(e, EX_BADDATA,
			       "the output is longer than output_limit, so it is no JSON any more");
	buf_add_cstr(&j->text, "{\"o\":");
	buf_add_span(&j->text, buf_span(&out->kept));
	buf_add_cstr(&j->text, "\n}");
	j->record = record_new(j->text.len + 1);
	buf_add(&j->text, padding, sizeof padding);
	if (record_parse(j->record, j->text.data, j->text.len - sizeof padding, &why, e) != 0)
		return err_prefix(e, "the output is not JSON");
	return 0;
}

static void json_close(struct json_output *j)
{
	record_free(j->record);
	buf_release(&j->text);
}

/* The scalar at path as text: a string unescaped, anything else as it is written. Errors:
 * EX_BADDATA. */
static int json_scalar(const struct json_output *j, struct span path, struct buf *out,
		       struct err *e)
{
	struct buf where = BUF_INIT(8192);
	struct value v;
	int rc = 0;

	jsonpath_to_record(path, "o", &where);
	v = record_get(j->record, buf_cstr(&where));
	if (v.type == VALUE_NONE)
		rc = err_set(e, EX_BADDATA, "the output has no %s", path.data);
	else if (v.type == VALUE_ARRAY || v.type == VALUE_OBJECT)
		rc = err_set(e, EX_BADDATA, "%s is no single value", path.data);
	else
		buf_add_span(out, v.type == VALUE_STRING
					  ? v.text
					  : record_token(j->record, buf_cstr(&where)));
	buf_release(&where);
	return rc;
}

static bool json_has(const struct json_output *j, struct span path)
{
	struct buf where = BUF_INIT(8192);
	bool has;

	jsonpath_to_record(path, "o", &where);
	has = record_get(j->record, buf_cstr(&where)).type != VALUE_NONE;
	buf_release(&where);
	return has;
}

/* ---- comparing ---- */

static int sign(double d)
{
	return (d > 0) - (d < 0);
}

/* Both as numbers, else both as instants (RFC 3339). False: they have no order. */
static bool order(struct span a, struct span b, int *cmp)
{
	struct err ignored = ERR_INIT;
	struct instant ta, tb;
	int64_t ia, ib;
	double da, db;

	if (num_parse_i64(a, INT64_MIN, INT64_MAX, &ia, &ignored) == 0 &&
	    num_parse_i64(b, INT64_MIN, INT64_MAX, &ib, &ignored) == 0) {
		*cmp = (ia > ib) - (ia < ib);
		return true;
	}
	err_clear(&ignored);
	if (num_parse_double(a, &da, &ignored) == 0 && num_parse_double(b, &db, &ignored) == 0) {
		*cmp = sign(da - db);
		return true;
	}
	err_clear(&ignored);
	if (instant_parse(a, &ta, &ignored) == 0 && instant_parse(b, &tb, &ignored) == 0) {
		*cmp = (ta.ns > tb.ns) - (ta.ns < tb.ns);
		return true;
	}
	return false;
}

static bool matches(const struct pattern *p, struct span v)
{
	struct err ignored = ERR_INIT;

	return pattern_match(p, v, NULL, &ignored) ==
	       1; /* a limit that was exceeded is no match: the step fails */
}

/* found op expected */
static bool holds(const struct comparison *c, struct span found, struct span expected)
{
	int cmp = 0;
	bool ordered;

	if (c->op == OP_IN)
		return words_has(&c->among, found);
	if (c->op == OP_MATCHES)
		return matches(c->pattern, found);
	if (c->op == OP_EXISTS)
		return true;
	ordered = order(found, expected, &cmp);
	switch (c->op) {
	case OP_EQ:
		return ordered ? cmp == 0 : span_eq(found, expected);
	case OP_NE:
		return ordered ? cmp != 0 : !span_eq(found, expected);
	case OP_LT:
		return ordered && cmp < 0;
	case OP_LE:
		return ordered && cmp <= 0;
	case OP_GT:
		return ordered && cmp > 0;
	default:
		return ordered && cmp >= 0;
	}
}

static void explain(const struct comparison *c, struct span found, struct span expected,
		    struct buf *why)
{
	enum { SHOWN = 80 };
	int n = (int)(found.len < SHOWN ? found.len : SHOWN);

	buf_addf(why, "%s is '%.*s', expected %s", c->path.data ? c->path.data : "the output", n,
		 found.data ? found.data : "", op_names[c->op]);
	if (c->op == OP_IN)
		buf_addf(why, " (%zu values)", c->among.n);
	else if (c->op == OP_MATCHES)
		buf_addf(why, " %s", c->pattern_text.data);
	else
		buf_addf(why, " '%.*s'", (int)(expected.len < SHOWN ? expected.len : SHOWN),
			 expected.data);
}

static bool compare(const struct comparison *c, const struct bindings *b, struct span found,
		    struct buf *why)
{
	struct buf expected = BUF_INIT(1 << 16);
	bool ok;

	if (c->value.source.data && !template_render(&c->value, b, &expected)) {
		buf_addf(why, "'%s' is not known", c->value.source.data);
		buf_release(&expected);
		return false;
	}
	ok = holds(c, found, buf_span(&expected));
	if (!ok)
		explain(c, found, buf_span(&expected), why);
	buf_release(&expected);
	return ok;
}

static bool json_met(const struct comparison *c, const struct bindings *b,
		     const struct proc_output *out, struct buf *why)
{
	struct buf found = BUF_INIT(out->kept.len + 16);
	struct json_output j;
	struct err e = ERR_INIT;
	bool ok = false;

	if (json_open(&j, out, &e) != 0) {
		ok = false; /* e says why */
	} else if (c->op == OP_EXISTS) {
		ok = json_has(&j, c->path);
		if (!ok)
			err_set(&e, EX_BADDATA, "the output has no %s", c->path.data);
	} else if (json_scalar(&j, c->path, &found, &e) == 0) {
		ok = compare(c, b, buf_span(&found), why);
	}
	buf_add_cstr(why, e.text);
	json_close(&j);
	buf_release(&found);
	return ok;
}

bool condition_holds(const struct condition *c, const struct bindings *b)
{
	struct buf found = BUF_INIT(PARAM_LONGEST * 4), why = BUF_INIT(256);
	bool ok = template_render(&c->of, b, &found);

	if (ok && c->is.op != OP_EXISTS)
		ok = compare(&c->is, b, found.data ? buf_span(&found) : SPAN(""), &why);
	buf_release(&found);
	buf_release(&why);
	return ok;
}

/* ---- the whole expectation ---- */

/* In the words of aiops-http: "status 503", "not sent: ...". */
static void explain_http(const struct proc_result *r, struct buf *why)
{
	static const char prefix[] = "aiops-http: error: ";
	struct span text = buf_span(&r->err.kept);
	const char *at = text.len ? span_find(text, span_cstr(prefix)) : NULL;

	if (at)
		buf_add_span(why, span_trim(span_of(at + sizeof prefix - 1,
						    text.len - (size_t)(at - text.data) -
							    (sizeof prefix - 1))));
	else
		buf_addf(why, "the request failed (exit status %d)", r->exit_status);
}

static bool exit_met(const struct expect *x, const struct proc_result *r, struct buf *why)
{
	bool ok = x->n_codes == 0 && r->exit_status == 0;

	if (r->timed_out) {
		buf_addf(why, "timed out after %lld ms", (long long)r->elapsed_ms);
		return false;
	}
	if (r->interrupted || r->signal) {
		buf_addf(why, r->interrupted ? "interrupted" : "ended by signal %d", r->signal);
		return false;
	}
	for (size_t i = 0; i < x->n_codes; i++)
		ok = ok || x->codes[i] == r->exit_status;
	if (!ok && x->of_http)
		explain_http(r, why);
	else if (!ok)
		buf_addf(why, "exit status %d", r->exit_status);
	return ok;
}

bool expect_met(const struct expect *x, const struct bindings *b, const struct proc_result *r,
		struct buf *why)
{
	struct span out = buf_span(&r->out.kept);

	if (r->flooded) {
		buf_add_cstr(why, "it printed more than output_limit, and output_policy is halt");
		return false;
	}
	if (!exit_met(x, r, why))
		return false;
	if (x->stdout_pattern && !matches(x->stdout_pattern, out)) {
		buf_addf(why, "the output does not match %s", x->stdout_text.data);
		return false;
	}
	if (x->stderr_pattern && !matches(x->stderr_pattern, buf_span(&r->err.kept))) {
		buf_addf(why, "what it printed on standard error does not match %s",
			 x->stderr_text.data);
		return false;
	}
	if (x->output.given && !compare(&x->output, b, span_trim(out), why))
		return false;
	return !x->json.given || json_met(&x->json, b, &r->out, why);
}

/* ---- captures ---- */

static int take_json(const struct capture *c, const struct proc_result *r, struct buf *found,
		     struct err *e)
{
	struct json_output j;
	int rc = json_open(&j, &r->out, e);

	if (rc == 0)
		rc = json_scalar(&j, c->path, found, e);
	json_close(&j);
	return rc;
}

static int take_pattern(const struct capture *c, const struct proc_result *r, struct buf *found,
			struct err *e)
{
	struct span group;
	int rc;

	if (r->out.truncated)
		return err_set(
			e, EX_BADDATA,
			"the output is longer than output_limit, so nothing is captured from it");
	rc = pattern_match(c->pattern, buf_span(&r->out.kept), &group, e);
	if (rc == 0)
		return err_set(e, EX_BADDATA, "the output does not match");
	if (rc < 0)
		return -1;
	buf_add_span(found, group);
	return 0;
}

int capture_take(const struct capture *c, const struct proc_result *r, struct pool *pool,
		 struct span *out, struct err *e)
{
	struct buf found = BUF_INIT(r->out.kept.len + 16);
	int rc = c->pattern ? take_pattern(c, r, &found, e) : take_json(c, r, &found, e);

	if (rc == 0)
		rc = param_check(&c->as, found.data ? buf_span(&found) : SPAN(""), e);
	if (rc == 0)
		*out = pool_take(pool, &found);
	else
		err_prefix(e, "capture '%s'", c->as.name.data);
	buf_release(&found);
	return rc;
}
