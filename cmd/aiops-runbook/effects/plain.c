/*
 * Plain words of a shell.
 */
#include "aiops-runbook/effects/effects.h"

#include <ctype.h>
#include <string.h>

bool plain_words(struct span text, struct word *out, size_t max, size_t *n)
{
	size_t from = 0;

	*n = 0;
	for (size_t i = 0; i <= text.len; i++) {
		char ch = i < text.len ? text.data[i] : ' ';

		if (ch == ' ') {
			if (i > from) {
				if (*n == max)
					return false;
				out[(*n)++] =
					(struct word){span_of(text.data + from, i - from), true};
			}
			from = i + 1;
		} else if (!isalnum((unsigned char)ch) && !strchr("_./:=,@%+-", ch)) {
			return false;
		}
	}
	return true;
}
