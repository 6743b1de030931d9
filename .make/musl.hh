// SPDX-License-Identifier: ISC
// Definitions that g++'s headers expect from glibc and that musl lacks. Included before
// everything else; see .make/static.
#pragma once
#define __GLIBC_PREREQ(major, minor) 0
#define __locale_t locale_t
enum {
  _ISupper = 1,
  _ISlower = 2,
  _ISalpha = 4,
  _ISdigit = 8,
  _ISxdigit = 16,
  _ISspace = 32,
  _ISprint = 64,
  _IScntrl = 128,
  _ISpunct = 256,
  _ISblank = 512,
};
#ifdef __cplusplus
#include <bits/c++config.h>
#endif
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
