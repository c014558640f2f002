/*
 * What `kubectl rollout history` prints: the name of a workload, a heading, and
 * a row for each revision that is kept. Source: kubectl's reference, "rollout
 * history", and what it prints.
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "base/mem.h"

enum { MAX_NAME = 512 };

struct rollout {
	struct ingest *in;
	struct buf workload;      /* "deployment.apps/cart" */
	struct buf from, to, key; /* "revision 2", "revision 3", the source's id of the row */
	bool headed;              /* the heading has come */
};

static void *ro_open(struct ingest *in)
{
	struct rollout *ro = mem_zalloc(sizeof *ro);

	ro->in = in;
	buf_init(&ro->workload, MAX_NAME);
	buf_init(&ro->from, MAX_NAME);
	buf_init(&ro->to, MAX_NAME);
	buf_init(&ro->key, 2 * MAX_NAME);
	return ro;
}

static void ro_close(void *state)
{
	struct rollout *ro = state;

	buf_release(&ro->workload);
	buf_release(&ro->from);
	buf_release(&ro->to);
	buf_release(&ro->key);
	free(ro);
}

/* "deployment.apps/cart" for the three kinds that have a history. */
static bool is_workload(struct span line)
{
	static const char *const kinds[] = {"deployment.apps/", "daemonset.apps/",
					    "statefulset.apps/"};

	line = span_trim(line);
	if (line.len > MAX_NAME / 2 || memchr(line.data, ' ', line.len))
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (span_starts(line, kinds[i]) && line.len > strlen(kinds[i]))
			return true;
	return false;
}

static struct span name_of(struct span workload)
{
	const char *slash = memchr(workload.data, '/', workload.len);

	return span_of(slash + 1, (size_t)(workload.data + workload.len - slash - 1));
}

/* "3         kubectl set image ...": the digits in front, and the cause. */
static bool read_row(struct span line, struct span *revision, struct span *cause)
{
	size_t n = 0;

	while (n < line.len && line.data[n] >= '0' && line.data[n] <= '9')
		n++;
	if (n == 0 || n > 18 || (n < line.len && line.data[n] != ' '))
		return false;
	*revision = span_of(line.data, n);
	*cause = span_trim(span_of(line.data + n, line.len - n));
	return true;
}

/* The row before is where the rollout came from; the oldest one that is kept came from nobody knows
 * where. */
static int take_row(struct rollout *ro, struct span revision, struct span cause, struct err *e)
{
	struct span workload = buf_span(&ro->workload);
	struct label labels[] = {{SPAN("workload"), workload}, {SPAN("revision"), revision}};
	struct event ev = {.kind = KIND_CHANGE, .format = format_rollout.name};
	int rc;

	buf_clear(&ro->to);
	buf_addf(&ro->to, "revision %.*s", (int)revision.len, revision.data);
	buf_clear(&ro->key);
	buf_addf(&ro->key, "%.*s %.*s", (int)workload.len, workload.data, (int)ro->to.len,
		 ro->to.data);
	ev.source_id = buf_span(&ro->key);
	ev.name = SPAN("rollout");
	ev.title = buf_span(&ro->key);
	ev.service = name_of(workload);
	ev.description = span_is(cause, "<none>") || cause.len == 0 ? SPAN_NONE : cause;
	ev.change.type = SPAN("deploy");
	ev.change.from = ro->from.len > 0 ? buf_span(&ro->from) : SPAN_NONE;
	ev.change.to = buf_span(&ro->to);
	ev.labels = labels;
	ev.n_labels = sizeof labels / sizeof *labels;
	rc = emit_event(ro->in, &ev, e);
	buf_clear(&ro->from);
	buf_add_span(&ro->from, buf_span(&ro->to));
	return rc;
}

static int ro_line(void *state, struct span line, struct err *e)
{
	struct rollout *ro = state;
	struct span text = span_trim(line), revision, cause;

	if (text.len == 0)
		return 0;
	if (is_workload(text)) {
		buf_clear(&ro->workload);
		buf_clear(&ro->from);
		buf_add_span(&ro->workload, text);
		ro->headed = false;
		return 0;
	}
	if (span_starts(text, "REVISION") && ro->workload.len > 0) {
		ro->headed = true;
		return 0;
	}
	if (ro->headed && read_row(text, &revision, &cause))
		return take_row(ro, revision, cause, e);
	return ingest_reject(ro->in, "syntax", line, e,
			     "neither a workload, a heading nor a revision's row");
}

static int ro_end(void *state, struct err *e)
{
	struct rollout *ro = state;

	(void)e; /* nothing is held back */
	buf_clear(&ro->workload);
	buf_clear(&ro->from);
	ro->headed = false;
	return 0;
}

static enum sniff ro_sniff(struct ingest *in, struct span line, const char **why)
{
	(void)in;
	(void)why; /* always sure */
	return is_workload(line) ? SNIFF_YES : SNIFF_NO;
}

const struct format format_rollout = {
	.name = "rollout",
	.summary = "kubectl rollout history, of one workload or several",
	.explain =
		"One record of kind change for each revision that is kept.\n"
		"\n"
		"  service         the workload's name\n"
		"  change          type deploy; from: the revision of the row before; to: this one\n"
		"  description     CHANGE-CAUSE, unless <none>\n"
		"  source_id       the workload and the revision\n"
		"  timestamp       none: the time of reading, flagged no_timestamp\n"
		"  labels          workload, revision\n",
	.example = "deployment.apps/cart \nREVISION  CHANGE-CAUSE\n1         <none>\n"
		   "3         kubectl set image deployment/cart cart=cart:1.4.2\n\n",
	.framing = FRAME_LINES,
	.sniff_line = ro_sniff,
	.open = ro_open,
	.close = ro_close,
	.line = ro_line,
	.end = ro_end,
};
