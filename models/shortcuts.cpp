/// Whether a program is plain, and which of its calls are direct.
#include "models/shortcuts.h"

#include <algorithm>
#include <vector>

namespace sojourn {
namespace {

bool is_plain(ServicePlan const& plan) {
  Service const& spec = plan.spec;
  bool const has_plain_line = spec.queue.discipline == Discipline::fifo &&
                              spec.queue.capacity == unlimited && !spec.queue.codel;
  bool const is_always_there = !spec.autoscale && spec.hours.empty();
  bool const has_processor = spec.cores || spec.speed || !spec.hosts.empty();
  return has_plain_line && is_always_there && !spec.limit && !has_processor;
}

bool is_plain(CallSite const& site) {
  return site.first_guard == nowhere && !site.hedge && !site.patience && !site.key;
}

bool is_plain(WorkloadPlan const& plan) { return !plan.spec.propagates_deadline; }

template <class Part>
bool are_plain(std::vector<Part> const& parts) {
  return std::all_of(parts.begin(), parts.end(), [](Part const& part) { return is_plain(part); });
}

}  // namespace

bool answers_directly(Program const& program) {
  bool const forwards =
      std::any_of(program.steps.begin(), program.steps.end(),
                  [](PlannedStep const& step) { return step.kind == StepKind::forward; });
  bool const falls_silent = std::any_of(program.faults.begin(), program.faults.end(),
                                        [](FaultPlan const& fault) { return fault.silent; });
  return program.links.empty() && !forwards && !falls_silent;
}

bool is_direct(CallSite const& site) {
  return !site.timeout && !site.retry && !site.hedge && site.first_guard == nowhere;
}

bool is_plain(Program const& program) {
  return program.faults.empty() && program.links.empty() && are_plain(program.services) &&
         are_plain(program.call_sites) && are_plain(program.workloads);
}

}  // namespace sojourn
