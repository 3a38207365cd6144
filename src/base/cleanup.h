/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cleanup by scope: auto_free, auto_close, auto_fclose, AUTO(noun), and take_ptr/take_fd to hand
 * over.
 *
 * AUTO(thing) needs a function `void thing_freep(struct thing **)`, which DEFINE_AUTO(thing) makes
 * from `void thing_free(struct thing *)` (which must accept NULL).
 */
#ifndef WC_CLEANUP_H
#define WC_CLEANUP_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0) {
		int saved = errno;
		close(*fd);
		errno = saved;
	}
}

static inline void cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define auto_free __attribute__((cleanup(cleanup_free)))
#define auto_close __attribute__((cleanup(cleanup_close)))
#define auto_fclose __attribute__((cleanup(cleanup_fclose)))

#define DEFINE_AUTO(noun)                                                                          \
	static inline void noun##_freep(struct noun **p)                                           \
	{                                                                                          \
		noun##_free(*p);                                                                   \
	}
#define AUTO(noun) __attribute__((cleanup(noun##_freep))) struct noun *

#define take_ptr(p)                                                                                \
	({                                                                                         \
		__auto_type taken_ = (p);                                                          \
		(p) = NULL;                                                                        \
		taken_;                                                                            \
	})

static inline int take_fd(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
