#include "bench/baseline.h"

#include <algorithm>
#include <vector>

#include "bench/hand_heap.h"
#include "bench/hand_random.h"

namespace sojourn::by_hand {
namespace {

/// First in, first out; grows as needed.
template <class T>
class Line {
 public:
  [[nodiscard]] bool empty() const { return first_ == end_; }

  void push(T value) {
    if (end_ - first_ == places_.size()) grow();
    places_[end_++ & (places_.size() - 1)] = value;
  }
  T pop() { return places_[first_++ & (places_.size() - 1)]; }

 private:
  void grow() {
    std::vector<T> wider(2 * places_.size());
    std::size_t const count = end_ - first_;
    for (std::size_t i = 0; i < count; ++i) wider[i] = pop();
    places_ = std::move(wider);
    first_ = 0;
    end_ = count;
  }

  std::vector<T> places_ = std::vector<T>(64);
  std::size_t first_ = 0;
  std::size_t end_ = 0;
};

/// Mean and histogram of durations. The buckets are the leading bits of the number: 128 to each
/// doubling, from 60 ns to 256 s.
class SojournTimes {
 public:
  void record(double duration) {
    ++count_;
    sum_ += duration;
    std::uint64_t const bucket = std::bit_cast<std::uint64_t>(duration) >> shift;
    ++buckets_[std::clamp(bucket, first_bucket, last_bucket) - first_bucket];
  }

  [[nodiscard]] Figures figures() const {
    std::uint64_t const wanted = count_ - count_ / 100;
    std::uint64_t seen = 0;
    std::uint64_t bucket = 0;
    while (bucket + 1 < buckets_.size() && (seen += buckets_[bucket]) < wanted) ++bucket;
    return {count_, sum_ / static_cast<double>(count_),
            std::bit_cast<double>((first_bucket + bucket) << shift)};
  }

 private:
  static constexpr unsigned shift = 52 - 7;
  static constexpr std::uint64_t first_bucket = std::bit_cast<std::uint64_t>(0x1p-24) >> shift;
  static constexpr std::uint64_t last_bucket = std::bit_cast<std::uint64_t>(0x1p8) >> shift;

  std::uint64_t count_ = 0;
  double sum_ = 0.0;
  std::vector<std::uint64_t> buckets_ = std::vector<std::uint64_t>(last_bucket - first_bucket + 1);
};

/// Pending events, in order of time and then of scheduling.
class Agenda {
 public:
  void schedule(double time, std::uint32_t id) { heap_.push(event_at(time, sequence_++, id)); }
  Event next() { return heap_.pop(); }

 private:
  Heap heap_;
  std::uint32_t sequence_ = 0;
};

constexpr std::uint32_t arrival = 0;  // an event's id; others are ends of work

}  // namespace

Figures single_server(double arrival_rate, double mean_work, double length, std::uint64_t seed) {
  double const mean_interarrival_time = 1.0 / arrival_rate;
  Random random(seed);
  Agenda agenda;
  Line<double> present;  // since when; the first is in service
  SojournTimes sojourn_times;

  agenda.schedule(mean_interarrival_time * random.exponential(), arrival);
  while (true) {
    Event const event = agenda.next();
    double const now = time_of(event);
    if (now > length) return sojourn_times.figures();
    if (id_of(event) == arrival) {
      agenda.schedule(now + mean_interarrival_time * random.exponential(), arrival);
      if (present.empty()) agenda.schedule(now + mean_work * random.exponential(), 1);
      present.push(now);
    } else {
      sojourn_times.record(now - present.pop());
      if (!present.empty()) agenda.schedule(now + mean_work * random.exponential(), 1);
    }
  }
}

Figures ten_in_a_row(double arrival_rate, double mean_work, double length, std::uint64_t seed) {
  constexpr std::uint32_t stations = 10;
  double const mean_interarrival_time = 1.0 / arrival_rate;
  Random random(seed);
  Agenda agenda;
  std::array<Line<double>, stations> present;  // when they came to the first station
  SojournTimes sojourn_times;
  auto const enter = [&](std::uint32_t station, double now, double since) {
    if (present[station].empty())
      agenda.schedule(now + mean_work * random.exponential(), station + 1);
    present[station].push(since);
  };

  agenda.schedule(mean_interarrival_time * random.exponential(), arrival);
  while (true) {
    Event const event = agenda.next();
    double const now = time_of(event);
    if (now > length) return sojourn_times.figures();
    std::uint32_t const id = id_of(event);
    if (id == arrival) {
      agenda.schedule(now + mean_interarrival_time * random.exponential(), arrival);
      enter(0, now, now);
      continue;
    }
    double const since = present[id - 1].pop();
    if (!present[id - 1].empty()) agenda.schedule(now + mean_work * random.exponential(), id);
    if (id == stations) {
      sojourn_times.record(now - since);
    } else {
      enter(id, now, since);
    }
  }
}

namespace {

class ThreeTiers {
 public:
  ThreeTiers(std::array<std::uint32_t, 3> const& threads, double arrival_rate, double mean_work,
             std::uint64_t seed)
      : random_(seed),
        idle_(threads),
        mean_interarrival_time_(1.0 / arrival_rate),
        mean_work_(mean_work) {}

  Figures run(double length) {
    agenda_.schedule(mean_interarrival_time_ * random_.exponential(), arrival);
    while (true) {
      Event const event = agenda_.next();
      double const now = time_of(event);
      if (now > length) return sojourn_times_.figures();
      std::uint32_t const id = id_of(event);
      if (id == arrival) {
        arrive(now);
      } else if (id % 4 < 3) {
        enter(id % 4, id / 4, now);
      } else {
        leave(id / 4, now);
      }
    }
  }

 private:
  void arrive(double now) {
    agenda_.schedule(now + mean_interarrival_time_ * random_.exponential(), arrival);
    std::uint32_t request = 0;
    if (free_.empty()) {
      request = static_cast<std::uint32_t>(since_.size());
      since_.push_back(now);
    } else {
      request = free_.back();
      free_.pop_back();
      since_[request] = now;
    }
    enter(0, request, now);
  }

  void enter(std::uint32_t tier, std::uint32_t request, double now) {
    if (idle_[tier] == 0) {
      waiting_[tier].push(request);
    } else {
      --idle_[tier];
      work(tier, request, now);
    }
  }

  void work(std::uint32_t tier, std::uint32_t request, double now) {
    agenda_.schedule(now + mean_work_ * random_.exponential(), 4 * request + tier + 1);
  }

  /// The reply goes up through all tiers, and in each of them a thread is free.
  void leave(std::uint32_t request, double now) {
    sojourn_times_.record(now - since_[request]);
    free_.push_back(request);
    for (std::uint32_t tier = 3; tier-- > 0;) {
      if (waiting_[tier].empty()) {
        ++idle_[tier];
      } else {
        work(tier, waiting_[tier].pop(), now);
      }
    }
  }

  Random random_;
  Agenda agenda_;  // ids: four times the request, and the tier (from 1) in which its work ends
  std::array<std::uint32_t, 3> idle_;
  std::array<Line<std::uint32_t>, 3> waiting_;
  std::vector<double> since_;        // by request
  std::vector<std::uint32_t> free_;  // numbers of requests that are gone
  SojournTimes sojourn_times_;
  double mean_interarrival_time_, mean_work_;
};

}  // namespace

Figures three_tiers(std::array<std::uint32_t, 3> const& threads, double arrival_rate,
                    double mean_work, double length, std::uint64_t seed) {
  return ThreeTiers(threads, arrival_rate, mean_work, seed).run(length);
}

}  // namespace sojourn::by_hand
