#pragma once

#include <cstddef>

namespace sojourn {

/// Bytes that this program has allocated by `new` and not freed, as malloc rounds them.
std::size_t allocated_bytes();

/// The greatest `allocated_bytes()` since the last `restart_peak()`.
std::size_t peak_allocated_bytes();
void restart_peak();

}  // namespace sojourn
