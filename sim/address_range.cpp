#include "sim/address_range.h"

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>

#include <sys/mman.h>
#include <sys/resource.h>

namespace sojourn {
namespace {

thread_local std::ptrdiff_t claimed = 0;

std::size_t rounded_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

/// Where addresses are limited (`ulimit -v`) one range leaves most of them to the others.
std::size_t most_room() {
  constexpr std::size_t all = std::size_t{1} << 46;
  rlimit limit{};
  bool const is_limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return is_limited ? std::min<std::size_t>(all, limit.rlim_cur / 256) : all;
}

}  // namespace

AddressRange::AddressRange(std::size_t room) {
  room_ = rounded_up(std::clamp(room, std::size_t{1}, most_room()), least_step);
  for (;; room_ = rounded_up(room_ / 2, least_step)) {
    mapped_ = room_ + large_page;  // so that it can begin where a large page does
    void* const mapping =
        mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping != MAP_FAILED) {
      mapping_ = static_cast<std::byte*>(mapping);
      break;
    }
    if (room_ == least_step) throw std::bad_alloc();
  }
  auto const address = reinterpret_cast<std::uintptr_t>(mapping_);
  begin_ = mapping_ + (rounded_up(address, large_page) - address);
}

AddressRange::AddressRange(AddressRange&& other) noexcept
    : mapping_(std::exchange(other.mapping_, nullptr)),
      mapped_(std::exchange(other.mapped_, 0)),
      begin_(std::exchange(other.begin_, nullptr)),
      room_(std::exchange(other.room_, 0)),
      size_(std::exchange(other.size_, 0)) {}

AddressRange& AddressRange::operator=(AddressRange&& other) noexcept {
  std::swap(mapping_, other.mapping_);
  std::swap(mapped_, other.mapped_);
  std::swap(begin_, other.begin_);
  std::swap(room_, other.room_);
  std::swap(size_, other.size_);
  return *this;
}

AddressRange::~AddressRange() {
  if (mapping_ == nullptr) return;
  claimed -= static_cast<std::ptrdiff_t>(size_);
  munmap(mapping_, mapped_);
}

void AddressRange::grow_to(std::size_t bytes) {
  if (bytes <= size_) return;
  if (bytes > room_) throw std::bad_alloc();
  std::size_t const wanted = std::max(bytes, size_ + size_ / 32);
  bool const is_large = wanted >= fewest_large_bytes;
  std::size_t const size = std::min(rounded_up(wanted, is_large ? large_page : least_step), room_);
  if (mprotect(begin_ + size_, size - size_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  claimed += static_cast<std::ptrdiff_t>(size - size_);
  [[maybe_unused]] bool const becomes_large = is_large && size_ < fewest_large_bytes;
#ifdef MADV_HUGEPAGE
  // It is advice: whether it is taken makes no difference but to the time.
  if (becomes_large) static_cast<void>(madvise(begin_, room_, MADV_HUGEPAGE));
#endif
  size_ = size;
}

std::ptrdiff_t AddressRange::bytes_of_this_thread() { return claimed; }

}  // namespace sojourn
