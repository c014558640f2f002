/*
 * Alertmanager's fingerprint of a label set (prometheus/common,
 * model/signature.go): FNV-1a, 64 bits, by Fowler, Noll and Vo.
 */
#include "record/event.h"

#include <stdlib.h>

#include "base/digest.h"

#define FNV_OFFSET UINT64_C(14695981039346656037)
#define FNV_PRIME  UINT64_C(1099511628211)
#define SEPARATOR  0xFF /* in no UTF-8 text */

static int by_name(const void *a, const void *b)
{
	return span_cmp(((const struct label *)a)->name, ((const struct label *)b)->name);
}

static bool is_before(struct span a, struct span b)
{
	if (a.len > 0 && b.len > 0 && *a.data != *b.data)
		return (unsigned char)*a.data < (unsigned char)*b.data;
	return span_cmp(a, b) < 0;
}

/* Label sets are small and nearly always come sorted. */
static void sort_few(struct label *labels, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct label l = labels[i];
		size_t at = i;

		for (; at > 0 && is_before(l.name, labels[at - 1].name); at--)
			labels[at] = labels[at - 1];
		labels[at] = l;
	}
}

void labels_sort(struct label *labels, size_t n)
{
	enum { FEW = 32 };

	if (n <= FEW)
		sort_few(labels, n);
	else
		qsort(labels, n, sizeof *labels, by_name);
}

static uint64_t fnv_byte(uint64_t h, uint8_t byte)
{
	return (h ^ byte) * FNV_PRIME;
}

static uint64_t fnv_text(uint64_t h, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		h = fnv_byte(h, (uint8_t)s.data[i]);
	return fnv_byte(h, SEPARATOR);
}

uint64_t labels_fingerprint(const struct label *labels, size_t n)
{
	uint64_t h = FNV_OFFSET;

	for (size_t i = 0; i < n; i++) {
		if (labels[i].value.len == 0)
			continue;
		h = fnv_text(h, labels[i].name);
		h = fnv_text(h, labels[i].value);
	}
	return h;
}

void fingerprint_hex(uint64_t fp, char out[static FINGERPRINT_HEX + 1])
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(fp >> (56 - 8 * i));
	hex_encode(bytes, sizeof bytes, out);
}
