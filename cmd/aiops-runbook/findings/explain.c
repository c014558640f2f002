#include "aiops-runbook/findings/explain.h"

#include <string.h>

#include "aiops-runbook/findings/report.h"
#include "aiops-runbook/lint/rules.h"
#include "base/file.h"
#include "cli/datadir.h"
#include "yaml/yaml.h"

static void add_indented(struct buf *out, const char *title, struct span text)
{
	buf_addf(out, "\n%s\n\n", title);
	while (text.len) {
		const char *end = memchr(text.data, '\n', text.len);
		size_t n = end ? (size_t)(end - text.data) : text.len;

		buf_addf(out, "%s%.*s\n", n ? "    " : "", (int)n, text.data);
		text = span_of(text.data + n + (end != NULL), text.len - n - (end != NULL));
	}
}

static int add_parts(const struct yaml_node *n, struct buf *out, struct err *e)
{
	static const char *const keys[] = {"why", "bad", "good", "beside", NULL};
	struct span why = SPAN_NONE, bad = SPAN_NONE, good = SPAN_NONE, beside = SPAN_NONE;

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0 ||
	    yaml_text(yaml_get(n, "why"), &why, e) != 0 ||
	    yaml_text(yaml_get(n, "bad"), &bad, e) != 0 ||
	    yaml_text(yaml_get(n, "good"), &good, e) != 0 ||
	    yaml_text(yaml_get(n, "beside"), &beside, e) != 0)
		return -1;
	if (!why.data || !bad.data || !good.data)
		return err_set(e, EX_BADCONFIG, "'why', 'bad' and 'good' are needed");
	buf_addf(out, "\n%.*s", (int)why.len, why.data);
	if (beside.data)
		add_indented(out, "Beside a runbook with:", beside);
	add_indented(out, "Bad:", bad);
	add_indented(out, "Good:", good);
	return 0;
}

int explain_rule(struct span id, struct buf *out, struct err *e)
{
	const struct rule *rule = rule_by_id(id);
	struct buf path = BUF_INIT(1 << 16);
	struct yaml *y = NULL;
	int rc = -1;

	if (!rule)
		return err_set(e, EX_BADUSAGE, "no rule '%.*s' (--list-rules names them)",
			       (int)(id.len < 40 ? id.len : 40), id.data);
	if (datadir_find("lint", &path, e) != 0)
		goto out;
	buf_addf(&path, "/RB%03u.yaml", rule->number);
	y = yaml_load(buf_cstr(&path), e);
	if (!y)
		goto out;
	buf_addf(out, "RB%03u %s: %s, profile %s%s\n%s\n", rule->number, rule->name,
		 severity_word(rule->severity), lint_profile_names[rule->profile],
		 rule->firm ? ", cannot be suppressed" : "", rule->summary);
	rc = add_parts(yaml_root(y), out, e);
	if (rc != 0)
		err_prefix(e, "%s", buf_cstr(&path));
out:
	yaml_free(y);
	buf_release(&path);
	return rc;
}

int explain_schema(struct buf *out, struct err *e)
{
	struct buf path = BUF_INIT(1 << 16);
	int rc = datadir_find("schema", &path, e);

	if (rc == 0) {
		buf_add_cstr(&path, "/runbook.schema.json");
		rc = file_read(buf_cstr(&path), out, e);
	}
	buf_release(&path);
	return rc;
}
