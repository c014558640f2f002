#include "cli/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/opt.h"
#include "cli/table.h"
#include "yaml/yaml.h"

/* Every top-level key that some programme of the toolkit reads: the parts of
 * the programmes, and what they declare as config_sections. A programme knows its own
 * table only, so what the others may have stands here. */
static const char *const known_sections[] = {
	"common",   "ingest",    "drift",      "correlate", "triage",  "runbook", "audit",
	"incident", "approvers", "allow_self", "hooks",     "sources", NULL};

/* Options that several programmes have under one name and that make sense once for all. */
static const char *const shared_keys[] = {"authority", "topology", "runbooks", NULL};

const char *program_short_name(const struct program *p)
{
	const char *dash = strchr(p->name, '-');

	return dash ? dash + 1 : p->name;
}

/* A growing NULL-terminated list of words, without repeats; keys is their memory. */
struct words {
	const char **items;
	size_t n, cap;
	struct owned keys;
};

static void words_add(struct words *w, const char *word)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->items[i], word) == 0)
			return;
	mem_grow(w->items, w->cap, w->n + 2);
	w->items[w->n++] = word;
	w->items[w->n] = NULL;
}

static void words_add_list(struct words *w, const char *const *list)
{
	for (; list && *list; list++)
		words_add(w, *list);
}

static void words_add_key(struct words *w, const struct opt *o)
{
	struct buf key = BUF_INIT(1 << 12);

	if (!opt_in_config(o))
		return;
	opt_add_config_key(o, &key);
	words_add(w, owned_take(&w->keys, buf_take(&key)));
}

static void words_release(struct words *w)
{
	free(w->items);
	owned_release(&w->keys);
}

static void add_common_keys(struct words *w, bool own_part)
{
	for (size_t i = 0; common_opt(i); i++)
		if (own_part || !(common_opt(i)->flags & OPT_OWN_PART))
			words_add_key(w, common_opt(i));
}

/* An option of any subcommand is a key of the programme's part. */
static void add_own_keys(struct words *w, const struct program *p)
{
	for (size_t i = 0; i < p->n_commands; i++)
		for (size_t k = 0; k < p->commands[i].n_opts; k++)
			words_add_key(w, &p->commands[i].opts[k]);
}

static int check_keys(const struct config *cf, const struct program *p, struct err *e)
{
	const struct yaml_node *root = yaml_root(cf->doc);
	struct words sections = {0}, common = {0}, own = {0};
	int rc = -1;

	words_add_list(&sections, known_sections);
	words_add(&sections, program_short_name(p));
	words_add_list(&sections, p->config_sections);
	add_common_keys(&common, false);
	words_add_list(&common, shared_keys);
	add_own_keys(&own, p);
	add_common_keys(&own, true);
	if (yaml_check_keys(root, sections.items, e) != 0)
		goto out;
	if (yaml_check_keys(cf->common, common.items, e) != 0)
		goto out;
	rc = yaml_check_keys(cf->own, own.items, e);
out:
	words_release(&sections);
	words_release(&common);
	words_release(&own);
	return rc;
}

/* ${XDG_CONFIG_HOME:-~/.config}/aiops/config.yaml, or NULL without a home. */
static char *default_path(void)
{
	const char *xdg = cli_getenv("XDG_CONFIG_HOME"), *home = cli_getenv("HOME");
	struct buf path = BUF_INIT(1 << 16);

	if (xdg && xdg[0] == '/')
		buf_addf(&path, "%s/aiops/config.yaml", xdg);
	else if (home)
		buf_addf(&path, "%s/.config/aiops/config.yaml", home);
	else
		return NULL;
	return buf_take(&path);
}

static bool is_missing(const char *path)
{
	return access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* An empty part (`drift:` with only comments below) is no part. */
static const struct yaml_node *part(const struct config *cf, const char *name)
{
	const struct yaml_node *n = yaml_get(yaml_root(cf->doc), name);

	return n && n->type == YAML_SCALAR && !n->quoted && n->text.len == 0 ? NULL : n;
}

int config_open(struct config *cf, const struct program *p, const char *named, struct err *e)
{
	char *path = named ? mem_dupz(named) : default_path();

	if (!path)
		return 0;
	if (!named && is_missing(path)) {
		free(path);
		return 0;
	}
	cf->path = path;
	cf->doc = yaml_load(path, e);
	if (!cf->doc)
		return -1;
	if (yaml_expect(yaml_root(cf->doc), YAML_MAP, e) != 0)
		return -1;
	cf->common = part(cf, "common");
	cf->own = part(cf, program_short_name(p));
	return check_keys(cf, p, e);
}

void config_release(struct config *cf)
{
	yaml_free(cf->doc);
	free(cf->path);
	*cf = (struct config){0};
}

static const struct yaml_pair *pair_of(const struct yaml_node *map, const struct opt *o)
{
	const struct yaml_pair *found = NULL;
	struct buf key = BUF_INIT(1 << 12);

	if (!map || !opt_in_config(o))
		return NULL;
	opt_add_config_key(o, &key);
	for (size_t i = 0; i < map->n && !found; i++)
		if (span_eq(map->pairs[i].key, buf_span(&key)))
			found = &map->pairs[i];
	buf_release(&key);
	return found;
}

const struct yaml_pair *config_own(const struct config *cf, const struct opt *o)
{
	return pair_of(cf->own, o);
}

const struct yaml_pair *config_common(const struct config *cf, const struct opt *o)
{
	return pair_of(cf->common, o);
}
