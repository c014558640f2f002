/*
 * What an alert that has to wait for its turn is going to do: a guess from
 * what is decided and from the alerts that wait before it.
 */
#include <string.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/group/link.h"
#include "aiops-correlate/suppress/suppress.h"
#include "base/mem.h"

static void preview_repeat(struct outcome *out, const char *incident, const char *first_id,
			   uint32_t count)
{
	outcome_make(out, incident, ROLE_DUPLICATE);
	outcome_duplicate(out, first_id, count);
}

static void preview_known(const struct engine *en, const struct sighting *s, const struct alert *a,
			  enum verdict v, const struct sighting *twin, struct outcome *out)
{
	const struct group *g = groups_find(&en->groups, a->group);
	const char *id = g ? g->id : "";

	if (v == VERDICT_DUPLICATE || v == VERDICT_OVER) {
		preview_repeat(out, id, alert_first_id(a),
			       (twin && twin->count > a->count ? twin->count : a->count) + 1);
	} else {
		outcome_make(out, id, v == VERDICT_AGAIN ? ROLE_SYMPTOM : ROLE_CONTEXT);
		buf_add_cstr(&out->why, v == VERDICT_AGAIN ? "fires again after it was resolved"
					: v == VERDICT_RESOLVES
						? "resolves an alert of the incident"
						: "resolved already");
	}
	outcome_weigh(en, out, s->severity, g);
}

/* The alert is only known from reports that wait. */
static void preview_twin(const struct engine *en, const struct sighting *s,
			 const struct sighting *twin, struct outcome *out)
{
	if (s->resolved) {
		outcome_make(out, twin->incident, ROLE_CONTEXT);
		buf_add_cstr(&out->why, "resolves an alert of the incident");
	} else {
		preview_repeat(out, twin->incident, twin->first_id ? twin->first_id : twin->id,
			       twin->count + 1);
	}
	outcome_weigh(en, out, s->severity, NULL);
}

static void preview_new(const struct engine *en, const struct sighting *s, int place,
			struct outcome *out)
{
	struct links links = {0};
	char id[INCIDENT_ID_SIZE];

	links_find(en, s, place, true, &links);
	if (links.best.g || links.best.pending) {
		outcome_make(out, links.best.g ? links.best.g->id : links.best.pending->incident,
			     ROLE_SYMPTOM);
		link_words(en, &links.best, place, &out->why);
	} else {
		incident_id_of(s->fp, s->starts_ns, id);
		outcome_make(out, id, ROLE_ROOT);
		buf_add_cstr(&out->why, "opens the incident");
	}
	if (s->severity == SEVERITY_INFO)
		out->role = ROLE_CONTEXT;
	outcome_weigh(en, out, s->severity, links.best.g);
	links_release(&links);
}

/* The report repeats a, but not for a's incident: see repeat_moves_on. */
static bool moved_on(const struct engine *en, const struct sighting *s, const struct alert *a,
		     const struct sighting *twin)
{
	const struct group *g = groups_find(&en->groups, a->group);

	if (g && twin && !twin->resolved && twin->incident[0])
		return strcmp(twin->incident, g->id) != 0;
	return repeat_moves_on(en, s, g, sighting_place(en, s), true);
}

void preview(struct engine *en, struct sighting *s, struct outcome *out)
{
	const struct alert *a = s->track->alert;
	const struct sighting *twin = s->track->waiting;
	enum verdict v = alerts_judge(a, s->at_ns, s->resolved, en->set.dedup_ns);

	if (v == VERDICT_DUPLICATE && moved_on(en, s, a, twin))
		v = VERDICT_NEW;
	if (a && groups_find(&en->groups, a->group) && v != VERDICT_NEW && v != VERDICT_APART) {
		preview_known(en, s, a, v, twin, out);
	} else if (twin && !twin->resolved && twin->incident[0]) {
		preview_twin(en, s, twin, out);
		s->first_id = out->duplicate_of ? mem_dupz(out->duplicate_of) : NULL;
	} else if (!s->resolved) {
		preview_new(en, s, sighting_place(en, s), out);
	} else {
		outcome_make(out, "", ROLE_CONTEXT);
		outcome_weigh(en, out, s->severity, NULL);
		buf_add_cstr(&out->why, "resolves no alert that is known");
	}
	memcpy(s->incident, out->incident, sizeof s->incident);
	s->count = out->count;
	suppress_preview(en, s, a, twin, out);
}
