/*
 * What a filter's callbacks call, and its statistics.
 */
#include "cli/filter_impl.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/out.h"

static void count_out(struct filter *f, size_t bytes)
{
	f->emitted++;
	out_added(f->c, bytes);
}

void filter_pass(struct filter *f)
{
	struct buf *out = out_buffer(f->c);

	assert(f->in_record);
	if (input_had_newline(f->in)) { /* it stands right behind the line */
		buf_add(out, f->line.data, f->line.len + 1);
	} else {
		buf_add_span(out, f->line);
		buf_add_char(out, '\n');
	}
	count_out(f, f->line.len + 1);
}

void filter_annotate(struct filter *f, const char *key, struct span json)
{
	struct buf *out = out_buffer(f->c);
	size_t before = out->len;

	assert(f->in_record);
	record_splice(f->record, key, json, out);
	count_out(f, out->len - before);
}

void filter_emit(struct filter *f, struct span json)
{
	struct buf *out = out_buffer(f->c);

	buf_add_span(out, json);
	buf_add_char(out, '\n');
	count_out(f, json.len + 1);
}

void filter_reject_line(struct filter *f, enum reject_code code, const char *message)
{
	f->rejected = true;
	/* The loop stops: by --strict, or because the dead letter could not be written. */
	if (rejects_add(f->rejects, input_name(f->in), input_line_number(f->in),
			reject_code_name(code), message, f->line, &f->err) != 0)
		f->strict_stop = f->err.code == EX_BADDATA;
}

void filter_reject(struct filter *f, enum reject_code code, const char *fmt, ...)
{
	struct err text = ERR_INIT;
	va_list ap;

	assert(f->in_record);
	if (f->rejected)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text.text, sizeof text.text, fmt, ap); /* a long message is cut */
	va_end(ap);
	filter_reject_line(f, code, text.text);
}

void filter_found(struct filter *f)
{
	f->found = true;
}

int64_t filter_line(const struct filter *f)
{
	return input_line_number(f->in);
}

const char *filter_where(struct filter *f)
{
	buf_clear(&f->where);
	buf_addf(&f->where, "%s:%lld", input_name(f->in), (long long)input_line_number(f->in));
	return buf_cstr(&f->where);
}

struct cli *filter_cli(struct filter *f)
{
	return f->c;
}

/* ---- statistics ---- */

void stats_print(struct cli *c, struct span members)
{
	struct buf line = BUF_INIT(1 << 20);
	struct err ignored = ERR_INIT;

	buf_addf(&line, "{\"kind\":\"stats\",\"tool\":\"%s\"", cli_tool(c));
	if (members.len) {
		buf_add_char(&line, ',');
		buf_add_span(&line, members);
	}
	buf_add_cstr(&line, "}\n");
	progress_clear(&c->progress);
	if (file_write_all(STDERR_FILENO, buf_span(&line), &ignored) != 0)
		err_clear(&ignored); /* nobody to tell */
	buf_release(&line);
}

void filter_print_stats(void *ctx)
{
	struct filter *f = ctx;
	struct buf members = BUF_INIT(1 << 20);

	buf_addf(
		&members,
		"\"records\":%lld,\"rejected\":%lld,\"blank\":%lld,\"control\":%lld,\"emitted\":%llu,"
		"\"bytes_in\":%llu,\"bytes_out\":%llu",
		(long long)f->records, (long long)rejects_count(f->rejects), (long long)f->blanks,
		(long long)f->controls, (unsigned long long)f->emitted,
		(unsigned long long)input_bytes(f->in), (unsigned long long)f->c->out.bytes);
	rejects_add_stats(f->rejects, &members);
	if (f->ops->stats)
		f->ops->stats(f->ctx, &members);
	stats_print(f->c, buf_span(&members));
	buf_release(&members);
}
