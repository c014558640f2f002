/* Answers into records: see convert.h. */
#include "aiops-triage/gather/convert.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "proc/proc.h"

#define CONVERT_MS    10000
#define KILL_AFTER_MS 500
/* A point of a series becomes a record of some hundred bytes. */
#define GROWTH          64
#define OUT_LEAST_BYTES (1u << 20)
#define ERROR_WORDS     300

int convert_find(const char *path, char **out, struct err *e)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - sizeof "aiops-ingest");

	while (n > 0 && self[n - 1] != '/')
		n--;
	if (n > 0) {
		struct err ignored = ERR_INIT;

		memcpy(self + n, "aiops-ingest", sizeof "aiops-ingest");
		if (proc_resolve(self, "", out, &ignored) == 0)
			return 0;
	}
	return proc_resolve("aiops-ingest", path, out, e);
}

static int judge(const struct proc_result *r, const struct fetch *f, struct err *e)
{
	struct span said = span_trim(buf_span(&r->err.kept));

	if (r->timed_out)
		return err_set(e, EX_TRYLATER, "reading its answer took longer than %d ms",
			       CONVERT_MS);
	if (r->signal)
		return err_set(e, EX_SYSTEM, "aiops-ingest ended by signal %d", r->signal);
	if (r->exit_status == 0 || (r->exit_status == EX_REJECTS && r->out.total_bytes > 0))
		return 0;
	return err_set(e, EX_BADDATA, "its answer is no '%.*s': %.*s",
		       (int)f->request.query->format.len, f->request.query->format.data,
		       (int)(said.len < ERROR_WORDS ? said.len : ERROR_WORDS),
		       said.len ? said.data : "");
}

int convert(const char *ingest, const struct fetch *f, const struct fetch_setting *set,
	    struct buf *out, struct err *e)
{
	const struct query *q = f->request.query;
	char *format = mem_dup(q->format.data, q->format.len);
	const char *argv[2 * QUERY_PAIRS + 8] = {"aiops-ingest", "-q", "-f", format};
	size_t n = 4, most = GROWTH * f->body.len + OUT_LEAST_BYTES;
	struct proc_spec spec = {.path = ingest,
				 .argv = argv,
				 .envp = set->child_env,
				 .timeout_ms = CONVERT_MS,
				 .kill_after_ms = KILL_AFTER_MS,
				 .output_limit = 2 * most, /* half of it is the beginning */
				 .input = f->body.len ? buf_span(&f->body) : SPAN("\n")};
	struct proc_result r;
	int rc;

	for (size_t i = 0; i < f->request.n_labels; i++) {
		argv[n++] = "-l";
		argv[n++] = f->request.labels[i];
	}
	rc = proc_run(&spec, set->stop, &r, e);
	if (rc == 0) {
		rc = judge(&r, f, e);
		if (rc == 0)
			buf_add_span(out, buf_span(&r.out.kept));
		proc_result_release(&r);
	}
	free(format);
	return rc;
}
