#include "sim/event_lanes.h"

#include <algorithm>
#include <utility>

namespace sojourn {

std::size_t EventLanes::bytes() const {
  std::size_t places = 0;
  for (Lane const& lane : lanes_) places += lane.places();
  return places * sizeof(EventEntry);
}

std::size_t EventLanes::take_next(EventSlots const& slots) {
  auto const lane = std::find_if(lanes_.begin(), lanes_.end(), [&](Lane const& each) {
    return !each.empty() && each.front().word == next_.word;
  });
  lane->pop();
  std::size_t const dropped = lane->drop_stale(slots);
  size_ -= 1 + dropped;
  find_next();
  return dropped;
}

std::size_t EventLanes::sweep(EventSlots const& slots) {
  std::size_t const before = std::exchange(size_, 0);
  for (Lane& lane : lanes_) size_ += lane.sweep(slots);
  find_next();
  return before - size_;
}

void EventLanes::find_next() {
  next_ = last_entry;
  for (Lane const& lane : lanes_) {
    if (!lane.empty() && lane.front().key() < next_.key()) next_ = lane.front();
  }
}

std::size_t EventLanes::Lane::sweep(EventSlots const& slots) {
  std::size_t kept = first_;
  for (std::size_t at = first_; at < end_; ++at) {
    EventEntry const entry = entries_[at & mask()];
    if (slots.is_live(entry.word)) entries_[kept++ & mask()] = entry;
  }
  end_ = kept;
  return end_ - first_;
}

void EventLanes::Lane::grow() {
  std::vector<EventEntry> wider(std::max<std::size_t>(16, 2 * entries_.size()));
  std::size_t const count = end_ - first_;
  for (std::size_t i = 0; i < count; ++i) wider[i] = entries_[(first_ + i) & mask()];
  entries_ = std::move(wider);
  first_ = 0;
  end_ = count;
}

}  // namespace sojourn
