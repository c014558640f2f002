/*
 * RB112: what is fetched must be what was meant: by TLS, by version, by checksum.
 */
#include <string.h>

#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"

struct context {
	struct findings *f;
	bool checksums; /* some command of the runbook verifies what was fetched */
};

static bool ends_with(struct span s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len >= n && memcmp(s.data + s.len - n, suffix, n) == 0;
}

static bool is_fetcher(struct span tool)
{
	static const char *const tools[] = {"curl", "wget", "fetch", "aria2c", NULL};

	return is_one_of(tool, tools);
}

static void find_checksums(void *ctx, const struct call *c)
{
	static const char *const tools[] = {"sha256sum", "sha512sum", "shasum",   "gpg",
					    "gpgv",      "cosign",    "minisign", NULL};
	struct context *x = ctx;

	if (call_is_one(c, tools))
		x->checksums = true;
}

/* http:// to another machine. */
static bool is_plain_url(struct span s)
{
	const char *at = span_find(s, SPAN("http://"));
	struct span host;

	if (!at)
		return false;
	host = span_of(at + 7, (size_t)(s.data + s.len - at) - 7);
	return !span_starts(host, "localhost") && !span_starts(host, "127.") &&
	       !span_starts(host, "[::1]");
}

static void check_words(struct context *x, const struct call *c)
{
	static const char *const fetchers[] = {
		"curl", "wget", "pip", "pip3", "helm", "git", "npm", "fetch", "apt-add-repository",
		NULL};

	for (size_t i = c->tool + 1; i < c->n; i++) {
		struct span s = c->words[i].text;

		if (ends_with(s, ":latest") || ends_with(s, "tag=latest"))
			finding_add(x->f, 112, c->words[i].at,
				    "'%.*s' is another thing tomorrow: name a version or a digest",
				    (int)s.len, s.data);
		if (call_is_one(c, fetchers) && is_plain_url(s))
			finding_add(x->f, 112, c->words[i].at,
				    "'%.*s' is fetched without TLS: anyone between can change it",
				    (int)s.len, s.data);
	}
}

static void check_insecure(struct context *x, const struct call *c)
{
	const struct call_word *w = NULL;

	if (call_is(c, "curl"))
		w = call_option(c, 'k', "--insecure");
	else if (call_is(c, "wget"))
		w = call_option(c, 0, "--no-check-certificate");
	if (w)
		finding_add(x->f, 112, w->at,
			    "'%.*s' fetches from whoever answers: the certificate is not checked",
			    (int)w->text.len, w->text.data);
}

/* A file that is kept (and may be run) is compared with what was expected. */
static void check_kept(struct context *x, const struct call *c)
{
	const struct call_word *w = NULL;

	if (call_is(c, "curl"))
		w = call_option(c, 'O', "--remote-name") ? call_option(c, 'O', "--remote-name")
							 : call_option(c, 'o', "--output");
	else if (call_is(c, "wget") && !call_option(c, 'q', "--spider"))
		w = &c->words[c->tool];
	if (w && w + 1 < c->words + c->n && span_is(w[1].text, "/dev/null"))
		return;
	if (w && !x->checksums)
		finding_add(x->f, 112, w->at,
			    "what '%.*s' keeps is compared with no checksum or signature",
			    (int)call_tool(c).len, call_tool(c).data);
}

static void check_download(void *ctx, const struct call *c)
{
	struct context *x = ctx;

	if (c->before && is_fetcher(base_name(c->before->text)) &&
	    (is_shell(call_tool(c)) || span_starts(call_tool(c), "python")))
		finding_add(x->f, 112, c->words[c->tool].at,
			    "what was fetched is run unseen: '%.*s' into '%.*s'",
			    (int)c->before->text.len, c->before->text.data, (int)call_tool(c).len,
			    call_tool(c).data);
	check_words(x, c);
	check_insecure(x, c);
	if (c->end != '|')
		check_kept(x, c);
}

void lint_unpinned_download(const struct runbook *rb, struct findings *f)
{
	struct context x = {f, false};

	lint_each_call(rb, find_checksums, &x);
	lint_each_call(rb, check_download, &x);
}
