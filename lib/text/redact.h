/*
 * Takes secrets out of text before it is stored or shown. What counts as one:
 * known formats (cloud key ids, tokens of code hosts and chats, model keys, JSON web tokens, PEM
 * private keys, authorization headers, passwords in URLs), and values that stand under a name such
 * as password, client_secret, api_key or token: as a JSON member, as name=value or name: value
 * inside a text, behind a --password in a list of arguments, or as
 * {"name":"DB_PASSWORD","value":"..."}.
 *
 * The formats are known too inside of a run of base64, of hexadecimal, or of percent signs as in
 * URLs: the whole run goes.
 *
 * A secret becomes "[redacted:TYPE]"; everything else keeps its bytes. Pure; hand-written
 * scanners in one pass, so no pattern can be made slow by its input.
 */
#ifndef AIOPS_TEXT_REDACT_H
#define AIOPS_TEXT_REDACT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends in, a JSON text, to out with its secrets taken out, and returns how many
 * there were: with 0, what was appended equals in. Strings are judged as they read
 * unescaped, so "\u0041KIA..." is found; JSON stays JSON, and doing it again changes
 * nothing. A text that is no JSON is treated as if it were as far as it goes; again, more may go.
 * The caller asks out for overflow (a secret may be shorter than its replacement).
 * in is at most 4 GiB. O(len).
 */
size_t text_redact(struct span in, struct buf *out);

/* The same for plain text, such as what a command printed. */
size_t text_redact_plain(struct span in, struct buf *out);

#endif
