/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms of names in rule files (language.md 1.2), used where they are given and where they are
 * referred to.
 */
#ifndef WC_NAMES_H
#define WC_NAMES_H

#include <stdbool.h>

#include "base/str.h"

bool is_rule_id(struct str s); /* a slug of at most 40 */
bool is_object_name(struct str s); /* list, macro, exception: at most 64 */
bool is_reserved_word(struct str s); /* words of the condition language: no list or macro */
bool is_tag(struct str s);
bool is_name_char(char c); /* letter, digit, _ */
bool is_key_char(char c, bool first);
bool is_blank(char c); /* space or tab */

#endif
