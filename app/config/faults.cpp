#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

constexpr double largest_factor = 1e6;

/// A fault as the file says it, before its parts are put together.
struct FaultKeys {
  std::string name;
  std::optional<Duration> at;
  std::optional<Distribution> every, length;
  std::optional<CrashFault> crash;
  std::optional<ReplicaTarget> pause, slow, errors;
  std::optional<std::string> surge;
  std::optional<double> factor, rate;
};

/// `replicas: 1` or `replicas: each`.
struct WhichReplicas {
  Limit count = unlimited;
  bool each = false;
};

Value<WhichReplicas> which_replicas() {
  constexpr std::int64_t most = 1'000'000;
  auto const count = count_value(1, most);
  auto read = [count](Node const& node, Reading& reading) -> std::optional<WhichReplicas> {
    if (node.is(Node::Kind::scalar) && node.text == "each") return WhichReplicas{unlimited, true};
    auto const replicas = count.read(node, reading);
    if (!replicas) return std::nullopt;
    return WhichReplicas{*replicas, false};
  };
  return {std::move(read), [count] {
            Json schema = count.schema();
            schema["anyOf"].push_back({{"const", "each"}});
            return schema;
          }};
}

Value<std::string> service_name() {
  return name_value({NameKind::service}, "the name of a service such as bank");
}

void set_replicas(ReplicaTarget& target, WhichReplicas replicas) {
  target.replicas = replicas.count;
  target.each = replicas.each;
}

char const* const replicas_text =
    "How many of its replicas, or each: every replica has a fault of its own.";

Value<ReplicaTarget> replica_target() {
  Table<ReplicaTarget> table;
  table.required("service", service_name(), &ReplicaTarget::service, "The service that it strikes.")
      .optional("replicas", which_replicas(), set_replicas, "all", replicas_text);
  auto const whole = converted<ReplicaTarget>(
      service_name(), [](std::string service) { return ReplicaTarget{std::move(service)}; });
  return scalar_or<ReplicaTarget>(whole, object(std::move(table)));
}

/// Replicas of a service or, in the mapping form, a broker.
struct CrashTarget {
  ReplicaTarget replicas;
  std::string broker;
};

Value<CrashFault> crash_value() {
  Table<CrashTarget> table;
  table
      .optional(
          "service", service_name(),
          [](CrashTarget& target, std::string service) {
            target.replicas.service = std::move(service);
          },
          "", "The service that it strikes.")
      .optional("broker", name_value({NameKind::broker}, "the name of a broker such as rabbit"),
                &CrashTarget::broker, "", "The broker that it strikes.")
      .optional(
          "replicas", which_replicas(),
          [](CrashTarget& target, WhichReplicas replicas) {
            set_replicas(target.replicas, replicas);
          },
          "all", replicas_text)
      .exactly_one({"service", "broker"})
      .check([](Node const& node, CrashTarget&, Reading& reading) {
        if (node.find("broker") != nullptr && node.find("replicas") != nullptr)
          reading.error_at(node.find("replicas")->place(), "replicas: a broker has none");
      });
  auto const mapping = converted<CrashFault>(object(std::move(table)), [](CrashTarget target) {
    if (!target.broker.empty()) return CrashFault{std::move(target.broker)};
    return CrashFault{std::move(target.replicas)};
  });
  // Which of the two a bare name is will be known once all names are.
  auto const bare = converted<CrashFault>(
      name_value({NameKind::service, NameKind::broker}, "the name of a service or a broker"),
      [](std::string name) { return CrashFault{ReplicaTarget{std::move(name)}}; });
  return scalar_or<CrashFault>(bare, mapping);
}

/// A key that only some effects have: it must be there with them and only with them.
void check_belonging(Node const& node, std::string const& key,
                     std::vector<std::string> const& effects, Reading& reading) {
  bool wanted = false;
  for (std::string const& effect : effects) wanted = wanted || node.find(effect) != nullptr;
  Node const* const value = node.find(key);
  if (wanted && value == nullptr)
    reading.error_at(reading.key_place(node),
                     fmt::format("{}: missing key '{}'", reading.key(), key));
  if (!wanted && value != nullptr)
    reading.error_at(value->place(), fmt::format("{}: goes with {} only", key, either_of(effects)));
}

ReplicaTarget const* replicas_of(FaultKeys const& fault) {
  if (fault.crash) return std::get_if<ReplicaTarget>(&fault.crash->target);
  if (fault.pause) return &*fault.pause;
  if (fault.slow) return &*fault.slow;
  if (fault.errors) return &*fault.errors;
  return nullptr;
}

void check_fault(Node const& node, FaultKeys& fault, Reading& reading) {
  check_belonging(node, "factor", {"slow", "surge"}, reading);
  check_belonging(node, "rate", {"errors"}, reading);
  if (fault.at) reading.planned_times.push_back({"at", *fault.at, node.find("at")->place()});
  Place const here = reading.key_place(node);
  if (node.find("every") != nullptr && node.find("for") == nullptr)
    reading.error_at(here,
                     fmt::format("{}: missing key 'for': with 'every' it must end", reading.key()));
  ReplicaTarget const* const target = replicas_of(fault);
  if (target != nullptr && target->replicas != unlimited)
    reading.replica_counts.push_back({target->service, target->replicas, here});
  if (target != nullptr && target->each && node.find("every") == nullptr)
    reading.error_at(here,
                     fmt::format("{}: 'replicas: each' goes with 'every' only", reading.key()));
}

decltype(Fault::effect) effect_of(FaultKeys fault) {
  if (fault.crash) return *std::move(fault.crash);
  if (fault.pause) return PauseFault{*std::move(fault.pause)};
  if (fault.slow) return SlowFault{*std::move(fault.slow), fault.factor.value_or(1.0)};
  if (fault.errors) return ErrorsFault{*std::move(fault.errors), fault.rate.value_or(1.0)};
  return SurgeFault{fault.surge.value_or(""), fault.factor.value_or(1.0)};
}

Fault to_fault(FaultKeys keys) {
  Fault fault;
  fault.at = keys.at;
  fault.every = keys.every;
  fault.length = keys.length;
  fault.effect = effect_of(std::move(keys));
  return fault;
}

Value<Fault> fault_value() {
  Table<FaultKeys> table;
  table
      .optional("at", duration_value(Bound::not_negative), &FaultKeys::at, "",
                "When it begins, from the end of the warm-up.")
      .optional("every", distribution_value(Bound::positive), &FaultKeys::every, "",
                "It comes again and again: the time from its end to its next beginning.")
      .optional("for", distribution_value(Bound::positive), &FaultKeys::length,
                "to the end of the run", "How long it lasts.")
      .optional("crash", crash_value(), &FaultKeys::crash, "",
                "What is in flight and queued there fails, and callers get an error at once.")
      .optional("pause", replica_target(), &FaultKeys::pause, "",
                "Nothing proceeds there and nothing is lost.")
      .optional("slow", replica_target(), &FaultKeys::slow, "",
                "Its work takes `factor` times as long.")
      .optional("errors", replica_target(), &FaultKeys::errors, "",
                "It answers with errors, at the ratio `rate`.")
      .optional("surge",
                name_value({NameKind::workload}, "the name of a workload such as shoppers"),
                &FaultKeys::surge, "", "The workload sends `factor` times as much.")
      .optional("factor", number_value(Bound::positive, largest_factor), &FaultKeys::factor, "",
                "Of `slow` and `surge`.")
      .optional("rate", ratio_value(Bound::positive), &FaultKeys::rate, "", "Of `errors`.")
      .exactly_one({"at", "every"})
      .exactly_one({"crash", "pause", "slow", "errors", "surge"})
      .check(check_fault);
  return converted<Fault>(object(std::move(table)), to_fault);
}

}  // namespace

Value<std::vector<Fault>> faults_value() {
  return declared(fault_value(), "faults by name", NameKind::fault);
}

}  // namespace sojourn
