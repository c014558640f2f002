/*
 * The words that may go out.
 */
#include "aiops-triage/llm/lexicon.h"

#include <string.h>

#include "aiops-triage/knowledge/words.h"
#include "text/mask.h"

#define KNOWN     (-1)
#define WORD_KEPT 40
#define LINES_MAX 100000

/* What programmes say. Whole words, in lower case. */
static const char usual[] =
	"a abort aborted above accept accepted access account acknowledged acquire active address "
	"after alert all allocate allocation already an and api app application archive are as "
	"asked assertion at attempt authentication authorization available average back backend "
	"backlog backup bad bandwidth batch be because been before behind below between blocked "
	"body broken buffer build busy by bytes cache call called cannot certificate change "
	"changed check checkpoint checksum child class clean clear client clients clock close "
	"closed cluster code command commit committed component config configuration connect "
	"connected connecting connection connections container controller copy core corrupt could "
	"cpu crash crashed create created critical cron current cycle daemon data database day "
	"deadline deadlock debug default degraded delay delete deleted denied dependency deploy "
	"deployed deployment destination detected device did directory disabled disconnected disk "
	"dns does domain done down drift drop dropped due duplicate during elapsed empty enabled "
	"end endpoint entry error errors evicted exceeded exception exec exhausted exit exited "
	"expected expire expired expires external fail failed failing failover failure failures "
	"fatal fault feature file files filesystem find finished first flag for forbidden format "
	"found free from full garbage gateway get got grace group growing handler handshake has "
	"have head health healthy heap heartbeat high hits hold host hostname http idle if ignored "
	"image in inbound increase index info input inode instance insufficient internal interrupt "
	"into invalid io is it job kernel key kill killed lag last late latency leader leak left "
	"length level lib limit limits line list listen load local lock locked locks log login "
	"long lookup lost low main many master max maximum memory message messages metric migration "
	"min minutes missing mode model module monitor more mount name namespace native network new "
	"next no node none normal not notice null number object of off offline offset ok old on "
	"once only oom open opened operation or order origin other out over overflow overload "
	"overloaded owner packet page panic parse partition password path peer pending per period "
	"permission persistent pid ping pipe plan pod policy poll pool port prediction primary "
	"probe process processes processing protocol provider proxy publish pull push query queue "
	"queued quota rate raft range ready read readiness reason reboot receive received record "
	"recover recovered recovery redirect refused region registered reject rejected release "
	"reload remaining remote remove removed replica replicas replication request requests "
	"required reserved reset resolve resolved resource response restart restarted restarting "
	"restore result retries retry retrying return returned role rollback rollout root route "
	"rows run running runtime saturated saturation schedule scheduled schema score seconds "
	"segment select send server service session set shard shutdown shutting signal since size "
	"slave sleep slot slots slow snapshot socket source space spike split stack stale standby "
	"start started starting state statement status still stop stopped stopping storage store "
	"stream stuck success successful super surge swap sync synced syntax system table target "
	"task tcp temporary terminate terminated terminating test than the thread threads threshold "
	"throttled throttling throughput time timed timeout timestamp tls to token too top total "
	"trace traffic training transaction transport tree trigger truncated trying tuple type "
	"unable unauthorized unavailable unexpected unhealthy unknown unreachable until up update "
	"updated upgrade upstream usage use used user users utilization valid value values version "
	"volume wait waited waiting wal warn warning was watch while will with within without "
	"worker workers would write written wrong yet zone";

static void know(struct vocabulary *v, struct span word)
{
	char lower[WORD_KEPT];

	if (!word.len || word.len > sizeof lower)
		return;
	for (size_t i = 0; i < word.len; i++)
		lower[i] = (char)lower_byte((unsigned char)word.data[i]);
	map_put(&v->words, span_of(lower, word.len), NULL)->value.num = KNOWN;
}

static void know_text(struct vocabulary *v, struct span text)
{
	struct span word;

	while ((word = words_next(&text)).len)
		know(v, word);
}

static void know_texts(struct vocabulary *v, const struct texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		know_text(v, t->items[i]);
}

void vocabulary_init(struct vocabulary *v, const struct signatures *s)
{
	map_init(&v->words);
	map_init(&v->lines);
	know_text(v, SPAN(usual));
	for (size_t i = 0; i < s->n; i++) {
		know_text(v, s->items[i].id);
		know_text(v, s->items[i].title);
		know_text(v, s->items[i].text);
		know_text(v, s->items[i].first_action);
		know_texts(v, &s->items[i].causes);
		know_texts(v, &s->items[i].investigate);
	}
	for (size_t i = 0; i < s->n_signals; i++)
		know_text(v, s->signals[i].text);
}

void vocabulary_release(struct vocabulary *v)
{
	map_release(&v->words);
	map_release(&v->lines);
}

void vocabulary_name(struct vocabulary *v, struct span name)
{
	struct name_words parts;

	words_of_name(name, &parts);
	for (size_t i = 0; i < parts.n; i++)
		know(v, span_of(parts.items[i].text, parts.items[i].len));
	know_text(v, name);
}

void vocabulary_line(struct vocabulary *v, struct span line)
{
	struct map_entry *en;
	struct span rest = line, word;
	int64_t number;
	bool added;

	if (v->lines.live >= LINES_MAX)
		return;
	en = map_put(&v->lines, line, &added);
	if (!added)
		return;
	number = en->value.num = (int64_t)v->lines.live;
	while ((word = words_next(&rest)).len) {
		char lower[WORD_KEPT];

		if (word.len > sizeof lower)
			continue;
		for (size_t i = 0; i < word.len; i++)
			lower[i] = (char)lower_byte((unsigned char)word.data[i]);
		en = map_put(&v->words, span_of(lower, word.len), &added);
		if (added)
			en->value.num = number;
		else if (en->value.num != number)
			en->value.num = KNOWN;
	}
}

bool vocabulary_knows(const struct vocabulary *v, struct span word)
{
	char lower[WORD_KEPT];
	const struct map_entry *en;

	if (!word.len || word.len > sizeof lower)
		return false;
	for (size_t i = 0; i < word.len; i++)
		lower[i] = (char)lower_byte((unsigned char)word.data[i]);
	en = map_get(&v->words, span_of(lower, word.len));
	return en && en->value.num == KNOWN;
}

/* ---- writing ---- */

static bool is_wild(struct span rest)
{
	return span_starts(rest, "<*>");
}

/* Bytes of a word: letters, and what stands inside of names. */
static size_t word_len(struct span s)
{
	size_t n = 0;

	while (n < s.len && is_word_byte((unsigned char)s.data[n]))
		n++;
	return n;
}

/* Nothing known stood in between: one <WORD> says as much as two. */
static bool ends_unknown(const struct buf *out, size_t from)
{
	size_t n = out->len;

	while (n > from && out->data[n - 1] == ' ')
		n--;
	return n >= from + 6 && memcmp(out->data + n - 6, "<WORD>", 6) == 0;
}

/* Marks of punctuation, but those that our own marks and shells are made of. */
static bool may_go_out(unsigned char c)
{
	return c >= ' ' && c < 0x7F && c != '<' && c != '>' && c != '`' && c != '$';
}

static bool ends_blank(const struct buf *out, size_t from)
{
	return out->len > from && out->data[out->len - 1] == ' ';
}

void vocabulary_filter(const struct vocabulary *v, struct span s, struct buf *out)
{
	size_t from = out->len;

	while (s.len) {
		size_t n = is_wild(s) ? 3 : word_len(s);
		struct span word = span_of(s.data, n ? n : 1);
		unsigned char c = (unsigned char)s.data[0];

		if (is_wild(s) || (n && vocabulary_knows(v, word)))
			buf_add_span(out, word);
		else if (n && !ends_unknown(out, from))
			buf_add_cstr(out, "<WORD>");
		else if (!n && may_go_out(c) && !(c == ' ' && ends_blank(out, from)))
			buf_add_char(out, (char)c);
		s = span_of(s.data + word.len, s.len - word.len);
	}
}

void vocabulary_abstract(const struct vocabulary *v, struct span line, struct buf *out)
{
	struct masked m;

	mask_line(line, &m);
	vocabulary_filter(v, span_of(m.text, m.len), out);
}
