#include "aiops-correlate/cause/callee.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { NAME_MIN_BYTES = 2, NAME_MAX_BYTES = 200 };

/* ---- labels ---- */

/* The names are those of OpenTelemetry's semantic conventions, of Istio, Envoy, blackbox_exporter
 * and of common client libraries. Sorted by byte order. */
static const struct {
	const char *name;
	enum callee_label kind;
} label_names[] = {
	{"backend", CALLEE_LABEL_SURE},
	{"broker", CALLEE_LABEL_MAYBE},
	{"callee", CALLEE_LABEL_SURE},
	{"database", CALLEE_LABEL_MAYBE},
	{"db", CALLEE_LABEL_MAYBE},
	{"db.name", CALLEE_LABEL_MAYBE},
	{"db_name", CALLEE_LABEL_MAYBE},
	{"dependency", CALLEE_LABEL_SURE},
	{"destination", CALLEE_LABEL_SURE},
	{"destination_app", CALLEE_LABEL_SURE},
	{"destination_service", CALLEE_LABEL_SURE},
	{"destination_service_name", CALLEE_LABEL_SURE},
	{"destination_workload", CALLEE_LABEL_SURE},
	{"downstream_service", CALLEE_LABEL_SURE},
	{"envoy_cluster_name", CALLEE_LABEL_MAYBE},
	{"net.peer.name", CALLEE_LABEL_SURE},
	{"net_peer_name", CALLEE_LABEL_SURE},
	{"peer", CALLEE_LABEL_SURE},
	{"peer.service", CALLEE_LABEL_SURE},
	{"peer_service", CALLEE_LABEL_SURE},
	{"queue", CALLEE_LABEL_MAYBE},
	{"remote", CALLEE_LABEL_SURE},
	{"remote_service", CALLEE_LABEL_SURE},
	{"server.address", CALLEE_LABEL_SURE},
	{"server_address", CALLEE_LABEL_SURE},
	{"target", CALLEE_LABEL_MAYBE},
	{"target_service", CALLEE_LABEL_SURE},
	{"topic", CALLEE_LABEL_MAYBE},
	{"upstream", CALLEE_LABEL_SURE},
	{"upstream_cluster", CALLEE_LABEL_SURE},
	{"upstream_service", CALLEE_LABEL_SURE},
};

enum callee_label callee_label(struct span name)
{
	size_t lo = 0, hi = COUNT(label_names);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = span_cmp(name, span_cstr(label_names[mid].name));

		if (c == 0)
			return label_names[mid].kind;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return CALLEE_LABEL_NONE;
}

static struct span after(struct span s, const char *mark)
{
	const char *at = span_find(s, span_cstr(mark));
	size_t skip = at ? (size_t)(at - s.data) + strlen(mark) : 0;

	return span_of(s.data + skip, s.len - skip);
}

struct span callee_clean(struct span value)
{
	struct span s = after(value, "://");
	const char *end = s.len ? memchr(s.data, '/', s.len) : NULL;
	size_t n;

	if (end)
		s.len = (size_t)(end - s.data);
	s = after(s, "@");
	for (n = s.len; n > 0 && s.data[n - 1] >= '0' && s.data[n - 1] <= '9';)
		n--;
	if (n > 1 && n < s.len && s.data[n - 1] == ':' && !memchr(s.data, ':', n - 1))
		s.len = n - 1;
	return s.len ? s : value;
}

/* ---- text ---- */

enum word_flags {
	LEADS = 1u << 0,   /* stands before the name of what is called; "from" may tell who calls */
	FOLLOWS = 1u << 1, /* stands behind the name of what fails */
	FILLS = 1u << 2,   /* stands between "to" and the name */
};

#define WORD(text)                                                                                 \
	{                                                                                          \
		(text), sizeof(text) - 1                                                           \
	}

/* By length. "on", "of", "at" and "for" are left out: they tell where. */
static const struct {
	struct span text;
	unsigned flags; /* enum word_flags */
} words[] = {
	{WORD("a"), FILLS},
	{WORD("an"), FILLS},
	{WORD("db"), FILLS},
	{WORD("is"), FOLLOWS},
	{WORD("to"), LEADS},
	{WORD("are"), FOLLOWS},
	{WORD("did"), FOLLOWS},
	{WORD("its"), FILLS},
	{WORD("not"), FOLLOWS},
	{WORD("the"), FILLS},
	{WORD("via"), LEADS},
	{WORD("was"), FOLLOWS},
	{WORD("call"), LEADS},
	{WORD("does"), FOLLOWS},
	{WORD("down"), FOLLOWS},
	{WORD("fail"), FOLLOWS},
	{WORD("host"), FILLS},
	{WORD("node"), FILLS},
	{WORD("peer"), LEADS},
	{WORD("slow"), FOLLOWS},
	{WORD("calls"), LEADS},
	{WORD("fails"), FOLLOWS},
	{WORD("query"), LEADS},
	{WORD("queue"), FILLS},
	{WORD("reach"), LEADS},
	{WORD("reset"), FOLLOWS},
	{WORD("timed"), FOLLOWS},
	{WORD("behind"), LEADS},
	{WORD("callee"), LEADS},
	{WORD("closed"), FOLLOWS},
	{WORD("errors"), FOLLOWS},
	{WORD("failed"), FOLLOWS},
	{WORD("remote"), LEADS},
	{WORD("resets"), FOLLOWS},
	{WORD("server"), FILLS},
	{WORD("against"), LEADS},
	{WORD("backend"), LEADS | FILLS},
	{WORD("calling"), LEADS},
	{WORD("cluster"), FILLS},
	{WORD("contact"), LEADS},
	{WORD("failing"), FOLLOWS},
	{WORD("refused"), FOLLOWS},
	{WORD("refuses"), FOLLOWS},
	{WORD("rejects"), FOLLOWS},
	{WORD("resolve"), LEADS},
	{WORD("service"), FILLS},
	{WORD("through"), LEADS},
	{WORD("timeout"), FOLLOWS},
	{WORD("awaiting"), LEADS},
	{WORD("database"), FILLS},
	{WORD("querying"), LEADS},
	{WORD("reaching"), LEADS},
	{WORD("refusing"), FOLLOWS},
	{WORD("rejected"), FOLLOWS},
	{WORD("timeouts"), FOLLOWS},
	{WORD("upstream"), LEADS | FILLS},
	{WORD("resolving"), LEADS},
	{WORD("unhealthy"), FOLLOWS},
	{WORD("contacting"), LEADS},
	{WORD("dependency"), LEADS | FILLS},
	{WORD("overloaded"), FOLLOWS},
	{WORD("unavailable"), FOLLOWS},
	{WORD("unreachable"), FOLLOWS},
	{WORD("unresponsive"), FOLLOWS},
};

static unsigned flags_of(struct span w)
{
	for (size_t i = 0; i < COUNT(words) && words[i].text.len <= w.len; i++)
		if (words[i].text.len == w.len && span_eq_nocase(w, words[i].text))
			return words[i].flags;
	return 0;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '/' || c == ':' || c == '@';
}

static bool is_mark(char c)
{
	return c == '-' || c == '.' || c == '/' || c == ':' || c == '@' || c == '_';
}

/* The next word without marks at its end; empty at the end. */
static struct span next_word(struct span text, size_t *at)
{
	size_t begin, end;

	do {
		while (*at < text.len && !is_name_byte(text.data[*at]))
			(*at)++;
		begin = *at;
		while (*at < text.len && is_name_byte(text.data[*at]))
			(*at)++;
		for (end = *at; end > begin && is_mark(text.data[end - 1]);)
			end--;
	} while (end == begin && *at < text.len);
	return span_of(text.data + begin, end - begin);
}

/* Has a letter, or is an address with its port. */
static bool may_be_name(struct span w)
{
	if (w.len < NAME_MIN_BYTES || w.len > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < w.len; i++)
		if ((w.data[i] | 0x20) >= 'a' && (w.data[i] | 0x20) <= 'z')
			return true;
	return memchr(w.data, '.', w.len) != NULL && memchr(w.data, ':', w.len) != NULL;
}

size_t callees_in_text(struct span text, struct span *out, size_t max)
{
	size_t at = 0, n = 0;
	struct span w = next_word(text, &at);
	unsigned flags = flags_of(w), before = 0;

	while (w.len && n < max) {
		struct span next = next_word(text, &at);
		unsigned behind = flags_of(next);

		bool led = before & LEADS, fails = behind & FOLLOWS;

		if (led && (flags & FILLS) && next.len && !fails)
			flags = LEADS; /* "to the X" */
		else if ((led || fails) && (!flags || (led && flags & FILLS)) && may_be_name(w))
			out[n++] = callee_clean(w);
		before = flags;
		flags = behind;
		w = next;
	}
	return n;
}
