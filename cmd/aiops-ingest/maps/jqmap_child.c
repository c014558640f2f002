#include "aiops-ingest/maps/jqmap_child.h"

#include <stdlib.h>

#include "aiops-ingest/maps/jqmap_prelude.h"
#include "aiops-ingest/maps/jqmap_text.h"
#include "base/mem.h"
#include "proc/coproc.h"
#include "record/jsonw.h"

enum {
	MEMORY_BYTES = 512 << 20, /* of a child; jq 1.6 maps 10 MB */
	GRACE_MS = 500,           /* for a child whose input was closed */
	NOT_COMPILED = 3,         /* jq's exit status for a programme that is none */
	MAX_WHY = 300,            /* bytes of a map's words in a message */
	REQUEST_GROWTH = 8, /* two documents; marks make a number at most four times as long */
	ANSWER_GROWTH = 16, /* all that one document may make, in longest records */
};

struct jqmap_child {
	const struct jqmap *map;
	const char *jq;
	int64_t timeout_ms;
	struct buf programme, request, answer, lines;
	struct coproc *running;
	uint64_t asked;
	struct buf hopeless; /* why no child of this programme can ever answer */
};

/* The prelude is one line, and the header counts as lines: what jq says of a line is so of the
 * map's. */
static void write_programme(struct jqmap_child *c)
{
	buf_addf(&c->programme, "%s def aiops_map($previous): (", jqmap_prelude);
	for (size_t i = 0; i < c->map->header_lines; i++)
		buf_add_char(&c->programme, '\n');
	buf_addf(&c->programme, "%s\n);\n%s", c->map->programme, jqmap_main);
}

struct jqmap_child *jqmap_child_new(const struct jqmap *m, const char *jq, int64_t timeout_ms,
				    size_t max_record)
{
	struct jqmap_child *c = mem_zalloc(sizeof *c);

	c->map = m;
	c->jq = jq;
	c->timeout_ms = timeout_ms;
	buf_init(&c->programme, 1u << 17);
	buf_init(&c->request, REQUEST_GROWTH * max_record + 4096);
	buf_init(&c->answer, ANSWER_GROWTH * max_record);
	buf_init(&c->lines, ANSWER_GROWTH * max_record);
	buf_init(&c->hopeless, 1000);
	write_programme(c);
	return c;
}

void jqmap_child_free(struct jqmap_child *c)
{
	if (!c)
		return;
	coproc_end(c->running, GRACE_MS, NULL);
	buf_release(&c->programme);
	buf_release(&c->request);
	buf_release(&c->answer);
	buf_release(&c->lines);
	buf_release(&c->hopeless);
	free(c);
}

/* Modules are looked for in -L: where there can be none. The programme's own definitions stand in
 * front, so that it cannot begin with an import either. */
static int start(struct jqmap_child *c, struct err *e)
{
	const char *argv[] = {
		"jq", "-c", "--unbuffered", "-L", "/dev/null", buf_cstr(&c->programme), NULL};
	const char *envp[] = {NULL};
	struct proc_spec spec = {.path = c->jq, .argv = argv, .envp = envp};

	if (c->running)
		return 0;
	return coproc_start(&spec, MEMORY_BYTES, &c->running, e);
}

static void write_request(struct jqmap_child *c, struct span document, struct span previous)
{
	buf_clear(&c->request);
	buf_addf(&c->request, "{\"n\":%llu,\"d\":", (unsigned long long)c->asked);
	jqmap_encode(document, &c->request);
	buf_add_cstr(&c->request, ",\"p\":");
	if (previous.data)
		jqmap_encode(previous, &c->request);
	else
		buf_add_cstr(&c->request, "null");
	buf_add_cstr(&c->request, "}\n");
}

/* The first line of what jq said, without its name. */
static struct span first_words(const char *words)
{
	struct span s = span_cstr(words);
	const char *newline = memchr(s.data, '\n', s.len);

	if (newline)
		s.len = (size_t)(newline - s.data);
	if (span_starts(s, "jq: error"))
		s = span_of(s.data + 4, s.len - 4);
	return s;
}

static enum jqmap_answer ended(struct jqmap_child *c, struct err *e)
{
	struct coproc_end how;
	struct span words;

	coproc_end(c->running, GRACE_MS, &how);
	c->running = NULL;
	words = first_words(how.words);
	if (how.signal)
		err_set(e, EX_BADDATA, "the map's jq was ended by signal %d%s%.*s", how.signal,
			words.len ? ": " : "", (int)words.len, words.data);
	else
		err_set(e, EX_BADDATA, "the map's jq ended with status %d%s%.*s", how.exit_status,
			words.len ? ": " : "", (int)words.len, words.data);
	if (!how.signal && how.exit_status == NOT_COMPILED)
		buf_add_cstr(&c->hopeless, e->text);
	return JQMAP_FAILED;
}

static enum jqmap_answer give_up(struct jqmap_child *c, struct err *e, const char *why)
{
	coproc_end(c->running, 0, NULL);
	c->running = NULL;
	err_set(e, EX_BADDATA, "%s", why);
	return JQMAP_FAILED;
}

/* {"x":...}: what the map's `error` said, a string or any value; read by people. */
static enum jqmap_answer refused(struct span line, struct err *e)
{
	struct span why = span_of(line.data + 5, line.len - 6);
	struct buf words = BUF_INIT(MAX_WHY);

	if (why.len >= 2 && *why.data == '"')
		why = span_of(why.data + 1, why.len - 2);
	for (size_t i = 0; i < why.len && words.len < MAX_WHY - 1; i++) {
		if (why.data[i] == '\\' && i + 1 < why.len && strchr("\"\\", why.data[i + 1]))
			i++;
		buf_add_char(&words, why.data[i]);
	}
	err_set(e, EX_BADDATA, "the map refuses it: %s", buf_cstr(&words));
	buf_release(&words);
	return JQMAP_REFUSED;
}

/* Numbers get their own text back; anything but events is found. */
static enum jqmap_answer read_lines(struct jqmap_child *c, struct span *lines, struct err *e)
{
	struct span rest = buf_span(&c->answer);

	buf_clear(&c->lines);
	while (rest.len > 0) {
		const char *newline = memchr(rest.data, '\n', rest.len);
		size_t n = newline ? (size_t)(newline - rest.data) : rest.len;
		struct span line = span_of(rest.data, n);

		if (span_starts(line, "{\"x\":") && line.len > 6)
			return refused(line, e);
		if (!span_starts(line, "{\"e\":"))
			return give_up(c, e, "the map's jq printed something that is no answer");
		jqmap_decode(line, &c->lines);
		buf_add_char(&c->lines, '\n');
		n += newline ? 1 : 0;
		rest = span_of(rest.data + n, rest.len - n);
	}
	*lines = buf_span(&c->lines);
	if (lines->len > 0)
		return JQMAP_EVENTS;
	err_set(e, EX_BADDATA, "the map makes nothing of it");
	return JQMAP_REFUSED;
}

enum jqmap_answer jqmap_ask(struct jqmap_child *c, struct span document, struct span previous,
			    struct span *lines, struct err *e)
{
	struct buf end = BUF_INIT(64);
	enum coproc_result result;

	if (c->hopeless.len > 0) {
		err_set(e, EX_BADDATA, "%s", buf_cstr(&c->hopeless));
		return JQMAP_FAILED;
	}
	c->asked++;
	write_request(c, document, previous);
	if (buf_overflowed(&c->request)) {
		err_set(e, EX_BADDATA, "too long for a map");
		return JQMAP_FAILED;
	}
	if (start(c, e) != 0) {
		err_prefix(e, "the map's jq");
		return JQMAP_FAILED;
	}
	buf_addf(&end, "{\"n\":%llu}", (unsigned long long)c->asked);
	result = coproc_ask(c->running, buf_span(&c->request), buf_span(&end), c->timeout_ms,
			    &c->answer);
	buf_release(&end);
	switch (result) {
	case COPROC_ANSWERED:
		return read_lines(c, lines, e);
	case COPROC_LATE:
		return give_up(c, e, "the map took longer than --map-timeout");
	case COPROC_FLOODED:
		return give_up(c, e, "the map made too much of one document");
	default:
		return ended(c, e);
	}
}
