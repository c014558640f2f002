/*
 * `sandbox` of a command.
 */
#include "aiops-runbook/schema/load.h"
#include "aiops-runbook/schema/sandbox.h"
#include "base/num.h"

const char *const sandbox_by_names[] = {"landlock", "bubblewrap", NULL};

static bool is_path(const struct template *t)
{
	return t->n > 0 && (t->parts[0].ref != REF_NONE ||
			    (t->parts[0].text.len && t->parts[0].text.data[0] == '/'));
}

static void load_paths(struct reader *r, const struct yaml_node *list, struct template **out,
		       size_t *n)
{
	struct template *paths = read_list(r, list, sizeof *paths, n);

	for (size_t i = 0; i < *n; i++)
		if (read_template(r, list->items[i], &paths[i]) && !is_path(&paths[i]))
			finding_add(r->f, RB002, node_pos(list->items[i]),
				    "expected an absolute path, found '%.80s'",
				    list->items[i]->text.data);
	*out = paths;
}

static void load_bytes(struct reader *r, const struct yaml_node *n, size_t *out)
{
	struct err e = ERR_INIT;
	struct span text;

	if (read_text(r, n, &text) && (num_parse_size(text, out, &e) != 0 || *out == 0))
		finding_add(r->f, RB002, node_pos(n), "expected a size (512M), found '%.40s'",
			    text.data);
}

void load_sandbox(struct reader *r, const struct yaml_node *map, const struct sandbox_rules **out)
{
	static const char *const keys[] = {"by",       "read",   "write",     "network",
					   "required", "memory", "file_size", "processes",
					   "cpu",      NULL};
	struct sandbox_rules *s;
	int by = SANDBOX_LANDLOCK;

	if (!map || !read_is(r, map, YAML_MAP))
		return;
	read_keys(r, map, keys, NULL);
	s = pool_alloc(&r->rb->pool, sizeof *s);
	*s = (struct sandbox_rules){.at = node_pos(map), .network = true};
	(void)read_choice(r, yaml_get(map, "by"), sandbox_by_names, &by);
	s->by = (enum sandbox_by)by;
	load_paths(r, yaml_get(map, "read"), &s->read, &s->n_read);
	load_paths(r, yaml_get(map, "write"), &s->write, &s->n_write);
	(void)read_bool(r, yaml_get(map, "network"), &s->network);
	(void)read_bool(r, yaml_get(map, "required"), &s->required);
	load_bytes(r, yaml_get(map, "memory"), &s->memory_bytes);
	load_bytes(r, yaml_get(map, "file_size"), &s->file_bytes);
	(void)read_i64(r, yaml_get(map, "processes"), 1, 100000, &s->processes);
	(void)read_duration(r, yaml_get(map, "cpu"), 1000, 24 * STEP_TIMEOUT_MAX_MS, &s->cpu_ms);
	*out = s;
}
