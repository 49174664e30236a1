// SPDX-License-Identifier: MIT
#ifndef PROGRAM_ARGUMENTS_H
#define PROGRAM_ARGUMENTS_H

/// How many arguments the program was started with, its own name included.
///
/// -1 where the C library does not say.
int program_argument_count(void);

/// One argument of the program; 0 is the name it was called by.
///
/// NULL where there is none with this index.
const char *program_argument(int index);

#endif
