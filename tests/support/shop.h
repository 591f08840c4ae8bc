#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/run.h"

/// A shop whose orders are sagas.
namespace sojourn::support {

using Lines = std::vector<std::string>;

/// Notes who is asked and when: "2 card".
class AskLog {
 public:
  void operator()(World const& world, Event const&) {
    arrivals_.resize(world.measures.services.size());
    for (std::size_t i = 0; i < arrivals_.size(); ++i) {
      for (; arrivals_[i] < world.measures.services[i].arrivals; ++arrivals_[i]) {
        lines.push_back(
            std::to_string(world.now().time_since_epoch() / std::chrono::milliseconds(1)) + " " +
            world.program->services[i].spec.name);
      }
    }
  }

  Lines lines;

 private:
  std::vector<std::uint64_t> arrivals_;
};

inline Lines asked_in(TestRun& run, Duration until = std::chrono::seconds(1)) {
  AskLog log;
  run.until(until, log);
  return log.lines;
}

inline SagaMeasures const& saga_of(TestRun const& run, std::size_t number = 0) {
  return run.world().measures.sagas.at(number);
}

/// Reserve (2 ms, and 1 ms to undo), charge (3 ms, 2 ms), ship (4 ms, 1 ms).
inline std::vector<SagaStep::Part> parts() {
  return {part({call("stock.op")}, Steps{call("release.op")}),
          part({call("card.op")}, Steps{call("refund.op")}),
          part({call("courier.op")}, Steps{call("recall.op")})};
}

/// One request at zero for a shop that does `steps`, and those whom it asks.
inline ScenarioBuilder shop(Steps steps,
                            Steps courier = {work(std::chrono::milliseconds(4)), fail()}) {
  using std::chrono::milliseconds;
  ScenarioBuilder builder(std::chrono::seconds(1));
  builder.request("order", {}, "shop.op");
  builder.service("shop", std::move(steps));
  builder.service("stock", {work(milliseconds(2))});
  builder.service("card", {work(milliseconds(3))});
  builder.service("courier", std::move(courier));
  builder.service("release", {work(milliseconds(1))});
  builder.service("refund", {work(milliseconds(2))});
  builder.service("recall", {work(milliseconds(1))});
  return builder;
}

}  // namespace sojourn::support
