#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/support/message_log.h"
#include "tests/support/run.h"

namespace sojourn::support {

/// Messages at the given times to `rabbit.jobs`, which `worker.op` (one replica, one slot) works
/// off in 10 ms each.
struct Jobs {
  explicit Jobs(std::vector<Duration> times, Steps steps = {work(std::chrono::milliseconds(10))})
      : builder(std::chrono::seconds(1)) {
    builder.trace("clients", std::move(times), "front.op");
    front = &builder.service("front", {publish("rabbit.jobs")}, unlimited);
    worker = &builder.service("worker", std::move(steps));
    jobs = &builder.channel("rabbit.jobs");
    jobs->subscribers.push_back(subscriber("worker.op"));
    to_worker = &jobs->subscribers.front();
  }

  /// The step that publishes.
  PublishStep& step() { return std::get<PublishStep>(front->operations[0].steps[0].action); }

  /// Runs to the end, which checks that the account balances, and says what happened.
  std::vector<std::string> lines() {
    TestRun run(builder);
    MessageLog log;
    run.until(std::chrono::seconds(1), log);
    result = run.result();
    layout = run.world().program->layout;
    account = run.channel("rabbit.jobs");
    arrivals = run.service("worker").arrivals;
    clients = run.workload("clients");
    return log.lines();
  }

  ScenarioBuilder builder;
  Service* front;
  Service* worker;
  Channel* jobs;
  Subscriber* to_worker;

  // After the run.
  RunResult result;
  ResultLayout layout;
  ChannelMeasures account;
  WorkloadMeasures clients;
  std::uint64_t arrivals = 0;
};

}  // namespace sojourn::support
