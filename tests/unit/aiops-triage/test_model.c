/* The classifier: bags, both methods, and the file, whole and spoilt. */
#include "aiops-triage/classify/model.h"

#include <math.h>

#include "aiops-triage/classify/course.h"
#include "base/buf.h"
#include "triage_test.h"

static void bag_takes_names_apart_and_counts(void **state)
{
	struct lexicon l;
	struct bag b = {0};
	size_t kube, pod, pair;

	(void)state;
	lexicon_init(&l);
	bag_read(&b, &l, true, SPAN("KubePod KUBE-pod 42"));
	kube = lexicon_add(&l, SPAN("kube"));
	pod = lexicon_add(&l, SPAN("pod"));
	pair = lexicon_add(&l, SPAN("kube pod"));
	/* kube pod kube pod # and the pairs kube-pod (2), pod-kube, pod-# */
	assert_int_equal(b.n, 6);
	for (size_t i = 0; i < b.n; i++) {
		size_t w = b.items[i].word;

		assert_int_equal(b.items[i].count, w == kube || w == pod || w == pair ? 2 : 1);
	}
	bag_release(&b);
	bag_read(&b, &l, false, SPAN("nobody knows"));
	assert_int_equal(b.n, 0);
	bag_release(&b);
	lexicon_release(&l);
}

static void learn(struct model *m, enum linear_method method)
{
	static const char *const texts[][2] = {
		{"disk", "the disk is full, no space left"},
		{"disk", "volume has no space"},
		{"disk", "inodes of the disk are used up"},
		{"memory", "out of memory, process killed"},
		{"memory", "heap memory is used up"},
		{"memory", "oom killer took the process"},
		{"dns", "no such host, lookup failed"},
		{"dns", "name lookup takes seconds"},
	};
	struct course_result r;
	struct course c;

	model_init(m);
	course_init(&c);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_true(course_add(&c, &m->lexicon, span_cstr(texts[i][1]),
				       span_cstr(texts[i][0]), span_cstr(texts[i][1])));
	course_finish(&c, m->lexicon.ids.live, method, &m->parts[MODEL_CLASS], &r);
	course_release(&c);
}

static void assert_says(struct model *m, const char *text, const char *label)
{
	struct said s = model_say(m, MODEL_CLASS, span_cstr(text));

	assert_span(s.label, label);
	assert_true(s.familiar && s.score > 0 && s.score <= 1);
}

static void assert_learned(struct model *m)
{
	assert_says(m, "no space on this disk", "disk");
	assert_says(m, "the process ran out of memory", "memory");
	assert_says(m, "lookup of a host failed", "dns");
	assert_false(model_say(m, MODEL_CLASS, SPAN("qwertz")).familiar);
	assert_span(model_say(m, MODEL_SEVERITY, SPAN("disk")).label, "");
}

static void both_methods_learn(void **state)
{
	struct model m;

	(void)state;
	learn(&m, LINEAR_BAYES);
	assert_learned(&m);
	model_release(&m);
	learn(&m, LINEAR_LOGISTIC);
	assert_learned(&m);
	model_release(&m);
}

static void logistic_weights_of_two_words_have_opposite_signs(void **state)
{
	struct model m;
	struct linear *l;
	size_t disk;

	(void)state;
	learn(&m, LINEAR_LOGISTIC);
	l = &m.parts[MODEL_CLASS].linear;
	disk = lexicon_add(&m.lexicon, SPAN("disk"));
	assert_true(l->weights[disk * l->labels] > 0 && l->weights[disk * l->labels + 1] < 0);
	model_release(&m);
}

static void file_is_read_as_it_was_written(void **state)
{
	struct buf once = BUF_INIT(1 << 20), twice = BUF_INIT(1 << 20);
	struct err e = ERR_INIT;
	struct model m, read;

	(void)state;
	learn(&m, LINEAR_BAYES);
	m.parts[MODEL_CLASS].calibration =
		(struct calibration){.method = CALIBRATION_PLATT, .a = 1.5, .b = -0.25, .n = 44};
	model_write(&m, &once);
	model_init(&read);
	if (model_read(&read, buf_span(&once), &e) != 0)
		fail_msg("%zu: %s", e.line, e.text);
	assert_learned(&read);
	model_write(&read, &twice);
	assert_int_equal(once.len, twice.len);
	assert_memory_equal(once.data, twice.data, once.len);
	model_release(&m);
	model_release(&read);
	buf_release(&once);
	buf_release(&twice);
}

/* Spoils the file and gives it a digest that fits, so that the parser is what refuses. */
static void assert_refused(const char *body, const char *why)
{
	struct buf text = BUF_INIT(1 << 20);
	char hex[DIGEST_HEX + 1];
	struct err e = ERR_INIT;
	struct model m;

	buf_add_cstr(&text, body);
	model_add_digest(buf_span(&text), hex);
	buf_addf(&text, "sha256 %s\n", hex);
	model_init(&m);
	assert_int_equal(model_read(&m, buf_span(&text), &e), -1);
	assert_int_equal(e.code, EX_BADCONFIG);
	if (!strstr(e.text, why))
		fail_msg("'%s' instead of '%s'", e.text, why);
	model_release(&m);
	buf_release(&text);
}

static void file_with_mistakes_is_refused(void **state)
{
	(void)state;
	assert_refused("aiops-triage-model 2\n", "version '2'");
	assert_refused("aiops-triage-model 1\nlabel x 0\n", "before the first task");
	assert_refused("aiops-triage-model 1\ntask colour 3\n", "unknown task");
	assert_refused("aiops-triage-model 1\ntask class 3\ntask class 3\n", "twice");
	assert_refused("aiops-triage-model 1\ntask class three\n", "a count is expected");
	assert_refused("aiops-triage-model 1\ntask class 3\nlabel x nan\n", "a number is expected");
	assert_refused("aiops-triage-model 1\ntask class 3\nword x 1 2\n", "before the labels");
	assert_refused("aiops-triage-model 1\ntask class 3\nlabel x 0\nword a 1 2 3\n",
		       "too many numbers");
	assert_refused("aiops-triage-model 1\ntask class 3\nlabel x 0\nword a 1\n",
		       "a number is expected");
	assert_refused("aiops-triage-model 1\ntask class 3\nlabel x 0\nword a 1 2\nlabel y 0\n",
		       "behind the words");
	assert_refused("aiops-triage-model 1\ntask class 3\ncalibration magic 3\n",
		       "unknown calibration");
	assert_refused(
		"aiops-triage-model 1\ntask class 3\ncalibration isotonic 3 0.5 0.5 0.4 0.6\n",
		"do not rise");
	assert_refused("aiops-triage-model 1\ntask class 3\ngibberish\n", "unknown line");
	assert_refused("not a model\n", "no model");
}

/* Every prefix and every changed byte: refused, or the same model; never more. */
static void file_cut_anywhere_is_refused(void **state)
{
	struct buf text = BUF_INIT(1 << 20);
	struct model m;

	(void)state;
	learn(&m, LINEAR_BAYES);
	model_write(&m, &text);
	model_release(&m);
	for (size_t n = 0; n < text.len; n += 13) {
		struct err e = ERR_INIT;

		model_init(&m);
		assert_int_equal(model_read(&m, span_of(text.data, n), &e), -1);
		model_release(&m);
		text.data[n] ^= 1;
		model_init(&m);
		err_clear(&e);
		assert_int_equal(model_read(&m, buf_span(&text), &e), -1);
		model_release(&m);
		text.data[n] ^= 1;
	}
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bag_takes_names_apart_and_counts),
		cmocka_unit_test(both_methods_learn),
		cmocka_unit_test(logistic_weights_of_two_words_have_opposite_signs),
		cmocka_unit_test(file_is_read_as_it_was_written),
		cmocka_unit_test(file_with_mistakes_is_refused),
		cmocka_unit_test(file_cut_anywhere_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
