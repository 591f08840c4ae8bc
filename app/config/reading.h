#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/data_files.h"
#include "app/config/diagnostic.h"
#include "app/config/document.h"
#include "app/config/names.h"
#include "models/scenario.h"
#include "sim/time.h"

namespace sojourn {

/// What the readers of one scenario share: where mistakes go, which names there are, and what they
/// stand inside of. A mistake is recorded where it stands and reading goes on.
class Reading {
 public:
  /// A time of the scenario that must lie within its run.
  struct PlannedTime {
    std::string key;
    Duration at{0};
    Place place;
  };
  /// How many replicas of a service something concerns.
  struct ReplicaCount {
    std::string service;
    Limit count = 0;
    Place place;
  };
  /// Which steps may stand where the reader is.
  struct StepScope {
    std::vector<std::string> branches;  ///< "parallel", "repeat", "saga", ... around it.
    std::vector<std::string> pools;     ///< Those held around it.
  };
  /// A step that writes to an outbox, whose relay publishes to a channel.
  struct OutboxUse {
    std::string service;
    ChannelName target;
    std::optional<Duration> every;
    Place place;
  };
  struct PoolUse {
    std::string pool;
    Place place;
    bool nested = false;  ///< Inside another use of the same pool.
  };

  Reading(DataFiles& files, Diagnostics& diagnostics) : files_(files), diagnostics_(diagnostics) {}

  /// "key: text", at the node or at a character of it.
  void error(Node const& node, std::string_view text);
  void error(Node const& node, std::size_t offset, std::string_view text);
  void error_at(Place const& place, std::string_view text);
  void warning_at(Place const& place, std::string_view text);
  /// "key: expected ..., found ...".
  void expected(Node const& node, std::string_view what, std::string_view problem = {});

  /// While it lives, messages are about the entry's key.
  class Within {
   public:
    Within(Reading& reading, Node::Entry const& entry)
        : reading_(reading), before_(reading.entry_) {
      reading.entry_ = &entry;
    }
    ~Within() { reading_.entry_ = before_; }
    Within(Within const&) = delete;
    Within& operator=(Within const&) = delete;

   private:
    Reading& reading_;
    Node::Entry const* before_;
  };

  /// Where the key stands that the reader is at; for what is missing under it.
  [[nodiscard]] Place key_place(Node const& node) const;
  [[nodiscard]] std::string key() const { return entry_ == nullptr ? "" : entry_->key; }

  void declare(NameKind kind, std::string const& name, Mark const& mark);
  void refer(std::vector<NameKind> kinds, std::string name, Node const& node);
  void refer_at(std::vector<NameKind> kinds, std::string name, Place const& place);

  std::string owner;  ///< The service or broker that the reader is in.
  StepScope step_scope;
  std::vector<PlannedTime> planned_times;
  std::set<double> message_sizes;  ///< Bytes, other than 0.
  std::vector<ReplicaCount> replica_counts;
  std::vector<OutboxUse> outbox_uses;
  std::vector<PoolUse> pool_uses;  ///< Of the service that the reader is in.

  Names& names() { return names_; }
  DataFiles& files() { return files_; }
  Diagnostics& diagnostics() { return diagnostics_; }

 private:
  [[nodiscard]] std::string about_key(std::string_view text) const;

  Node::Entry const* entry_ = nullptr;
  Names names_;
  DataFiles& files_;
  Diagnostics& diagnostics_;
};

}  // namespace sojourn
