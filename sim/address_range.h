#pragma once

#include <cstddef>

namespace sojourn {

/// Room for a table that grows: addresses side by side, of which the first so many bytes are
/// memory. Those behind cost nothing, and nothing moves when they become memory.
///
/// Large ranges ask the system for pages of 2 MB: with pages of 4 kB the processor loses its way in
/// a table that is visited at random, for it remembers where some thousand pages lie. Where the
/// system has none, nothing is lost.
///
/// Cost: to grow, a call of the system for a 32nd of the size, 64 kB at least.
/// Source: mmap(2), mprotect(2), madvise(2); Documentation/admin-guide/mm/transhuge.rst of Linux.
class AddressRange {
 public:
  /// Memory that a range claims at once.
  static constexpr std::size_t least_step = std::size_t{1} << 16;
  static constexpr std::size_t large_page = std::size_t{1} << 21;
  /// Ranges from this size on ask for large pages, the last of which is a quarter of them at most.
  static constexpr std::size_t fewest_large_bytes = 4 * large_page;

  AddressRange() = default;

  /// Less where addresses are limited: a 256th of the limit at most. Where the system has no such
  /// room, half of it is asked for, and so on.
  /// Throws std::bad_alloc if it has none at all.
  explicit AddressRange(std::size_t room);

  AddressRange(AddressRange&& other) noexcept;
  AddressRange& operator=(AddressRange&& other) noexcept;
  AddressRange(AddressRange const&) = delete;
  AddressRange& operator=(AddressRange const&) = delete;
  ~AddressRange();

  /// Begins at a multiple of `large_page`.
  [[nodiscard]] std::byte* begin() const { return begin_; }
  /// Bytes of memory.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// That many bytes are memory then, at least. Throws std::bad_alloc if there is no room or no
  /// memory; what is there stays.
  void grow_to(std::size_t bytes);

  /// Bytes of memory in all ranges that this thread has made grow, less those it has given back.
  static std::ptrdiff_t bytes_of_this_thread();

 private:
  std::byte* mapping_ = nullptr;
  std::size_t mapped_ = 0;
  std::byte* begin_ = nullptr;
  std::size_t room_ = 0;
  std::size_t size_ = 0;
};

}  // namespace sojourn
