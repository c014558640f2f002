#include "aiops-correlate/topology/fact_stream.h"

#include "aiops-correlate/topology/fact_read.h"

static void warn_flaws(struct fact_stream *fs, struct filter *f, const struct fact_flaws *flaws)
{
	if (flaws->n && fs->flaws == 0)
		msg(filter_cli(f), MSG_WARNING, filter_where(f), "left out of the topology: %s",
		    flaws->first);
	fs->flaws += flaws->n;
}

bool fact_stream_take(struct fact_stream *fs, struct filter *f, const struct record *r,
		      struct engine *en)
{
	enum fact_kind kind;
	struct fact_flaws flaws;
	struct err bad = ERR_INIT;
	struct fact *fact;

	if (!fact_kind_of(r, &kind))
		return true;
	fact = fact_read(r, kind, &flaws, &bad);
	if (!fact) {
		filter_reject(f, REJECT_SCHEMA, "%s", bad.text);
		return false;
	}
	warn_flaws(fs, f, &flaws);
	engine_take_fact(en, fact);
	return true;
}

void fact_stream_warn(struct fact_stream *fs, struct cli *c, const struct engine *en)
{
	for (int i = 0; i < LAND_TROUBLES; i++) {
		if (fs->told[i] || en->land.trouble[i] == 0)
			continue;
		fs->told[i] = true;
		msg(c, MSG_WARNING, NULL, "topology records: %s", en->land.first[i]);
	}
	if (fs->told_full || en->changes.forgotten == 0)
		return;
	fs->told_full = true;
	msg(c, MSG_WARNING, NULL, "more than %d changes at once: the oldest are forgotten",
	    CHANGES_KEPT);
}

void fact_stream_end(const struct fact_stream *fs, struct cli *c, const struct engine *en)
{
	static const char *const what[LAND_TROUBLES] = {
		[LAND_UNKNOWN_NODE] = "edges to nodes that were not named before them",
		[LAND_LAYERS] = "nodes in another layer than before",
		[LAND_FULL] = "nodes or edges beyond the limits, left out",
	};

	if (fs->flaws > 1)
		msg(c, MSG_WARNING, NULL, "topology records: %llu elements were left out",
		    (unsigned long long)fs->flaws);
	for (int i = 0; i < LAND_TROUBLES; i++)
		if (en->land.trouble[i] > 1)
			msg(c, MSG_WARNING, NULL, "topology records: %s: %llu", what[i],
			    (unsigned long long)en->land.trouble[i]);
	if (en->changes.forgotten > 1)
		msg(c, MSG_WARNING, NULL, "%llu changes were forgotten before their time",
		    (unsigned long long)en->changes.forgotten);
}

void fact_stream_stats(const struct fact_stream *fs, const struct engine *en, struct buf *json)
{
	buf_addf(json,
		 ",\"topologies\":%llu,\"topology_left_out\":%llu,\"topology_unknown_nodes\":%llu,"
		 "\"topology_layers\":%llu,\"changes\":%llu,\"changes_forgotten\":%llu",
		 (unsigned long long)en->counts.topologies,
		 (unsigned long long)(fs->flaws + en->land.trouble[LAND_FULL]),
		 (unsigned long long)en->land.trouble[LAND_UNKNOWN_NODE],
		 (unsigned long long)en->land.trouble[LAND_LAYERS],
		 (unsigned long long)en->counts.changes, (unsigned long long)en->changes.forgotten);
}
