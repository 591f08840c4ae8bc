#include "models/policy/key_cache.h"

#include <limits>

#include "sim/ensure.h"

namespace sojourn {

KeyCache::KeyCache(Eviction policy, std::size_t capacity, std::optional<Duration> ttl)
    : policy_(policy), capacity_(capacity), ttl_(ttl) {
  ensure(capacity >= 1 && capacity < none, "a cache has room for one and can number all");
}

std::size_t KeyCache::expire(Time now) {
  std::size_t expired = 0;
  for (; ages_.head != none && entries_[ages_.head].expires <= now; ++expired) remove(ages_.head);
  return expired;
}

bool KeyCache::use(Key key) {
  auto const found = places_.find(key);
  if (found == places_.end()) return false;
  touch(found->second);
  return true;
}

bool KeyCache::put(Key key, Time now, RandomStream& random) {
  Time const expires = ttl_ ? now + *ttl_ : never;
  if (auto const found = places_.find(key); found != places_.end()) {
    Place const place = found->second;
    entries_[place].expires = expires;
    unlink(ages_, place);
    link_behind(ages_, ages_.tail, place);
    touch(place);
    return false;
  }
  bool const full = entries_.size() == capacity_;
  if (full && policy_ == Eviction::random) {
    remove(static_cast<Place>(random.below(entries_.size())));
  } else if (full) {
    remove(turns_.head);
  }
  auto const place = static_cast<Place>(entries_.size());
  Entry& entry = entries_.emplace_back();
  entry.key = key;
  entry.expires = expires;
  places_.emplace(key, place);
  link_behind(ages_, ages_.tail, place);
  join_turns(place);
  return full;
}

void KeyCache::clear() { *this = KeyCache(policy_, capacity_, ttl_); }

void KeyCache::touch(Place place) {
  if (policy_ == Eviction::fifo || policy_ == Eviction::random) return;
  Entry& entry = entries_[place];
  if (policy_ == Eviction::lru) {
    unlink(turns_, place);
    link_behind(turns_, turns_.tail, place);
    return;
  }
  if (entry.uses == std::numeric_limits<std::uint32_t>::max()) return;
  leave_turns(place);
  ++entry.uses;
  join_turns(place);
}

/// Behind all that were used as often or less.
void KeyCache::join_turns(Place place) {
  if (policy_ != Eviction::lfu) {
    link_behind(turns_, turns_.tail, place);
    return;
  }
  auto const [last, is_first] = last_used_.try_emplace(entries_[place].uses, place);
  // Nobody else was used so often: it comes behind those used once less, or where they would be.
  Place before = is_first ? none : last->second;
  if (is_first) {
    auto const less = last_used_.find(entries_[place].uses - 1);
    before = less == last_used_.end() ? entries_[place].turn.previous : less->second;
  }
  last->second = place;
  link_behind(turns_, before, place);
}

/// Leaves its place in line; its link to the one before it stays known, to be found again.
void KeyCache::leave_turns(Place place) {
  Links const links = entries_[place].turn;
  unlink(turns_, place);
  if (policy_ != Eviction::lfu) return;
  std::uint32_t const uses = entries_[place].uses;
  auto const last = last_used_.find(uses);
  if (last->second != place) return;
  bool const has_others = links.previous != none && entries_[links.previous].uses == uses;
  if (has_others) {
    last->second = links.previous;
  } else {
    last_used_.erase(last);
  }
}

void KeyCache::remove(Place place) {
  leave_turns(place);
  unlink(ages_, place);
  places_.erase(entries_[place].key);
  move_last_to(place);
  entries_.pop_back();
}

/// Entries lie side by side, so that one can be drawn.
void KeyCache::move_last_to(Place place) {
  auto const last = static_cast<Place>(entries_.size() - 1);
  if (place == last) return;
  Entry const& moved = entries_[place] = entries_[last];
  places_.at(moved.key) = place;
  for (Chain* const chain : {&turns_, &ages_}) {
    Links const& links = moved.*(chain->links);
    next_of(*chain, links.previous) = previous_of(*chain, links.next) = place;
  }
  if (policy_ != Eviction::lfu) return;
  if (Place& used = last_used_.at(moved.uses); used == last) used = place;
}

/// At the head if `before` is none.
void KeyCache::link_behind(Chain& chain, Place before, Place place) {
  Links& links = entries_[place].*(chain.links);
  links = {before, next_of(chain, before)};
  next_of(chain, before) = previous_of(chain, links.next) = place;
}

void KeyCache::unlink(Chain& chain, Place place) {
  Links const& links = entries_[place].*(chain.links);
  next_of(chain, links.previous) = links.next;
  previous_of(chain, links.next) = links.previous;
}

/// Who comes next behind an entry; of none, the head.
KeyCache::Place& KeyCache::next_of(Chain& chain, Place place) {
  return place == none ? chain.head : (entries_[place].*(chain.links)).next;
}

/// Who comes before an entry; of none, the tail.
KeyCache::Place& KeyCache::previous_of(Chain& chain, Place place) {
  return place == none ? chain.tail : (entries_[place].*(chain.links)).previous;
}

}  // namespace sojourn
