/* SPDX-License-Identifier: ISC */
/* The program that serves a connection where servers are measured: it says something, and exits. */
#include <unistd.h>

int main(void) { return write(1, "hello\n", 6) == 6 ? 0 : 111; }
