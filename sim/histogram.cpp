#include "sim/histogram.h"

#include <cmath>

namespace sojourn {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double second = 1e9;

}  // namespace

double Histogram::quantile(double q) const {
  ensure(q >= 0.0 && q <= 1.0, "a quantile is asked for a probability");
  if (count_ == 0) return none;

  // Rounding must not ask for one more than ceil(q * n): 0.07 * 100 comes out as 7.000000000000001.
  double const exact = q * static_cast<double>(count_);
  double const nearest = std::round(exact);
  double const wanted = std::fabs(exact - nearest) <= 1e-12 * exact ? nearest : std::ceil(exact);
  auto const rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
  if (rank == 1) return min();
  if (rank == count_) return max();

  std::uint64_t seen = 0;
  std::size_t cell = 0;
  while ((seen += counts_[cell]) < rank) ++cell;
  double const middle = middle_of(first_bucket_ + cell);
  return std::clamp(middle, static_cast<double>(least_), static_cast<double>(greatest_)) / second;
}

double Histogram::mean() const {
  return count_ == 0 ? none : static_cast<double>(sum_) / static_cast<double>(count_) / second;
}

double Histogram::min() const { return count_ == 0 ? none : static_cast<double>(least_) / second; }

double Histogram::max() const {
  return count_ == 0 ? none : static_cast<double>(greatest_) / second;
}

void Histogram::merge(Histogram const& other) {
  if (other.count_ == 0) return;
  make_room_for(other);
  std::size_t const offset = other.first_bucket_ - first_bucket_;
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[offset + i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  least_ = std::min(least_, other.least_);
  greatest_ = std::max(greatest_, other.greatest_);
}

void Histogram::make_room_for(Histogram const& other) {
  if (other.counts_.empty()) return;
  cover(other.first_bucket_, other.first_bucket_ + other.counts_.size() - 1);
}

void Histogram::reset() {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = 0;
  sum_ = 0;
  least_ = std::numeric_limits<std::uint64_t>::max();
  greatest_ = 0;
}

double Histogram::middle_of(std::size_t bucket) {
  if (bucket < 2 * buckets_per_doubling) return static_cast<double>(bucket);
  std::size_t const shift = bucket / buckets_per_doubling - 1;
  double const width = std::ldexp(1.0, static_cast<int>(shift));
  double const first = static_cast<double>(bucket - shift * buckets_per_doubling) * width;
  return first + (width - 1.0) / 2.0;  // a bucket holds whole nanoseconds, its last one included
}

void Histogram::record_outside(std::size_t bucket) {
  cover(bucket, bucket);
  ++counts_[bucket - first_bucket_];
}

/// Extends the counts, by whole doublings, to cover the buckets from `first` to `last`.
void Histogram::cover(std::size_t first, std::size_t last) {
  first -= first % buckets_per_doubling;
  last += buckets_per_doubling - last % buckets_per_doubling;
  if (counts_.empty()) {
    first_bucket_ = first;
  } else if (first < first_bucket_) {
    counts_.insert(counts_.begin(), first_bucket_ - first, 0);
    first_bucket_ = first;
  }
  if (last > first_bucket_ + counts_.size()) counts_.resize(last - first_bucket_);
}

}  // namespace sojourn
