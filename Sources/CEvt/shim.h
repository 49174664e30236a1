// SPDX-License-Identifier: MIT
#include <libevt.h>
