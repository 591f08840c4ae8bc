#include "models/ready_messages.h"

#include <algorithm>
#include <utility>

#include "sim/ensure.h"

namespace sojourn {

void ReadyMessages::push(Waiting const& message) {
  bytes_ += size_of(message);
  may_expire_ = may_expire_ || message.expires != Time::max();
  level_of(order_ == Channel::Order::priority ? message.priority() : 0).line.push_back(message);
  ++fresh_;
  park_taken_keys();
}

void ReadyMessages::push(Waiting const& message, Id record) {
  bytes_ += size_of(message);
  may_expire_ = may_expire_ || message.expires != Time::max();
  push_returned({message, record});
  park_taken_keys();
}

ReadyMessages::Level& ReadyMessages::find_level(std::int32_t priority) {
  auto place = levels_.begin();
  while (place != levels_.end() && place->priority > priority) ++place;
  if (place != levels_.end() && place->priority == priority) return *place;
  return *levels_.insert(place, Level{priority, Line(memory_)});
}

/// The place of the first that has messages in line; behind the last if none has.
std::size_t ReadyMessages::first_level() const {
  std::size_t place = 0;
  while (place < levels_.size() && levels_[place].line.empty()) ++place;
  return place;
}

/// Whether the first of that level is before all that have come back.
bool ReadyMessages::is_fresh_next(std::size_t level) const {
  if (level == levels_.size() || returned_.empty()) return level < levels_.size();
  return is_later(returned_.front(), {levels_[level].line.front(), {}});
}

bool ReadyMessages::is_later(Head const& left, Head const& right) const {
  bool const by_priority = order_ == Channel::Order::priority;
  if (by_priority && left.content.priority() != right.content.priority())
    return left.content.priority() < right.content.priority();
  return left.content.sequence > right.content.sequence;
}

void ReadyMessages::push_returned(Head const& head) {
  returned_.push_back(head);
  std::push_heap(returned_.begin(), returned_.end(),
                 [this](Head const& left, Head const& right) { return is_later(left, right); });
}

ReadyMessages::Head ReadyMessages::pop_returned() {
  std::pop_heap(returned_.begin(), returned_.end(),
                [this](Head const& left, Head const& right) { return is_later(left, right); });
  Head const next = returned_.back();
  returned_.pop_back();
  return next;
}

ReadyMessages::Head ReadyMessages::head() const {
  ensure(!empty(), "there is a next message");
  std::size_t const level = first_level();
  return is_fresh_next(level) ? Head{levels_[level].line.front(), {}} : returned_.front();
}

ReadyMessages::Head ReadyMessages::remove_head() {
  std::size_t const level = first_level();
  if (!is_fresh_next(level)) return pop_returned();
  Level& first = levels_[level];
  Head const removed{first.line.front(), {}};
  first.line.pop_front();
  first.trim();
  --fresh_;
  return removed;
}

ReadyMessages::Head ReadyMessages::take() {
  Head const taken = remove_head();
  bytes_ -= size_of(taken.content);
  if (order_ == Channel::Order::key) taken_.insert(taken.content.key);
  park_taken_keys();
  return taken;
}

ReadyMessages::Head ReadyMessages::discard() {
  Head const discarded = remove_head();
  bytes_ -= size_of(discarded.content);
  bring_back(discarded.content.key);
  return discarded;
}

void ReadyMessages::Level::trim() {
  while (!line.empty() && line.front().is(Waiting::gone)) line.pop_front();
  while (!line.empty() && line.back().is(Waiting::gone)) line.pop_back();
}

std::optional<ReadyMessages::Head> ReadyMessages::remove(std::uint64_t sequence) {
  auto found = remove_fresh(sequence);
  if (!found) found = remove_parked(sequence);
  if (!found) {
    found = remove_returned(sequence);
    // It may have been the one of its key that was not set aside.
    if (found && !taken_.contains(found->content.key)) bring_back(found->content.key);
  }
  if (found) bytes_ -= size_of(found->content);
  return found;
}

std::optional<ReadyMessages::Head> ReadyMessages::remove_fresh(std::uint64_t sequence) {
  for (Level& level : levels_) {
    auto const place = std::lower_bound(
        level.line.begin(), level.line.end(), sequence,
        [](Waiting const& message, std::uint64_t wanted) { return message.sequence < wanted; });
    bool const is_there =
        place != level.line.end() && place->sequence == sequence && !place->is(Waiting::gone);
    if (!is_there) continue;
    Head const removed{*place, {}};
    place->set(Waiting::gone);
    level.trim();
    --fresh_;
    park_taken_keys();
    return removed;
  }
  return std::nullopt;
}

std::optional<ReadyMessages::Head> ReadyMessages::remove_returned(std::uint64_t sequence) {
  auto const place = std::find_if(returned_.begin(), returned_.end(), [&](Head const& head) {
    return head.content.sequence == sequence;
  });
  if (place == returned_.end()) return std::nullopt;
  Head const removed = *place;
  returned_.erase(place);
  std::make_heap(returned_.begin(), returned_.end(),
                 [this](Head const& left, Head const& right) { return is_later(left, right); });
  return removed;
}

std::optional<ReadyMessages::Head> ReadyMessages::remove_parked(std::uint64_t sequence) {
  for (auto entry = parked_by_key_.begin(); entry != parked_by_key_.end(); ++entry) {
    auto& line = entry->second;
    auto const place = std::find_if(line.begin(), line.end(), [&](Head const& head) {
      return head.content.sequence == sequence;
    });
    if (place == line.end()) continue;
    Head const removed = *place;
    line.erase(place);
    --parked_;
    if (line.empty()) parked_by_key_.erase(entry);
    return removed;
  }
  return std::nullopt;
}

/// Sets aside what is next until it is a message whose key nobody has.
void ReadyMessages::park_taken_keys() {
  if (taken_.empty()) return;
  while (!empty() && taken_.contains(head().content.key)) {
    Head const next = remove_head();
    auto& line = parked_by_key_[next.content.key];
    auto const place = std::find_if(line.rbegin(), line.rend(), [&](Head const& other) {
      return other.content.sequence < next.content.sequence;
    });
    line.insert(place.base(), next);
    ++parked_;
  }
}

void ReadyMessages::release(Key key) {
  if (!taken_.empty() && taken_.erase(key) > 0) bring_back(key);
}

/// The next of that key takes its place in line, if any was set aside.
void ReadyMessages::bring_back(Key key) {
  if (auto const found = parked_by_key_.find(key); found != parked_by_key_.end()) {
    push_returned(found->second.front());
    found->second.pop_front();
    --parked_;
    if (found->second.empty()) parked_by_key_.erase(found);
  }
  park_taken_keys();
}

std::vector<Waiting> ReadyMessages::drop_since(Time time) {
  std::vector<Waiting> gone;
  for (Level& level : levels_) {
    while (!level.line.empty() && level.line.back().published > time) {
      bytes_ -= size_of(level.line.back());
      gone.push_back(level.line.back());
      level.line.pop_back();
      level.trim();
      --fresh_;
    }
  }
  auto const goes = [&](Head const& head) {
    bool const is_gone = head.content.published > time;
    if (is_gone) bytes_ -= size_of(head.content);
    if (is_gone && !head.record) gone.push_back(head.content);
    return is_gone;
  };
  for (Head const& head : std::exchange(returned_, {})) {
    if (!goes(head)) push_returned(head);
  }
  std::vector<Key> untaken;
  for (auto entry = parked_by_key_.begin(); entry != parked_by_key_.end();) {
    parked_ -= std::erase_if(entry->second, goes);
    if (!taken_.contains(entry->first)) untaken.push_back(entry->first);
    entry = entry->second.empty() ? parked_by_key_.erase(entry) : std::next(entry);
  }
  for (Key const key : untaken) bring_back(key);
  std::sort(gone.begin(), gone.end(), [](Waiting const& left, Waiting const& right) {
    return left.sequence < right.sequence;
  });
  return gone;
}

std::vector<Waiting> ReadyMessages::clear() {
  std::vector<Waiting> gone;
  for_each_fresh([&](Waiting const& message) { gone.push_back(message); });
  std::sort(gone.begin(), gone.end(), [](Waiting const& left, Waiting const& right) {
    return left.sequence < right.sequence;
  });
  levels_.clear();
  returned_.clear();
  parked_by_key_.clear();
  fresh_ = parked_ = 0;
  bytes_ = 0;
  return gone;
}

}  // namespace sojourn
