/* SPDX-License-Identifier: Apache-2.0 */
/* A ':' is a tag's only behind the last '/': before it stands the port of a registry. */
#include "field/image.h"

struct str image_part(struct str image, enum image_part part)
{
	ssize_t at = str_chr(image, '@');
	struct str name = at < 0 ? image : str_first(image, (size_t)at);
	struct str digest = at < 0 ? STR_ABSENT : str_from(image, (size_t)at + 1);
	ssize_t slash = str_rchr(name, '/'), colon = str_rchr(name, ':');

	if (!image.ptr || part == IMAGE_WHOLE)
		return image;
	if (part == IMAGE_DIGEST)
		return str_starts(image, STR("sha256:")) ? image : digest;
	if (str_starts(image, STR("sha256:")))
		return STR_ABSENT;
	if (colon < slash)
		colon = -1;
	if (part == IMAGE_TAG)
		return colon < 0 ? STR_ABSENT : str_from(name, (size_t)colon + 1);
	return colon < 0 ? name : str_first(name, (size_t)colon);
}
