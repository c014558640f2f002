#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

PRINTF_LIKE(3, 0) static void set_text(struct err *e, int code, const char *fmt, va_list ap)
{
	e->code = code;
	e->line = e->col = 0;
	(void)vsnprintf(e->text, sizeof e->text, fmt, ap); /* a long message is cut */
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (e->code)
		return -1;
	va_start(ap, fmt);
	set_text(e, code, fmt, ap);
	va_end(ap);
	return -1;
}

int err_set_errno(struct err *e, int code, int errnum, const char *fmt, ...)
{
	const char *reason = strerrordesc_np(errnum);
	va_list ap;
	size_t n;

	if (e->code)
		return -1;
	va_start(ap, fmt);
	set_text(e, code, fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	(void)snprintf(e->text + n, sizeof e->text - n, ": %s", reason ? reason : "unknown error");
	return -1;
}

int err_set_at(struct err *e, int code, size_t line, size_t col, const char *fmt, ...)
{
	va_list ap;

	if (e->code)
		return -1;
	va_start(ap, fmt);
	set_text(e, code, fmt, ap);
	va_end(ap);
	e->line = line;
	e->col = col;
	return -1;
}

int err_prefix(struct err *e, const char *fmt, ...)
{
	char old[sizeof e->text];
	va_list ap;
	size_t n;

	memcpy(old, e->text, sizeof old);
	va_start(ap, fmt);
	(void)vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	(void)snprintf(e->text + n, sizeof e->text - n, ": %s", old);
	return -1;
}

void err_clear(struct err *e)
{
	e->code = 0;
	e->line = e->col = 0;
	e->text[0] = '\0'; /* not the whole text: this is done for every record */
}
