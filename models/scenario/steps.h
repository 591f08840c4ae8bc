#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/scenario/caches.h"
#include "models/scenario/calls.h"
#include "models/scenario/names.h"
#include "sim/distribution.h"

/// What an operation does.
namespace sojourn {

struct Step;
using Steps = std::vector<Step>;

struct WorkStep {
  Distribution duration;
};
struct WaitStep {
  Distribution duration;
};
struct CallStep {
  OperationName target;
  CallOptions options;
  std::optional<Steps> fallback;  ///< Run if the call fails, which then counts as a success.
};
struct ForwardStep {
  OperationName target;
};
/// In one scenario, of nothing included.
constexpr std::size_t most_message_sizes = 256;

/// Messages of one replica that are sent together.
struct PublishBatch {
  std::int64_t size = 1;  ///< Sent once there are so many,
  Duration linger{0};     ///< or the first has waited so long.
};

struct PublishStep {
  ChannelName channel;
  bool confirm = true;
  std::optional<Distribution> timeout;
  std::optional<Distribution> count;     ///< Absent: one message.
  std::optional<Distribution> key;       ///< Of the message; absent: that of the request.
  std::optional<std::int32_t> priority;  ///< Absent: that of the request.
  std::optional<Duration> ttl;           ///< Of the message, beside that of the channel.
  std::optional<Distribution> delay;     ///< Until it can be delivered.
  double poison = 0.0;                   ///< Probability that nobody can process it.
  double payload = 0.0;                  ///< Bytes.
  std::optional<Retry> retry;
  std::optional<PublishBatch> batch;
  bool mandatory = false;  ///< It fails if there is no buffer to put it in.
  bool reply = false;  ///< Waits until somebody has processed it and said so through the broker.
  std::optional<Steps> fallback;
};
struct ParallelStep {
  std::vector<Steps> branches;
  std::size_t join = 0;  ///< How many branches must succeed; from 1 to all of them.
};
struct ChooseStep {
  struct Branch {
    double probability = 0.0;
    Steps steps;
  };
  std::vector<Branch> branches;  ///< Probabilities sum to at most 1; the rest does nothing.
};
struct RepeatStep {
  Distribution count;
  Steps steps;
};
struct UseStep {
  std::string pool;
  Steps steps;
};
struct CacheStep {
  std::variant<double, KeyCacheOptions> contents;  ///< The probability of a hit, or keys.
  Steps miss;
};
/// Parts that are done one after the other. When one fails, those that were done are undone, the
/// last one first.
struct SagaStep {
  struct Part {
    Steps steps;
    std::optional<Steps> undo;
  };
  std::vector<Part> parts;
  bool durable = false;           ///< A replica remembers what a crash has cut short.
  std::optional<Steps> fallback;  ///< Run if it has failed, once it is undone.
};
struct RespondStep {};
struct BackgroundStep {
  Steps steps;
};
struct FailStep {
  double probability = 1.0;
};

struct Step {
  std::variant<WorkStep, WaitStep, CallStep, ForwardStep, PublishStep, ParallelStep, ChooseStep,
               RepeatStep, UseStep, CacheStep, SagaStep, RespondStep, BackgroundStep, FailStep>
      action;
};

}  // namespace sojourn
