#include "base/base64.h"

#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_ORIGINAL

int base64_decode(struct span text, uint8_t *out, size_t max, size_t *len)
{
	/* libsodium takes some bytes above 127 for the digits below them. */
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.data[i] > 127)
			return -1;
	}
	return sodium_base642bin(out, max, text.data ? text.data : "", text.len, NULL, len, NULL,
				 VARIANT) == 0
		       ? 0
		       : -1;
}

void base64_add(struct buf *out, struct span data)
{
	size_t room = sodium_base64_encoded_len(data.len, VARIANT); /* its NUL included */
	char *to = buf_room(out, room);

	if (!to)
		return; /* the overflow is remembered */
	(void)sodium_bin2base64(to, room, (const unsigned char *)data.data, data.len,
				VARIANT); /* returns to */
	out->len += room - 1;
}
