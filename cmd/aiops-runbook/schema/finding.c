#include "aiops-runbook/schema/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/lint/rules.h"
#include "base/mem.h"

static size_t *counter(struct findings *f, const struct finding *x)
{
	return x->severity == FINDING_ERROR ? &f->errors : &f->warnings;
}

void finding_add(struct findings *f, unsigned rule, struct pos at, const char *fmt, ...)
{
	char text[1200]; /* a longer message is cut */
	struct finding *added;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	mem_grow(f->items, f->cap, f->n + 1);
	added = &f->items[f->n++];
	*added = (struct finding){.rule = rule,
				  .severity = rule_by_number(rule)->severity,
				  .at = at,
				  .text = mem_dupz(text)};
	*counter(f, added) += 1;
}

void findings_drop(struct findings *f, size_t index)
{
	struct finding *x = &f->items[index];

	if (!x->suppressed)
		*counter(f, x) -= 1;
	free(x->text);
	free(x->suppressed);
	memmove(x, x + 1, (f->n - index - 1) * sizeof *x);
	f->n--;
}

void finding_suppress(struct findings *f, struct finding *x, struct span reason, bool external)
{
	if (x->suppressed)
		return;
	x->suppressed = mem_dup(reason.data, reason.len);
	x->external = external;
	*counter(f, x) -= 1;
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->at.line != y->at.line)
		return x->at.line < y->at.line ? -1 : 1;
	if (x->at.col != y->at.col)
		return x->at.col < y->at.col ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

void findings_sort(struct findings *f)
{
	if (f->n)
		qsort(f->items, f->n, sizeof *f->items, compare);
}

void findings_release(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->items[i].text);
		free(f->items[i].suppressed);
	}
	free(f->items);
	*f = (struct findings){0};
}
