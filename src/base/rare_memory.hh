// SPDX-License-Identifier: ISC
// Memory for what hardly any process needs. Pieces share pages: a process that needs several pays
// for one page, and one that needs none for no page.
#pragma once
#include <cstddef>

namespace stoker {

// Zeroes, for any type; stays until the process ends or executes a program. Null with errno if
// there is no memory.
void* reserve_rare_memory(size_t size);

}  // namespace stoker
