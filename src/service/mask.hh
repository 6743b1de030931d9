// SPDX-License-Identifier: ISC
// A masked service is started by nothing and nobody until it is unmasked. The mask is the first
// line of its file `down`, so that other suites at least do not start it at boot.
#pragma once

namespace stoker {

// `service` is the service directory. A `down` that cannot be read is no mask.
bool is_masked(int service);

// Makes the file as a whole, or leaves all as it was. False with errno. What is masked stays so.
[[nodiscard]] bool mask_service(int service);
// Leaves a file `down` where there was one before the mask. False with errno. What is not masked
// is left as it is.
[[nodiscard]] bool unmask_service(int service);

}  // namespace stoker
