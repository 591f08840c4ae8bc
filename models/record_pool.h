#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "sim/ensure.h"
#include "sim/prefetch.h"
#include "sim/stable_array.h"

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

/// Records of one kind, created and destroyed all the time. They stay where they are: a reference
/// is good until its record is destroyed, and a record named by index and generation is known to
/// live or not. Copyable; whatever is to hold in the copy refers by index. Cost: O(1); no
/// allocation once warm.
///
/// Record needs a public `std::uint32_t generation`, which is the pool's: odd while the record
/// lives. It gives all its members their first values itself.
template <class Record>
class RecordPool {
 public:
  /// So many at most: twice as many requests or messages as a run may hold before it is given up.
  /// Of activities that work or wait half as many: see `EventSlots`.
  static constexpr std::size_t most_records = std::size_t{1} << 27;

  /// A new record in its default state.
  Record& create() {
    if (free_.empty()) [[unlikely]]
      return create_place();
    std::uint32_t const index = free_.back();
    free_.pop_back();
    std::uint32_t const generation = records_[index].generation + 1;
    // In place: a default one that is copied here would be read from where it was just written.
    // Without (), which would clear it first.
    std::destroy_at(&records_[index]);
    Record& record = *::new (static_cast<void*>(&records_[index])) Record;
    record.generation = generation;
    return record;
  }

  void destroy(Id id) {
    bool const is_alive = alive(id) && id.generation % 2 == 1;
    ensure(is_alive, "a record is destroyed once");
    ++records_[id.index].generation;
    free_.push_back(id.index);
  }

  /// Whether `id` names a record that still lives.
  [[nodiscard]] bool alive(Id id) const {
    return id.index < records_.size() && records_[id.index].generation == id.generation;
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

  /// Of a record that is here.
  [[nodiscard]] std::uint32_t index_of(Record const& record) const {
    return static_cast<std::uint32_t>(&record - records_.begin());
  }
  [[nodiscard]] Id id_of(Record const& record) const {
    return {index_of(record), record.generation};
  }

  /// Has the record at a place fetched into the cache, for it will be looked at soon.
  void prefetch(std::uint32_t index) const { sojourn::prefetch(records_[index]); }

  [[nodiscard]] std::size_t size() const { return records_.size() - free_.size(); }

  /// Places, those of living records included, are below this number.
  [[nodiscard]] std::size_t places() const { return records_.size(); }

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
    for (std::uint32_t index = 0; index < records_.size(); ++index) {
      if (records_[index].generation % 2 == 1) visit(id_of(index), records_[index]);
    }
  }

 private:
  Record& create_place() {
    Record& record = records_.emplace_back();
    record.generation = 1;
    return record;
  }

  StableArray<Record> records_{most_records};
  std::vector<std::uint32_t> free_;
};

}  // namespace sojourn
