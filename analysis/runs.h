#pragma once

#include <optional>
#include <vector>

#include "analysis/confidence_interval.h"
#include "analysis/replicate.h"
#include "analysis/study.h"
#include "sim/metric.h"

namespace sojourn {

/// The runs of one experiment that count, by replication; null where there is none.
struct Runs {
  Experiment const* experiment = nullptr;
  std::vector<RunResult const*> by_replication;

  [[nodiscard]] bool has_any() const {
    for (auto const* run : by_replication) {
      if (run != nullptr) return true;
    }
    return false;
  }
};

/// What the runs of all experiments say: all of a study that does not come from outside.
Study summarise(std::vector<Experiment> const& experiments,
                std::vector<std::vector<std::optional<RunResult>>> const& table,
                ReplicationOptions const& options);

/// How intervals are made of the values of such replications.
Interval interval_for(ReplicationOptions const& options);

/// What the runs say together, merged in order of replication. Fills neither name nor goals' fate.
AlternativeResult merge(Runs const& runs, ReplicationOptions const& options);

}  // namespace sojourn
