#include "models/controls.h"

#include <cmath>
#include <string>
#include <variant>

#include "models/simulate.h"

namespace sojourn {
namespace {

struct Control {
  StreamIndex stream = nowhere;
  Distribution distribution;
};

bool is_of_use(Distribution const& distribution) {
  return distribution.variance() > 0.0 && std::isfinite(distribution.variance());
}

std::vector<Control> find_controls(Program const& program) {
  std::vector<Control> controls;
  for (WorkloadPlan const& workload : program.workloads) {
    auto const* open = std::get_if<OpenArrivals>(&workload.spec.arrivals);
    if (open != nullptr && is_of_use(open->interarrival_time))
      controls.push_back({workload.arrival_stream, open->interarrival_time});
  }
  for (PlannedStep const& step : program.steps) {
    if (step.kind != StepKind::work || step.stream == nowhere || !step.distribution) continue;
    if (is_of_use(*step.distribution)) controls.push_back({step.stream, *step.distribution});
  }
  return controls;
}

}  // namespace

std::vector<std::string> controls_of(Program const& program) {
  std::vector<std::string> names;
  for (Control const& control : find_controls(program))
    names.push_back(program.streams[control.stream]);
  return names;
}

std::vector<double> control_values(Program const& program, Streams const& streams,
                                   std::vector<StreamAhead> const& ends) {
  std::vector<double> values;
  for (Control const& control : find_controls(program)) {
    RandomStream again = streams.open(program.streams[control.stream]);
    StreamAhead const& end = ends[control.stream];
    double sum = 0.0, last = 0.0;
    while (!(again == end)) {
      sum += last;
      last = control.distribution.sample(again) / control.distribution.mean() - 1.0;
    }
    values.push_back(end.is_ahead() ? sum : sum + last);
  }
  return values;
}

}  // namespace sojourn
