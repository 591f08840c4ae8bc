#pragma once

#include <cstddef>

namespace sojourn {

/// Bytes that this thread has allocated by `new` and not freed, as malloc rounds them.
std::ptrdiff_t allocated_bytes();

/// The greatest `allocated_bytes()` since the last `restart_peak()`.
std::ptrdiff_t peak_allocated_bytes();
void restart_peak();

/// How often this thread has called `new`.
std::size_t allocations();

}  // namespace sojourn
