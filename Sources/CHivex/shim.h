// SPDX-License-Identifier: MIT
#include <hivex.h>
