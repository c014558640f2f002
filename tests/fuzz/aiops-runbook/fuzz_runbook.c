/*
 * A runbook: read, linted under every profile, planned and shown.
 *
 * Held: findings stand in order and are counted; the same text gives the same digest and the same
 * plan; a plan's core is a record, its digest is that of the core, and it can be shown.
 */
#include "aiops-runbook/plan/plan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../fuzz.h"
#include "aiops-runbook/effects/effects.h"
#include "aiops-runbook/lint/lint.h"
#include "aiops-runbook/plan/plan_text.h"
#include "base/digest.h"
#include "base/mem.h"
#include "record/record.h"

#define NOW INT64_C(1795424400000000000)

/* Tools that plans may name; they are hashed, never run. */
static const char *const tools[] = {"true", "false", "kubectl", "psql", "sh", "aiops-http"};
enum { TOOLS = sizeof tools / sizeof *tools };

static struct {
	char folder[32], http[48];
	struct effects *effects;
} at;

static void tool_path(size_t i, char out[static 64])
{
	(void)snprintf(out, 64, "%s/%s", at.folder, tools[i]);
}

static void clean(void)
{
	char path[64];

	for (size_t i = 0; i < TOOLS; i++) {
		tool_path(i, path);
		(void)unlink(path);
	}
	(void)rmdir(at.folder);
	effects_free(at.effects);
}

static void start(void)
{
	struct err e = ERR_INIT;
	char path[64];

	if (at.effects)
		return;
	(void)snprintf(at.folder, sizeof at.folder, "/tmp/fuzz-XXXXXX");
	FUZZ_CHECK(crypto_init(&e) == 0 && mkdtemp(at.folder));
	for (size_t i = 0; i < TOOLS; i++) {
		tool_path(i, path);
		FUZZ_CHECK(close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700)) == 0);
	}
	(void)snprintf(at.http, sizeof at.http, "%s/aiops-http", at.folder);
	at.effects = effects_new();
	FUZZ_CHECK(effects_add_folder(at.effects, "share/effects", &e) == 0);
	(void)atexit(clean);
}

static void check_findings(const struct findings *f)
{
	size_t errors = 0, warnings = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->items[i];

		FUZZ_CHECK(x->text && *x->text);
		if (!x->suppressed)
			x->severity == FINDING_ERROR ? errors++ : warnings++;
		if (i == 0)
			continue;
		FUZZ_CHECK(x[-1].at.line < x->at.line ||
			   (x[-1].at.line == x->at.line && x[-1].at.col <= x->at.col));
	}
	FUZZ_CHECK(errors == f->errors && warnings == f->warnings);
}

/* A value that the type takes, as far as no pattern or list says otherwise. */
static struct span value_for(enum param_type t)
{
	static const char *const values[] = {"app",
					     "7",
					     "1.5",
					     "true",
					     "30s",
					     "",
					     "db-1.a",
					     "10.0.0.1",
					     "app",
					     "/srv/a/b.c",
					     "https://a.example/b?c=d",
					     "file:/etc/secret"};

	return span_cstr(values[t]);
}

static int make(const struct runbook *rb, struct plan **out, struct err *e)
{
	struct setting *given = mem_array(NULL, rb->n_params + 1, sizeof *given);
	struct plan_input in = {.given = given, .exec_path = at.folder, .http = at.http};
	int rc;

	for (size_t i = 0; i < rb->n_params; i++) {
		const struct param *p = &rb->params[i];

		if (p->required && p->allow.n)
			given[in.n_given++] = (struct setting){p->name, p->allow.items[0]};
		else if (p->required)
			given[in.n_given++] = (struct setting){p->name, value_for(p->type)};
	}
	rc = plan_make(rb, &in, out, e);
	free(given);
	return rc;
}

static void check_plan(const struct plan *p)
{
	struct record *r = record_new(64u << 20);
	struct digest d = digest_of(&p->core, 1);
	struct buf padded = BUF_INIT(64u << 20), text = BUF_INIT(64u << 20);
	char hex[DIGEST_HEX + 1];
	enum reject_code why;
	struct err e = ERR_INIT;

	digest_hex(&d, hex);
	FUZZ_CHECK(strcmp(hex, p->digest) == 0);
	buf_add_span(&padded, p->core);
	FUZZ_CHECK(buf_room(&padded, RECORD_PADDING));
	FUZZ_CHECK(record_parse(r, padded.data, p->core.len, &why, &e) == 0);
	FUZZ_CHECK(plan_write_text(p->core, &text, &e) == 0);
	FUZZ_CHECK(text.len > 0);
	buf_release(&text);
	buf_release(&padded);
	record_free(r);
}

static void check_planning(const struct runbook *rb)
{
	struct err e = ERR_INIT, again = ERR_INIT;
	struct plan *p = NULL, *q = NULL;

	if (make(rb, &p, &e) != 0) {
		FUZZ_CHECK(e.code && *e.text);
		return;
	}
	check_plan(p);
	FUZZ_CHECK(make(rb, &q, &again) == 0);
	FUZZ_CHECK(strcmp(p->digest, q->digest) == 0 && strcmp(p->id, q->id) == 0);
	plan_free(q);
	plan_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct digest digest = {0};
	size_t n_read = 0;

	start();
	for (int profile = LINT_MIN; profile <= LINT_PROD; profile++) {
		struct findings f = {0};
		struct runbook *rb = runbook_parse("/nowhere/demo.yaml", text, &f);
		struct lint_terms terms = {.profile = (enum lint_profile)profile,
					   .now_ns = NOW,
					   .exec_path = at.folder,
					   .effects = at.effects};

		FUZZ_CHECK(rb || f.n > 0);
		if (profile == LINT_MIN && rb) {
			digest = rb->digest;
			n_read = f.n;
		} else if (rb)
			FUZZ_CHECK(memcmp(&digest, &rb->digest, sizeof digest) == 0 &&
				   f.n == n_read);
		lint_runbook(rb, &terms, &f);
		check_findings(&f);
		if (rb && f.errors == 0 && profile >= LINT_SAFE)
			check_planning(rb);
		findings_release(&f);
		runbook_free(rb);
	}
	return 0;
}
