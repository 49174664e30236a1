// SPDX-License-Identifier: MIT
#include <libevtx.h>
