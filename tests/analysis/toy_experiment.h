#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "analysis/replicate.h"

namespace sojourn {

/// An experiment small enough to know everything about: "toy.level" is `shift` plus luck that all
/// toys share (standard deviation 1) plus a little of its own (0.1).
struct Toy {
  std::string name = "toy";
  double shift = 10.0;
  Better better = Better::lower;
};

inline ResultLayout toy_layout(Better better) {
  ResultLayout layout;
  layout.metrics = {{"toy.level", Unit::second, better}, {"toy.draws", Unit::one, Better::neither}};
  layout.series = {{"toy.level", Unit::second}};
  layout.series_step = 60.0;
  layout.accounts = {{AccountDefinition::Of::requests,
                      "toy",
                      "arrived",
                      {"succeeded", "in_flight"},
                      {"repeated"}}};
  return layout;
}

inline RunResult toy_run(Toy const& toy, Streams const& streams) {
  RandomStream common = streams.open("common");
  RandomStream own = streams.open(toy.name);
  double const level = toy.shift + common.normal() + 0.1 * own.normal();

  RunResult result;
  result.values = {level, 2.0};
  result.series = {{level, std::nan(""), level + 1.0}};
  result.accounts = {{10 + streams.replication(), {10, streams.replication()}, {1}}};
  result.fingerprint = 1000 + streams.replication();
  result.events = 5;
  result.simulated = 180.0;
  return result;
}

inline Experiment experiment_of(Toy const& toy) {
  return {toy.name,
          toy_layout(toy.better),
          [toy](Streams const& streams, Watch&) { return toy_run(toy, streams); },
          {}};
}

}  // namespace sojourn
