#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/world.h"

namespace sojourn::support {

/// Watches one run and notes when each client's request was sent and when it ended, in order of
/// sending. One that begins and ends within one event is not seen.
class RequestLog {
 public:
  struct Request {
    std::uint32_t workload;
    Time sent;
    Time ended = Time::max();

    [[nodiscard]] Duration latency() const { return ended - sent; }
  };

  void operator()(World const& world, Event const&) {
    std::erase_if(open_, [&](auto const& entry) {
      bool const over = !world.calls.alive(entry.first);
      if (over) requests_[entry.second].ended = world.now();
      return over;
    });
    world.calls.for_each([&](Id id, Call const& call) {
      if (call.workload == nowhere) return;
      if (known_.size() <= id.index) known_.resize(id.index + 1);
      if (known_[id.index] == id.generation) return;
      known_[id.index] = id.generation;
      open_.emplace_back(id, requests_.size());
      requests_.push_back({call.workload, call.sent});
    });
  }

  [[nodiscard]] std::vector<Request> const& requests() const { return requests_; }

 private:
  std::vector<Request> requests_;
  std::vector<std::pair<Id, std::size_t>> open_;
  std::vector<std::uint32_t> known_;  // (places of calls) -> generation seen there last
};

}  // namespace sojourn::support
