#include "sim/event_ladder.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "sim/event_line.h"

namespace sojourn {

namespace {

/// So many slots, a cache line or two each, fit in the second cache.
constexpr std::size_t most_fetched = 16384;

/// In a bucket of more than so many it is worth while not to look for the earliest and the latest.
constexpr std::size_t most_looked_through = 4096;

/// The least key of a time, which may lie beyond the clock's last.
EventKey first_key_at(EventKey time) {
  constexpr EventKey last_time = last_key >> 64;
  return time > last_time ? last_key : time << 64;
}

}  // namespace

std::size_t EventLadder::Rung::bucket_of(std::int64_t time) const {
  std::uint64_t const offset = static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(start);
  return std::min<std::uint64_t>(offset >> shift, count - 1);
}

EventKey EventLadder::Rung::start_of(std::size_t bucket) const {
  return first_key_at(start + (static_cast<EventKey>(bucket) << shift));
}

void EventLadder::add(EventEntry entry) {
  // Most belong to the first rungs.
  std::size_t rung = 0;
  while (rung + 1 < depth_ && entry.key() < rungs_[rung].front) ++rung;
  append(rungs_[rung].buckets[rungs_[rung].bucket_of(entry.time)], entry);
  ++size_;
}

static_assert(EventLadder::most_at_once <= EventLine::most);

void EventLadder::spread(std::span<EventEntry const> sorted) {
  gathered_.assign(sorted.begin(), sorted.end());
  // Else rungs would pile up where ever earlier ones come.
  while (depth_ > 0 && size_of_lowest() <= gathered_.size()) take_lowest(gathered_);
  auto const last = std::max_element(
      gathered_.begin(), gathered_.end(),
      [](EventEntry const& left, EventEntry const& right) { return left.time < right.time; });
  Rung& rung = open_rung(sorted.front().time, last->time, gathered_.size());
  for (EventEntry const entry : gathered_) append(rung.buckets[rung.bucket_of(entry.time)], entry);
  size_ += gathered_.size();
  moves_ += gathered_.size();
}

EventKey EventLadder::take(std::vector<EventEntry>& taken, EventSlots const& slots) {
  while (depth_ > 0) {
    Rung& rung = rungs_[depth_ - 1];
    Bucket& bucket = rung.buckets[rung.current];
    bool const fits = taken.size() + bucket.size <= (taken.empty() ? most_at_once : batch);
    // Empty ones at a rung's end may begin where the rung above does already.
    if (fits || bucket.size == 0) {
      take_whole(std::exchange(bucket, {}), taken);
      leave_bucket();
    } else if (!taken.empty()) {
      return rung.front;
    } else if (rung.is_an_instant(rung.current)) {
      take_chunk(bucket, taken);
      return chunks_[bucket.first].front().key();
    } else {
      Times const times = range_of(rung, bucket);
      leave_bucket();
      spread(std::exchange(bucket, {}), times, slots);
    }
  }
  return last_key;
}

EventKey EventLadder::take_all(std::vector<EventEntry>& taken) {
  while (depth_ > 0) take_lowest(taken);
  return last_key;
}

/// How many entries are on the lowest rung.
std::size_t EventLadder::size_of_lowest() const {
  std::size_t size = 0;
  for (Bucket const& bucket : rungs_[depth_ - 1].buckets) size += bucket.size;
  return size;
}

/// Takes all that is on the lowest rung, which is done with then.
void EventLadder::take_lowest(std::vector<EventEntry>& taken) {
  for (std::size_t const depth = depth_; depth_ == depth; leave_bucket()) {
    Rung& rung = rungs_[depth_ - 1];
    take_whole(std::exchange(rung.buckets[rung.current], {}), taken);
  }
}

/// A rung for so many entries from the time `first` to `last`: none falls into its last bucket.
EventLadder::Rung& EventLadder::open_rung(std::int64_t first, std::int64_t last,
                                          std::size_t entries) {
  if (depth_ == rungs_.size()) rungs_.emplace_back();
  Rung& rung = rungs_[depth_++];
  auto const range = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  rung.start = first;
  rung.count = std::clamp(std::bit_ceil(entries / 8), fewest_buckets, most_buckets);
  rung.shift = static_cast<unsigned>(std::bit_width(range / (rung.count - 1)));
  rung.current = 0;
  rung.front = rung.start_of(0);
  return rung;
}

/// Goes on to the next bucket of the lowest rung, which is done with after its last.
void EventLadder::leave_bucket() {
  Rung& rung = rungs_[depth_ - 1];
  if (++rung.current == rung.count) {
    --depth_;
  } else {
    rung.front = rung.start_of(rung.current);
  }
}

void EventLadder::spread(Bucket bucket, Times times, EventSlots const& slots) {
  Rung& rung = open_rung(times.first, times.last, bucket.size);
  moves_ += bucket.size;
  bool const are_due_soon = bucket.size <= most_fetched;
  empty(bucket, [&](EventEntry entry) {
    append(rung.buckets[rung.bucket_of(entry.time)], entry);
    if (are_due_soon) slots.prefetch(entry.word);
  });
}

/// Has a chunk fetched into the cache: it lies anywhere.
void EventLadder::prefetch(std::uint32_t chunk) const {
  if (chunk != no_chunk) sojourn::prefetch(chunks_[chunk]);
}

/// What a rung for the entries of a bucket, which is not empty, has to reach over: all of the
/// bucket's own width, if some of them lie all over it; else what they do.
EventLadder::Times EventLadder::range_of(Rung const& rung, Bucket const& bucket) const {
  bool const has_width = rung.current + 1 < rung.count;
  if (!has_width || bucket.size <= most_looked_through) return times_of(bucket, bucket.size);
  EventKey const width = EventKey{1} << rung.shift;
  Times const some = times_of(bucket, chunk_size);
  if (static_cast<EventKey>(some.last) - some.first < width / 2) {
    return times_of(bucket, bucket.size);
  }
  constexpr std::int64_t end_of_clock = std::numeric_limits<std::int64_t>::max();
  EventKey const first = rung.start + static_cast<EventKey>(rung.current) * width;
  EventKey const last = std::min<EventKey>(first + width - 1, end_of_clock);
  return {static_cast<std::int64_t>(first), static_cast<std::int64_t>(last)};
}

/// The earliest and the latest time of the first so many entries, one at least, of a bucket.
EventLadder::Times EventLadder::times_of(Bucket const& bucket, std::size_t left) const {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (std::uint32_t chunk = bucket.first; left > 0; chunk = next_[chunk]) {
    prefetch(next_[chunk]);
    Chunk const& entries = chunks_[chunk];
    std::size_t const size = std::min(left, chunk_size);
    for (std::size_t k = 0; k < size; ++k) {
      first = std::min(first, entries[k].time);
      last = std::max(last, entries[k].time);
    }
    left -= size;
  }
  return {first, last};
}

void EventLadder::append(Bucket& bucket, EventEntry entry) {
  std::size_t const offset = bucket.size % chunk_size;
  if (offset == 0) add_chunk(bucket);
  chunks_[bucket.last][offset] = entry;
  ++bucket.size;
}

void EventLadder::add_chunk(Bucket& bucket) {
  std::uint32_t chunk = free_;
  if (chunk == no_chunk) {
    chunk = static_cast<std::uint32_t>(next_.size());
    next_.push_back(no_chunk);
    chunks_.emplace_back();
  } else {
    free_ = next_[chunk];
  }
  (bucket.size == 0 ? bucket.first : next_[bucket.last]) = chunk;
  bucket.last = chunk;
  next_[chunk] = no_chunk;
}

void EventLadder::free_first_chunk(Bucket& bucket) {
  std::uint32_t const next = next_[bucket.first];
  next_[bucket.first] = free_;
  free_ = bucket.first;
  bucket.first = next;
  bucket.size -= std::min<std::uint32_t>(bucket.size, chunk_size);
}

void EventLadder::take_whole(Bucket bucket, std::vector<EventEntry>& taken) {
  size_ -= bucket.size;
  empty(bucket, [&](EventEntry entry) { taken.push_back(entry); });
}

/// Precondition: the bucket's first chunk is full.
void EventLadder::take_chunk(Bucket& bucket, std::vector<EventEntry>& taken) {
  size_ -= chunk_size;
  Chunk const& chunk = chunks_[bucket.first];
  taken.insert(taken.end(), chunk.begin(), chunk.end());
  free_first_chunk(bucket);
}

}  // namespace sojourn
