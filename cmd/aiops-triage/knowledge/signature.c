/*
 * Loading signatures: every mistake is told with file, line and column.
 */
#include "aiops-triage/knowledge/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/knowledge/words.h"
#include "base/file.h"
#include "base/mem.h"
#include "yaml/yaml.h"

void signatures_init(struct signatures *s)
{
	*s = (struct signatures){0};
	phrases_init(&s->phrases);
}

void signatures_release(struct signatures *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->items[i].causes.items);
		free(s->items[i].investigate.items);
		free(s->items[i].actions.items);
		yaml_free(s->items[i].doc);
	}
	free(s->items);
	free(s->signals);
	phrases_release(&s->phrases);
	*s = (struct signatures){0};
}

/* ---- values ---- */

static int at_node(const struct yaml_node *n, struct err *e, const char *what)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", what);
}

static int required_text(const struct yaml_node *map, const char *key, struct span *out,
			 struct err *e)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (!n)
		return err_set_at(e, EX_BADCONFIG, map->line, map->col, "key '%s' is missing", key);
	if (yaml_text(n, out, e) != 0)
		return -1;
	return span_trim(*out).len ? 0 : at_node(n, e, "the text is empty");
}

static int text_list(const struct yaml_node *n, struct texts *out, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_LIST, e) != 0)
		return -1;
	out->items = mem_array(NULL, n->n ? n->n : 1, sizeof *out->items);
	for (size_t i = 0; i < n->n; i++) {
		if (yaml_text(n->items[i], &out->items[i], e) != 0)
			return -1;
		out->n++;
	}
	return 0;
}

/* [a-z][a-z0-9_]*, the form of class names. */
static bool is_class_name(struct span s)
{
	if (s.len == 0 || s.len > 63 || s.data[0] < 'a' || s.data[0] > 'z')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return true;
}

/* ---- signals ---- */

static const char *const signal_keys[] = {"alert",  "log",    "label", "metric",
					  "change", "weight", NULL};

static int alert_words(const struct yaml_node *n, struct signal *sig, struct err *e)
{
	struct span rest = sig->text;

	while (rest.len) {
		const char *blank = memchr(rest.data, ' ', rest.len);
		size_t len = blank ? (size_t)(blank - rest.data) : rest.len;

		for (size_t i = 0; i < len; i++)
			if (lower_byte((unsigned char)rest.data[i]) != (unsigned char)rest.data[i])
				return at_node(n, e, "alert words are written in lower case");
		if (len && sig->n_words == SIGNAL_WORDS)
			return at_node(n, e, "too many words in one alert signal");
		if (len)
			sig->words[sig->n_words++] = span_of(rest.data, len);
		rest = span_of(rest.data + len + (blank != NULL), rest.len - len - (blank != NULL));
	}
	return sig->n_words ? 0 : at_node(n, e, "the text is empty");
}

static int label_pairs(const struct yaml_node *n, struct signal *sig, struct err *e)
{
	if (yaml_expect(n, YAML_MAP, e) != 0)
		return -1;
	if (n->n == 0 || n->n > SIGNAL_PAIRS)
		return at_node(n, e, "a label signal names one to four labels");
	for (size_t i = 0; i < n->n; i++) {
		sig->pairs[i].name = n->pairs[i].key;
		if (yaml_text(n->pairs[i].value, &sig->pairs[i].value, e) != 0)
			return -1;
	}
	sig->n_pairs = n->n;
	return 0;
}

static int read_source(const struct yaml_node *n, enum signal_source source, struct signal *sig,
		       struct err *e)
{
	sig->source = source;
	if (source == SIGNAL_LABEL)
		return label_pairs(n, sig, e);
	if (yaml_text(n, &sig->text, e) != 0)
		return -1;
	if (span_trim(sig->text).len == 0)
		return at_node(n, e, "the text is empty");
	return source == SIGNAL_ALERT ? alert_words(n, sig, e) : 0;
}

static int read_weight(const struct yaml_node *map, double *out, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, "weight");

	if (!n)
		return err_set_at(e, EX_BADCONFIG, map->line, map->col, "key 'weight' is missing");
	if (yaml_double(n, out, e) != 0)
		return -1;
	if (!(*out > 0) || *out > SIGNAL_MAX_WEIGHT)
		return at_node(n, e, "a weight is above 0 and at most 10");
	return 0;
}

static int keep_signal(struct signatures *s, const struct signal *sig, const struct yaml_node *n,
		       struct err *e)
{
	if (s->n_signals == SIGNALS_MAX)
		return at_node(n, e, "too many signals");
	if (sig->source == SIGNAL_LOG) {
		struct err why = ERR_INIT;

		if (phrases_add(&s->phrases, sig->text, s->n_signals, &why) != 0)
			return at_node(n, e, why.text);
	}
	mem_grow(s->signals, s->signals_cap, s->n_signals + 1);
	s->signals[s->n_signals++] = *sig;
	return 0;
}

static int read_signal(struct signatures *s, const struct yaml_node *map, size_t owner,
		       struct err *e)
{
	struct signal sig = {.signature = owner};
	const struct yaml_node *source = NULL;

	if (yaml_expect(map, YAML_MAP, e) != 0 || yaml_check_keys(map, signal_keys, e) != 0 ||
	    read_weight(map, &sig.weight, e) != 0)
		return -1;
	for (int k = SIGNAL_ALERT; k <= SIGNAL_CHANGE; k++) {
		const struct yaml_node *n = yaml_get(map, signal_keys[k]);

		if (!n)
			continue;
		if (source)
			return at_node(n, e,
				       "a signal has one of alert, log, label, metric, change");
		source = n;
		if (read_source(n, (enum signal_source)k, &sig, e) != 0)
			return -1;
	}
	if (!source)
		return at_node(map, e, "a signal has one of alert, log, label, metric, change");
	return keep_signal(s, &sig, source, e);
}

/* ---- one document ---- */

static const char *const signature_keys[] = {
	"version",      "id",      "title",       "text",    "signals", "causes",
	"first_action", "actions", "investigate", "runbook", NULL,
};

static int read_version(const struct yaml_node *root, struct err *e)
{
	const struct yaml_node *n = yaml_get(root, "version");
	int64_t version = 0;

	if (!n)
		return err_set_at(e, EX_BADCONFIG, root->line, root->col,
				  "key 'version' is missing");
	return yaml_i64(n, 1, 1, &version, e);
}

static int read_first_action(const struct yaml_node *root, struct span *out, struct err *e)
{
	static const char *const keys[] = {"text", "effect", NULL};
	const struct yaml_node *n = yaml_get(root, "first_action");
	struct span effect = SPAN_NONE;

	if (!n)
		return err_set_at(e, EX_BADCONFIG, root->line, root->col,
				  "key 'first_action' is missing");
	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0 ||
	    required_text(n, "text", out, e) != 0 || required_text(n, "effect", &effect, e) != 0)
		return -1;
	if (!span_is(effect, "read"))
		return at_node(yaml_get(n, "effect"), e,
			       "a first action only reads (effect: read); what changes something "
			       "belongs in a runbook");
	return 0;
}

static int read_actions(const struct yaml_node *list, struct texts *out, struct err *e)
{
	static const char *const keys[] = {"text", "effect", NULL};

	if (!list)
		return 0;
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	out->items = mem_array(NULL, list->n ? list->n : 1, sizeof *out->items);
	for (size_t i = 0; i < list->n; i++) {
		const struct yaml_node *n = list->items[i];
		struct span effect = SPAN_NONE;

		if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0 ||
		    required_text(n, "text", &out->items[out->n], e) != 0 ||
		    required_text(n, "effect", &effect, e) != 0)
			return -1;
		if (!span_is(effect, "read") && !span_is(effect, "write"))
			return at_node(yaml_get(n, "effect"), e, "an effect is read or write");
		out->n++;
	}
	return 0;
}

static int read_head(const struct yaml_node *root, struct signature *sig, struct err *e)
{
	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, signature_keys, e) != 0 ||
	    read_version(root, e) != 0 || required_text(root, "id", &sig->id, e) != 0)
		return -1;
	if (!is_class_name(sig->id))
		return at_node(yaml_get(root, "id"), e,
			       "an id is a lower-case word like connection_exhaustion");
	if (required_text(root, "title", &sig->title, e) != 0 ||
	    required_text(root, "text", &sig->text, e) != 0)
		return -1;
	if (!span_find(sig->text, SPAN("{component}")))
		return at_node(yaml_get(root, "text"), e, "the sentence has no {component}");
	if (text_list(yaml_get(root, "causes"), &sig->causes, e) != 0 ||
	    text_list(yaml_get(root, "investigate"), &sig->investigate, e) != 0 ||
	    read_actions(yaml_get(root, "actions"), &sig->actions, e) != 0 ||
	    yaml_text(yaml_get(root, "runbook"), &sig->runbook, e) != 0)
		return -1;
	return read_first_action(root, &sig->first_action, e);
}

static int read_signals(struct signatures *s, const struct yaml_node *root, size_t owner,
			struct err *e)
{
	const struct yaml_node *list = yaml_get(root, "signals");

	if (!list)
		return err_set_at(e, EX_BADCONFIG, root->line, root->col,
				  "key 'signals' is missing");
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	if (list->n == 0)
		return at_node(list, e, "a signature needs a signal");
	for (size_t i = 0; i < list->n; i++)
		if (read_signal(s, list->items[i], owner, e) != 0)
			return -1;
	return 0;
}

static int check_id_is_new(const struct signatures *s, const struct signature *sig, struct err *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_eq(s->items[i].id, sig->id))
			return at_node(yaml_get(yaml_root(sig->doc), "id"), e,
				       "another signature has this id");
	return 0;
}

int signatures_add(struct signatures *s, struct span yaml, struct err *e)
{
	struct signature sig = {.doc = yaml_parse(yaml, e)};
	const struct yaml_node *root;

	if (!sig.doc)
		return -1;
	root = yaml_root(sig.doc);
	if (s->n == SIGNATURES_MAX)
		err_set(e, EX_BADCONFIG, "too many signatures");
	else if (read_head(root, &sig, e) == 0 && check_id_is_new(s, &sig, e) == 0 &&
		 read_signals(s, root, s->n, e) == 0) {
		mem_grow(s->items, s->cap, s->n + 1);
		s->items[s->n++] = sig;
		return 0;
	}
	free(sig.causes.items);
	free(sig.investigate.items);
	free(sig.actions.items);
	yaml_free(sig.doc);
	return -1;
}

/* ---- a directory ---- */

static int add_file(struct signatures *s, const char *path, struct err *e)
{
	struct buf text = BUF_INIT(YAML_MAX_BYTES);
	int rc = file_read(path, &text, e);

	if (rc != 0 && e->code == EX_BADDATA)
		e->code = EX_BADCONFIG; /* larger than a signature may be */
	if (rc == 0 && (rc = signatures_add(s, buf_span(&text), e)) != 0) {
		char at[48] = "";

		if (e->line)
			(void)snprintf(at, sizeof at, ":%zu:%zu", e->line, e->col);
		(void)err_prefix(e, "%s%s", path, at); /* rc says it */
		e->line = e->col = 0;
	}
	buf_release(&text);
	return rc;
}

int signatures_load(struct signatures *s, const char *dir, struct err *e)
{
	char **names = NULL;
	size_t n = 0;
	int rc = file_list(dir, ".yaml", &names, &n, e);

	if (rc == 0 && n == 0)
		rc = err_set(e, EX_UNREADABLE, "no signatures (*.yaml) in '%s'", dir);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_file(s, names[i], e);
	file_list_free(names, n);
	return rc;
}
