/*
 * Where the toolkit's own data is, when no option says so.
 */
#ifndef AIOPS_CLI_DATADIR_H
#define AIOPS_CLI_DATADIR_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Appends the path of the folder `name` of the installed data (SHARE/aiops/name) that exists:
 * beside the programme, wherever that was moved to (../share/aiops), then in the tree that it was
 * built in (../../share), then where it was configured to be installed. Errors:
 * EX_UNREADABLE, with the places that were tried.
 */
NODISCARD int datadir_find(const char *name, struct buf *path, struct err *e);

/* Appends the path of another programme of the toolkit, which lies beside the running one. Errors:
 * EX_UNREADABLE (it is not there). */
NODISCARD int datadir_programme(const char *name, struct buf *path, struct err *e);

#endif
