/*
 * What stands around every map in its programme: definitions that maps use
 * (aiops-maps(5)), what jq could do and a map must not, and the loop.
 */
#ifndef AIOPS_INGEST_JQMAP_PRELUDE_H
#define AIOPS_INGEST_JQMAP_PRELUDE_H

extern const char jqmap_prelude[], jqmap_main[];

#endif
