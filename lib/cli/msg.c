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
#include "cli/term.h"
#include "record/jsonw.h"

enum { MESSAGE_MAX = 64 << 10 };

static const char *const level_names[] = {[MSG_ERROR] = "error",
					  [MSG_WARNING] = "warning",
					  [MSG_INFO] = "info",
					  [MSG_DEBUG] = "debug"};

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

/* One message. A hint is a line of its own, or a member. */
struct message {
	enum msg_level level;
	const char *where; /* NULL: none */
	struct span text;
	bool hint; /* a usage error: where help is */
};

static void add_json(struct buf *line, const char *tool, const struct message *m)
{
	struct buf json = BUF_INIT(8 * MESSAGE_MAX);
	struct jsonw w = jsonw_to(&json);

	jsonw_object(&w);
	jsonw_member(&w, "level", span_cstr(level_names[m->level]));
	jsonw_member(&w, "tool", span_cstr(tool));
	jsonw_member_opt(&w, "where", span_cstr(m->where));
	jsonw_member(&w, "message", m->text);
	if (m->hint) {
		struct buf hint = BUF_INIT(4096);

		buf_addf(&hint, "try '%s --help'", tool);
		jsonw_member(&w, "hint", buf_span(&hint));
		buf_release(&hint);
	}
	jsonw_object_end(&w);
	term_records(line, buf_span(&json));
	buf_add_char(line, '\n');
	buf_release(&json);
}

static void add_plain(struct buf *line, const char *tool, const struct message *m)
{
	buf_addf(line, "%s: %s: ", tool, level_names[m->level]);
	if (m->where) {
		term_line(line, span_cstr(m->where));
		buf_add_cstr(line, ": ");
	}
	term_line(line, m->text);
	buf_add_char(line, '\n');
	if (m->hint)
		buf_addf(line, "try '%s --help'\n", tool);
}

static void print(struct cli *c, const struct message *m)
{
	struct buf line = BUF_INIT(8 * MESSAGE_MAX);
	struct err ignored = ERR_INIT;

	if (!wanted(c, m->level))
		return;
	progress_clear(&c->progress);
	if (c->log_json)
		add_json(&line, c->program->name, m);
	else
		add_plain(&line, c->program->name, m);
	if (file_write_all(STDERR_FILENO, buf_span(&line), &ignored) != 0)
		err_clear(&ignored); /* nobody to tell */
	buf_release(&line);
}

PRINTF_LIKE(1, 0) static char *format(const char *fmt, va_list ap)
{
	char *text = mem_alloc(MESSAGE_MAX);

	(void)vsnprintf(text, MESSAGE_MAX, fmt, ap); /* longer ones are cut */
	return text;
}

void msg(struct cli *c, enum msg_level level, const char *where, const char *fmt, ...)
{
	va_list ap;
	char *text;

	if (!wanted(c, level))
		return;
	va_start(ap, fmt);
	text = format(fmt, ap);
	va_end(ap);
	print(c, &(struct message){.level = level, .where = where, .text = span_cstr(text)});
	free(text);
}

int msg_err(struct cli *c, const char *where, const struct err *e)
{
	struct message m = {
		.level = MSG_ERROR, .text = span_cstr(e->text), .hint = e->code == EX_BADUSAGE};
	struct buf at = BUF_INIT(1 << 16);

	if (where && e->line)
		buf_addf(&at, "%s:%zu:%zu", where, e->line, e->col);
	else if (where)
		buf_add_cstr(&at, where);
	else if (e->line)
		buf_addf(&at, "line %zu, column %zu", e->line, e->col);
	m.where = at.len ? buf_cstr(&at) : NULL;
	print(c, &m);
	buf_release(&at);
	return e->code ? e->code : EX_BUG;
}
