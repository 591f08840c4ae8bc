#include "tests/properties/random_file.h"

#include <algorithm>
#include <set>

#include "app/lint/catalogue.h"
#include "tests/properties/file_generator.h"
#include "tests/properties/yaml_text.h"

namespace sojourn::support {
namespace {

std::vector<std::string> names(char const* prefix, std::size_t count) {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(prefix + std::to_string(i));
  return made;
}

}  // namespace

FileGenerator::Json FileGenerator::file() {
  services_ = names("s", 1 + luck_.below(4));
  workloads_ = names("w", 1 + luck_.below(3));
  if (luck_.uses("hosts")) hosts_ = names("h", 1 + luck_.below(2));
  zones_ = names("z", 2);
  if (luck_.uses("brokers")) brokers_ = names("b", 1 + luck_.below(2));
  Json brokers, services, workloads, faults;
  for (auto const& name : brokers_) brokers[name] = broker(name);
  for (std::size_t i = 0; i < services_.size(); ++i) services[services_[i]] = service(i);
  for (auto const& name : workloads_) workloads[name] = workload();
  Json file;
  maybe(file, "name", [] { return "random"; });
  maybe(file, "description", [&] { return "What seed " + std::to_string(seed_) + " draws"; });
  file["duration"] = "1s";
  maybe(
      file, "warmup", [&] { return luck_.coin() ? "300ms" : "auto"; }, 1.0);
  file["replications"] = 1;
  file["seed"] = seed_;
  maybe(
      file, "parameters",
      [] {
        return Json{{"pace", "5ms"}};
      },
      1.0);
  file["workloads"] = std::move(workloads);
  file["services"] = std::move(services);
  if (!hosts_.empty()) file["hosts"] = hosts();
  if (!brokers.empty()) file["brokers"] = std::move(brokers);
  keep_declared_zones(file);
  maybe(file, "starts", [&] { return luck_.coin() ? "sun 23:59" : "mon 00:00"; });
  maybe(file, "network", [&] { return network(); });
  if (luck_.uses("faults")) {
    for (auto const& name : names("f", 1 + luck_.below(3))) faults[name] = fault();
  }
  if (!faults.empty()) file["faults"] = std::move(faults);
  maybe(file, "objectives", [] { return Json::array({"w0.availability >= 1%"}); });
  maybe(file, "lint", [&] {
    std::vector<std::string> rules;
    for (RuleText const& rule : rule_texts()) rules.emplace_back(rule.number);
    return Json{{"ignore", Json::array({luck_.word("rule", rules)})}};
  });
  maybe(file, "variants", [] { return Json{{"only", Json::object()}}; });
  return file;
}

/// Only zones in which something is can be referred to.
void FileGenerator::keep_declared_zones(Json const& file) {
  std::set<std::string> declared;
  auto const note = [&](Json const& zone) {
    if (zone.is_string()) declared.insert(zone.get<std::string>());
  };
  for (auto const* section : {"hosts", "services", "brokers"}) {
    if (!file.contains(section)) continue;
    for (Json const& thing : file[section]) {
      if (!thing.contains("zone")) continue;
      note(thing["zone"]);
      if (thing["zone"].is_array()) std::for_each(thing["zone"].begin(), thing["zone"].end(), note);
    }
  }
  zones_.assign(declared.begin(), declared.end());
}

// --- Faults --------------------------------------------------------------------------------------

FileGenerator::Json FileGenerator::fault() {
  Json made;
  std::string const effect = luck_.word(
      "fault", {"crash", "pause", "slow", "errors", "partition", "loss", "delay", "surge"});
  bool const recurs = luck_.rolls("every");
  if (recurs) {
    made["every"] = luck_.length(200);
  } else {
    made["at"] = milliseconds(static_cast<double>(luck_.between(0, 800)));
  }
  if (recurs || luck_.coin(0.8)) made["for"] = luck_.length(luck_.coin() ? 80 : 5);
  if (effect == "crash") {
    made[effect] = crash_target();
    maybe(made, "mode", [&] { return luck_.coin() ? "silent" : "refuse"; });
  } else if (effect == "partition" || effect == "loss" || effect == "delay") {
    made[effect] = Json::array({link_end(), link_end()});
    maybe(made, "direction", [&] { return luck_.coin() ? "both" : "one-way"; });
  } else if (effect == "surge") {
    made[effect] = workloads_.front();
  } else {
    made[effect] = some_target();
  }
  if (effect == "slow") made["factor"] = luck_.coin() ? 3.0 : 0.5;
  if (effect == "surge") made["factor"] = luck_.coin() ? 3.0 : 0.1;
  if (effect == "delay") made["add"] = luck_.length(5);
  if (effect == "errors" || effect == "loss") made["rate"] = luck_.share();
  Json& target = made[effect];
  if (recurs && target.is_object() && target.contains("service") && luck_.coin()) {
    target["replicas"] = "each";
  }
  return made;
}

FileGenerator::Json FileGenerator::crash_target() {
  bool const is_broker = !brokers_.empty() && luck_.coin();
  if (!is_broker) return some_target();
  if (luck_.coin()) return brokers_.back();
  return {{"broker", brokers_.front()}};
}

FileGenerator::Json FileGenerator::some_target() {
  std::string const kind = luck_.word("target", {"replicas", "host", "zone", "list"});
  if (kind == "host" && !hosts_.empty()) {
    return luck_.coin() ? Json(hosts_.front()) : Json{{"host", hosts_.back()}};
  }
  if (kind == "zone" && !zones_.empty()) {
    return luck_.coin() ? Json(zones_.front()) : Json{{"zone", zones_.back()}};
  }
  if (kind == "list") return Json::array({replica_target(), replica_target()});
  return replica_target();
}

FileGenerator::Json FileGenerator::replica_target() {
  std::size_t const index = luck_.below(services_.size());
  if (luck_.coin()) return services_[index];
  Json made{{"service", services_[index]}};
  if (luck_.coin()) {
    made["replicas"] =
        luck_.coin(0.3) ? Json(luck_.share()) : Json(luck_.between(1, replicas_[index]));
  }
  return made;
}

RandomFile random_file(std::uint64_t seed) {
  RandomFile made;
  FileGenerator generator(seed);
  made.tree = generator.file();
  made.has_circles = generator.has_circles();
  made.text = yaml_text(made.tree);
  return made;
}

}  // namespace sojourn::support
