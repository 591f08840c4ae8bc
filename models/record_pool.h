#pragma once

#include <cstdint>
#include <vector>

#include "sim/ensure.h"
#include "sim/large_pages.h"

namespace sojourn {

constexpr std::uint32_t nowhere = 0xffffffffU;

/// Names a record of a pool: where it is, and which of the place's successive tenants is meant.
struct Id {
  std::uint32_t index = nowhere;
  std::uint32_t generation = 0;

  [[nodiscard]] explicit operator bool() const { return index != nowhere; }
  friend bool operator==(Id, Id) = default;

  /// As the token of an event, and back.
  [[nodiscard]] std::uint64_t token() const {
    return (static_cast<std::uint64_t>(generation) << 32) | index;
  }
  static Id from_token(std::uint64_t token) {
    return {static_cast<std::uint32_t>(token), static_cast<std::uint32_t>(token >> 32)};
  }
};

/// Records of one kind, created and destroyed all the time, addressed by index and generation and
/// never by pointer across a `create`. Copyable. Cost: O(1); no allocation once warm.
///
/// Record needs a public `std::uint32_t generation`, which is the pool's: odd while the record
/// lives.
template <class Record>
class RecordPool {
 public:
  /// A new record in its default state.
  Id create() {
    if (free_.empty()) [[unlikely]]
      return create_place();
    std::uint32_t const index = free_.back();
    free_.pop_back();
    Record& record = records_[index];
    std::uint32_t const generation = record.generation + 1;
    record = Record{};
    record.generation = generation;
    return {index, generation};
  }

  void destroy(Id id) {
    ensure(alive(id), "a record is destroyed once");
    ++records_[id.index].generation;
    free_.push_back(id.index);
  }

  /// Whether `id` names a record that still lives.
  [[nodiscard]] bool alive(Id id) const {
    return id.index < places_ && records_[id.index].generation == id.generation;
  }

  /// The record, or null if it lives no more.
  [[nodiscard]] Record* find(Id id) { return alive(id) ? &records_[id.index] : nullptr; }
  [[nodiscard]] Record const* find(Id id) const {
    return alive(id) ? &records_[id.index] : nullptr;
  }

  /// The record at a place. Precondition: it lives.
  [[nodiscard]] Record& operator[](std::uint32_t index) { return records_[index]; }
  [[nodiscard]] Record const& operator[](std::uint32_t index) const { return records_[index]; }

  [[nodiscard]] Id id_of(std::uint32_t index) const { return {index, records_[index].generation}; }

  [[nodiscard]] std::size_t size() const { return places_ - free_.size(); }

  /// Places, those of living records included, are below this number.
  [[nodiscard]] std::size_t places() const { return places_; }

  /// The living records of which that is true, in order of place.
  template <class Test>
  [[nodiscard]] std::vector<Id> ids_where(Test&& test) const {
    std::vector<Id> found;
    for_each([&](Id id, Record const& record) {
      if (test(record)) found.push_back(id);
    });
    return found;
  }

  /// Calls `visit(Id, record)` for every living record, in order of place.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::uint32_t index = 0; index < places_; ++index) {
      if (records_[index].generation % 2 == 1) visit(id_of(index), records_[index]);
    }
  }

 private:
  Id create_place() {
    std::uint32_t const index = places_++;
    ensure(index != nowhere, "a pool holds at most 2^32 - 1 records");
    if (records_.size() == records_.capacity()) grow();
    records_.emplace_back();
    records_.back().generation = 1;
    return {index, 1};
  }

  /// A large pool by a quarter: what it does not need yet is a fifth of it at most, and not half.
  void grow() {
    std::size_t const size = records_.size();
    records_.reserve(size < 4096 ? 2 * size + 16 : size + size / 4);
  }

  std::vector<Record, LargePageAllocator<Record>> records_;
  std::vector<std::uint32_t> free_;
  std::uint32_t places_ = 0;  // records_.size(), which takes a division
};

}  // namespace sojourn
