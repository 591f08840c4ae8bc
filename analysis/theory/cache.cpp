#include "analysis/theory/cache.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace sojourn::theory {
namespace {

double in_cache(double rate, double time, CachePolicy policy) {
  return policy == CachePolicy::lru ? -std::expm1(-rate * time) : rate * time / (1.0 + rate * time);
}

/// Sums over all ordered contents that begin with those taken so far.
class Contents {
 public:
  Contents(std::vector<double> const& rates, int capacity, double total)
      : rates_(rates), taken_(rates.size(), false), capacity_(capacity), total_(total) {}

  double hits(int depth, double probability, double rate_taken) {
    if (depth == capacity_) return probability * rate_taken / total_;
    double sum = 0.0;
    for (std::size_t i = 0; i < rates_.size(); ++i) {
      if (taken_[i]) continue;
      taken_[i] = true;
      sum +=
          hits(depth + 1, probability * rates_[i] / (total_ - rate_taken), rate_taken + rates_[i]);
      taken_[i] = false;
    }
    return sum;
  }

 private:
  std::vector<double> const& rates_;
  std::vector<bool> taken_;
  int capacity_;
  double total_;
};

}  // namespace

Answer<CacheHits> che(std::vector<double> const& rates, double capacity, CachePolicy policy) {
  Requirements needs;
  needs.that(!rates.empty(), "there is no key").positive("the capacity of the cache", capacity);
  for (double const rate : rates) needs.positive("the rate of a key", rate);
  if (needs.broken()) return needs.failure();

  CacheHits result;
  if (capacity >= static_cast<double>(rates.size())) {
    result.hit_ratio = 1.0;
    result.of_key.assign(rates.size(), 1.0);
    result.characteristic_time = std::numeric_limits<double>::infinity();
    return result;
  }
  auto const kept = [&](double time) {
    double sum = 0.0;
    for (double const rate : rates) sum += in_cache(rate, time, policy);
    return sum;
  };
  double const total = std::accumulate(rates.begin(), rates.end(), 0.0);
  double low = 0.0, high = capacity / total;
  while (kept(high) < capacity) high *= 2.0;
  for (int i = 0; i < 100; ++i) {
    double const middle = 0.5 * (low + high);
    (kept(middle) < capacity ? low : high) = middle;
  }
  result.characteristic_time = high;
  for (double const rate : rates) {
    result.of_key.push_back(in_cache(rate, high, policy));
    result.hit_ratio += rate / total * result.of_key.back();
  }
  return result;
}

Answer<double> king_lru(std::vector<double> const& rates, int capacity) {
  Requirements needs;
  needs.that(!rates.empty(), "there is no key")
      .at_least("the capacity of the cache", capacity, 1)
      .that(std::pow(static_cast<double>(rates.size()), capacity) < 1e8,
            "there are too many contents to count");
  for (double const rate : rates) needs.positive("the rate of a key", rate);
  if (needs.broken()) return needs.failure();
  if (static_cast<std::size_t>(capacity) >= rates.size()) return 1.0;
  double const total = std::accumulate(rates.begin(), rates.end(), 0.0);
  return Contents(rates, capacity, total).hits(0, 1.0, 0.0);
}

}  // namespace sojourn::theory
