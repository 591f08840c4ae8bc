#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/boxed.h"
#include "models/record_pool.h"
#include "models/scenario.h"
#include "sim/discrete_choice.h"
#include "sim/metric.h"

/// A scenario compiled to flat, immutable tables. Everything refers to everything else by position.
namespace sojourn {

using StreamIndex = std::uint32_t;  ///< Position in `Program::streams`.

enum class StepKind : std::uint8_t {
  work,
  wait,
  call,
  forward,
  publish,
  parallel,
  choose,
  repeat,      ///< Enters a loop; `target` is the step behind its `repeat_end`.
  repeat_end,  ///< `target` is the first step of the body.
  acquire,
  release,
  cache,  ///< Its miss begins behind the jump that follows.
  keep,   ///< Ends the miss in a cache of keys.
  saga,   ///< Its first part follows.
  part_done,
  undo,  ///< Goes on with the part of a saga that is to be undone next.
  respond,
  background,  ///< `target` is the first step of what runs on; the next step is at `jump`.
  fail,
  jump,
  end  ///< Of an operation, a branch or a background part.
};

/// One row of the step table. Steps of a list follow one another; nested lists are laid out inside
/// with jumps, so that one number says where an activity stands.
struct PlannedStep {
  StepKind kind = StepKind::end;
  std::uint32_t target = nowhere;    ///< Call site, plan, pool, cache, saga, probability, step.
  StreamIndex stream = nowhere;      ///< work, wait, choose, repeat, fail
  std::uint32_t fallback = nowhere;  ///< call, publish, saga: where to go on if it fails
  std::uint32_t operation = nowhere;
  Boxed<Distribution> distribution;  ///< work, wait, repeat
};
static_assert(sizeof(PlannedStep) == 32);

/// A place from which calls are made, with what its caller decides about them.
struct alignas(64) CallSite {
  std::uint32_t operation = 0;
  std::uint32_t workload = nowhere;  ///< That calls; none for a service.
  /// One attempt and nothing else: whatever becomes of it becomes of the call, so that the callee
  /// can keep what is to be known of both.
  bool is_direct = false;
  bool cancel = false;
  std::uint32_t first_guard = nowhere;  ///< With a breaker or a limit: one for each caller.
  Boxed<Distribution> timeout;
  Boxed<Retry> retry;
  Boxed<Distribution> patience;
  Boxed<Distribution> key;
  Boxed<Hedge> hedge;
  Boxed<Breaker> breaker;
  Boxed<CallLimit> limit;
  Payload payload;
  std::uint32_t first_caller = nowhere;  ///< Replica; none for a workload.
  std::uint32_t guards = 0;
  std::uint32_t timeout_lane = nowhere;  ///< Of timeouts that are all of one length.
  StreamIndex timeout_stream = nowhere;
  StreamIndex backoff_stream = nowhere;
  StreamIndex patience_stream = nowhere;
  StreamIndex key_stream = nowhere;
  std::string name;  ///< Of caller and callee: "web.checkout.bank.charge".
};

/// A step that publishes.
struct PublishPlan {
  PublishStep spec;
  std::uint32_t channel = 0;
  std::uint32_t size = 0;           ///< Place in `message_sizes`.
  std::uint32_t first_replica = 0;  ///< Of the service.
  std::uint32_t first_batch = 0;    ///< Each replica has one, if it sends batches.
  StreamIndex timeout_stream = nowhere, delay_stream = nowhere, key_stream = nowhere,
              poison_stream = nowhere, backoff_stream = nowhere;
};

struct ParallelPlan {
  std::vector<std::uint32_t> branches;  ///< First steps.
  std::uint32_t join = 0;               ///< Successes needed.
  bool works = false;  ///< Some branch works, so that the slot is needed meanwhile.
};

/// A step that asks a cache.
struct CachePlan {
  std::string name;  ///< "web.checkout.cache"
  std::uint32_t operation = 0;
  std::variant<double, KeyCacheOptions> contents;
  std::uint32_t first_cache = nowhere;  ///< Of keys: one for each replica.
  std::uint32_t first_replica = 0, replicas = 0;
  StreamIndex hit_stream = nowhere, key_stream = nowhere, eviction_stream = nowhere;
};

/// A step that is undone where it fails half-way.
struct SagaPlan {
  struct Part {
    std::uint32_t undo = nowhere;  ///< First step.
    bool leaves_traces = false;    ///< It calls or publishes, and nothing is said to undo it.
  };
  std::string name;  ///< "web.checkout.saga"
  std::uint32_t operation = 0;
  std::vector<Part> parts;
  std::uint32_t first_undo = 0;  ///< The row `undo`.
  std::uint32_t fallback = nowhere;
  bool durable = false;
};

struct OperationPlan {
  std::string name;
  std::uint32_t service = 0;
  std::uint32_t first_step = 0;
  std::uint32_t first_work = nowhere;  ///< The first `work` step as written, if there is one.
  bool has_fallback = false;
};

struct ServicePlan {
  Service spec;
  std::uint32_t first_replica = 0, replicas = 0;  ///< As many as there may ever be.
  std::uint32_t first_operation = 0, operations = 0;
  StreamIndex balance_stream = nowhere, queue_stream = nowhere, startup_stream = nowhere,
              error_stream = nowhere;
};

struct WorkloadPlan {
  Workload spec;
  std::uint32_t only_site = nowhere;  ///< Call site; none of a mix of several.
  DiscreteChoice sites;               ///< Call sites.
  StreamIndex arrival_stream = nowhere, batch_stream = nowhere, mix_stream = nowhere,
              think_stream = nowhere, phase_stream = nowhere;
};

/// One replica of a subscriber, which takes messages from a channel.
struct ConsumerPlan {
  std::uint32_t subscription = 0;
  std::uint32_t replica = 0;
  std::uint32_t buffer = nowhere;  ///< From which it takes; a reader of a log has none of its own.
};

struct SubscriptionPlan {
  Subscriber spec;
  std::uint32_t channel = 0;
  std::uint32_t operation = 0;
  Limit prefetch = 1;
  std::uint32_t first_consumer = 0, consumers = 0;
  std::uint32_t first_buffer = 0, buffers = 0;  ///< Of a log: its partitions for this group.
  std::uint32_t dead_letter = nowhere;          ///< Channel.
  StreamIndex redelivery_stream = nowhere, ack_stream = nowhere;
};

/// What waits for the same consumers: see `Channels`.
struct BufferPlan {
  std::uint32_t channel = 0;
  std::uint32_t account = 0;
  std::uint32_t subscription = nowhere;             ///< Whose it is; of a queue nobody's alone.
  std::uint32_t first_consumer = 0, consumers = 0;  ///< Who may take from it.
  Limit capacity = unlimited, capacity_bytes = unlimited;
  Limit credit = unlimited;
  Channel::WhenFull when_full = Channel::WhenFull::reject;
  std::optional<Duration> ttl;
  bool is_partition = false;
};

/// Messages that are counted together: those of a channel, and of what each subscriber to a channel
/// with copies is to get.
struct AccountPlan {
  std::string name;            ///< "broker.channel", "broker.channel.service.operation"
  bool holds_messages = true;  ///< Of a channel with copies its subscribers' accounts do.
  bool is_log = false;
  bool spills = false;  ///< Has a disk.
};

struct ChannelPlan {
  Channel spec;
  std::string name;  ///< "broker.channel"
  std::uint32_t broker = 0;
  std::uint32_t dead_letter = nowhere;  ///< Channel for expired messages.
  std::uint32_t first_subscription = 0, subscriptions = 0;
  std::uint32_t first_buffer = 0, buffers = 0;
  std::uint32_t account = 0;  ///< Of what is published to it.
  bool durable = false;
  StreamIndex publish_latency_stream = nowhere, delivery_latency_stream = nowhere,
              disk_stream = nowhere;
};

struct BrokerPlan {
  std::string name;
  std::optional<Distribution> latency;
  std::optional<double> throughput;
  std::optional<double> cost;  ///< Of a million messages.
  Limit replicas = 1;
  Duration failover{0}, replication{0};
  Broker::Alarm alarm;
  std::optional<Duration> heartbeat;
  std::uint32_t first_channel = 0, channels = 0;
};

/// What lies between two ends, in one direction.
struct LinkPlan {
  LinkSpec spec;
  std::uint32_t pipe = nowhere;    ///< Through which it transmits, if it has a bandwidth.
  std::uint32_t reported_as = 0;   ///< Position in `link_reports`.
  std::uint32_t broker = nowhere;  ///< At one of its ends, and then who is at the other.
  std::uint32_t peer = nowhere;
  double price = 0.0;  ///< Of a byte.
  StreamIndex latency_stream = nowhere, loss_stream = nowhere;
};

/// All links from one service or workload to another, for the results.
struct LinkReportPlan {
  std::string name;  ///< "web.bank"
  bool is_reported = false;
  bool has_cost = false;
  std::vector<std::uint32_t> pipes;
};

/// One fault with one life: `replicas: each` is as many of these.
struct FaultPlan {
  enum class Kind : std::uint8_t { crash, pause, slow, errors, surge, partition, loss, delay };
  Kind kind = Kind::crash;
  std::uint32_t reported_as = 0;       ///< Position in `fault_names`.
  std::vector<std::uint32_t> targets;  ///< Replicas, links, or the workload; ascending.
  std::vector<std::uint32_t> brokers;  ///< That crash as well.
  double amount = 1.0;                 ///< Factor or rate.
  bool silent = false;
  std::optional<Distribution> delay;
  std::optional<Duration> at;
  std::optional<Distribution> every, length;
  StreamIndex every_stream = nowhere, length_stream = nowhere, delay_stream = nowhere;
};

struct Program {
  /// The link to an end.
  struct Way {
    std::uint32_t to = 0;
    std::uint32_t link = 0;
  };

  Duration duration{0}, warmup{0}, starts{0};
  std::size_t cells = series_cells;  ///< Of every series.
  std::vector<std::string> streams;
  std::vector<PlannedStep> steps;
  std::vector<double> probabilities;  ///< (steps that may fail)
  std::vector<CallSite> call_sites;
  std::vector<std::uint32_t> guard_site;  ///< (guards) -> call site
  std::vector<PublishPlan> publishes;
  std::vector<ParallelPlan> parallels;
  std::vector<DiscreteChoice> chooses;  ///< First steps of branches, or the one behind them.
  std::vector<CachePlan> caches;
  std::vector<SagaPlan> sagas;
  std::vector<OperationPlan> operations;
  std::vector<ServicePlan> services;
  std::vector<std::uint32_t> replica_service;  ///< (replicas) -> service
  std::vector<std::uint32_t> replica_host;     ///< (replicas) -> host, or nowhere
  std::vector<std::uint32_t> replica_zone;     ///< (replicas) -> zone, or nowhere
  std::vector<Host> hosts;
  std::vector<std::string> zones;
  // Only with a network. An end is the replicas of one service in one zone, or a workload.
  std::vector<std::uint32_t> replica_end;   ///< (replicas)
  std::vector<std::uint32_t> workload_end;  ///< (workloads)
  std::vector<std::uint32_t> broker_end;    ///< (brokers)
  std::vector<std::vector<Way>> ways;       ///< (ends) Ascending.
  std::vector<LinkPlan> links;
  std::vector<std::string> pipes;
  std::vector<LinkReportPlan> link_reports;
  std::vector<WorkloadPlan> workloads;
  std::vector<BrokerPlan> brokers;
  std::vector<std::uint64_t> message_sizes{0};  ///< Bytes; messages know the place of theirs.
  std::uint32_t producer_batches = 0;
  std::vector<ChannelPlan> channels;
  std::vector<BufferPlan> buffers;
  std::vector<AccountPlan> accounts;
  std::vector<SubscriptionPlan> subscriptions;
  std::vector<ConsumerPlan> consumers;
  std::vector<std::vector<std::uint32_t>> replica_consumers;  ///< (replicas) -> consumers
  std::vector<std::vector<std::uint32_t>> replica_guards;     ///< (replicas) -> guards
  std::vector<std::string> fault_names;
  std::vector<FaultPlan> faults;
  ResultLayout layout;
  /// Nothing in it is out of the ordinary: no network, faults, limits or processors, every line
  /// first come, first served and without an end, and so on: see `is_plain()`. Most of what a
  /// request could meet is not there then, and a `PlainWorld` runs it.
  bool is_plain = false;
};

}  // namespace sojourn
