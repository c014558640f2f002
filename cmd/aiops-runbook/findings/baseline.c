#include "aiops-runbook/findings/baseline.h"

#include <string.h>

#include "aiops-runbook/lint/rules.h"
#include "base/file.h"
#include "record/jsonw.h"
#include "yaml/yaml.h"

enum { DRIFT = 506, SUPPRESSION = 503 };

void baseline_init(struct baseline *b)
{
	*b = (struct baseline){.out = BUF_INIT(BASELINE_MAX)};
	map_init(&b->known);
	map_init(&b->digests);
}

void baseline_release(struct baseline *b)
{
	map_release(&b->known);
	map_release(&b->digests);
	pool_release(&b->pool);
	buf_release(&b->out);
}

/* "./a.yaml" and "a.yaml" are one file. */
static struct span plain_path(struct span path)
{
	while (path.len > 2 && path.data[0] == '.' && path.data[1] == '/')
		path = span_of(path.data + 2, path.len - 2);
	return path;
}

static void add_key(struct buf *key, struct span path, struct span rule, struct span text)
{
	buf_add_span(key, plain_path(path));
	buf_add_char(key, '\0');
	buf_add_span(key, rule);
	buf_add_char(key, '\0');
	buf_add_span(key, text);
}

/* ---- reading ---- */

static int read_line(struct baseline *b, struct span line, struct err *e)
{
	static const char *const keys[] = {"file", "digest", "rule", "message", NULL};
	struct span file = SPAN_NONE, digest = SPAN_NONE, rule = SPAN_NONE, text = SPAN_NONE;
	struct yaml *y = yaml_parse(line, e);
	const struct yaml_node *n;
	struct buf key = BUF_INIT(1 << 20);
	int rc = -1;

	if (!y)
		return -1;
	n = yaml_root(y);
	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0 ||
	    yaml_text(yaml_get(n, "file"), &file, e) != 0 ||
	    yaml_text(yaml_get(n, "digest"), &digest, e) != 0 ||
	    yaml_text(yaml_get(n, "rule"), &rule, e) != 0 ||
	    yaml_text(yaml_get(n, "message"), &text, e) != 0)
		goto out;
	rc = 0;
	if (file.data && digest.data && !rule.data && !text.data) {
		map_put(&b->digests, plain_path(file), NULL)->value.ptr =
			(void *)(uintptr_t)pool_copy(&b->pool, digest).data;
	} else if (file.data && rule.data && text.data && !digest.data) {
		add_key(&key, file, rule, text);
		map_put(&b->known, buf_span(&key), NULL)->value.num++;
	} else {
		rc = err_set(e, EX_BADCONFIG,
			     "a line has file and digest, or file, rule and message");
	}
out:
	buf_release(&key);
	yaml_free(y);
	return rc;
}

int baseline_read(struct baseline *b, const char *path, struct err *e)
{
	struct buf text = BUF_INIT(BASELINE_MAX);
	struct span rest;
	size_t number = 0;
	int rc = file_read(path, &text, e);

	rest = buf_span(&text);
	while (rc == 0 && rest.len) {
		const char *end = memchr(rest.data, '\n', rest.len);
		size_t n = end ? (size_t)(end - rest.data) : rest.len;

		number++;
		if (span_trim(span_of(rest.data, n)).len)
			rc = read_line(b, span_of(rest.data, n), e);
		rest = span_of(rest.data + n + (end != NULL), rest.len - n - (end != NULL));
	}
	if (rc != 0 && number)
		err_prefix(e, "%s:%zu", path, number);
	buf_release(&text);
	return rc;
}

/* ---- using ---- */

void baseline_check_digest(const struct baseline *b, const char *path, const struct runbook *rb,
			   struct findings *f)
{
	const struct map_entry *was = map_get(&b->digests, plain_path(span_cstr(path)));
	char hex[DIGEST_HEX + 1];

	digest_hex(&rb->digest, hex);
	if (was && strcmp(was->value.ptr, hex) != 0)
		finding_add(f, DRIFT, rb->id_at,
			    "it is not what it was when the baseline was written (%.12s, now "
			    "%.12s): look at it again and write the baseline anew",
			    (const char *)was->value.ptr, hex);
}

static bool may_be_known(const struct finding *x)
{
	return !x->suppressed && !rule_by_number(x->rule)->firm && x->rule != DRIFT &&
	       x->rule != SUPPRESSION;
}

static void add_rule(struct buf *out, unsigned rule)
{
	buf_addf(out, "RB%03u", rule);
}

void baseline_apply(struct baseline *b, const char *path, struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct buf key = BUF_INIT(1 << 20), rule = BUF_INIT(16);
		struct map_entry *known;

		add_rule(&rule, f->items[i].rule);
		add_key(&key, span_cstr(path), buf_span(&rule), span_cstr(f->items[i].text));
		known = may_be_known(&f->items[i]) ? map_get(&b->known, buf_span(&key)) : NULL;
		if (known && known->value.num > 0) {
			known->value.num--;
			finding_suppress(f, &f->items[i], SPAN("it is in the baseline"), true);
		}
		buf_release(&key);
		buf_release(&rule);
	}
}

void baseline_take(struct baseline *b, const char *path, const struct runbook *rb,
		   struct findings *f)
{
	struct span file = plain_path(span_cstr(path));
	char hex[DIGEST_HEX + 1];
	struct jsonw w;

	if (rb) {
		digest_hex(&rb->digest, hex);
		w = jsonw_to(&b->out);
		jsonw_object(&w);
		jsonw_member(&w, "file", file);
		jsonw_member(&w, "digest", span_cstr(hex));
		jsonw_object_end(&w);
		buf_add_char(&b->out, '\n');
	}
	for (size_t i = 0; i < f->n; i++) {
		struct buf rule = BUF_INIT(16);

		if (!may_be_known(&f->items[i]))
			continue;
		add_rule(&rule, f->items[i].rule);
		w = jsonw_to(&b->out);
		jsonw_object(&w);
		jsonw_member(&w, "file", file);
		jsonw_member(&w, "rule", buf_span(&rule));
		jsonw_member(&w, "message", span_cstr(f->items[i].text));
		jsonw_object_end(&w);
		buf_add_char(&b->out, '\n');
		buf_release(&rule);
		finding_suppress(f, &f->items[i], SPAN("it is in the baseline"), true);
	}
}

int baseline_write(const struct baseline *b, const char *path, struct err *e)
{
	if (buf_overflowed(&b->out))
		return err_set(e, EX_CANNOTCREATE, "the baseline would be larger than %u bytes",
			       BASELINE_MAX);
	return file_write_atomic(path, buf_span(&b->out), 0644, e);
}
