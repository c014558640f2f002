/*
 * A page for people, written once and printed as Markdown or as one HTML file:
 * headings, paragraphs, tables, drawings. All text is escaped here; the HTML has
 * neither script nor anything from elsewhere, follows the reader's light or dark
 * setting, and fits a phone.
 */
#ifndef AIOPS_CLI_PAGE_H
#define AIOPS_CLI_PAGE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

enum page_kind { PAGE_MARKDOWN, PAGE_HTML };

struct page {
	enum page_kind kind;
	struct buf *out;
	int refresh_s; /* HTML: it loads itself again after so long; 0: it does not */
};

void page_begin(struct page *p, struct span title);
void page_end(struct page *p);

void page_heading(struct page *p, const char *text);
void page_paragraph(struct page *p, struct span text);
/* A paragraph that must not be overlooked. */
void page_warning(struct page *p, struct span text);

/* A table: its columns, rows of as many cells, its end. bad: the row tells of a failure. */
void page_table(struct page *p, const char *const *columns, size_t n);
void page_row(struct page *p, const struct span *cells, size_t n, bool bad);
/* The same with a link on the first cell, to an address of our own. */
void page_row_linked(struct page *p, const struct span *cells, size_t n, bool bad,
		     const char *href);
void page_table_end(struct page *p);

/* An SVG element (drawing.h); Markdown has none of it. */
void page_drawing(struct page *p, struct span svg);

/* Appends s as text of Markdown (CommonMark, with tables), on one line. */
void markdown_text(struct buf *out, struct span s);
/* Appends s as text of HTML: &, <, >, quotes, control and bidi characters made harmless. */
void html_text(struct buf *out, struct span s);

#endif
