/*
 * One document of Elasticsearch as an event. See fmt_elasticsearch.c.
 */
#ifndef AIOPS_INGEST_ELASTIC_H
#define AIOPS_INGEST_ELASTIC_H

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/item.h"
#include "aiops-ingest/formats/labelset.h"

struct elastic {
	struct ingest *in;
	const struct record *record; /* the one at hand */
	struct arena words;
	struct labelset labels, annotations;
	struct buf index, id; /* of the action before */
	bool expects_source;  /* the next line of _bulk is the action's document */
};

struct elastic *elastic_new(struct ingest *in);
void elastic_free(struct elastic *s);

/* {"_index","_id","_source"} */
NODISCARD int elastic_hit(struct elastic *s, const struct record *r, struct err *e);
/* {"index":{"_index","_id"}}: its document is the next line; of a deletion there is none. */
NODISCARD int elastic_action(struct elastic *s, struct item action, bool deletes, bool updates,
			     const struct record *r, struct err *e);
/* The document of the action before. */
NODISCARD int elastic_source(struct elastic *s, struct item source, struct err *e);

#endif
