/// FileGenerator: brokers, channels and who subscribes to them.
#include "tests/properties/file_generator.h"

namespace sojourn::support {

FileGenerator::Json FileGenerator::broker(std::string const& name) {
  Json made;
  maybe(made, "latency", [&] { return luck_.length(1); });
  maybe(made, "cost", [] { return 0.4; });
  maybe(made, "replicas", [&] { return luck_.between(1, 3); });
  maybe(made, "failover", [] { return "15ms"; });
  maybe(made, "replication", [&] { return luck_.coin() ? "2ms" : "9ms"; });
  maybe(
      made, "alarm",
      [] {
        return Json{{"at", 6}, {"clear", 3}};
      },
      0.3);
  has_alarm_ = has_alarm_ || made.contains("alarm");
  maybe(made, "zone", [&] { return zones_[luck_.below(2)]; });
  maybe(made, "heartbeat", [&] { return luck_.coin() ? "30ms" : "4ms"; });
  maybe(made, "throughput", [&] { return luck_.coin() ? "500/s" : "50/s"; });
  for (std::int64_t i = 0, n = luck_.between(1, 2); i < n; ++i) {
    std::string const own_name = "c" + std::to_string(channels_.size());
    made["channels"][own_name] = channel(name + "." + own_name);
  }
  return made;
}

FileGenerator::Json FileGenerator::channel(std::string const& name) {
  Json made = Json::object();
  std::size_t const first_consumer = luck_.below(services_.size());
  bool const is_leaf = luck_.rolls("circles");
  // Dead letters go to earlier channels and not to earlier services, so not in circles.
  std::vector<std::string> graveyards;
  for (ChannelPlace const& earlier : channels_) {
    if (earlier.first_consumer >= first_consumer && !is_leaf) graveyards.push_back(earlier.name);
  }
  channels_.push_back({name, first_consumer, is_leaf});

  maybe(made, "kind", [&] { return luck_.word("kind", {"queue", "topic", "pub-sub", "log"}); });
  std::string const kind = made.value("kind", "queue");
  bool const is_log = kind == "log";
  bool const is_pub_sub = kind == "pub-sub";
  if (is_log) {
    maybe(made, "partitions", [&] { return luck_.between(1, 5); });
    maybe(made, "retention", [&] { return retention(); });
  } else {
    maybe(made, "when_full", [&] {
      return luck_.word("channel", {"reject", "drop-oldest", "drop-newest", "block"});
    });
    maybe(made, "ttl", [&] { return luck_.coin() ? "40ms" : "5ms"; });
    maybe(made, "expiry", [&] { return luck_.coin(0.8) ? "anywhere" : "head"; });
    maybe(made, "capacity_bytes", [&] { return luck_.coin() ? "5kB" : "2500B"; });
    if (!is_pub_sub) maybe(made, "spill", [&] { return spill(); });
  }
  if (!is_pub_sub) {
    maybe(made, "durable", [&] { return luck_.coin(0.8); });
    maybe(made, "delivery", [&] {
      return luck_.word("delivery", {"at-least-once", "at-most-once", "exactly-once"});
    });
    if (made.value("delivery", "") == "exactly-once")
      maybe(made, "memory",
            [&] { return luck_.coin(0.2) ? Json("unlimited") : Json(luck_.between(1, 5)); });
  }
  if (!is_log && !is_pub_sub) {
    maybe(made, "order", [&] { return luck_.word("order", {"fifo", "priority", "key"}); });
    maybe(made, "single_active", [&] { return luck_.coin(0.8); });
  }
  maybe(
      made, "initial", [&] { return luck_.between(0, 9); }, 0.3);
  if (!graveyards.empty() && !is_log && !is_pub_sub)
    maybe(made, "dead_letter", [&] { return graveyards.back(); });
  bool has_collector = false;
  std::vector<std::string> operations{".op", ".other"};
  if (is_leaf) operations = {".leaf"};
  if (!is_leaf && luck_.coin()) operations.erase(operations.begin() + (luck_.coin() ? 1 : 0));
  for (std::string const& operation : operations) {
    std::size_t const first = is_leaf ? 0 : first_consumer;
    std::size_t const service = first + luck_.below(services_.size() - first);
    Json one = subscriber(graveyards, kind);
    has_collector = has_collector || one.contains("batch") || one.contains("poll");
    made["subscribers"][services_[service] + operation] = std::move(one);
  }
  // Nothing passes from hand to hand to who collects.
  maybe(made, "acks", [&] { return luck_.word("acks", {"leader", "all"}); });
  if (!is_log)
    maybe(made, "credit",
          [&] { return luck_.coin(0.1) ? Json("unlimited") : Json(luck_.between(1, 8)); });
  if (!is_log) maybe(made, "capacity", [&] { return capacity(has_collector); });
  return made;
}

FileGenerator::Json FileGenerator::capacity(bool has_collector) {
  return luck_.coin(0.1) ? Json("unlimited") : Json(luck_.between(has_collector ? 1 : 0, 7));
}

FileGenerator::Json FileGenerator::spill() {
  Json made{{"above", luck_.between(0, 5)}};
  maybe(made, "write", [&] { return luck_.length(1); });
  maybe(made, "read", [&] { return luck_.length(2); });
  return made;
}

FileGenerator::Json FileGenerator::retention() {
  Json made = Json::object();
  maybe(made, "time", [&] { return luck_.coin() ? "100ms" : "10ms"; });
  maybe(made, "messages",
        [&] { return luck_.coin() ? Json("unlimited") : Json(luck_.between(1, 9)); });
  maybe(made, "bytes", [&] { return luck_.coin() ? "4kB" : "1500B"; });
  return made;
}

void FileGenerator::add_group_keys(Json& subscriber) {
  maybe(subscriber, "from", [&] { return luck_.word("from", {"latest", "earliest"}); });
  maybe(subscriber, "assignment", [&] {
    return luck_.word("assignment", {"range", "round-robin", "sticky"});
  });
  maybe(subscriber, "rebalance", [&]() -> Json {
    if (luck_.coin()) return "8ms";
    return {{"for", "12ms"}, {"cooperative", luck_.coin(0.8)}};
  });
  maybe(subscriber, "session_timeout", [&] { return luck_.coin() ? "20ms" : "3ms"; });
  maybe(subscriber, "commit", [&] { return luck_.coin() ? "25ms" : "2ms"; });
}

FileGenerator::Json FileGenerator::subscriber(std::vector<std::string> const& graveyards,
                                              std::string const& kind) {
  Json made = Json::object();
  if (kind == "log") add_group_keys(made);
  maybe(
      made, "ack_loss", [] { return "10%"; }, 0.3);
  if (kind == "queue" || kind == "topic")
    maybe(made, "requeue", [&] { return luck_.word("requeue", {"place", "tail", "never"}); });
  maybe(made, "prefetch",
        [&] { return luck_.coin(0.1) ? Json("unlimited") : Json(luck_.between(1, 5)); });
  if (kind != "pub-sub")
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
  bool const collects = made.contains("batch") || made.contains("poll");
  if (kind == "topic" || kind == "pub-sub")
    maybe(made, "capacity", [&] { return capacity(collects); });
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
