/// FileGenerator: services and what they do.
#include <fmt/format.h>

#include "tests/properties/file_generator.h"

namespace sojourn::support {

FileGenerator::Json FileGenerator::service(std::size_t index) {
  Json made;
  is_preemptive_ = false;
  replicas_.push_back(luck_.rolls("replicas") ? luck_.between(1, 3) : 1);
  if (luck_.uses("replicas")) made["replicas"] = replicas_.back();
  maybe(made, "hours", [&] { return hours(); });
  maybe(
      made, "concurrency",
      [&] { return luck_.coin(0.1) ? Json("unlimited") : Json(luck_.between(1, 4)); }, 0.8);
  place(made);
  bool const is_hosted = made.contains("hosts");
  if (!is_hosted) {
    maybe(made, "cores", [&] { return 0.5 * static_cast<double>(luck_.between(1, 4)); });
  }
  if (!is_hosted && !made.contains("cores")) maybe(made, "speed", [&] { return speed(); });
  maybe(
      made, "io", [&] { return luck_.coin(0.7) ? "non-blocking" : "blocking"; }, 0.8);
  maybe(
      made, "queue", [&] { return queue(); }, 0.8);
  maybe(made, "limit", [&] { return admission_limit(); });
  maybe(made, "balance", [&] {
    return luck_.word("balance",
                      {"random", "round-robin", "least-outstanding", "power-of-two", "key-hash"});
  });
  if (made.contains("concurrency") && made["concurrency"] != "unlimited" &&
      made.contains("replicas")) {
    maybe(made, "autoscale", [&] { return autoscale(replicas_.back(), made.contains("cores")); });
  }
  maybe(made, "detect", [&] { return luck_.coin() ? "10ms" : "100ms"; });
  maybe(made, "cost", [] { return 0.12; });
  maybe(made, "startup", [&] { return luck_.length(20); });
  if (luck_.uses("pools")) {
    // What is held already and taken again must be there twice.
    std::int64_t const least = luck_.uses("circles") ? 2 : 1;
    made["pools"] = {{"db", luck_.between(least, 3)}, {"lock", luck_.between(1, 2)}};
  }
  for (auto const* name : {"op", "other"}) {
    Place place;
    place.service = index;
    made["operations"][name] = steps(place);
  }
  made["operations"]["leaf"] = Json::array({Json{{"work", luck_.length(2)}}});
  return made;
}

/// With a run around midnight.
FileGenerator::Json FileGenerator::hours() {
  Json made{{"from", "00:00"}, {"to", luck_.coin() ? "12:00" : "24:00"}};
  maybe(made, "days", [&] { return luck_.coin() ? "mon-sat" : "sat-sun"; });
  maybe(made, "zone", [&] { return luck_.coin() ? "UTC+1" : "UTC-03:30"; });
  maybe(
      made, "closing", [&] { return luck_.coin(0.8) ? "dismiss" : "drain"; }, 0.8);
  if (luck_.coin()) return made;
  return Json::array({made, Json{{"days", "sun"}, {"from", "20:00"}, {"to", "04:00"}}});
}

FileGenerator::Json FileGenerator::autoscale(std::int64_t replicas, bool has_cores) {
  Json made{{"max", replicas + luck_.between(0, 2)}};
  maybe(made, "min", [&] { return luck_.between(1, replicas); });
  maybe(made, "target", [&] { return luck_.share(); });
  maybe(made, "tolerance", [] { return "5%"; });
  made["every"] = luck_.coin() ? "20ms" : "70ms";
  maybe(made, "up_delay", [] { return "30ms"; });
  made["down_delay"] = luck_.coin() ? "0s" : "50ms";
  maybe(made, "cooldown", [] { return "40ms"; });
  maybe(
      made, "metric", [&] { return has_cores ? "cpu" : "utilisation"; }, 0.8);
  return made;
}

FileGenerator::Json FileGenerator::queue() {
  if (luck_.coin(0.2)) return luck_.coin(0.1) ? Json("unlimited") : Json(luck_.between(0, 5));
  Json made = Json::object();
  maybe(
      made, "capacity",
      [&] { return luck_.coin(0.1) ? Json("unlimited") : Json(luck_.between(0, 5)); }, 0.8);
  maybe(
      made, "discipline",
      [&] {
        return luck_.word("discipline",
                          {"fifo", "lifo", "random", "priority", "preemptive-priority",
                           "preemptive-lifo", "shortest-first", "earliest-deadline"});
      },
      0.9);
  std::string const discipline = made.value("discipline", "fifo");
  is_preemptive_ = discipline.rfind("preemptive", 0) == 0;
  if (discipline != "lifo" && !is_preemptive_) {
    maybe(made, "codel", [&] { return codel(); });
  }
  maybe(made, "when_full", [&] { return luck_.word("queue", {"reject", "drop-oldest", "block"}); });
  return made;
}

FileGenerator::Json FileGenerator::codel() {
  Json made = Json::object();
  maybe(
      made, "target", [&] { return luck_.coin() ? "1ms" : "4ms"; }, 0.8);
  maybe(
      made, "interval", [&] { return "20ms"; }, 0.8);
  return made;
}

std::string FileGenerator::admission_limit() {
  std::string const end =
      luck_.coin() ? (luck_.coin(0.8) ? ", when_full=wait)" : ", when_full=reject)") : ")";
  std::string const kind = luck_.word("admission", {"rate", "concurrency", "adaptive"});
  if (kind == "concurrency") return fmt::format("concurrency({}{}", luck_.between(1, 6), end);
  if (kind == "adaptive") {
    return fmt::format("adaptive(initial={}, min=1, max={}{}", luck_.between(1, 4),
                       luck_.between(4, 9), end);
  }
  std::string const burst = luck_.coin() ? fmt::format(", burst={}", luck_.between(1, 5)) : "";
  return fmt::format("rate({}/s{}{}", luck_.coin() ? 80 : 20, burst, end);
}

FileGenerator::Json FileGenerator::speed() {
  if (luck_.coin()) return Json::array({1.0, 1.6, 1.8});
  return "usl(contention=3%, coherency=0.1%)";
}

/// In circles, a leaf of any service. It needs a slot that its caller may hold, but asks nobody.
std::string FileGenerator::callable_operation(std::size_t service) {
  if (!has_later(service) || luck_.rolls("circles", 0.4)) {
    return services_[luck_.below(services_.size())] + ".leaf";
  }
  std::size_t const target = service + 1 + luck_.below(services_.size() - service - 1);
  return services_[target] + (luck_.coin() ? ".op" : ".other");
}

// --- Steps ---------------------------------------------------------------------------------------

FileGenerator::Json FileGenerator::steps(Place const& place) {
  Json made = Json::array();
  std::int64_t const count = luck_.between(place.depth == 3 ? 1 : 0, place.depth);
  for (std::int64_t i = 0; i < count; ++i) made.push_back(step(place));
  bool const may_forward = may_call(place.service) && !place.is_branch && !place.is_repeated;
  if (may_forward && luck_.rolls("forward", 0.3)) {
    made.push_back({{"forward", callable_operation(place.service)}});
  }
  return made;
}

FileGenerator::Json FileGenerator::step(Place const& place) {
  std::string const kind = luck_.word(
      "step", {"work", "wait", "call", "publish", "call", "publish", "parallel", "choose", "repeat",
               "use", "cache", "saga", "respond", "background", "fail"});
  if (kind == "wait") return {{kind, luck_.length(5)}};
  if (kind == "call" && may_call(place.service)) return call(place);
  if (kind == "publish" && !reachable_channels(place.service).empty()) return publish(place);
  if (kind == "fail") return {{kind, luck_.share()}};
  if (kind == "respond" && !place.is_branch) return kind;
  if (place.depth > 1) {
    if (kind == "parallel") return parallel(place);
    if (kind == "choose") return choose(place);
    if (kind == "repeat") {
      Place within = place.inside();
      within.is_repeated = true;
      return {{kind, luck_.count()}, {"steps", steps(within)}};
    }
    if (kind == "use" && place.pools && luck_.uses("pools")) {
      Place within = place.inside();
      within.pools = luck_.uses("circles");
      bool const takes_lock = !place.has_lock && luck_.coin();
      within.has_lock = place.has_lock || takes_lock;
      return {{kind, takes_lock ? "lock" : "db"}, {"steps", steps(within)}};
    }
    if (kind == "cache") {
      Place within = place.inside();
      within.is_repeated = true;
      return {{kind, cache()}, {"miss", steps(within)}};
    }
    if (kind == "saga" && !place.is_in_saga) return saga(place);
    if (kind == "background") {
      Place within = place.inside();
      within.is_branch = true;
      return {{kind, steps(within)}};
    }
  }
  return {{"work", luck_.length(2)}};
}

FileGenerator::Json FileGenerator::call(Place const& place) {
  Json made{{"call", callable_operation(place.service)}};
  add_call_options(made);
  maybe(made, "fallback", [&] { return steps(place.inside()); });
  return made;
}

/// A service has one relay for each channel, which looks as often whoever writes.
FileGenerator::Json FileGenerator::outbox(std::string const& channel) {
  Json made{{"outbox", channel}};
  if (channel.back() % 2 == 0) made["every"] = "7ms";
  maybe(
      made, "count", [&] { return luck_.count(); }, 0.3);
  maybe(made, "key", [] { return "zipf(n=20, s=1)"; });
  maybe(made, "priority", [&] { return luck_.between(-1, 2); });
  return made;
}

FileGenerator::Json FileGenerator::publish(Place const& place) {
  auto const channels = reachable_channels(place.service);
  std::string const channel = channels[luck_.below(channels.size())];
  if (luck_.rolls("outbox", 0.2)) return outbox(channel);
  Json made{{"publish", channel}};
  maybe(made, "confirm", [&] { return luck_.coin(0.2); });
  maybe(
      made, "count", [&] { return luck_.count(); }, 0.3);
  maybe(made, "key", [] { return "zipf(n=20, s=1)"; });
  maybe(made, "priority", [&] { return luck_.between(-1, 2); });
  maybe(
      made, "ttl", [&] { return luck_.coin() ? "30ms" : "4ms"; }, 0.3);
  maybe(
      made, "delay", [&] { return luck_.length(10); }, 0.3);
  maybe(
      made, "poison", [] { return "5%"; }, 0.3);
  maybe(made, "payload", [&] { return luck_.coin() ? "1kB" : "2kB"; });
  maybe(
      made, "batch",
      [&] {
        Json batch{{"size", luck_.between(1, 4)}};
        maybe(batch, "linger", [&] { return luck_.coin() ? "6ms" : "0s"; });
        return batch;
      },
      0.3);
  if (made.value("confirm", true)) maybe(made, "retry", [&] { return retry(); });
  if (made.value("confirm", true)) maybe(made, "mandatory", [&] { return luck_.coin(0.8); });
  if (made.value("confirm", true) && luck_.rolls("reply", 0.3)) {
    made["reply"] = true;
    made["timeout"] = luck_.length(30);
  } else if (made.value("confirm", true)) {
    maybe(made, "timeout", [&] { return luck_.length(20); });
    maybe(made, "fallback", [&] { return steps(place.inside()); });
  }
  return made;
}

/// Without pools, but in circles: branches that wait for one keep the slot that who has it may
/// need.
FileGenerator::Json FileGenerator::parallel(Place const& place) {
  Place within = place.inside();
  within.pools = place.pools && luck_.uses("circles");
  within.is_branch = true;
  Json branches = Json::array();
  for (std::int64_t i = 0, n = luck_.between(1, 3); i < n; ++i) branches.push_back(steps(within));
  std::size_t const count = branches.size();
  Json made{{"parallel", std::move(branches)}};
  maybe(made, "join", [&]() -> Json {
    if (luck_.coin()) return luck_.coin() ? "first" : "all";
    return luck_.between(1, static_cast<std::int64_t>(count));
  });
  return made;
}

FileGenerator::Json FileGenerator::cache() {
  if (luck_.coin(0.2)) return luck_.share();
  Json made{{"capacity", luck_.between(1, 6)}};
  made["keys"] = luck_.coin() ? "request" : "zipf(n=10, s=0.8)";
  maybe(made, "ttl", [&] { return luck_.coin() ? "40ms" : "5ms"; });
  maybe(made, "policy", [&] { return luck_.word("policy", {"lru", "fifo", "random", "lfu"}); });
  if (!is_preemptive_) {
    maybe(
        made, "coalesce", [&] { return luck_.coin(0.9); }, 0.8);
  }
  return made;
}

FileGenerator::Json FileGenerator::saga(Place const& place) {
  Place within = place.inside();
  within.is_repeated = within.is_in_saga = true;
  Place undoing = within;
  undoing.is_branch = true;
  Json parts = Json::array();
  for (std::int64_t i = 0, n = luck_.between(1, 3); i < n; ++i) {
    Json part{{"do", steps(within)}};
    part["do"].push_back(step(within));
    maybe(
        part, "undo", [&] { return steps(undoing); }, 0.8);
    parts.push_back(std::move(part));
  }
  Json made{{"saga", std::move(parts)}};
  maybe(
      made, "durable", [&] { return luck_.coin(0.8); }, 0.8);
  maybe(made, "fallback", [&] { return steps(place.inside()); });
  return made;
}

FileGenerator::Json FileGenerator::choose(Place const& place) {
  Json branches = Json::array();
  branches.push_back({{"p", "30%"}, {"steps", steps(place.inside())}});
  branches.push_back({{"p", luck_.coin() ? "70%" : "50%"}, {"steps", steps(place.inside())}});
  return {{"choose", std::move(branches)}};
}

std::vector<std::string> FileGenerator::reachable_channels(std::size_t service) const {
  std::vector<std::string> reachable;
  for (ChannelPlace const& channel : channels_) {
    if (channel.is_leaf || channel.first_consumer > service) reachable.push_back(channel.name);
  }
  return reachable;
}

}  // namespace sojourn::support
