#pragma once

#include <cstddef>
#include <limits>
#include <new>

namespace sojourn {

/// Memory for large tables that are visited at random. With pages of the usual 4 kB the processor
/// loses its way in them: it remembers where some thousand pages lie. Large blocks begin at a
/// multiple of 2 MB and ask the system for pages of that size; where it has none, nothing is lost.
/// Source: madvise(2), MADV_HUGEPAGE; Documentation/admin-guide/mm/transhuge.rst of Linux.
class LargePages {
 public:
  static constexpr std::size_t page = std::size_t{1} << 21;
  /// Blocks from this on are large: rounding up to whole pages then adds an eighth at most.
  static constexpr std::size_t fewest_bytes = 8 * page;

  static void* allocate(std::size_t bytes);
  static void deallocate(void* block, std::size_t bytes) noexcept;
};

/// An allocator for vectors that may become large. Cost: that of `operator new`.
template <class Value>
class LargePageAllocator {
 public:
  using value_type = Value;

  LargePageAllocator() = default;
  template <class Other>
  LargePageAllocator(LargePageAllocator<Other> const&) {}

  Value* allocate(std::size_t count) {
    static_assert(alignof(Value) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    if (count > most_bytes / sizeof(Value)) throw std::bad_array_new_length();
    return static_cast<Value*>(LargePages::allocate(count * sizeof(Value)));
  }
  void deallocate(Value* block, std::size_t count) noexcept {
    LargePages::deallocate(block, count * sizeof(Value));
  }

  friend bool operator==(LargePageAllocator, LargePageAllocator) { return true; }

 private:
  static constexpr std::size_t most_bytes = std::numeric_limits<std::ptrdiff_t>::max();
};

}  // namespace sojourn
