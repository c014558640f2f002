/*
 * What the user's terminal can show.
 */
#ifndef AIOPS_DRIFT_LOCALE_H
#define AIOPS_DRIFT_LOCALE_H

#include <stdbool.h>

/* Whether the user's locale is one of UTF-8, by its name (LC_ALL, LC_CTYPE, LANG). */
bool locale_speaks_utf8(void);

#endif
