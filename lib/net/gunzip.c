#include "net/gunzip.h"

#include <limits.h>
#include <zlib.h>

#include "base/mem.h"

enum { PIECE = 64 << 10, EITHER_FORMAT = 32 };

static int broken(struct err *e, const z_stream *z)
{
	return err_set(e, EX_BADDATA, "not gzip: %s", z->msg ? z->msg : "it ends in its middle");
}

/* One piece of output. 1: the member has ended; 0: there is more. */
static int inflate_piece(z_stream *z, struct buf *out, struct err *e)
{
	size_t room = out->max - out->len < PIECE ? out->max - out->len : PIECE;
	unsigned char extra;
	char *to = buf_room(out, room);
	int rc;

	/* A full buffer may still be all there is: one byte more tells. */
	z->next_out = room > 0 ? (unsigned char *)to : &extra;
	z->avail_out = room > 0 ? (unsigned)room : 1;
	rc = inflate(z, Z_NO_FLUSH);
	if (room > 0)
		out->len += room - z->avail_out;
	else if (z->avail_out == 0)
		return err_set(e, EX_POLICY, "more than %zu bytes when unpacked", out->max);
	if (rc == Z_MEM_ERROR)
		mem_exhausted();
	if (rc == Z_STREAM_END)
		return 1;
	return rc == Z_OK ? 0 : broken(e, z);
}

int gunzip(struct span packed, struct buf *out, struct err *e)
{
	z_stream z = {0};
	int rc;

	if (packed.len > UINT_MAX)
		return err_set(e, EX_POLICY, "more than %u bytes of gzip", UINT_MAX);
	if (inflateInit2(&z, MAX_WBITS + EITHER_FORMAT) != Z_OK)
		mem_exhausted();
	z.next_in = (z_const unsigned char *)(uintptr_t)packed.data;
	z.avail_in = (unsigned)packed.len;
	do {
		rc = inflate_piece(&z, out, e);
		if (rc == 1 && z.avail_in > 0)
			rc = inflateReset(&z) == Z_OK ? 0 : broken(e, &z);
	} while (rc == 0);
	(void)inflateEnd(&z); /* fails only for a bad state */
	return rc < 0 ? -1 : 0;
}
