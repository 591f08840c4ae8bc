#pragma once

#include <cstdint>
#include <map>
#include <set>
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
    world.calls.for_each([&](Id id, Call const& call) {
      if (call.workload != nowhere) calls_.see(id, call.workload, call.sent, requests_);
    });
    world.activities.for_each([&](Id id, Activity const& activity) {
      if (activity.reply_kind != ReplyTo::client) return;
      std::uint32_t const site = site_of_client(activity.reply);
      direct_.see(id, world.program->call_sites[site].workload, activity.arrived, requests_);
    });
    calls_.end_others(world.now(), requests_);
    direct_.end_others(world.now(), requests_);
  }

  [[nodiscard]] std::vector<Request> const& requests() const { return requests_; }

 private:
  /// Requests that have not ended, by what the world knows them by.
  class Open {
   public:
    void see(Id id, std::uint32_t workload, Time sent, std::vector<Request>& requests) {
      auto const [entry, is_new] = numbers_.try_emplace(id.token(), requests.size());
      if (is_new) requests.push_back({workload, sent});
      seen_.insert(id.token());
    }
    void end_others(Time now, std::vector<Request>& requests) {
      std::erase_if(numbers_, [&](auto const& entry) {
        bool const over = !seen_.contains(entry.first);
        if (over) requests[entry.second].ended = now;
        return over;
      });
      seen_.clear();
    }

   private:
    std::map<std::uint64_t, std::size_t> numbers_;
    std::set<std::uint64_t> seen_;
  };

  std::vector<Request> requests_;
  Open calls_, direct_;
};

}  // namespace sojourn::support
