/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an image reference: REPOSITORY[:TAG][@DIGEST]. */
#ifndef WC_IMAGE_H
#define WC_IMAGE_H

#include "base/str.h"

enum image_part { IMAGE_WHOLE, IMAGE_REPOSITORY, IMAGE_TAG, IMAGE_DIGEST };

/*
 * absent if the reference has no such part; an image that was named by its id alone has no
 * repository
 */
struct str image_part(struct str image, enum image_part part);

#endif
