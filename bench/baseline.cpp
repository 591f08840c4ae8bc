#include "bench/baseline.h"

#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include "sim/distribution.h"

namespace sojourn {
namespace {

struct PendingEvent {
  enum class Kind : std::uint8_t { arrival, departure };
  Time time;
  std::uint64_t sequence;
  Kind kind;

  friend bool operator>(PendingEvent const& left, PendingEvent const& right) {
    return std::tie(left.time, left.sequence) > std::tie(right.time, right.sequence);
  }
};
using Pending = std::priority_queue<PendingEvent, std::vector<PendingEvent>, std::greater<>>;

}  // namespace

Mm1Figures mm1_by_hand(Streams const& streams, Duration mean_interarrival_time, Duration mean_work,
                       Duration length) {
  auto arrivals = streams.open("clients/interarrival_time");
  auto works = streams.open("station/work");
  auto const interarrival_time = Distribution::exponential(in_seconds(mean_interarrival_time));
  auto const work = Distribution::exponential(in_seconds(mean_work));

  Mm1Figures figures;
  Pending pending;
  std::queue<Time> present;  // arrival times; the first is in service
  std::uint64_t sequence = 0;
  auto const schedule = [&](Time time, PendingEvent::Kind kind) {
    pending.push({time, ++sequence, kind});
  };

  Time const end = Time{} + length;
  schedule(Time{} + interarrival_time.sample_duration(arrivals), PendingEvent::Kind::arrival);
  while (pending.top().time <= end) {
    auto const [now, order, kind] = pending.top();
    pending.pop();
    if (kind == PendingEvent::Kind::arrival) {
      present.push(now);
      if (present.size() == 1)
        schedule(now + work.sample_duration(works), PendingEvent::Kind::departure);
      schedule(now + interarrival_time.sample_duration(arrivals), PendingEvent::Kind::arrival);
    } else {
      auto const latency = now - present.front();
      present.pop();
      figures.latency.record(latency);
      ++figures.requests;
      figures.mean_latency +=
          (in_seconds(latency) - figures.mean_latency) / static_cast<double>(figures.requests);
      if (!present.empty())
        schedule(now + work.sample_duration(works), PendingEvent::Kind::departure);
    }
  }
  return figures;
}

}  // namespace sojourn
