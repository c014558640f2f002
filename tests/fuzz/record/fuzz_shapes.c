/*
 * Lines one behind the other, as in a stream: the parser that remembers shapes says of each what
 * the parser that does not says.
 */
#include "record/record.h"

#include "../../unit/record/scan_differ.h"
#include "../fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct differ d;

	differ_init(&d, 20261121);
	while (in.left > 0) {
		struct span line = fuzz_until(&in, '\n');

		buf_clear(&d.line);
		buf_add_span(&d.line, line);
		if (buf_overflowed(&d.line))
			break;
		FUZZ_CHECK(differ_line(&d));
	}
	differ_release(&d);
	return 0;
}
