#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/ensure.h"
#include "sim/prefetch.h"
#include "sim/time.h"

namespace sojourn {

/// A mergeable histogram of durations, for their quantiles, mean and extremes.
///
/// Buckets are log-linear: 64 to each doubling, so the middle of a bucket is within 1/128 of all
/// durations in it, and exact below 128 ns. Count, mean, least and greatest are exact.
///
/// Quantile q is the smallest value v such that at least ceil(q * n) of the n durations are <= v;
/// what is told is within 1/128 (0.8 %) of it.
///
/// Unit: results in seconds, NaN while there is none. Memory: 512 bytes for each doubling between
/// the least and the greatest duration seen, at most 29 kB. Cost: record O(1).
/// Source: the bucket layout is that of Tene's HdrHistogram.
class Histogram {
 public:
  /// Whether it had to make room for it. Precondition: `duration` >= 0.
  bool record(Duration duration) {
    ensure(duration >= Duration::zero(), "no duration is negative");
    auto const nanoseconds = static_cast<std::uint64_t>(duration.count());
    std::size_t const cell = bucket_of(nanoseconds) - first_bucket_;
    bool const has_room = cell < counts_.size();
    if (has_room) [[likely]] {
      ++counts_[cell];
    } else {
      record_outside(bucket_of(nanoseconds));
    }
    ++count_;
    sum_ += nanoseconds;
    if (nanoseconds < least_) [[unlikely]]
      least_ = nanoseconds;
    if (nanoseconds > greatest_) [[unlikely]]
      greatest_ = nanoseconds;
    return !has_room;
  }

  /// Has the bucket of that duration, which is >= 0, fetched into the cache.
  void prefetch(Duration duration) const {
    auto const nanoseconds = static_cast<std::uint64_t>(duration.count());
    std::size_t const cell = bucket_of(nanoseconds) - first_bucket_;
    if (cell < counts_.size()) sojourn::prefetch(counts_[cell]);
  }

  /// Precondition: 0 <= `q` <= 1. Cost: O(buckets).
  [[nodiscard]] double quantile(double q) const;

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double mean() const;
  [[nodiscard]] double min() const;
  [[nodiscard]] double max() const;

  /// As if all that `other` recorded had been recorded here.
  void merge(Histogram const& other);

  /// Makes room for all that `other` has room for.
  void make_room_for(Histogram const& other);

  /// Forgets all, but keeps its memory.
  void reset();

 private:
  static constexpr unsigned precision_bits = 6;
  static constexpr std::size_t buckets_per_doubling = std::size_t{1} << precision_bits;
  __extension__ using Sum = unsigned __int128;  // 64 bits overflow after 2e10 waits of one second

  /// The leading 7 bits select the bucket; buckets below 128 are one nanosecond wide.
  static std::size_t bucket_of(std::uint64_t nanoseconds) {
    auto const width = static_cast<unsigned>(std::bit_width(nanoseconds | buckets_per_doubling));
    unsigned const shift = width - precision_bits - 1;
    return shift * buckets_per_doubling + static_cast<std::size_t>(nanoseconds >> shift);
  }
  static double middle_of(std::size_t bucket);

  void record_outside(std::size_t bucket);
  void cover(std::size_t first, std::size_t last);

  std::vector<std::uint64_t> counts_;  // (whole doublings), from first_bucket_ on
  std::size_t first_bucket_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t least_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t greatest_ = 0;
  Sum sum_ = 0;
};

}  // namespace sojourn
