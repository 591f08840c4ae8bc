#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "models/program.h"
#include "sim/ensure.h"

namespace sojourn {

/// How many there are: the place of the one that is added next.
template <class Container>
std::uint32_t count(Container const& container) {
  return static_cast<std::uint32_t>(container.size());
}

/// A program in the making, with the names that are known so far.
struct ProgramBuilder {
  Program program;
  std::map<std::pair<std::string, std::string>, std::uint32_t> operations, channels;
  std::map<std::string, int> stream_uses;

  /// A service or a workload by its place.
  struct Caller {
    bool is_workload = false;
    std::uint32_t index = 0;
  };
  std::vector<Caller> callers;                                    ///< (call sites)
  std::vector<std::pair<std::uint32_t, std::uint32_t>> forwards;  ///< From operation to operation.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> publishers;  ///< From service to channel.
  std::map<std::string, std::vector<std::uint32_t>> struck_links;   ///< By the fault's name.

  [[nodiscard]] std::uint32_t operation_of(OperationName const& name) const {
    auto const found = operations.find({name.service, name.operation});
    ensure(found != operations.end(), "a validated operation exists");
    return found->second;
  }

  [[nodiscard]] std::uint32_t channel_of(ChannelName const& name) const {
    auto const found = channels.find({name.broker, name.channel});
    ensure(found != channels.end(), "a validated channel exists");
    return found->second;
  }

  /// The place of a size among those of the program's messages.
  std::uint32_t message_size(double bytes) {
    auto const wanted = static_cast<std::uint64_t>(bytes);
    auto& sizes = program.message_sizes;
    auto const found = std::find(sizes.begin(), sizes.end(), wanted);
    if (found == sizes.end()) {
      ensure(sizes.size() < most_message_sizes, "a validated program has few sizes of messages");
      sizes.push_back(wanted);
      return count(sizes) - 1;
    }
    return static_cast<std::uint32_t>(found - sizes.begin());
  }

  /// Streams are named by what they are for; a second use of the same kind gets a number, so that
  /// adding a step of another kind moves no draw.
  StreamIndex stream(std::string const& name) {
    int const uses = ++stream_uses[name];
    program.streams.push_back(uses == 1 ? name : name + "#" + std::to_string(uses));
    return static_cast<StreamIndex>(program.streams.size() - 1);
  }

  /// A place from which the replicas of `caller` call, or a workload where there is none.
  std::uint32_t add_call_site(std::string const& caller_name, ServicePlan const* caller,
                              OperationName const& target, CallOptions const& options,
                              std::optional<Distribution> const& patience,
                              std::string const& path) {
    CallSite site;
    site.name = distinct(caller_name + "." + target.service + "." + target.operation);
    site.operation = operation_of(target);
    site.timeout = options.timeout;
    site.retry = options.retry;
    site.patience = patience;
    site.key = options.key;
    site.breaker = options.breaker;
    site.limit = options.limit;
    site.hedge = options.hedge;
    site.payload = options.payload;
    site.cancel = options.cancel;
    if (site.timeout) site.timeout_stream = stream(path + "/timeout");
    if (site.timeout && site.timeout->is_constant()) site.timeout_lane = lane_of(*site.timeout);
    if (site.retry) site.backoff_stream = stream(path + "/backoff");
    if (site.patience) site.patience_stream = stream(path + "/patience");
    if (site.key) site.key_stream = stream(path + "/key");
    if (!caller) site.workload = count(program.workloads);
    auto const index = count(program.call_sites);
    if (site.breaker || site.limit) add_guards(site, index, caller);
    callers.push_back(
        caller ? Caller{false, static_cast<std::uint32_t>(caller - program.services.data())}
               : Caller{true, count(program.workloads)});
    program.call_sites.push_back(std::move(site));
    return index;
  }

  /// A step of `operation` that asks the cache of its replica.
  std::uint32_t add_cache(OperationName const& name, decltype(CacheStep::contents) const& contents,
                          std::string const& path) {
    CachePlan plan;
    plan.name = distinct(name.service + "." + name.operation + ".cache");
    plan.operation = operation_of(name);
    plan.contents = contents;
    if (auto const* const keys = std::get_if<KeyCacheOptions>(&contents)) {
      ServicePlan const& service = program.services[program.operations[plan.operation].service];
      plan.first_replica = service.first_replica;
      plan.replicas = service.replicas;
      plan.first_cache = std::exchange(caches_, caches_ + plan.replicas);
      if (keys->keys) plan.key_stream = stream(path + "/keys");
      plan.eviction_stream = stream(path + "/eviction");
    } else {
      plan.hit_stream = stream(path);
    }
    program.caches.push_back(std::move(plan));
    return static_cast<std::uint32_t>(program.caches.size() - 1);
  }

  /// A saga in a step of `operation`, with its parts to follow.
  std::uint32_t add_saga(OperationName const& name, bool durable) {
    SagaPlan plan;
    plan.name = distinct(name.service + "." + name.operation + ".saga");
    plan.operation = operation_of(name);
    plan.durable = durable;
    program.sagas.push_back(std::move(plan));
    return static_cast<std::uint32_t>(program.sagas.size() - 1);
  }

 private:
  void add_guards(CallSite& site, std::uint32_t index, ServicePlan const* caller) {
    site.first_guard = count(program.guard_site);
    site.guards = caller ? caller->replicas : 1;
    if (caller) site.first_caller = caller->first_replica;
    for (std::uint32_t i = 0; i < site.guards; ++i) {
      if (caller) program.replica_guards[site.first_caller + i].push_back(site.first_guard + i);
      program.guard_site.push_back(index);
    }
  }

  /// The lane of timeouts of that length; none for the seventeenth length and those after it.
  std::uint32_t lane_of(Distribution const& constant) {
    auto const lane = lanes_.try_emplace(constant.mean(), count(lanes_)).first->second;
    return lane < most_lanes ? lane : nowhere;
  }

  /// The name, or the first of `name-2`, `name-3`, ... that is free.
  std::string distinct(std::string const& name) {
    std::string candidate = name;
    for (int number = 2; !names_.insert(candidate).second; ++number) {
      candidate = name + "-" + std::to_string(number);
    }
    return candidate;
  }

  static constexpr std::uint32_t most_lanes = 16;

  std::set<std::string> names_;
  std::map<double, std::uint32_t> lanes_;  ///< By length in seconds.
  std::uint32_t caches_ = 0;               ///< Of keys, over all replicas.
};

inline std::string text_of(OperationName const& name) {
  return name.service + "." + name.operation;
}

/// The place of the thing of that name.
template <class Things>
std::uint32_t position_of(Things const& things, std::string const& name) {
  auto const found = std::find_if(things.begin(), things.end(),
                                  [&](auto const& thing) { return thing.name == name; });
  ensure(found != things.end(), "a validated name refers to something");
  return static_cast<std::uint32_t>(found - things.begin());
}

/// The link that a fault strikes; null if it strikes something else.
LinkTarget const* link_target_of(Fault const& fault);

/// Lays out the buffers, consumers and accounts of a channel. Precondition: the names of all
/// channels are known, and replicas have their places.
void compile_channel(ProgramBuilder& builder, std::uint32_t channel);

/// Lays the links of the network. Precondition: all that calls and forwards is known.
void compile_network(ProgramBuilder& builder, Scenario const& scenario);

/// Lays out the faults. Precondition: replicas have their places and links are laid.
void compile_faults(ProgramBuilder& builder, Scenario const& scenario);

/// Lays out the steps of an operation in the program's step table and returns the first one's
/// place. Precondition: the names of all operations and channels are known.
std::uint32_t compile_steps(ProgramBuilder& builder, Service const& service,
                            Operation const& operation);

}  // namespace sojourn
