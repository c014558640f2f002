/*
 * Reading the tables.
 */
#include "aiops-runbook/effects/table.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

bool texts_have(const struct texts *t, struct span word)
{
	for (size_t i = 0; i < t->n; i++) {
		if (span_eq(t->items[i], word))
			return true;
	}
	return false;
}

const struct tool *tool_named(const struct effects *t, struct span name)
{
	struct map_entry *en = map_get(&t->tools, name);

	return en ? en->value.ptr : NULL;
}

/* ---- parts ---- */

static int read_texts(struct effects *t, const struct yaml_node *n, struct texts *out,
		      struct err *e)
{
	struct span *items;
	size_t count;

	if (!n)
		return 0;
	count = n->type == YAML_LIST ? n->n : 1;
	items = pool_array(&t->pool, count, sizeof *items);
	for (size_t i = 0; i < count; i++) {
		if (yaml_text(n->type == YAML_LIST ? n->items[i] : n, &items[i], e) != 0)
			return -1;
	}
	*out = (struct texts){items, count};
	return 0;
}

static int read_effect(const struct yaml_node *n, enum effect *out, struct err *e)
{
	struct span word;

	if (!n)
		return 0;
	if (yaml_text(n, &word, e) != 0)
		return -1;
	for (int i = EFFECT_READ; i <= EFFECT_DESTRUCTIVE; i++) {
		if (span_is(word, effect_names[i])) {
			*out = (enum effect)i;
			return 0;
		}
	}
	return err_set_at(e, EX_BADCONFIG, n->line, n->col,
			  "an effect is read, write or destructive");
}

/* "rollout restart" */
static struct texts split(struct effects *t, struct span path)
{
	struct span *words = pool_array(&t->pool, path.len + 1, sizeof *words);
	size_t n = 0, from = 0;

	for (size_t i = 0; i <= path.len; i++) {
		if (i < path.len && path.data[i] != ' ')
			continue;
		if (i > from)
			words[n++] = span_of(path.data + from, i - from);
		from = i + 1;
	}
	return (struct texts){words, n};
}

static int read_command(struct effects *t, const struct yaml_pair *p, struct tool_command *out,
			struct err *e)
{
	static const char *const keys[] = {"effect", "repeatable", NULL};
	const struct yaml_node *n = p->value;

	out->path = split(t, p->key);
	out->effect = EFFECT_DESTRUCTIVE;
	out->repeatable = true;
	if (n->type == YAML_SCALAR)
		return read_effect(n, &out->effect, e);
	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0 ||
	    read_effect(yaml_get(n, "effect"), &out->effect, e) != 0)
		return -1;
	return yaml_bool(yaml_get(n, "repeatable"), &out->repeatable, e);
}

static int read_commands(struct effects *t, const struct yaml_node *map, struct tool *out,
			 struct err *e)
{
	struct tool_command *commands;

	if (!map)
		return 0;
	if (yaml_expect(map, YAML_MAP, e) != 0)
		return -1;
	commands = pool_array(&t->pool, map->n, sizeof *commands);
	for (size_t i = 0; i < map->n; i++) {
		if (read_command(t, &map->pairs[i], &commands[i], e) != 0)
			return -1;
	}
	out->commands = commands;
	out->n_commands = map->n;
	return 0;
}

static int read_flag(struct effects *t, const struct yaml_node *n, struct tool_flag *out,
		     struct err *e)
{
	static const char *const keys[] = {"flag",   "is",    "unless", "for",  "makes",
					   "raises", "inner", "sql",    "file", NULL};

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0)
		return -1;
	out->lowers = yaml_get(n, "makes") != NULL;
	out->effect = EFFECT_READ;
	if (read_texts(t, yaml_get(n, "flag"), &out->flags, e) != 0 ||
	    read_texts(t, yaml_get(n, "is"), &out->is, e) != 0 ||
	    read_texts(t, yaml_get(n, "unless"), &out->unless, e) != 0 ||
	    read_texts(t, yaml_get(n, "for"), &out->on, e) != 0 ||
	    read_effect(yaml_get(n, out->lowers ? "makes" : "raises"), &out->effect, e) != 0 ||
	    yaml_bool(yaml_get(n, "inner"), &out->inner, e) != 0 ||
	    yaml_bool(yaml_get(n, "sql"), &out->sql, e) != 0 ||
	    yaml_bool(yaml_get(n, "file"), &out->file, e) != 0)
		return -1;
	if (out->flags.n == 0)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "`flag` is missing");
	return 0;
}

static int read_flags(struct effects *t, const struct yaml_node *list, struct tool *out,
		      struct err *e)
{
	struct tool_flag *flags;

	if (!list)
		return 0;
	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	flags = pool_array(&t->pool, list->n, sizeof *flags);
	for (size_t i = 0; i < list->n; i++) {
		if (read_flag(t, list->items[i], &flags[i], e) != 0)
			return -1;
	}
	out->flags = flags;
	out->n_flags = list->n;
	return 0;
}

/* ---- a tool ---- */

static int read_kind(const struct yaml_node *n, struct tool *out, struct err *e)
{
	static const char *const kinds[] = {"commands", "flags", "wrapper", "shell"};
	struct span word = SPAN("commands");

	if (yaml_text(n, &word, e) != 0)
		return -1;
	for (int i = 0; i < 4; i++) {
		if (span_is(word, kinds[i])) {
			out->kind = (enum tool_kind)i;
			return 0;
		}
	}
	return err_set_at(e, EX_BADCONFIG, n->line, n->col,
			  "kind: commands, flags, wrapper or shell");
}

static int read_switches(const struct yaml_node *n, struct tool *out, struct err *e)
{
	const struct {
		const char *key;
		bool *out;
	} switches[] = {
		{"any_flag", &out->any_flag},   {"single_dash", &out->single_dash},
		{"fold_case", &out->fold_case}, {"operands_free", &out->operands_free},
		{"input_sql", &out->input_sql}, {"repeatable", &out->repeatable},
	};
	int64_t skip = 0, operands = INT32_MAX;

	for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
		if (yaml_bool(yaml_get(n, switches[i].key), switches[i].out, e) != 0)
			return -1;
	}
	if (yaml_i64(yaml_get(n, "skip"), 0, 10, &skip, e) != 0 ||
	    yaml_i64(yaml_get(n, "operands"), 0, 1000, &operands, e) != 0)
		return -1;
	out->skip = (size_t)skip;
	out->max_operands = (size_t)operands;
	return 0;
}

static int read_tool(struct effects *t, const struct yaml_node *n, struct err *e)
{
	static const char *const keys[] = {
		"names",     "kind",          "values",     "allowed",  "any_flag", "single_dash",
		"fold_case", "operands_free", "input_sql",  "operands", "skip",     "commands",
		"flags",     "effect",        "repeatable", NULL};
	struct tool *tool = pool_alloc(&t->pool, sizeof *tool);

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0)
		return -1;
	tool->effect = EFFECT_DESTRUCTIVE;
	tool->repeatable = true;
	if (read_texts(t, yaml_get(n, "names"), &tool->names, e) != 0 ||
	    read_kind(yaml_get(n, "kind"), tool, e) != 0 ||
	    read_texts(t, yaml_get(n, "values"), &tool->values, e) != 0 ||
	    read_texts(t, yaml_get(n, "allowed"), &tool->allowed, e) != 0 ||
	    read_switches(n, tool, e) != 0 ||
	    read_commands(t, yaml_get(n, "commands"), tool, e) != 0 ||
	    read_flags(t, yaml_get(n, "flags"), tool, e) != 0 ||
	    read_effect(yaml_get(n, "effect"), &tool->effect, e) != 0)
		return -1;
	if (tool->names.n == 0)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "`names` is missing");
	for (size_t i = 0; i < tool->names.n; i++)
		map_put(&t->tools, tool->names.items[i], NULL)->value.ptr = tool;
	return 0;
}

/* ---- files ---- */

static int read_file(struct effects *t, const char *path, struct err *e)
{
	static const char *const keys[] = {"tools", NULL};
	struct yaml *doc = yaml_load(path, e);
	const struct yaml_node *tools;

	if (!doc)
		return err_prefix(e, "%s", path);
	mem_grow(t->documents, t->cap, t->n + 1);
	t->documents[t->n++] = doc;
	tools = yaml_get(yaml_root(doc), "tools");
	if (yaml_check_keys(yaml_root(doc), keys, e) != 0 ||
	    (tools && yaml_expect(tools, YAML_LIST, e) != 0))
		return err_prefix(e, "%s", path);
	for (size_t i = 0; tools && i < tools->n; i++) {
		if (read_tool(t, tools->items[i], e) != 0)
			return err_prefix(e, "%s", path);
	}
	return 0;
}

struct effects *effects_new(void)
{
	struct effects *t = mem_zalloc(sizeof *t);

	map_init(&t->tools);
	return t;
}

int effects_add_folder(struct effects *t, const char *path, struct err *e)
{
	char **names;
	size_t n;
	int rc = 0;

	if (file_list(path, ".yaml", &names, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_file(t, names[i], e);
	file_list_free(names, n);
	return rc;
}

void effects_free(struct effects *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		yaml_free(t->documents[i]);
	free(t->documents);
	pool_release(&t->pool);
	map_release(&t->tools);
	free(t);
}
