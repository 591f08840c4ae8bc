#include "analysis/objectives.h"

#include <cmath>

#include "sim/ensure.h"

namespace sojourn {

namespace {

bool holds(double figure, Goal::Comparison comparison, double limit) {
  switch (comparison) {
    case Goal::Comparison::less:
      return figure < limit;
    case Goal::Comparison::at_most:
      return figure <= limit;
    case Goal::Comparison::at_least:
      return figure >= limit;
    case Goal::Comparison::more:
      return figure > limit;
  }
  ensure(false, "a comparison is one of four");
  return false;
}

/// Both ends of the interval give the verdict of the mean.
bool is_sure(Goal const& goal, Estimate const& value, bool met) {
  if (value.is_thin) return false;
  if (std::isinf(value.mean)) return true;
  if (std::isnan(value.mean) || std::isnan(value.half_width)) return false;
  return holds(value.mean - value.half_width, goal.comparison, goal.value) == met &&
         holds(value.mean + value.half_width, goal.comparison, goal.value) == met;
}

}  // namespace

Verdict judge(Goal const& goal, AlternativeResult const& alternative) {
  Verdict verdict;
  verdict.goal = goal;
  auto const* found = alternative.find(goal.metric);
  verdict.applies = found != nullptr;
  if (found == nullptr) return verdict;

  verdict.value = found->estimate;
  verdict.unit = found->metric.unit;
  verdict.met = holds(found->estimate.mean, goal.comparison, goal.value);  // false for NaN
  verdict.sure = is_sure(goal, found->estimate, verdict.met);
  return verdict;
}

}  // namespace sojourn
