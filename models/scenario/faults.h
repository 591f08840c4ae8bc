#pragma once

#include <optional>
#include <string>
#include <variant>

#include "models/scenario/names.h"
#include "sim/distribution.h"
#include "sim/time.h"

/// What goes wrong.
namespace sojourn {

/// The replicas of a service that a fault strikes, the first `replicas` of them.
struct ReplicaTarget {
  std::string service;
  Limit replicas = unlimited;
  bool each = false;  ///< Every replica has a fault of its own, independent of the others.
};

struct CrashFault {
  std::variant<ReplicaTarget, std::string> target;  ///< Replicas, or the broker of that name.
};
struct PauseFault {
  ReplicaTarget target;
};
struct SlowFault {
  ReplicaTarget target;
  double factor = 1.0;
};
struct ErrorsFault {
  ReplicaTarget target;
  double rate = 1.0;
};
struct SurgeFault {
  std::string workload;
  double factor = 1.0;
};

struct Fault {
  std::string name;
  std::variant<CrashFault, PauseFault, SlowFault, ErrorsFault, SurgeFault> effect;
  std::optional<Duration> at;          ///< Either this ...
  std::optional<Distribution> every;   ///< ... or this: from one's end to the next one's start.
  std::optional<Distribution> length;  ///< `for`; absent: to the end of the run.
};

}  // namespace sojourn
