#include <algorithm>

#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

constexpr double largest_factor = 1e6;

using Target = FaultTargets::value_type;

/// A fault as the file says it, before its parts are put together.
struct FaultKeys {
  std::string name;
  std::optional<Duration> at;
  std::optional<Distribution> every, length;
  std::optional<FaultTargets> crash, pause, slow, errors;
  std::optional<bool> silent;
  std::optional<std::pair<std::string, std::string>> partition, loss, delay;
  std::optional<Distribution> add;
  bool one_way = false;
  std::optional<std::string> surge;
  std::optional<double> factor, rate;
};

/// `replicas: 1`, `replicas: 30%` or `replicas: each`.
struct WhichReplicas {
  std::variant<Limit, double> number = unlimited;
  bool each = false;
};

Value<WhichReplicas> which_replicas() {
  constexpr std::int64_t most = 1'000'000;
  auto const count = count_value(1, most);
  auto const share = ratio_value(Bound::positive);
  auto read = [count, share](Node const& node, Reading& reading) -> std::optional<WhichReplicas> {
    if (node.is(Node::Kind::scalar) && node.text == "each") return WhichReplicas{unlimited, true};
    if (node.is(Node::Kind::scalar) && node.text.ends_with('%')) {
      auto const ratio = share.read(node, reading);
      if (!ratio) return std::nullopt;
      return WhichReplicas{*ratio, false};
    }
    auto const replicas = count.read(node, reading);
    if (!replicas) return std::nullopt;
    return WhichReplicas{*replicas, false};
  };
  return {std::move(read), [count] {
            Json schema = count.schema();
            schema["anyOf"].push_back({{"const", "each"}});
            schema["anyOf"].push_back(pattern_schema("[0-9.eE+-]+%"));
            return schema;
          }};
}

/// What a fault strikes, as a mapping.
struct TargetKeys {
  ReplicaTarget replicas;
  std::string host, zone, broker;
};

Target to_target(TargetKeys keys) {
  if (!keys.host.empty()) return HostTarget{std::move(keys.host)};
  if (!keys.zone.empty()) return ZoneTarget{std::move(keys.zone)};
  if (!keys.broker.empty()) return BrokerTarget{std::move(keys.broker)};
  return std::move(keys.replicas);
}

void check_target(Node const& node, TargetKeys& keys, Reading& reading) {
  Node const* const replicas = node.find("replicas");
  if (replicas == nullptr) return;
  if (node.find("service") == nullptr)
    reading.error_at(replicas->place(), "replicas: goes with 'service' only");
  auto const* const count = std::get_if<Limit>(&keys.replicas.replicas);
  if (count != nullptr && *count != unlimited && !keys.replicas.service.empty())
    reading.replica_counts.push_back({keys.replicas.service, *count, replicas->place()});
}

/// One target: a bare name, of which it is known later what it names, or a mapping.
Value<Target> target_value(bool with_brokers) {
  Table<TargetKeys> table;
  table
      .optional(
          "service", name_value({NameKind::service}, "the name of a service such as bank"),
          [](TargetKeys& keys, std::string name) { keys.replicas.service = std::move(name); }, "",
          "The service that it strikes.")
      .optional(
          "replicas", which_replicas(),
          [](TargetKeys& keys, WhichReplicas which) {
            keys.replicas.replicas = which.number;
            keys.replicas.each = which.each;
          },
          "all",
          "How many of the service's replicas, what share of them such as 30%, or each: every "
          "replica has a fault of its own.")
      .optional("host", name_value({NameKind::host}, "the name of a host such as node-1"),
                &TargetKeys::host, "", "The host on which it strikes all replicas.")
      .optional("zone", name_value({NameKind::zone}, "the name of a zone such as eu-1"),
                &TargetKeys::zone, "", "The zone in which it strikes all replicas.");
  std::vector<NameKind> kinds{NameKind::service, NameKind::host, NameKind::zone};
  std::string what = "the name of a service, a host or a zone";
  std::vector<std::string> keys{"service", "host", "zone"};
  if (with_brokers) {
    table.optional("broker", name_value({NameKind::broker}, "the name of a broker such as rabbit"),
                   &TargetKeys::broker, "", "The broker that it strikes.");
    kinds.push_back(NameKind::broker);
    keys.emplace_back("broker");
    what = "the name of a service, a host, a zone or a broker";
  }
  table.exactly_one(keys).check(check_target);
  auto const bare = converted<Target>(name_value(kinds, what), [](std::string name) {
    return Target{ReplicaTarget{std::move(name)}};
  });
  return scalar_or<Target>(bare, converted<Target>(object(std::move(table)), to_target));
}

Value<FaultTargets> targets_value(bool with_brokers = false) {
  return one_or_list_of(target_value(with_brokers), "what it strikes");
}

using Pair = std::pair<std::string, std::string>;

/// `[web, bank]`: the two ends of a link.
Value<Pair> pair_value() {
  auto const ends = list_of(link_end_value(), "two names such as [web, bank]");
  auto read = [ends](Node const& node, Reading& reading) -> std::optional<Pair> {
    auto names = ends.read(node, reading);
    if (!names || names->size() < node.items.size()) return std::nullopt;
    if (names->size() == 2) return Pair{std::move(names->front()), std::move(names->back())};
    reading.error(node,
                  fmt::format("expected two names such as [web, bank], found {}", names->size()));
    return std::nullopt;
  };
  return {std::move(read), [ends] {
            Json schema = ends.schema();
            schema["minItems"] = schema["maxItems"] = 2;
            return schema;
          }};
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

FaultTargets const* targets_of(FaultKeys const& fault) {
  for (auto const* targets : {&fault.crash, &fault.pause, &fault.slow, &fault.errors})
    if (*targets) return &**targets;
  return nullptr;
}

/// `each` wants to strike again and again, and stands alone.
void check_each(Node const& node, FaultTargets const& targets, Reading& reading) {
  bool const has_each = std::any_of(targets.begin(), targets.end(), [](Target const& target) {
    auto const* const replicas = std::get_if<ReplicaTarget>(&target);
    return replicas != nullptr && replicas->each;
  });
  if (!has_each) return;
  Place const here = reading.key_place(node);
  if (node.find("every") == nullptr)
    reading.error_at(here,
                     fmt::format("{}: 'replicas: each' goes with 'every' only", reading.key()));
  if (targets.size() > 1)
    reading.error_at(
        here, fmt::format("{}: 'replicas: each' does not go with other targets", reading.key()));
}

void check_direction(Node const& node, Reading& reading) {
  bool const has_link = node.find("partition") != nullptr || node.find("loss") != nullptr ||
                        node.find("delay") != nullptr;
  if (Node const* const direction = node.find("direction"); direction != nullptr && !has_link)
    reading.error_at(direction->place(), "direction: goes with partition, loss or delay only");
}

LinkTarget link_of(Pair ends, bool one_way) {
  return {std::move(ends.first), std::move(ends.second), one_way};
}

void check_fault(Node const& node, FaultKeys& fault, Reading& reading) {
  check_belonging(node, "factor", {"slow", "surge"}, reading);
  check_belonging(node, "rate", {"errors", "loss"}, reading);
  check_belonging(node, "add", {"delay"}, reading);
  check_direction(node, reading);
  if (node.find("mode") != nullptr && node.find("crash") == nullptr)
    reading.error_at(node.find("mode")->place(), "mode: goes with 'crash' only");
  if (fault.at) reading.planned_times.push_back({"at", *fault.at, node.find("at")->place()});
  if (node.find("every") != nullptr && node.find("for") == nullptr)
    reading.error_at(reading.key_place(node),
                     fmt::format("{}: missing key 'for': with 'every' it must end", reading.key()));
  if (FaultTargets const* const targets = targets_of(fault)) check_each(node, *targets, reading);
}

decltype(Fault::effect) effect_of(FaultKeys fault) {
  if (fault.crash) return CrashFault{*std::move(fault.crash), fault.silent.value_or(false)};
  if (fault.pause) return PauseFault{*std::move(fault.pause)};
  if (fault.slow) return SlowFault{*std::move(fault.slow), fault.factor.value_or(1.0)};
  if (fault.errors) return ErrorsFault{*std::move(fault.errors), fault.rate.value_or(1.0)};
  if (fault.partition) return PartitionFault{link_of(*std::move(fault.partition), fault.one_way)};
  if (fault.loss) {
    return LossFault{link_of(*std::move(fault.loss), fault.one_way), fault.rate.value_or(1.0)};
  }
  if (fault.delay) {
    return DelayFault{link_of(*std::move(fault.delay), fault.one_way),
                      fault.add.value_or(Distribution::constant(0.0))};
  }
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
      .optional("crash", targets_value(true), &FaultKeys::crash, "",
                "What is in flight and queued there fails: a service, a host, a zone, a broker or "
                "a list of these.")
      .optional("mode", enumeration<bool>({{"refuse", false}, {"silent", true}}),
                &FaultKeys::silent, "refuse",
                "Of `crash`: callers get an error at once (refuse) or hear nothing and learn by "
                "their timeouts (silent).")
      .optional("pause", targets_value(), &FaultKeys::pause, "",
                "Nothing proceeds there and nothing is lost.")
      .optional("slow", targets_value(), &FaultKeys::slow, "",
                "Its work takes `factor` times as long.")
      .optional("errors", targets_value(), &FaultKeys::errors, "",
                "It answers with errors, at the ratio `rate`.")
      .optional("partition", pair_value(), &FaultKeys::partition, "",
                "Nothing passes between the two, such as [web, bank]: services, workloads, brokers "
                "or zones. Nobody is told.")
      .optional("loss", pair_value(), &FaultKeys::loss, "",
                "Of what is sent between the two, the share `rate` gets lost.")
      .optional("delay", pair_value(), &FaultKeys::delay, "",
                "What is sent between the two takes longer, by `add`.")
      .optional("add", distribution_value(Bound::not_negative), &FaultKeys::add, "", "Of `delay`.")
      .optional("direction", enumeration<bool>({{"both", false}, {"one-way", true}}),
                &FaultKeys::one_way, "both",
                "Of `partition`, `loss` and `delay`: one-way strikes only what the first sends to "
                "the second.")
      .optional("surge",
                name_value({NameKind::workload}, "the name of a workload such as shoppers"),
                &FaultKeys::surge, "", "The workload sends `factor` times as much.")
      .optional("factor", number_value(Bound::positive, largest_factor), &FaultKeys::factor, "",
                "Of `slow` and `surge`.")
      .optional("rate", ratio_value(Bound::positive), &FaultKeys::rate, "",
                "Of `errors` and `loss`.")
      .exactly_one({"at", "every"})
      .exactly_one({"crash", "pause", "slow", "errors", "partition", "loss", "delay", "surge"})
      .check(check_fault);
  return converted<Fault>(object(std::move(table)), to_fault);
}

}  // namespace

Value<std::vector<Fault>> faults_value() {
  return declared(fault_value(), "faults by name", NameKind::fault);
}

}  // namespace sojourn
