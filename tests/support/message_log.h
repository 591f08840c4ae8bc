#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/world.h"

namespace sojourn::support {

/// Watches the messages of one buffer and writes down what happens to them, one line each, such as
/// "12 #3 delivered": at 12 ms, to the third message that the channel accepted. Words:
///     published, delivered, delayed (until redelivery), returned (ready again), orphaned (its
///     broker has lost it), done (a processing has succeeded), and the fates processed,
///     dead-lettered, expired, dropped, lost
/// Within one event lines come in order of message, and one that came and went is not seen.
class MessageLog {
 public:
  explicit MessageLog(std::uint32_t buffer = 0) : buffer_(buffer) {}

  void operator()(World const& world, Event const&) {
    std::map<std::uint64_t, Message> present;
    world.messages.for_each([&](Id, Message const& message) {
      if (message.buffer == buffer_) present[message.content.sequence] = message;
    });
    world.channels.ready(buffer_).for_each_fresh(
        [&](Waiting const& message) { present[message.sequence] = Message{}; });
    std::string const fate = fate_since(world);
    for (auto const& [sequence, before] : known_) {
      bool const was_settled = before.state == MessageState::settled;
      if (!was_settled && !present.contains(sequence)) note(world, sequence, fate);
    }
    for (auto const& [sequence, message] : present) {
      auto const before = known_.find(sequence);
      if (before == known_.end()) note(world, sequence, "published");
      compare(world, sequence, before == known_.end() ? Message{} : before->second, message, fate);
    }
    known_ = std::move(present);
  }

  [[nodiscard]] std::vector<std::string> const& lines() const { return lines_; }

 private:
  void compare(World const& world, std::uint64_t sequence, Message const& before,
               Message const& now, std::string const& fate) {
    if (now.processed > before.processed) note(world, sequence, "done");
    if (now.deliveries > before.deliveries) note(world, sequence, "delivered");
    if (before.state == now.state) return;
    if (now.state == MessageState::ready) note(world, sequence, "returned");
    if (now.state == MessageState::delayed) note(world, sequence, "delayed");
    if (now.state == MessageState::orphaned) note(world, sequence, "orphaned");
    if (now.state == MessageState::settled) note(world, sequence, fate);
  }

  /// Which fates have grown since the last event; all that went in it have the same, or the line
  /// names several.
  std::string fate_since(World const& world) {
    ChannelMeasures const& now = world.measures.accounts[world.program->buffers[buffer_].account];
    Fates const fates = now.fates;
    std::string names;
    for (std::size_t i = 0; i < fate_names.size(); ++i) {
      std::string name(fate_names[i]);
      std::replace(name.begin(), name.end(), '_', '-');
      bool const grew = fates.counts[i] > fates_.counts[i];
      if (grew) names += (names.empty() ? "" : " or ") + name;
    }
    fates_ = fates;
    return names;
  }

  void note(World const& world, std::uint64_t sequence, std::string const& what) {
    auto const milliseconds = world.now().time_since_epoch() / std::chrono::milliseconds(1);
    lines_.push_back(std::to_string(milliseconds) + " #" + std::to_string(sequence) + " " + what);
  }

  std::uint32_t buffer_;
  std::map<std::uint64_t, Message> known_;
  Fates fates_;
  std::vector<std::string> lines_;
};

}  // namespace sojourn::support
