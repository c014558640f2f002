#include "aiops-drift/compare/plot.h"

#include <stdio.h>

#include "base/utf8.h"
#include "drift_test.h"

static struct sample filled(const double *x, size_t n)
{
	struct sample s = SAMPLE_INIT;

	for (size_t i = 0; i < n; i++)
		sample_add(&s, x[i]);
	return s;
}

/* The plot of two samples, NUL-terminated. */
static const char *plotted(const double *ref, size_t n, const double *cur, size_t m,
			   const struct plot_style *style)
{
	static const struct analysis_options options = {0.05, true, KS_DEFAULT_BUDGET, 0.001};
	static char text[16384];
	char name[] = "latency";
	struct feature f = {.name = name, .metric = name};
	struct sample *s = &f.windows[WINDOW_REFERENCE].sample,
		      *t = &f.windows[WINDOW_CURRENT].sample;
	struct buf out = BUF_INIT(sizeof text);
	struct analysis a;
	struct verdict v;

	*s = filled(ref, n);
	*t = filled(cur, m);
	a = analyse(&(struct side){.sample = s}, &(struct side){.sample = t}, NULL, &options);
	verdict_adjust(ADJUST_BH, &a, &v, 1);
	verdict_decide(&a, RULE_DEFAULT, 0.05, &v);
	plot_result(&(struct result){&f, &a, &v}, style, &out);
	(void)snprintf(text, sizeof text, "%s", buf_cstr(&out));
	analysis_release(&a);
	sample_release(s);
	sample_release(t);
	buf_release(&out);
	return text;
}

/* Characters of the longest line. */
static size_t widest(const char *text)
{
	size_t most = 0, here = 0;

	for (const char *p = text; *p; p++) {
		if (*p == '\n')
			here = 0;
		else if (((unsigned char)*p & 0xc0) != 0x80)
			here++;
		most = here > most ? here : most;
	}
	return most;
}

static size_t lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	double ref[200], cur[200];

	(void)state;
	for (int i = 0; i < 200; i++) {
		ref[i] = i * 1.25e-7;
		cur[i] = -1e300 * i;
	}
	for (size_t columns = 40; columns <= 200; columns += 20) {
		struct plot_style style = {.columns = columns, .unicode = columns % 40 == 0};
		const char *text = plotted(ref, 200, cur, 200, &style);

		if (widest(text) > columns)
			fail_msg("%zu columns: %s", columns, text);
		assert_true(widest(plotted(ref, 0, cur, 200, &style)) <= columns);
	}
}

static void one_far_value_does_not_flatten_the_rest(void **state)
{
	double ref[400], cur[400];
	struct plot_style style = {.columns = 80};
	const char *text;

	(void)state;
	for (int i = 0; i < 400; i++)
		ref[i] = cur[i] = i % 100;
	cur[0] = 1e6;
	text = plotted(ref, 400, cur, 400, &style);
	assert_non_null(strstr(text, "> ")); /* it has a row of its own, behind sixteen others */
	assert_true(lines(text) >= 4 + 16);
}

static void a_constant_has_one_row(void **state)
{
	double x[50];
	struct plot_style style = {.columns = 80};
	const char *text;

	(void)state;
	for (int i = 0; i < 50; i++)
		x[i] = 7;
	text = plotted(x, 50, x, 50, &style);
	assert_int_equal(lines(text), 5); /* empty, name, verdict, heads, the row */
	assert_non_null(strstr(text, "           7 | 100.0 ="));
	assert_string_equal(plotted(x, 0, x, 0, &style), "");
}

static void colours_and_blocks_only_if_allowed(void **state)
{
	double x[] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct plot_style plain = {.columns = 80},
			  rich = {.columns = 80, .colour = true, .unicode = true};
	const char *text = plotted(x, 8, x, 8, &plain);

	(void)state;
	for (const char *p = text; *p; p++)
		assert_true(*p == '\n' || (*p >= ' ' && *p < 0x7f));
	text = plotted(x, 8, x, 8, &rich);
	assert_non_null(strstr(text, "\033[36m"));
	assert_non_null(strstr(text, "\342\226\210")); /* a full block */
	assert_int_equal(utf8_valid_prefix(span_cstr(text)), strlen(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(one_far_value_does_not_flatten_the_rest),
		cmocka_unit_test(a_constant_has_one_row),
		cmocka_unit_test(colours_and_blocks_only_if_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
