// SPDX-License-Identifier: MIT
#ifdef __linux__
/// Makes a file in memory. The C library declares the function only where _GNU_SOURCE is defined,
/// and Swift's import of it does not define that.
extern int memfd_create(const char *name, unsigned int flags);
#endif
