#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "sim/address_range.h"

namespace sojourn {

/// An array that grows where it is: its elements never move, and a 32nd beyond what they take
/// and one step of the range is claimed at most. Copyable; a copy lies elsewhere.
///
/// Cost: to append O(1), without moving what is there.
template <class Value>
class StableArray {
 public:
  /// Room for that many elements at most; less where the system has not so much.
  explicit StableArray(std::size_t most) : most_(most) {}

  StableArray(StableArray const& other) : most_(other.most_) {
    if (other.size_ == 0) return;
    claim(other.size_);
    std::uninitialized_copy(other.begin(), other.end(), data_);
    size_ = other.size_;
  }
  StableArray(StableArray&& other) noexcept : most_(other.most_) { swap(other); }
  StableArray& operator=(StableArray other) noexcept {
    swap(other);
    return *this;
  }
  ~StableArray() { std::destroy_n(data_, size_); }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const { return size_ * sizeof(Value); }

  [[nodiscard]] Value& operator[](std::size_t place) { return data_[place]; }
  [[nodiscard]] Value const& operator[](std::size_t place) const { return data_[place]; }
  [[nodiscard]] Value* begin() { return data_; }
  [[nodiscard]] Value const* begin() const { return data_; }
  [[nodiscard]] Value const* end() const { return data_ + size_; }

  /// Throws std::bad_alloc where there is no more room or memory.
  template <class... Arguments>
  Value& emplace_back(Arguments&&... arguments) {
    if (size_ == claimed_) [[unlikely]]
      claim(size_ + 1);
    Value* const value =
        ::new (static_cast<void*>(data_ + size_)) Value{std::forward<Arguments>(arguments)...};
    ++size_;
    return *value;
  }

  void swap(StableArray& other) noexcept {
    std::swap(range_, other.range_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(claimed_, other.claimed_);
    std::swap(most_, other.most_);
  }

 private:
  /// There is memory for so many then, at least.
  void claim(std::size_t count) {
    if (count > most_) throw std::bad_alloc();
    if (range_.begin() == nullptr) range_ = AddressRange(most_ * sizeof(Value));
    range_.grow_to(count * sizeof(Value));
    data_ = reinterpret_cast<Value*>(range_.begin());
    claimed_ = std::min(range_.size() / sizeof(Value), most_);
  }

  Value* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t claimed_ = 0;
  std::size_t most_;
  AddressRange range_;
};

}  // namespace sojourn
