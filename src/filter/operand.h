/* SPDX-License-Identifier: Apache-2.0 */
/* The parser's part for operands. NULL or false: an error was told, unless said otherwise. */
#ifndef WC_OPERAND_H
#define WC_OPERAND_H

#include "filter/cursor.h"

/* STRING: quoted or bare; @what names it in a message */
struct operand *operand_take_string(struct cursor *p, const char *what);
/* these give NULL without an error when there is none of them here (p->failed tells) */
struct operand *operand_take_number(struct cursor *p);
struct operand *operand_take_subject(struct cursor *p); /* a field or a call */
struct operand *operand_take_derived(struct cursor *p); /* val(FIELD)[sel] or a call */
/* at "(" */
bool operand_take_set(struct cursor *p, struct operand **items);

#endif
