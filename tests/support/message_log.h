#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/world.h"

namespace sojourn::support {

/// Watches the messages of one channel and writes down what happens to them, one line each, such as
/// "12 #3 delivered": at 12 ms, to the third message that the channel accepted. Words:
///     published, delivered, delayed (until redelivery), returned (ready again), orphaned (its
///     broker has lost it), done (a processing has succeeded), and the fates processed,
///     dead-lettered, expired, dropped, lost
/// Within one event lines come in order of message, and one that came and went is not seen.
class MessageLog {
 public:
  explicit MessageLog(std::uint32_t channel = 0) : channel_(channel) {}

  void operator()(World const& world, Event const&) {
    std::map<std::uint64_t, Message> present;
    world.messages.for_each([&](Id, Message const& message) {
      bool const accepted =
          message.state != MessageState::in_transit && message.state != MessageState::blocked;
      if (message.channel == channel_ && accepted) present[message.sequence] = message;
    });
    std::string const fate = fate_since(world);
    for (auto const& [sequence, before] : known_) {
      bool const was_settled = before.state == MessageState::settled;
      if (!was_settled && !present.contains(sequence)) note(world, sequence, fate);
    }
    for (auto const& [sequence, message] : present) {
      auto const before = known_.find(sequence);
      compare(world, before == known_.end() ? Message{} : before->second, message, fate);
    }
    known_ = std::move(present);
  }

  [[nodiscard]] std::vector<std::string> const& lines() const { return lines_; }

 private:
  using Fates = std::vector<std::pair<std::string, std::uint64_t>>;

  void compare(World const& world, Message const& before, Message const& now,
               std::string const& fate) {
    bool const is_new = before.state == MessageState::in_transit;
    bool const same = before.state == now.state;
    if (is_new) note(world, now.sequence, "published");
    if (now.processed > before.processed) note(world, now.sequence, "done");
    if (now.deliveries > before.deliveries) note(world, now.sequence, "delivered");
    if (same) return;
    if (now.state == MessageState::ready && !is_new) note(world, now.sequence, "returned");
    if (now.state == MessageState::delayed) note(world, now.sequence, "delayed");
    if (now.state == MessageState::orphaned) note(world, now.sequence, "orphaned");
    if (now.state == MessageState::settled) note(world, now.sequence, fate);
  }

  /// Which fates have grown since the last event; all that went in it have the same, or the line
  /// names several.
  std::string fate_since(World const& world) {
    ChannelMeasures const& now = world.measures.channels[channel_];
    Fates const fates{{"processed", now.processed},
                      {"dead-lettered", now.dead_lettered},
                      {"expired", now.expired},
                      {"dropped", now.dropped},
                      {"lost", now.lost}};
    std::string names;
    for (std::size_t i = 0; i < fates.size(); ++i) {
      bool const grew = fates[i].second > (fates_.empty() ? 0 : fates_[i].second);
      if (grew) names += (names.empty() ? "" : " or ") + fates[i].first;
    }
    fates_ = fates;
    return names;
  }

  void note(World const& world, std::uint64_t sequence, std::string const& what) {
    auto const milliseconds = world.now().time_since_epoch() / std::chrono::milliseconds(1);
    lines_.push_back(std::to_string(milliseconds) + " #" + std::to_string(sequence) + " " + what);
  }

  std::uint32_t channel_;
  std::map<std::uint64_t, Message> known_;
  Fates fates_;
  std::vector<std::string> lines_;
};

}  // namespace sojourn::support
