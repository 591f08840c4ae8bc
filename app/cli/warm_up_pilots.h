#pragma once

#include "analysis/replicate.h"
#include "analysis/study.h"
#include "app/config/load.h"

namespace sojourn {

struct FoundWarmUp {
  Duration length{0};
  WarmUpChoice choice;
};

/// How long the variants need from empty until all of them are steady: one answer for all, so that
/// they are compared over the same time. Pilots without faults and profiles, as long as what will
/// be measured; longer, up to eight times, while something has not settled. `options` gives seed,
/// threads and stop; the pilots' replications are other ones than those that are measured.
FoundWarmUp find_warm_up(std::vector<LoadedVariant> const& variants, ReplicationOptions options);

}  // namespace sojourn
