/*
 * One named file as lines, streamed in bounded memory: for records beside the
 * input (a reference window, context), since the filter loop reads the operands only.
 */
#ifndef AIOPS_RECORD_LINE_FILE_H
#define AIOPS_RECORD_LINE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct line_file;

/* "-" is standard input. NULL with e set. Errors: EX_UNREADABLE. */
struct line_file *line_file_open(const char *path, size_t max_line, struct err *e);
void line_file_close(struct line_file *f);

/*
 * The next line without its LF, with RECORD_PADDING readable bytes behind it,
 * borrowed until the next call. Returns 1, 0 at the end, -1 on a read error
 * (EX_UNREADABLE). *cut: the line was longer than max_line; its beginning is
 * handed out and the rest was skipped.
 */
NODISCARD int line_file_next(struct line_file *f, struct span *line, bool *cut, struct err *e);

#endif
