#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <vector>

namespace sojourn::by_hand {

/// An event of 16 bytes that is its own key: the bits of its time, which for positive numbers are
/// in their order, above its sequence, above the number that says what it is.
__extension__ using Event = unsigned __int128;

inline Event event_at(double time, std::uint32_t sequence, std::uint32_t id) {
  auto const low = std::uint64_t{sequence} << 32 | id;
  return static_cast<Event>(std::bit_cast<std::uint64_t>(time)) << 64 | low;
}
inline double time_of(Event event) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(event >> 64));
}
inline std::uint32_t id_of(Event event) { return static_cast<std::uint32_t>(event); }

constexpr Event never = ~Event{0};

/// Memory that begins with a cache line.
template <class T>
struct CacheAligned {
  using value_type = T;
  static constexpr std::align_val_t line{64};
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), line));
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, line); }
  friend bool operator==(CacheAligned, CacheAligned) { return true; }
};

/// A 4-ary implicit heap of events, as bare as it can be.
///
/// The four children of an event share a cache line. Behind the last event there is always a line
/// that holds `never`, so that nobody asks whether a child is there. What was taken stays at the
/// top until the next call, which mostly puts something in its place.
/// Source: LaMarca and Ladner, "The influence of caches on the performance of heaps", ACM JEA 1
/// (1996).
class Heap {
 public:
  Heap() : events_(root + 1 + 2 * arity, never) {}

  void push(Event event) {
    if (vacant_) {
      vacant_ = false;
      sink(event);
      return;
    }
    std::size_t const hole = end_++;
    if (end_ + 2 * arity > events_.size()) events_.resize(2 * events_.size(), never);
    rise(hole, event);
  }

  /// Takes the earliest event. Precondition: there is one.
  Event pop() {
    if (vacant_) remove_top();
    vacant_ = true;
    return events_[root];
  }

 private:
  static constexpr std::size_t arity = 4;
  static constexpr std::size_t root = 3;  // then the children of i, from 4 * i - 8 on, share a line
  static constexpr std::size_t beyond_caches = 100'000;

  static constexpr std::size_t first_child(std::size_t parent) { return arity * (parent - 2); }
  static constexpr std::size_t parent_of(std::size_t child) { return child / arity + 2; }

  void remove_top() {
    Event const last = events_[--end_];
    events_[end_] = never;
    if (end_ > root) sink(last);
  }

  void rise(std::size_t hole, Event event) {
    while (hole > root && event < events_[parent_of(hole)]) {
      events_[hole] = events_[parent_of(hole)];
      hole = parent_of(hole);
    }
    events_[hole] = event;
  }

  void sink(Event event) {
    if (end_ > beyond_caches) {
      sink_to<true>(event);
    } else {
      sink_to<false>(event);
    }
  }

  /// Which child is least cannot be predicted, so there is no branch; in a large heap, the lines of
  /// all grandchildren are asked for before it is known which of them matters.
  template <bool prefetches>
  void sink_to(Event event) {
    std::size_t hole = root;
    for (std::size_t child = first_child(hole); child < end_; child = first_child(hole)) {
      if constexpr (prefetches)
        for (std::size_t i = 0; i < arity; ++i)
          __builtin_prefetch(events_.data() + first_child(child + i));
      std::size_t const least = least_of_four(child);
      if (!(events_[least] < event)) break;
      events_[hole] = events_[least];
      hole = least;
    }
    events_[hole] = event;
  }

  [[nodiscard]] std::size_t least_of_four(std::size_t first) const {
    Event const* const child = events_.data() + first;
    auto const left = static_cast<std::size_t>(child[1] < child[0]);
    auto const right = 2 + static_cast<std::size_t>(child[3] < child[2]);
    std::size_t const mask = 0 - static_cast<std::size_t>(child[right] < child[left]);
    return first + (left ^ ((left ^ right) & mask));
  }

  std::vector<Event, CacheAligned<Event>> events_;
  std::size_t end_ = root;  // behind the last event
  bool vacant_ = false;     // the top was taken and nothing has come in its place yet
};

}  // namespace sojourn::by_hand
