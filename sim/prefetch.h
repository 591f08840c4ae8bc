#pragma once

#include <cstddef>

namespace sojourn {

/// Has bytes fetched into the cache that will be looked at soon, line after line. Nothing waits for
/// them, and nothing else changes.
inline void prefetch(void const* begin, std::size_t bytes) {
  constexpr std::size_t line = 64;
  auto const* const first = static_cast<char const*>(begin);
  for (std::size_t offset = 0; offset < bytes; offset += line) __builtin_prefetch(first + offset);
  __builtin_prefetch(first + bytes - 1);
  // g++ 12 leaves out calls of functions that do nothing else.
  __asm__ volatile("");
}

}  // namespace sojourn
