#include <cmath>

#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/quantity.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

constexpr double sum_tolerance = 1e-9;

Value<ProfilePoint> profile_point() {
  constexpr double largest_factor = 1e6;
  Table<ProfilePoint> table;
  table
      .required("at", duration_value(Bound::not_negative), &ProfilePoint::at,
                "When the rate begins to change, from the end of the warm-up.")
      .required("factor", number_value(Bound::not_negative, largest_factor), &ProfilePoint::factor,
                "The rate from then on, as a multiple of the one that `arrivals` states.")
      .optional("ramp", duration_value(Bound::not_negative), &ProfilePoint::ramp, "0s",
                "How long the rate takes to get there, in a straight line.")
      .check([](Node const& node, ProfilePoint& point, Reading& reading) {
        if (Node const* const at = node.find("at"))
          reading.planned_times.push_back({"at", point.at, at->place()});
      });
  return object(std::move(table));
}

Value<SineProfile> sine_value() {
  Table<SineProfile> table;
  table
      .required("period", duration_value(Bound::positive), &SineProfile::period,
                "The time from one rise to the next; the first begins at the end of the warm-up.")
      .required("amplitude", ratio_value(Bound::positive), &SineProfile::amplitude,
                "How far the rate rises and falls, as a share of the one that `arrivals` states.");
  return object(std::move(table));
}

using Profile = std::variant<std::vector<ProfilePoint>, SineProfile>;

/// A list of points, or the mapping with a sine.
Value<Profile> profile_value() {
  Table<SineProfile> table;
  table.required(
      "sine", sine_value(), [](SineProfile& profile, SineProfile sine) { profile = sine; },
      "A rate that rises and falls.");
  auto const sine = object(std::move(table));
  auto const points = list_of(profile_point(), "points such as {at: 5min, factor: 3}");
  auto read = [sine, points](Node const& node, Reading& reading) -> std::optional<Profile> {
    if (node.is(Node::Kind::mapping)) return sine.read(node, reading);
    return points.read(node, reading);
  };
  return {std::move(read), [sine, points] {
            return Json{{"anyOf", Json::array({points.schema(), sine.schema()})}};
          }};
}

Workload::Target target_from(OperationName operation) { return {std::move(operation), 1.0}; }

Value<std::vector<Workload::Target>> request_value() {
  return converted<std::vector<Workload::Target>>(operation_value(), [](OperationName operation) {
    return std::vector<Workload::Target>{target_from(std::move(operation))};
  });
}

/// The keys of a mix are operations.
Value<std::vector<Workload::Target>> mix_value() {
  Value<Workload::Target> const share =
      converted<Workload::Target>(ratio_value(Bound::positive), [](double value) {
        return Workload::Target{{}, value};
      });
  return named(
      share, "operations to their shares such as {web.browse: 90%, web.checkout: 10%}",
      [](Node::Entry const& entry, Reading& reading) {
        if (split_name(entry.key)) {
          reading.refer_at({NameKind::operation}, entry.key, entry.mark.place());
        } else {
          reading.error_at(
              entry.mark.place(),
              "expected service.operation such as web.checkout, found " + in_quotes(entry.key));
        }
      },
      [](Workload::Target& target, Node::Entry const& entry, Reading&) {
        if (auto const parts = split_name(entry.key))
          target.operation = {parts->first, parts->second};
      });
}

void check_mix(Node const& node, Workload const& workload, Reading& reading) {
  Node const* const mix = node.find("mix");
  if (mix == nullptr || !mix->is(Node::Kind::mapping)) return;
  if (workload.mix.size() != mix->entries.size()) return;  // A share could not be read.
  double sum = 0.0;
  for (auto const& target : workload.mix) sum += target.share;
  if (std::abs(sum - 1.0) <= sum_tolerance) return;
  reading.error_at(mix->place(),
                   fmt::format("mix: the shares must sum to 100 %, not to {:.6g} %", sum * 100.0));
}

void check_profile(Node const& node, Workload const& workload, Reading& reading) {
  Node const* const profile = node.find("profile");
  if (profile == nullptr) return;
  Node const* const arrivals = node.find("arrivals");
  bool const is_trace = arrivals != nullptr && arrivals->text.starts_with("trace");
  bool const has_rate = std::holds_alternative<OpenArrivals>(workload.arrivals) ||
                        std::holds_alternative<BurstyArrivals>(workload.arrivals);
  if (!has_rate || is_trace) {
    reading.error_at(profile->place(),
                     "profile: only arrivals with a rate have one, not closed or trace");
    return;
  }
  bool const all_read = profile->items.size() == workload.profile.size();
  for (std::size_t i = 1; all_read && i < workload.profile.size(); ++i) {
    ProfilePoint const& before = workload.profile[i - 1];
    if (workload.profile[i].at >= before.at + before.ramp && workload.profile[i].at > before.at)
      continue;
    reading.error_at(profile->items[i].place(),
                     fmt::format("profile: begins before the point above it has ended, at {}",
                                 to_text(before.at + before.ramp)));
  }
}

void check_workload(Node const& node, Workload& workload, Reading& reading) {
  if (workload.propagates_deadline && !workload.options.timeout)
    reading.error_at(node.find("deadline")->place(), "deadline: there is none without a 'timeout'");
  check_mix(node, workload, reading);
  check_profile(node, workload, reading);
}

Value<Workload> workload_value() {
  Table<Workload> table;
  table
      .optional("request", request_value(), &Workload::mix, "",
                "The operation that every request asks for: service.operation.")
      .optional("mix", mix_value(), &Workload::mix, "",
                "Several operations with their shares, which sum to 100 %.")
      .required(
          "arrivals", arrivals_value(),
          [](Workload& workload, ReadArrivals read) {
            workload.arrivals = std::move(read.arrivals);
            if (!read.profile.empty()) workload.profile = std::move(read.profile);
          },
          "When requests are sent: poisson, periodic, renewal, batches, bursty, trace or "
          "closed.")
      .optional(
          "profile", profile_value(),
          [](Workload& workload, Profile profile) {
            if (auto* points = std::get_if<std::vector<ProfilePoint>>(&profile)) {
              workload.profile = std::move(*points);
            } else {
              workload.sine = std::get<SineProfile>(profile);
            }
          },
          "", "How the rate changes over time: a list of points, or {sine: ...}.")
      .optional("deadline", enumeration<bool>({{"propagate", true}}),
                &Workload::propagates_deadline, "not propagated",
                "propagate: whoever works on the request knows when its sender has given up, and "
                "ends it between two steps.")
      .optional("patience", distribution_value(Bound::positive), &Workload::patience, "unlimited",
                "How long a request stays in the queue before its service begins.")
      .optional(
          "priority", count_value(-largest_priority, largest_priority),
          [](Workload& workload, std::int64_t priority) {
            workload.priority = static_cast<int>(priority);
          },
          "0", "Greater is more urgent; carried by all that the request causes.")
      .exactly_one({"request", "mix"})
      .check(check_workload);
  add_call_options(table);
  return object(std::move(table));
}

}  // namespace

Value<std::vector<Workload>> workloads_value() {
  return declared(workload_value(), "workloads by name", NameKind::workload);
}

}  // namespace sojourn
