#include "aiops-ingest/live/sources.h"

#include <stdlib.h>

#include "aiops-ingest/settings.h"
#include "base/mem.h"
#include "base/num.h"

static const char *const keys[] = {
	"url",        "listen",        "follow",     "format",     "labels",   "heartbeat",
	"every",      "since",         "token_file", "basic_file", "ca_file",  "timeout",
	"max_answer", "plain_secret",  "spool",      "spool_max",  "max_body", "hmac_file",
	"hmac_style", "replay_window", "port_file",  NULL};

/* Which of them belong to one way only. */
static const char *const url_keys[] = {"every",   "since",      "basic_file",   "ca_file",
				       "timeout", "max_answer", "plain_secret", NULL};
static const char *const listen_keys[] = {"spool",      "spool_max",     "max_body",  "hmac_file",
					  "hmac_style", "replay_window", "port_file", NULL};

static int error_at(const struct yaml_node *n, struct err *e, const char *text)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", text);
}

static int text_of(const struct yaml_node *map, const char *key, const char **out, struct err *e)
{
	struct span s = SPAN_NONE;

	if (yaml_text(yaml_get(map, key), &s, e) != 0)
		return -1;
	if (s.data)
		*out = s.data; /* NUL-terminated */
	return 0;
}

static int size_of(const struct yaml_node *map, const char *key, size_t *out, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, key);
	struct err why = ERR_INIT;

	if (!n || (n->type == YAML_SCALAR && num_parse_size(n->text, out, &why) == 0))
		return 0;
	return error_at(n, e, "expected a size such as 64K or 10M");
}

static int refuse_keys(const struct yaml_node *map, const char *const *words, const char *way,
		       struct err *e)
{
	for (size_t i = 0; i < map->n; i++) {
		for (size_t j = 0; words[j]; j++) {
			if (span_is(map->pairs[i].key, words[j]))
				return err_set_at(e, EX_BADCONFIG, map->pairs[i].line,
						  map->pairs[i].col, "'%s' goes with %s only",
						  words[j], way);
		}
	}
	return 0;
}

/* One text or a list of them. */
static int texts_of(const struct yaml_node *n, const char ***out, size_t *count, struct err *e)
{
	size_t total;

	if (!n)
		return 0;
	total = n->type == YAML_LIST ? n->n : 1;
	*out = mem_array(NULL, total + 1, sizeof **out);
	for (*count = 0; *count < total; (*count)++) {
		struct span s = SPAN_NONE;

		if (yaml_text(n->type == YAML_LIST ? n->items[*count] : n, &s, e) != 0)
			return -1;
		(*out)[*count] = s.data;
	}
	return 0;
}

static int read_labels(const struct yaml_node *n, struct source_spec *s, struct err *e)
{
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_MAP, e) != 0)
		return -1;
	s->labels = mem_array(NULL, n->n + 1, sizeof *s->labels);
	for (size_t i = 0; i < n->n; i++) {
		struct label *l = &s->labels[s->n_labels];

		l->name = n->pairs[i].key;
		if (yaml_text(n->pairs[i].value, &l->value, e) != 0)
			return -1;
		s->n_labels++;
	}
	return 0;
}

static int read_url(const struct yaml_node *n, struct source_spec *s, struct err *e)
{
	struct poll_options *p = &s->poll;

	s->way = SOURCE_URL;
	if (refuse_keys(n, listen_keys, "listen", e) != 0 || text_of(n, "url", &p->url, e) != 0 ||
	    text_of(n, "token_file", &p->bearer_file, e) != 0 ||
	    text_of(n, "basic_file", &p->basic_file, e) != 0 ||
	    text_of(n, "ca_file", &p->ca_file, e) != 0 ||
	    yaml_duration_ms(yaml_get(n, "every"), &p->every_ms, e) != 0 ||
	    yaml_duration_ms(yaml_get(n, "since"), &p->since_ms, e) != 0 ||
	    yaml_duration_ms(yaml_get(n, "timeout"), &p->timeout_ms, e) != 0 ||
	    yaml_bool(yaml_get(n, "plain_secret"), &p->plain_secret, e) != 0)
		return -1;
	return size_of(n, "max_answer", &p->max_answer, e);
}

static int read_style(const struct yaml_node *n, int *out, struct err *e)
{
	if (!n)
		return 0;
	for (int i = 0; hmac_style_names[i]; i++) {
		if (n->type == YAML_SCALAR && span_is(n->text, hmac_style_names[i])) {
			*out = i;
			return 0;
		}
	}
	return error_at(n, e, "expected github, slack or pagerduty");
}

static int read_listen(const struct yaml_node *n, struct source_spec *s, struct err *e)
{
	struct listen_options *l = &s->listening;

	s->way = SOURCE_LISTEN;
	/* Its own, not those of the options. */
	l->token_files = l->hmac_files = (struct opt_texts){NULL, 0};
	l->spool = l->port_file = NULL;
	if (refuse_keys(n, url_keys, "url", e) != 0 || text_of(n, "listen", &l->listen, e) != 0 ||
	    text_of(n, "spool", &l->spool, e) != 0 ||
	    text_of(n, "port_file", &l->port_file, e) != 0 ||
	    texts_of(yaml_get(n, "token_file"), &l->token_files.items, &l->token_files.n, e) != 0 ||
	    texts_of(yaml_get(n, "hmac_file"), &l->hmac_files.items, &l->hmac_files.n, e) != 0 ||
	    yaml_duration_ms(yaml_get(n, "replay_window"), &l->replay_window_ms, e) != 0 ||
	    size_of(n, "spool_max", &l->spool_max, e) != 0 ||
	    size_of(n, "max_body", &l->max_body, e) != 0)
		return -1;
	return read_style(yaml_get(n, "hmac_style"), &l->hmac_style, e);
}

static int read_follow(const struct yaml_node *n, struct source_spec *s, struct err *e)
{
	s->way = SOURCE_FOLLOW;
	if (refuse_keys(n, url_keys, "url", e) != 0 ||
	    refuse_keys(n, listen_keys, "listen", e) != 0 ||
	    texts_of(yaml_get(n, "follow"), &s->paths, &s->n_paths, e) != 0)
		return -1;
	if (s->n_paths == 0)
		return error_at(n, e, "follow names no file");
	return yaml_get(n, "token_file")
		       ? error_at(n, e, "'token_file' goes with url and listen only")
		       : 0;
}

static int read_one(const struct yaml_pair *pair, const struct ingest_cli_options *o,
		    struct source_spec *s, struct err *e)
{
	const struct yaml_node *n = pair->value;
	bool url, listen, follow;

	*s = (struct source_spec){.name = pair->key.data,
				  .format = o->format,
				  .heartbeat_ms = o->heartbeat_ms,
				  .poll = o->polling,
				  .listening = o->listening};
	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0 ||
	    text_of(n, "format", &s->format, e) != 0 ||
	    yaml_duration_ms(yaml_get(n, "heartbeat"), &s->heartbeat_ms, e) != 0 ||
	    read_labels(yaml_get(n, "labels"), s, e) != 0)
		return -1;
	url = yaml_get(n, "url") != NULL;
	listen = yaml_get(n, "listen") != NULL;
	follow = yaml_get(n, "follow") != NULL;
	if (url + listen + follow != 1)
		return error_at(n, e, "a source has exactly one of url, listen and follow");
	return url ? read_url(n, s, e) : listen ? read_listen(n, s, e) : read_follow(n, s, e);
}

static bool is_named(const struct opt_texts *names, struct span name)
{
	for (size_t i = 0; names && i < names->n; i++) {
		if (span_is(name, names->items[i]))
			return true;
	}
	return !names;
}

static int check_names(const struct yaml_node *root, const struct opt_texts *names, struct err *e)
{
	const char **known = mem_array(NULL, root->n + 1, sizeof *known);
	int rc = 0;

	for (size_t i = 0; i < root->n; i++)
		known[i] = root->pairs[i].key.data;
	known[root->n] = NULL;
	for (size_t i = 0; rc == 0 && names && i < names->n; i++) {
		const char *near = nearest_word(span_cstr(names->items[i]), known);

		if (yaml_get(root, names->items[i]))
			continue;
		rc = near ? err_set(e, EX_BADUSAGE, "no source '%s' (did you mean '%s'?)",
				    names->items[i], near)
			  : err_set(e, EX_BADUSAGE, "no source '%s' in the configuration file",
				    names->items[i]);
	}
	free(known);
	return rc;
}

int sources_read(const struct yaml_node *root, const struct opt_texts *names,
		 const struct ingest_cli_options *o, struct sources *out, struct err *e)
{
	struct sources s = {0};
	int rc = 0;

	if (!root || (root->type == YAML_MAP && root->n == 0))
		return err_set(e, EX_BADUSAGE, "the configuration file names no sources");
	if (yaml_expect(root, YAML_MAP, e) != 0 || check_names(root, names, e) != 0)
		return -1;
	s.items = mem_array(NULL, root->n, sizeof *s.items);
	for (size_t i = 0; rc == 0 && i < root->n; i++) {
		if (is_named(names, root->pairs[i].key))
			rc = read_one(&root->pairs[i], o, &s.items[s.n++], e);
	}
	if (rc == 0)
		*out = s;
	else
		sources_release(&s);
	return rc;
}

void sources_release(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->items[i].labels);
		free(s->items[i].paths);
		if (s->items[i].way == SOURCE_LISTEN) {
			free(s->items[i].listening.token_files.items);
			free(s->items[i].listening.hmac_files.items);
		}
	}
	free(s->items);
	*s = (struct sources){0};
}
