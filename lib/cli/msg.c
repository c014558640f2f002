/*
 * Messages for people, or one JSON object each for a log collector (contract 11).
 * A message is one write(2), so that programmes in one pipe do not mix lines.
 */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/context.h"
#include "record/jsonw.h"

enum { MESSAGE_MAX = 64 << 10 };

static const char *const level_names[] = {
	[MSG_ERROR] = "error", [MSG_WARNING] = "warning", [MSG_INFO] = "info", [MSG_DEBUG] = "debug"};

static bool wanted(const struct cli *c, enum msg_level level)
{
	switch (level) {
	case MSG_ERROR:
		return true;
	case MSG_WARNING:
		return !c->common.quiet;
	case MSG_INFO:
		return !c->common.quiet && c->common.verbose >= 1;
	case MSG_DEBUG:
		return !c->common.quiet && c->common.verbose >= 2;
	}
	return true;
}

static void add_json(struct buf *line, const char *tool, enum msg_level level, const char *where, struct span text)
{
	struct jsonw w = jsonw_to(line);

	jsonw_object(&w);
	jsonw_member(&w, "level", span_cstr(level_names[level]));
	jsonw_member(&w, "tool", span_cstr(tool));
	jsonw_member_opt(&w, "where", span_cstr(where));
	jsonw_member(&w, "message", text);
	jsonw_object_end(&w);
}

static void add_plain(struct buf *line, const char *tool, enum msg_level level, const char *where, struct span text)
{
	buf_addf(line, "%s: %s: ", tool, level_names[level]);
	if (where) {
		term_safe(line, span_cstr(where));
		buf_add_cstr(line, ": ");
	}
	term_safe(line, text);
}

static char *format(const char *fmt, va_list ap)
{
	char *text = mem_alloc(MESSAGE_MAX);

	(void)vsnprintf(text, MESSAGE_MAX, fmt, ap); /* longer ones are cut */
	return text;
}

void msg(struct cli *c, enum msg_level level, const char *where, const char *fmt, ...)
{
	struct buf line = BUF_INIT(8 * MESSAGE_MAX);
	struct err ignored = ERR_INIT;
	char *text;
	va_list ap;

	if (!wanted(c, level))
		return;
	va_start(ap, fmt);
	text = format(fmt, ap);
	va_end(ap);
	progress_clear(&c->progress);
	if (c->log_json)
		add_json(&line, c->program->name, level, where, span_cstr(text));
	else
		add_plain(&line, c->program->name, level, where, span_cstr(text));
	buf_add_char(&line, '\n');
	if (file_write_all(STDERR_FILENO, buf_span(&line), &ignored) != 0)
		err_clear(&ignored); /* nobody to tell */
	buf_release(&line);
	free(text);
}

int msg_err(struct cli *c, const char *where, const struct err *e)
{
	struct buf at = BUF_INIT(1 << 16);

	if (where && e->line)
		buf_addf(&at, "%s:%zu:%zu", where, e->line, e->col);
	else if (where)
		buf_add_cstr(&at, where);
	else if (e->line)
		buf_addf(&at, "line %zu, column %zu", e->line, e->col);
	msg(c, MSG_ERROR, at.len ? buf_cstr(&at) : NULL, "%s", e->text);
	buf_release(&at);
	return e->code ? e->code : EX_BUG;
}
