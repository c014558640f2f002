/*
 * The classifier as a filter.
 */
#include "aiops-triage/classify/classify.h"

#include <math.h>

#include "aiops-triage/classify/model.h"
#include "aiops-triage/classify/text.h"
#include "cli/datadir.h"
#include "cli/filter.h"
#include "record/event.h"
#include "record/jsonw.h"

struct classify {
	struct model model;
	struct buf text, json;
	int64_t classified, unfamiliar;
};

/* Loads the model of that path; NULL: the installed one. Errors: EX_UNREADABLE, EX_BADCONFIG. */
static int load_model(struct model *m, const char *path, struct err *e)
{
	struct buf installed = BUF_INIT(4096);
	int rc = 0;

	if (!path) {
		rc = datadir_find("models", &installed, e);
		buf_add_cstr(&installed, "/triage.model");
		path = buf_cstr(&installed);
	}
	if (rc == 0)
		rc = model_load(m, path, e);
	buf_release(&installed);
	return rc;
}

static void write_said(struct jsonw *w, const char *key, const char *member, const struct said *s)
{
	if (!s->label.len)
		return;
	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_member(w, member, s->label);
	jsonw_member_double(w, "score", round(s->score * 1000) / 1000);
	jsonw_member(w, "by", SPAN("learned"));
	jsonw_object_end(w);
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct classify *x = ctx;
	enum kind kind = record_kind(r);
	struct jsonw w = jsonw_to(&x->json);
	struct said class, severity;

	(void)e;
	if ((kind != KIND_ALERT && kind != KIND_INCIDENT) ||
	    record_get(r, "triage").type != VALUE_NONE) {
		filter_pass(f);
		return 0;
	}
	buf_clear(&x->text);
	text_of_record(r, &x->text);
	class = model_say(&x->model, MODEL_CLASS, buf_span(&x->text));
	severity = model_say(&x->model, MODEL_SEVERITY, buf_span(&x->text));
	if (!class.familiar && !severity.familiar) {
		x->unfamiliar++;
		filter_pass(f);
		return 0;
	}
	x->classified++;
	buf_clear(&x->json);
	jsonw_object(&w);
	write_said(&w, "type", "class", &class);
	write_said(&w, "severity", "value", &severity);
	jsonw_member(&w, "model", span_cstr(x->model.digest));
	jsonw_object_end(&w);
	filter_annotate(f, "triage", buf_span(&x->json));
	return 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct classify *x = ctx;

	buf_addf(json, ",\"classified\":%lld,\"unfamiliar\":%lld", (long long)x->classified,
		 (long long)x->unfamiliar);
}

int classify_run(struct cli *c)
{
	static const struct filter_ops ops = {.record = on_record, .stats = on_stats};
	const struct classify_options *o = cli_options(c);
	struct classify x = {.text = BUF_INIT(BAG_TEXT_BYTES), .json = BUF_INIT(4096)};
	struct err e = ERR_INIT;
	int code;

	model_init(&x.model);
	code = load_model(&x.model, o->model, &e) == 0 ? filter_run(c, &ops, &x)
						       : msg_err(c, NULL, &e);
	model_release(&x.model);
	buf_release(&x.text);
	buf_release(&x.json);
	return code;
}
