#include "aiops-ingest/prepare.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-ingest/live/sources.h"
#include "aiops-ingest/maps/jqmap_find.h"
#include "aiops-ingest/run.h"
#include "aiops-ingest/settings.h"
#include "base/mem.h"
#include "cli/zones.h"

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
	if (format_find(span_cstr(format)) || p->maps)
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

/* A position stands behind its file's name. */
static int in_file(const char *path, struct err *e)
{
	struct err told = *e;

	if (told.line == 0)
		return -1;
	err_clear(e);
	return err_set(e, told.code, "%s:%zu:%zu: %s", path, told.line, told.col, told.text);
}

int prepare_aliases(struct cli *c, struct aliases **out, struct err *e)
{
	const struct ingest_cli_options *o = cli_options(c);

	*out = o->aliases ? aliases_load(o->aliases, e) : NULL;
	return o->aliases && !*out ? in_file(o->aliases, e) : 0;
}

static int read_patterns(struct prepared *p, const char *path, struct err *e)
{
	p->patterns = patterns_load(path, e);
	if (!p->patterns)
		return in_file(path, e);
	p->opt.patterns = p->patterns;
	if (p->state && patterns_restore(p->patterns, state_part(p->state, "patterns"), e) != 0)
		return err_prefix(e, "--state");
	return 0;
}

static int read_tables(struct cli *c, struct prepared *p, const struct ingest_cli_options *o,
		       struct err *e)
{
	const char *state = cli_common(c)->state;

	if (prepare_aliases(c, &p->aliases, e) != 0)
		return -1;
	p->opt.aliases = p->aliases;
	if (state && state_open(state, &p->state, e) != 0)
		return -1;
	return o->patterns ? read_patterns(p, o->patterns, e) : 0;
}

int prepared_save(struct prepared *p, struct err *e)
{
	struct buf json = BUF_INIT((size_t)48 << 20);
	int rc;

	if (!p->state)
		return 0;
	if (!p->patterns)
		return state_save(p->state, e);
	patterns_save(p->patterns, &json);
	if (buf_overflowed(&json)) {
		rc = err_set(e, EX_IO, "--state: what --patterns remembers is too large");
	} else {
		state_put(p->state, "patterns", buf_span(&json));
		rc = state_save(p->state, e);
	}
	buf_release(&json);
	return rc;
}

void prepared_add_stats(const struct prepared *p, struct buf *json)
{
	struct patterns_counts n;

	if (!p->patterns)
		return;
	n = patterns_counts(p->patterns);
	buf_addf(json,
		 ",\"patterns\":{\"matches\":%lld,\"alerts\":%lld,\"limit_hits\":%lld,"
		 "\"untracked\":%lld}",
		 (long long)n.matches, (long long)n.alerts, (long long)n.limit_hits,
		 (long long)n.untracked);
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
	if (o->zone && zones_find(o->zone, &p->zone, e) != 0)
		return err_prefix(e, "--zone");
	p->opt.zone = o->zone ? &p->zone : NULL;
	if (read_tables(c, p, o, e) != 0)
		return -1;
	if (o->map.n == 0)
		return 0;
	p->opt.map = &p->map;
	return mapping_parse(o->map.items, o->map.n, &p->map, e);
}

int prepare_source(struct cli *c, struct prepared *p, const struct source_spec *spec,
		   struct prepared *out, struct label **labels, struct err *e)
{
	const char *name = spec->format ? spec->format : "auto";
	size_t n = p->opt.n_labels;

	if (read_maps(c, p, name, e) != 0)
		return -1;
	*out = *p;
	out->format = strcmp(name, "auto") == 0 ? NULL : format_named(p->maps, name);
	if (!out->format && strcmp(name, "auto") != 0)
		return err_set(e, EX_BADCONFIG,
			       "source '%s': unknown format '%s'; --list-formats shows them",
			       spec->name, name);
	*labels = mem_array(NULL, n + spec->n_labels + 1, sizeof **labels);
	for (size_t i = 0; i < n; i++)
		(*labels)[i] = p->opt.labels[i];
	for (size_t i = 0; i < spec->n_labels; i++)
		(*labels)[n++] = spec->labels[i];
	out->opt.labels = *labels;
	out->opt.n_labels = n;
	out->opt.source_name = spec->name;
	out->opt.heartbeat_ms = spec->heartbeat_ms;
	return 0;
}

void prepared_release(struct prepared *p)
{
	mapping_release(&p->map);
	zone_release(&p->zone);
	state_close(p->state);
	patterns_free(p->patterns);
	aliases_free(p->aliases);
	tallies_release(&p->tallies);
	jqmap_set_free(p->maps);
	free(p->jq);
	free(p->labels);
}
