#include "aiops-ingest/prepare.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-ingest/jqmap_find.h"
#include "aiops-ingest/run.h"
#include "aiops-ingest/settings.h"
#include "base/mem.h"

const struct format *format_named(const struct jqmap_set *maps, const char *name)
{
	const struct format *f = format_find(span_cstr(name));
	const struct jqmap *m = f ? NULL : jqmap_set_find(maps, span_cstr(name));

	return m ? &m->format : f;
}

/* Maps are read when one may be needed. */
static int read_maps(struct cli *c, struct prepared *p, const char *format, struct err *e)
{
	p->opt.map_timeout_ms = ((const struct ingest_cli_options *)cli_options(c))->map_timeout_ms;
	if (format_find(span_cstr(format)))
		return 0;
	p->maps = jqmap_find(c);
	p->jq = jqmap_find_jq(c);
	p->opt.maps = p->maps;
	p->opt.jq = p->jq;
	if (!p->jq && jqmap_set_find(p->maps, span_cstr(format)))
		return err_set(e, EX_UNREADABLE, "format '%s' needs jq, which is not installed",
			       format);
	return 0;
}

static bool takes_rules(const struct format *f)
{
	return f == &format_ndjson || f == &format_csv || f == &format_tsv;
}

static int read_format(struct cli *c, struct prepared *p, const struct ingest_cli_options *o,
		       struct err *e)
{
	const char *name = o->format ? o->format : "auto";

	if (o->validate && o->format && strcmp(name, "ndjson") != 0)
		return err_set(e, EX_BADUSAGE,
			       "--validate checks records: it goes with -f ndjson only");
	if (o->validate)
		name = "ndjson";
	if (o->map.n > 0 && !o->format)
		name = "ndjson";
	if (read_maps(c, p, name, e) != 0)
		return -1;
	if (strcmp(name, "auto") == 0)
		return 0;
	p->format = format_named(p->maps, name);
	if (!p->format)
		return err_set(e, EX_BADUSAGE, "unknown format '%s'; --list-formats shows them",
			       name);
	if (o->map.n > 0 && (!takes_rules(p->format) || o->validate))
		return err_set(e, EX_BADUSAGE, "--map goes with -f ndjson, csv or tsv only");
	return 0;
}

static int read_labels(struct prepared *p, const struct ingest_cli_options *o, struct err *e)
{
	p->labels = mem_array(NULL, o->labels.n, sizeof *p->labels);
	for (size_t i = 0; i < o->labels.n; i++) {
		if (label_parse(o->labels.items[i], &p->labels[i], e) != 0)
			return -1;
		for (size_t j = 0; j < i; j++)
			if (span_eq(p->labels[i].name, p->labels[j].name))
				return err_set(e, EX_BADUSAGE, "--label '%s': given twice",
					       o->labels.items[i]);
	}
	p->opt.labels = p->labels;
	p->opt.n_labels = o->labels.n;
	return 0;
}

int prepare(struct cli *c, struct prepared *p, struct err *e)
{
	const struct ingest_cli_options *o = cli_options(c);

	*p = (struct prepared){0};
	tallies_init(&p->tallies);
	p->opt.tallies = &p->tallies;
	p->opt.heartbeat_ms = o->heartbeat_ms;
	p->opt.source_name = o->source_name;
	p->opt.validate = o->validate;
	p->opt.strict = cli_common(c)->strict;
	p->opt.max_record = cli_common(c)->max_record;
	if (read_format(c, p, o, e) != 0 || read_labels(p, o, e) != 0)
		return -1;
	if (o->source_name && !*o->source_name)
		return err_set(e, EX_BADUSAGE, "--source-name is empty");
	p->opt.has_zone_offset = o->zone != NULL;
	if (o->zone && zone_parse(o->zone, &p->opt.zone_offset_s, e) != 0)
		return -1;
	if (o->map.n == 0)
		return 0;
	p->opt.map = &p->map;
	return mapping_parse(o->map.items, o->map.n, &p->map, e);
}

void prepared_release(struct prepared *p)
{
	mapping_release(&p->map);
	tallies_release(&p->tallies);
	jqmap_set_free(p->maps);
	free(p->jq);
	free(p->labels);
}
