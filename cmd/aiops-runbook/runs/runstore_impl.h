/*
 * Binding and reading columns. Private to runstore.c and attemptstore.c.
 */
#ifndef AIOPS_RUNBOOK_RUNSTORE_IMPL_H
#define AIOPS_RUNBOOK_RUNSTORE_IMPL_H

#include "aiops-runbook/runs/runstore.h"

/* A time; RUN_NEVER is left NULL. */
void column_bind_time(sqlite3_stmt *st, int index, int64_t ns);
int64_t column_time(sqlite3_stmt *st, int column);
/* A copy, SPAN_NONE for NULL. */
struct span column_text(sqlite3_stmt *st, int column, struct pool *pool);
/* pid, start ticks, boot id in three columns. */
void column_identity(sqlite3_stmt *st, int column, struct proc_identity *out);
/* Steps a statement that gives no row. */
NODISCARD int stmt_finish(struct store *s, sqlite3_stmt *st, struct err *e);

#endif
