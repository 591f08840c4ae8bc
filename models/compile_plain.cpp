/// Whether a program is plain.
#include "models/compile_plain.h"

#include <algorithm>

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

bool is_plain(Program const& program) {
  return program.faults.empty() && program.links.empty() && are_plain(program.services) &&
         are_plain(program.call_sites) && are_plain(program.workloads);
}

}  // namespace sojourn
