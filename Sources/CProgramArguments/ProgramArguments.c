// SPDX-License-Identifier: MIT
#include "ProgramArguments.h"

// Says which C library this is.
#include <stdlib.h>

// Swift on Linux reads the arguments from /proc/self/cmdline, so it has none where /proc is
// missing. The C libraries named here pass them to constructors, whatever is mounted.

static int count = -1;
static char **arguments;

#if defined(__GLIBC__) || defined(__APPLE__)
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  count = argc;
  arguments = argv;
}
#endif

int program_argument_count(void) { return count; }

const char *program_argument(int index) {
  return index >= 0 && index < count ? arguments[index] : NULL;
}
