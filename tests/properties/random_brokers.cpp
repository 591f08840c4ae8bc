/// FileGenerator: brokers, channels and who subscribes to them.
#include "tests/properties/file_generator.h"

namespace sojourn::support {

FileGenerator::Json FileGenerator::broker(std::string const& name) {
  Json made;
  maybe(made, "latency", [&] { return luck_.length(1); });
  maybe(made, "cost", [] { return 0.4; });
  maybe(made, "throughput", [&] { return luck_.coin() ? "500/s" : "50/s"; });
  for (std::int64_t i = 0, n = luck_.between(1, 2); i < n; ++i) {
    std::string const own_name = "c" + std::to_string(channels_.size());
    made["channels"][own_name] = channel(name + "." + own_name);
  }
  return made;
}

FileGenerator::Json FileGenerator::channel(std::string const& name) {
  Json made;
  std::size_t const first_consumer = luck_.below(services_.size());
  bool const is_leaf = luck_.rolls("circles");
  // Dead letters go to earlier channels and not to earlier services, so not in circles.
  std::vector<std::string> graveyards;
  for (ChannelPlace const& earlier : channels_) {
    if (earlier.first_consumer >= first_consumer && !is_leaf) graveyards.push_back(earlier.name);
  }
  channels_.push_back({name, first_consumer, is_leaf});

  maybe(made, "kind", [] { return "queue"; });
  maybe(made, "when_full", [&] {
    return luck_.word("channel", {"reject", "drop-oldest", "drop-newest", "block"});
  });
  maybe(made, "ttl", [&] { return luck_.coin() ? "40ms" : "5ms"; });
  maybe(made, "durable", [&] { return luck_.coin(0.8); });
  maybe(made, "delivery", [&] {
    return luck_.word("delivery", {"at-least-once", "at-most-once", "exactly-once"});
  });
  maybe(
      made, "initial", [&] { return luck_.between(0, 9); }, 0.3);
  if (!graveyards.empty()) maybe(made, "dead_letter", [&] { return graveyards.back(); });
  bool has_collector = false;
  std::vector<std::string> operations{".op", ".other"};
  if (is_leaf) operations = {".leaf"};
  if (!is_leaf && luck_.coin()) operations.erase(operations.begin() + (luck_.coin() ? 1 : 0));
  for (std::string const& operation : operations) {
    std::size_t const first = is_leaf ? 0 : first_consumer;
    std::size_t const service = first + luck_.below(services_.size() - first);
    Json one = subscriber(graveyards);
    has_collector = has_collector || one.contains("batch") || one.contains("poll");
    made["subscribers"][services_[service] + operation] = std::move(one);
  }
  // Nothing passes from hand to hand to who collects.
  maybe(made, "capacity", [&] {
    return luck_.coin(0.1) ? Json("unlimited") : Json(luck_.between(has_collector ? 1 : 0, 7));
  });
  return made;
}

FileGenerator::Json FileGenerator::subscriber(std::vector<std::string> const& graveyards) {
  Json made = Json::object();
  maybe(made, "prefetch",
        [&] { return luck_.coin(0.1) ? Json("unlimited") : Json(luck_.between(1, 5)); });
  maybe(
      made, "ack_timeout", [&] { return luck_.coin() ? "15ms" : "2ms"; }, 0.3);
  maybe(made, "redelivery", [&] { return backoff(); });
  // What fails at once may be delivered again at once, but not for ever.
  bool const must_end = !made.contains("redelivery");
  if (must_end || luck_.coin()) {
    bool const is_limited = must_end || luck_.coin(0.9);
    made["max_deliveries"] = is_limited ? Json(luck_.between(1, 4)) : Json("unlimited");
  }
  if (!graveyards.empty()) maybe(made, "dead_letter", [&] { return graveyards.front(); });
  maybe(
      made, "batch", [&] { return batch(); }, 0.3);
  maybe(
      made, "poll", [] { return "7ms"; }, 0.3);
  maybe(
      made, "start", [] { return "150ms"; }, 0.3);
  return made;
}

FileGenerator::Json FileGenerator::batch() {
  Json made;
  bool const waits = luck_.coin();
  if (waits) made["min"] = luck_.between(1, 3);
  made["max"] = luck_.between(3, 4);
  if (waits) made["wait"] = "20ms";
  return made;
}

}  // namespace sojourn::support
