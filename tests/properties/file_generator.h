#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/properties/luck.h"

namespace sojourn::support {

/// Writes one random file. Each function makes what stands behind one key of the language; a new
/// key is one more line, `maybe(mapping, "key", ...)`.
class FileGenerator {
 public:
  using Json = nlohmann::ordered_json;

  explicit FileGenerator(std::uint64_t seed) : seed_(seed), luck_(seed) {}

  Json file();

  /// Whether requests may come to wait for one another for ever.
  /// An alarm holds up consumers that publish to the broker whose messages they should process.
  bool has_circles() { return luck_.uses("circles") || has_alarm_; }

 private:
  /// Where steps stand.
  struct Place {
    std::size_t service = 0;   ///< They call later ones only.
    int depth = 3;             ///< How deep they may nest.
    bool pools = true;         ///< But in circles not inside another, and not in branches.
    bool has_lock = false;     ///< Inside `use: lock`.
    bool is_branch = false;    ///< Of `parallel` or `background`.
    bool is_repeated = false;  ///< Or behind a cache: nothing is forwarded from there.
    bool is_in_saga = false;   ///< No other stands there.

    [[nodiscard]] Place inside() const {
      Place place = *this;
      --place.depth;
      return place;
    }
  };
  struct ChannelPlace {
    std::string name;
    std::size_t first_consumer = 0;  ///< Its messages go to this service or later ones,
    bool is_leaf = false;            ///< or to leaves.
  };

  /// Sets a key in some of the files, and there in some of the places. The key is the feature.
  template <class Make>
  void maybe(Json& mapping, char const* key, Make make, double share = 0.5) {
    if (luck_.rolls(key, share)) mapping[key] = make();
  }

  // Callers
  void add_call_options(Json& caller);
  Json retry();
  Json backoff();
  Json breaker();
  Json bulkhead();
  Json hedge();

  // Workloads
  Json workload();
  std::string arrivals(std::string const& kind);
  Json profile();

  // Services
  Json service(std::size_t index);
  void place(Json& service);
  Json hosts();
  Json network();
  void add_link_keys(Json& link);
  std::string link_end();
  void keep_declared_zones(Json const& file);
  Json hours();
  Json autoscale(std::int64_t replicas, bool has_cores);
  Json queue();
  Json codel();
  std::string admission_limit();
  Json speed();
  std::string callable_operation(std::size_t service);
  bool may_call(std::size_t service) { return has_later(service) || luck_.uses("circles"); }
  [[nodiscard]] bool has_later(std::size_t service) const { return service + 1 < services_.size(); }

  // Steps
  Json steps(Place const& place);
  Json step(Place const& place);
  Json call(Place const& place);
  Json outbox(std::string const& channel);
  Json publish(Place const& place);
  Json parallel(Place const& place);
  Json choose(Place const& place);
  Json cache();
  Json saga(Place const& place);
  [[nodiscard]] std::vector<std::string> reachable_channels(std::size_t service) const;

  // Brokers
  Json broker(std::string const& name);
  Json channel(std::string const& name);
  Json subscriber(std::vector<std::string> const& graveyards, std::string const& kind);
  Json capacity(bool has_collector);
  Json spill();
  Json retention();
  void add_group_keys(Json& subscriber);
  Json batch();

  // Faults
  Json fault();
  Json crash_target();
  Json replica_target();
  Json some_target();

  std::uint64_t seed_;
  Luck luck_;
  bool has_alarm_ = false;
  std::vector<std::string> services_;
  std::vector<std::int64_t> replicas_;  ///< (services)
  bool is_preemptive_ = false;          ///< The service that is being written.
  std::vector<std::string> hosts_, zones_;
  std::vector<std::string> workloads_;
  std::vector<std::string> brokers_;
  std::vector<ChannelPlace> channels_;  ///< Those written so far.
};

}  // namespace sojourn::support
