#include "cli/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/opt.h"
#include "yaml/yaml.h"

static int assign_scalar(const struct opt *o, void *base, const struct yaml_node *n,
			 struct owned *owned, struct err *e)
{
	bool flag;

	if (yaml_expect(n, YAML_SCALAR, e) != 0)
		return -1;
	if (n->text.len == 0 && !n->quoted)
		return err_set(e, EX_BADCONFIG, "no value");
	if (o->kind == OPT_FLAG && yaml_bool(n, &flag, e) != 0)
		return -1; /* "true" in quotes is a text */
	if (opt_assign(o, base, n->text.data, owned, e) == 0)
		return 0;
	e->line = n->line;
	e->col = n->col;
	return -1;
}

static int assign_value(const struct opt *o, void *base, const struct yaml_node *n,
			struct owned *owned, struct err *e)
{
	opt_start_source(o, base);
	if (o->kind != OPT_TEXTS || n->type != YAML_LIST)
		return assign_scalar(o, base, n, owned, e);
	for (size_t i = 0; i < n->n; i++)
		if (assign_scalar(o, base, n->items[i], owned, e) != 0)
			return -1;
	return 0;
}

static int assign_pair(const struct opt *o, void *base, const struct yaml_pair *p,
		       struct owned *owned, struct err *e)
{
	if (assign_value(o, base, p->value, owned, e) == 0)
		return 0;
	if (!e->line) { /* a value that is not there has no place of its own */
		e->line = p->line;
		e->col = p->col;
	}
	e->code = EX_BADCONFIG;
	return err_prefix(e, "%s", p->key.data);
}

static int from_config(struct slot *s, const struct config *cf, struct owned *owned, struct err *e)
{
	const struct yaml_pair *common = config_common(cf, s->opt), *own = config_own(cf, s->opt);

	if (common) {
		s->source = "configuration, common";
		if (assign_pair(s->opt, s->base, common, owned, e) != 0)
			return -1;
	}
	if (own) {
		s->source = "configuration";
		if (assign_pair(s->opt, s->base, own, owned, e) != 0)
			return -1;
	}
	return 0;
}

/* The variable's value; its name is left in variable. */
static const char *from_variable(const struct opt *o, const char *short_name, struct buf *variable)
{
	buf_clear(variable);
	opt_add_variable(o, short_name, variable);
	return cli_getenv(buf_cstr(variable));
}

static int from_environment(struct slot *s, const char *short_name, struct owned *owned,
			    struct err *e)
{
	const char *const tools[] = {NULL, short_name}; /* the narrower name wins */
	struct buf variable = BUF_INIT(1 << 12);
	int rc = 0;

	for (size_t i = 0; i < 2 && rc == 0 && opt_in_environment(s->opt); i++) {
		const char *text = from_variable(s->opt, tools[i], &variable);

		if (!text)
			continue;
		s->source = "environment";
		rc = opt_assign_env(s->opt, s->base, text, owned, e);
		if (rc != 0)
			err_prefix(e, "%s", buf_cstr(&variable));
	}
	buf_release(&variable);
	return rc;
}

static int from_argv(struct table *t, const struct argv_values *v, struct owned *owned,
		     struct err *e)
{
	for (size_t i = 0; i < v->n; i++) {
		struct slot *s = &t->slots[v->items[i].slot];
		const char *text = v->items[i].text;
		bool first = !s->source || strcmp(s->source, "command line") != 0;

		if (first && s->opt->kind == OPT_COUNT)
			*(int *)((char *)s->base + s->opt->offset) = 0;
		if (first)
			opt_start_source(s->opt, s->base);
		s->source = "command line";
		if (s->opt->kind == OPT_COUNT) {
			opt_count_up(s->opt, s->base);
			continue;
		}
		if (opt_assign(s->opt, s->base, text ? text : "true", owned, e) != 0)
			return err_prefix(e, "--%s", s->opt->name);
	}
	return 0;
}

const char *settings_config_path(const struct table *t, const struct program *p,
				 const struct argv_values *v)
{
	const struct slot *config = table_find(t, SPAN("config"));
	struct buf variable = BUF_INIT(1 << 12);
	const char *path = NULL;

	for (size_t i = 0; i < v->n; i++)
		if (&t->slots[v->items[i].slot] == config)
			path = v->items[i].text;
	if (!path)
		path = from_variable(config->opt, program_short_name(p), &variable);
	if (!path)
		path = from_variable(config->opt, NULL, &variable);
	buf_release(&variable);
	return path;
}

int settings_apply(struct table *t, const struct program *p, const struct config *cf,
		   const struct argv_values *v, struct owned *owned, struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		struct slot *s = &t->slots[i];

		opt_set_default(s->opt, s->base, owned);
		if (from_config(s, cf, owned, e) != 0)
			return -1;
		if (from_environment(s, program_short_name(p), owned, e) != 0)
			return -1;
	}
	return from_argv(t, v, owned, e);
}

/* Assigns to memory that is thrown away. */
static int check_value(const struct opt *o, size_t size, const struct yaml_pair *p, struct err *e)
{
	struct owned owned = {0};
	void *scratch = mem_zalloc(size);
	int rc = assign_pair(o, scratch, p, &owned, e);

	owned_release(&owned);
	free(scratch);
	return rc;
}

static int check_opt(const struct opt *o, size_t size, const struct table *t,
		     const struct config *cf, struct err *e)
{
	const struct yaml_pair *common = config_common(cf, o), *own = config_own(cf, o);

	if (table_find(t, span_cstr(o->name)))
		return 0; /* was applied */
	if (common && check_value(o, size, common, e) != 0)
		return -1;
	return own ? check_value(o, size, own, e) : 0;
}

int settings_check_others(const struct table *t, const struct program *p, const struct config *cf,
			  struct err *e)
{
	for (size_t i = 0; common_opt(i); i++)
		if (check_opt(common_opt(i), sizeof(struct common_options), t, cf, e) != 0)
			return -1;
	for (size_t i = 0; i < p->n_commands; i++) {
		const struct command *cmd = &p->commands[i];

		for (size_t k = 0; k < cmd->n_opts; k++)
			if (check_opt(&cmd->opts[k], cmd->options_size, t, cf, e) != 0)
				return -1;
	}
	return 0;
}
