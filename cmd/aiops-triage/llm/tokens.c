/*
 * Token estimates.
 */
#include "aiops-triage/llm/tokens.h"

#include <math.h>
#include <stdbool.h>

#define BYTES_DATA   2.6
#define BYTES_PROSE  3.6
#define PER_WORD     1.35
#define PER_MESSAGE  4
#define MARGIN       1.15
#define LEARN_WEIGHT 0.3
#define RATIO_LEAST  0.3
#define RATIO_MOST   2.0

int64_t tokens_estimate(struct span text, double ratio)
{
	double words = 0, marks = 0, prose, data = (double)text.len / BYTES_DATA;
	bool inside = false;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;

		words += letter && !inside;
		inside = letter;
		marks += !letter && c != ' ' && c != '\n' && c != '.' && c != ',';
	}
	prose = fmax((double)text.len / BYTES_PROSE, words * PER_WORD);
	/* a text of which a tenth is neither letter nor space is data */
	if (marks * 10 < (double)text.len)
		data = prose;
	return (int64_t)ceil((data + PER_MESSAGE) * MARGIN * ratio);
}

double tokens_learn(double ratio, int64_t estimated, int64_t counted)
{
	double seen;

	if (estimated <= 0 || counted <= 0)
		return ratio;
	seen = fmin(fmax((double)counted / (double)estimated, RATIO_LEAST), RATIO_MOST);
	return ratio + LEARN_WEIGHT * (seen - ratio);
}
