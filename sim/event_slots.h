#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/ensure.h"
#include "sim/event.h"
#include "sim/prefetch.h"
#include "sim/stable_array.h"

namespace sojourn {

/// Where the pending events lie, still, while their entries are moved about.
///
/// Invariants:
/// 1. An entry is live if its slot holds its word, else stale: its event has run or was cancelled.
/// 2. Free slots form a list: each holds the number of the next one where a word would be, which is
///    less than any word, for sequences count from 1.
///
/// An event that its owner keeps has no slot: in its word the owner's place is where a slot would
/// be. Such words are marked.
///
/// Limits: 67 million events pending, as many places of owners, 1.3e11 events in a run.
class EventSlots {
 public:
  static constexpr std::size_t bytes_per_event = 24;

  /// The word that names the event from now on.
  std::uint64_t take(Event const& event);
  void free(std::uint64_t word);

  /// The same for an event that its owner keeps, who is at that place.
  std::uint64_t take_kept(std::uint32_t place) {
    ensure(place <= slot_mask, "owners of events are at the first 67 million places");
    return next_sequence() | kept | place;
  }
  static bool is_kept(std::uint64_t word) { return (word & kept) != 0; }
  static std::uint32_t owner_of(std::uint64_t word) {
    return static_cast<std::uint32_t>(word & slot_mask);
  }

  /// Any number may be asked for, but only that of a live event is a word held here.
  [[nodiscard]] bool holds(std::uint64_t word) const {
    return (word & slot_mask) < slots_.size() && is_live(word);
  }
  /// Precondition: `word` was taken here.
  [[nodiscard]] bool is_live(std::uint64_t word) const {
    return slots_[word & slot_mask].word == word;
  }
  [[nodiscard]] Event const& event(std::uint64_t word) const {
    return slots_[word & slot_mask].event;
  }
  /// Has the slot fetched into the cache, if there is one, for it will be looked at soon. It may
  /// lie in two lines.
  void prefetch(std::uint64_t word) const {
    if (!is_kept(word)) sojourn::prefetch(slots_[word & slot_mask]);
  }

  /// As many as were ever pending at once.
  [[nodiscard]] std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  static constexpr unsigned slot_bits = 26;
  static constexpr std::uint64_t slot_mask = (std::uint64_t{1} << slot_bits) - 1;
  static constexpr std::uint64_t no_slot = slot_mask;  // ends the list of free slots
  static constexpr std::uint64_t kept = std::uint64_t{1} << slot_bits;
  static constexpr unsigned sequence_shift = slot_bits + 1;
  static constexpr std::uint64_t last_sequence = ~std::uint64_t{0} >> sequence_shift;

  struct Slot {
    std::uint64_t word;
    Event event;
  };
  static_assert(sizeof(Slot) == bytes_per_event);

  /// Where it is in a word.
  std::uint64_t next_sequence() {
    ensure(sequence_ < last_sequence, "a run has fewer than 1.3e11 events");
    return ++sequence_ << sequence_shift;
  }

  StableArray<Slot> slots_{no_slot};
  std::uint64_t free_ = no_slot;
  std::uint64_t sequence_ = 0;
};

inline std::uint64_t EventSlots::take(Event const& event) {
  std::uint64_t const sequence = next_sequence();
  if (free_ == no_slot) {
    ensure(slots_.size() < no_slot, "fewer than 67 million events are pending");
    std::uint64_t const word = sequence | slots_.size();
    slots_.emplace_back(word, event);
    return word;
  }
  Slot& slot = slots_[free_];
  std::uint64_t const word = sequence | free_;
  free_ = slot.word;
  slot = {word, event};
  return word;
}

inline void EventSlots::free(std::uint64_t word) {
  slots_[word & slot_mask].word = free_;
  free_ = word & slot_mask;
}

}  // namespace sojourn
