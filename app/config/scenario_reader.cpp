#include "app/config/scenario_reader.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/config/outboxes.h"
#include "app/config/quantity.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"
#include "app/config/step_graph.h"
#include "app/lint/catalogue.h"

namespace sojourn {
namespace {

struct Ignored {};

/// A section that has been dealt with before reading begins.
Value<Ignored> dealt_with(Json schema) {
  return {[](Node const&, Reading&) -> std::optional<Ignored> { return std::nullopt; },
          [schema = std::move(schema)] { return schema; }};
}

Json parameters_schema() {
  return {{"type", "object"},
          {"additionalProperties", {{"type", Json::array({"string", "number", "boolean"})}}}};
}

Json variants_schema() {
  Json const patch = {
      {"anyOf", Json::array({Json{{"$ref", "#/$defs/patch"}}, Json{{"type", "null"}}})}};
  return {{"type", "object"}, {"additionalProperties", patch}};
}

/// Puts the result of a value where `member` of the scenario is.
template <class Member>
auto into(Member Scenario::*member) {
  return [member](ReadScenario& read, Member value) { read.scenario.*member = std::move(value); };
}

/// The numbers of the rules that are not to be held against the scenario.
Value<std::vector<std::string>> lint_value() {
  std::vector<std::pair<std::string, std::string>> numbers;
  for (RuleText const& rule : rule_texts()) numbers.emplace_back(rule.number, rule.number);
  using Numbers = std::vector<std::string>;
  Table<Numbers> table;
  table.required(
      "ignore", list_of(enumeration<std::string>(numbers), "rules such as S104"),
      [](Numbers& result, Numbers ignored) { result = std::move(ignored); },
      "The rules of `sojourn check` that are not held against the scenario, by their numbers.");
  return object(std::move(table));
}

auto const set_warm_up = [](ReadScenario& read, WarmUp warm_up) {
  read.scenario.warmup = warm_up.length;
  read.scenario.warmup_is_sought = warm_up.is_sought;
};

auto const ignore = [](ReadScenario&, Ignored) {};

Table<ReadScenario> make_table() {
  constexpr std::int64_t most_replications = 1'000'000;
  Table<ReadScenario> table;
  table
      .optional("name", text_value(), into(&Scenario::name), "the name of the file",
                "What reports call it.")
      .optional("description", text_value(), into(&Scenario::description), "none",
                "The question it answers and what to look at.")
      .required("duration", duration_value(Bound::positive), into(&Scenario::duration),
                "Simulated time that is measured.")
      .optional("warmup", warm_up_value(), set_warm_up, "0s",
                "Simulated first and not measured; auto finds how long, by MSER-5 on pilots.")
      .optional("starts", time_of_week_value(), into(&Scenario::starts), "mon 00:00",
                "What time it is, in UTC, at the end of the warm-up; for hours.")
      .optional("replications", count_value(1, most_replications), into(&Scenario::replications),
                "10", "Independent runs; confidence intervals need at least two.")
      .optional("seed", seed_value(), into(&Scenario::seed), "1",
                "The root of all randomness: the same seed gives the same results.")
      .optional("parameters", dealt_with(parameters_schema()), ignore, "none",
                "Values by name, to be used as $name.")
      .optional("workloads", workloads_value(), into(&Scenario::workloads), "none", "Who sends.")
      .optional("services", services_value(), into(&Scenario::services), "none", "Who serves.")
      .optional("hosts", hosts_value(), into(&Scenario::hosts), "none",
                "The machines on which services run.")
      .optional("network", network_value(), into(&Scenario::network), "nothing lies between",
                "What lies between those who send and those who serve.")
      .optional("brokers", brokers_value(), into(&Scenario::brokers), "none", "Who carries.")
      .optional("faults", faults_value(), into(&Scenario::faults), "none", "What goes wrong.")
      .optional("objectives", list_of(objective_value(), "objectives"), &ReadScenario::objectives,
                "none", "What must hold, such as shoppers.latency.p99 <= 1s.")
      .optional("lint", lint_value(), &ReadScenario::ignored_rules, "all rules",
                "What `sojourn check` says of the design.")
      .optional("variants", dealt_with(variants_schema()), ignore, "none",
                "Alternatives by name: each is laid over the scenario, and they are compared.");
  return table;
}

Table<ReadScenario> const& scenario_table() {
  static Table<ReadScenario> const table = make_table();
  return table;
}

/// The targets of a fault that strikes services, hosts and the like; none of another.
FaultTargets* targets_of(Fault& fault) {
  return std::visit(
      [](auto& effect) -> FaultTargets* {
        if constexpr (requires { effect.targets; }) {
          return &effect.targets;
        } else {
          return nullptr;
        }
      },
      fault.effect);
}

/// A bare name that a fault strikes has been taken for a service.
void find_bare_targets(Scenario& scenario, Names const& names) {
  for (Fault& fault : scenario.faults) {
    FaultTargets* const targets = targets_of(fault);
    if (targets == nullptr) continue;
    for (auto& target : *targets) {
      auto const* const bare = std::get_if<ReplicaTarget>(&target);
      if (bare == nullptr) continue;
      std::string const name = bare->service;
      if (names.declares(NameKind::broker, name)) target = BrokerTarget{name};
      if (names.declares(NameKind::host, name)) target = HostTarget{name};
      if (names.declares(NameKind::zone, name)) target = ZoneTarget{name};
    }
  }
}

void check_planned_times(Scenario const& scenario, Reading& reading) {
  if (scenario.duration <= Duration::zero()) return;  // A mistake that has been recorded.
  for (Reading::PlannedTime const& planned : reading.planned_times)
    if (planned.at > scenario.duration)
      reading.error_at(planned.place,
                       fmt::format("{}: {} is after the end of the run, at {}", planned.key,
                                   to_text(planned.at), to_text(scenario.duration)));
}

void check_replica_counts(Scenario const& scenario, Reading& reading) {
  std::map<std::string, std::int64_t> replicas;
  for (Service const& service : scenario.services) replicas[service.name] = service.replicas;
  for (Reading::ReplicaCount const& wanted : reading.replica_counts) {
    auto const known = replicas.find(wanted.service);
    if (known == replicas.end() || known->second >= wanted.count) continue;
    reading.error_at(wanted.place, fmt::format("replicas: {} of them, but {} has only {}",
                                               wanted.count, wanted.service, known->second));
  }
}

/// What a run would need memory for, in sum.
void check_totals(Node const& root, Scenario const& scenario, Reading& reading) {
  constexpr std::int64_t most_replicas = 1'000'000;
  constexpr std::int64_t most_users = 10'000'000;
  constexpr std::int64_t most_messages = 10'000'000;
  constexpr std::int64_t most_keys = 10'000'000;
  auto const check = [&](char const* section, char const* what, std::int64_t sum,
                         std::int64_t most) {
    if (sum > most)
      reading.error_at(root.find(section)->place(),
                       fmt::format("{}: {} {} in all, more than {}", section, sum, what, most));
  };
  std::int64_t replicas = 0, users = 0, messages = 0, cached_keys = 0;
  for (Service const& service : scenario.services) {
    replicas += service.replicas;
    for (Operation const& operation : service.operations)
      for_each_step(operation.steps, true, [&](Step const& step) {
        auto const* const cache = std::get_if<CacheStep>(&step.action);
        auto const* const keys = cache ? std::get_if<KeyCacheOptions>(&cache->contents) : nullptr;
        if (keys != nullptr) cached_keys += keys->capacity * service.replicas;
      });
  }
  for (Workload const& workload : scenario.workloads)
    if (auto const* closed = std::get_if<ClosedArrivals>(&workload.arrivals))
      users += closed->users;
  for (Broker const& broker : scenario.brokers)
    for (Channel const& channel : broker.channels) messages += channel.initial;
  check("services", "replicas", replicas, most_replicas);
  check("services", "keys in caches", cached_keys, most_keys);
  check("workloads", "users", users, most_users);
  check("brokers", "initial messages", messages, most_messages);
}

/// The figures of all costs together are named after no service: "cost.per_hour".
void check_costs(Scenario const& scenario, Reading& reading) {
  auto const costs = [](auto const& thing) { return thing.cost.has_value(); };
  auto const& links = scenario.network.links;
  bool const has_costs =
      std::any_of(scenario.services.begin(), scenario.services.end(), costs) ||
      std::any_of(scenario.brokers.begin(), scenario.brokers.end(), costs) ||
      std::any_of(links.begin(), links.end(), [&](Link const& link) { return costs(link.spec); }) ||
      costs(scenario.network.standard);
  if (!has_costs) return;
  for (NameKind const kind :
       {NameKind::workload, NameKind::service, NameKind::host, NameKind::broker, NameKind::fault})
    if (reading.names().declares(kind, "cost"))
      reading.error_at(reading.names().place_of(kind, "cost"),
                       "cost: where something has a 'cost', its sum has this name");
}

void check_something_happens(Node const& root, Scenario const& scenario, Reading& reading) {
  Node const* const workloads = root.find("workloads");
  bool happens = workloads != nullptr && !workloads->entries.empty();
  for (Broker const& broker : scenario.brokers)
    for (Channel const& channel : broker.channels) happens = happens || channel.initial > 0;
  if (!happens)
    reading.error_at(root.place(),
                     "nothing would happen: expected a workload, or a channel with 'initial'");
}

/// The same schema with every key optional and removable: what a variant may say.
Json patch_of(Json const& schema) {
  Json result = schema;
  for (char const* const rule : {"required", "allOf"}) result.erase(rule);
  auto const removable = [](Json const& value) {
    return Json{{"anyOf", Json::array({patch_of(value), Json{{"type", "null"}}})}};
  };
  if (schema.contains("properties"))
    for (auto const& [key, value] : schema["properties"].items())
      result["properties"][key] = removable(value);
  if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object())
    result["additionalProperties"] = removable(schema["additionalProperties"]);
  if (schema.contains("anyOf"))
    for (Json& choice : result["anyOf"]) choice = patch_of(choice);
  return result;
}

}  // namespace

ReadScenario read_scenario(Node const& root, Reading& reading) {
  ReadScenario read;
  scenario_table().read_into(read, root, reading);
  add_outboxes(read.scenario, reading);
  check_something_happens(root, read.scenario, reading);
  check_planned_times(read.scenario, reading);
  check_replica_counts(read.scenario, reading);
  check_totals(root, read.scenario, reading);
  check_costs(read.scenario, reading);
  reading.names().check_references(reading.diagnostics());
  find_bare_targets(read.scenario, reading.names());
  for (ObjectiveSource const& source : read.objectives)
    read.scenario.objectives.push_back(source.objective);
  return read;
}

Json scenario_schema() {
  Json table = scenario_table().schema();
  Json patch = patch_of(table);
  for (char const* const key : {"name", "duration", "warmup", "replications", "seed", "variants"})
    patch["properties"].erase(key);
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "Sojourn scenario, version 1"}};
  schema.update(table);
  schema["$defs"] = {{"steps", steps_schema()}, {"patch", std::move(patch)}};
  return schema;
}

}  // namespace sojourn
