#pragma once

#include <cstddef>

namespace sojourn {

constexpr std::size_t cache_line = 64;

/// Has bytes fetched into the cache that will be looked at soon, line after line. Nothing waits for
/// them, and nothing else changes.
inline void prefetch(void const* begin, std::size_t bytes) {
  auto const* const first = static_cast<char const*>(begin);
  for (std::size_t offset = 0; offset < bytes; offset += cache_line)
    __builtin_prefetch(first + offset);
  if (bytes > 1) __builtin_prefetch(first + bytes - 1);
  // g++ 12 leaves out calls of functions that do nothing else.
  __asm__ volatile("");
}

/// The same with an object.
template <class Object>
void prefetch(Object const& object) {
  constexpr std::size_t size = sizeof(Object);
  constexpr std::size_t alignment = alignof(Object);
  constexpr bool may_begin_within_a_line = alignment < cache_line && size != alignment;
  auto const* const first = reinterpret_cast<char const*>(&object);
  for (std::size_t offset = 0; offset < size; offset += cache_line)
    __builtin_prefetch(first + offset);
  if constexpr (may_begin_within_a_line) __builtin_prefetch(first + size - 1);
  __asm__ volatile("");
}

}  // namespace sojourn
