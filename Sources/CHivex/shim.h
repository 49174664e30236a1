// SPDX-License-Identifier: MIT
#include <hivex.h>
#include <stdlib.h>
