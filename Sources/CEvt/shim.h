// SPDX-License-Identifier: MIT
// The header asks for that of libbfio, which not every system installs with it, for functions that
// read from elsewhere than a path. They are not called here.
#include <libevt/features.h>
#undef LIBEVT_HAVE_BFIO
#include <libevt.h>
