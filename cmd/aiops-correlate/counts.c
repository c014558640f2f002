#include "aiops-correlate/counts.h"

void counts_stats(const struct engine *en, struct buf *json)
{
	const struct counts *n = &en->counts;

	buf_addf(
		json,
		",\"alerts\":%llu,\"resolutions\":%llu,\"duplicates\":%llu,\"late\":%llu,\"incidents\":%llu,"
		"\"merges\":%llu,\"overflow\":%llu,\"dropped\":%llu,\"hurried\":%llu,\"waiting\":%zu,"
		"\"alerts_in_memory\":%zu,\"incidents_open\":%zu",
		(unsigned long long)n->alerts, (unsigned long long)n->resolutions,
		(unsigned long long)n->duplicates, (unsigned long long)n->late,
		(unsigned long long)n->incidents, (unsigned long long)n->merges,
		(unsigned long long)n->overflow, (unsigned long long)n->dropped,
		(unsigned long long)n->hurried, heap_count(&en->pending), alerts_count(&en->alerts),
		en->groups.live);
}
