#include "aiops-runbook/findings/sarif.h"

#include <stdio.h>
#include <string.h>

#include "aiops-runbook/findings/report.h"
#include "aiops-runbook/lint/rules.h"
#include "base/digest.h"
#include "record/jsonw.h"

static void rule_id(char out[static 8], unsigned number)
{
	(void)snprintf(out, 8, "RB%03u", number);
}

static void write_text(struct jsonw *w, const char *key, struct span text)
{
	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_member(w, "text", text);
	jsonw_object_end(w);
}

static void write_rule(struct jsonw *w, const struct rule *rule)
{
	char id[8];

	rule_id(id, rule->number);
	jsonw_object(w);
	jsonw_member(w, "id", span_cstr(id));
	jsonw_member(w, "name", span_cstr(rule->name));
	write_text(w, "shortDescription", span_cstr(rule->summary));
	jsonw_key(w, "defaultConfiguration");
	jsonw_object(w);
	jsonw_member(w, "level", span_cstr(severity_word(rule->severity)));
	jsonw_object_end(w);
	jsonw_key(w, "properties");
	jsonw_object(w);
	jsonw_member(w, "profile", span_cstr(lint_profile_names[rule->profile]));
	jsonw_object_end(w);
	jsonw_object_end(w);
}

void sarif_begin(struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	buf_add_cstr(out, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
			  "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":");
	jsonw_object(&w);
	jsonw_member(&w, "name", SPAN("aiops-runbook"));
	jsonw_member(&w, "version", SPAN(AIOPS_VERSION));
	jsonw_key(&w, "rules");
	jsonw_array(&w);
	for (size_t i = 0; i < rule_count; i++)
		write_rule(&w, &rules[i]);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	buf_add_cstr(out, "},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n");
}

void sarif_end(struct buf *out)
{
	buf_add_cstr(out, "]}]}\n");
}

/* A relative reference (RFC 3986): what is not unreserved or a slash is encoded. */
static void add_uri(struct buf *out, const char *path)
{
	if (strncmp(path, "./", 2) == 0)
		path += 2;
	for (; *path; path++) {
		if ((*path >= 'a' && *path <= 'z') || (*path >= 'A' && *path <= 'Z') ||
		    (*path >= '0' && *path <= '9') || strchr("-._~/", *path))
			buf_add_char(out, *path);
		else
			buf_addf(out, "%%%02X", (unsigned char)*path);
	}
}

static void write_location(struct jsonw *w, const char *path, struct pos at)
{
	struct buf uri = BUF_INIT(1 << 16);

	add_uri(&uri, path);
	jsonw_key(w, "locations");
	jsonw_array(w);
	jsonw_object(w);
	jsonw_key(w, "physicalLocation");
	jsonw_object(w);
	jsonw_key(w, "artifactLocation");
	jsonw_object(w);
	jsonw_member(w, "uri", buf_span(&uri));
	jsonw_object_end(w);
	jsonw_key(w, "region");
	jsonw_object(w);
	jsonw_member_i64(w, "startLine", at.line ? (int64_t)at.line : 1);
	jsonw_member_i64(w, "startColumn", at.col ? (int64_t)at.col : 1);
	jsonw_object_end(w);
	jsonw_object_end(w);
	jsonw_object_end(w);
	jsonw_array_end(w);
	buf_release(&uri);
}

/* The same finding in the next revision, though lines have moved. */
static void write_fingerprint(struct jsonw *w, const char *path, const struct finding *x)
{
	char id[8], hex[DIGEST_HEX + 1];
	struct span parts[3];
	struct digest d;

	rule_id(id, x->rule);
	parts[0] = span_cstr(path);
	parts[1] = span_cstr(id);
	parts[2] = span_cstr(x->text);
	d = digest_of(parts, 3);
	digest_hex(&d, hex);
	jsonw_key(w, "partialFingerprints");
	jsonw_object(w);
	jsonw_member(w, "findingText/v1", span_of(hex, 32));
	jsonw_object_end(w);
}

static void write_suppression(struct jsonw *w, const struct finding *x)
{
	jsonw_key(w, "suppressions");
	jsonw_array(w);
	if (x->suppressed) {
		jsonw_object(w);
		jsonw_member(w, "kind", x->external ? SPAN("external") : SPAN("inSource"));
		jsonw_member(w, "justification", span_cstr(x->suppressed));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

void sarif_result(struct buf *out, const char *path, const struct finding *x)
{
	struct jsonw w = jsonw_to(out);
	char id[8];

	rule_id(id, x->rule);
	jsonw_object(&w);
	jsonw_member(&w, "ruleId", span_cstr(id));
	jsonw_member_i64(&w, "ruleIndex", rule_by_number(x->rule) - rules);
	jsonw_member(&w, "level", span_cstr(severity_word(x->severity)));
	write_text(&w, "message", span_cstr(x->text));
	write_location(&w, path, x->at);
	write_fingerprint(&w, path, x);
	write_suppression(&w, x);
	jsonw_object_end(&w);
}
