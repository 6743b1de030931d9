// SPDX-License-Identifier: ISC
// Another svscan that watches this directory. With a state root of its own it has a lock of its
// own, too, and would be the second one to start each service.
#pragma once
namespace stoker {

struct ScanTree;

// Dies where one of this user watches the directory, in this container. Users and containers may
// share definitions. Finds none where the system does not show the directories of processes.
void refuse_other_scanner(const ScanTree& tree);

}  // namespace stoker
