#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/scenario/names.h"
#include "sim/distribution.h"
#include "sim/time.h"

/// What goes wrong.
namespace sojourn {

/// The replicas of a service that a fault strikes: the first so many of them, or that share of them
/// (rounded, at least one).
struct ReplicaTarget {
  std::string service;
  std::variant<Limit, double> replicas = unlimited;
  bool each = false;  ///< Every replica has a fault of its own, independent of the others.
};
/// All replicas on a host.
struct HostTarget {
  std::string host;
};
/// All replicas in a zone.
struct ZoneTarget {
  std::string zone;
};
struct BrokerTarget {
  std::string broker;
};
/// All of these at once.
using FaultTargets = std::vector<std::variant<ReplicaTarget, HostTarget, ZoneTarget, BrokerTarget>>;

struct CrashFault {
  FaultTargets targets;
  bool silent = false;  ///< Callers are not told: they learn by their timeouts.
};
struct PauseFault {
  FaultTargets targets;
};
struct SlowFault {
  FaultTargets targets;
  double factor = 1.0;
};
struct ErrorsFault {
  FaultTargets targets;
  double rate = 1.0;
};
struct SurgeFault {
  std::string workload;
  double factor = 1.0;
};

/// The links between services, workloads, brokers or zones of the one name and those of the other.
struct LinkTarget {
  std::string from, to;
  bool one_way = false;
};
/// Nothing passes, and nobody is told.
struct PartitionFault {
  LinkTarget link;
};
struct LossFault {
  LinkTarget link;
  double rate = 1.0;
};
/// What is sent takes longer.
struct DelayFault {
  LinkTarget link;
  Distribution add;
};

struct Fault {
  std::string name;
  std::variant<CrashFault, PauseFault, SlowFault, ErrorsFault, SurgeFault, PartitionFault,
               LossFault, DelayFault>
      effect;
  std::optional<Duration> at;          ///< Either this ...
  std::optional<Distribution> every;   ///< ... or this: from one's end to the next one's start.
  std::optional<Distribution> length;  ///< `for`; absent: to the end of the run.
};

}  // namespace sojourn
