#pragma once

#include <cstdint>

#include "models/world.h"

namespace sojourn {

/// Calls `visit(buffer, content)` for each message whose fate is not sealed, in no particular
/// order.
void for_each_message_there(World const& world, auto&& visit) {
  world.messages.for_each([&](Id, Message const& message) {
    if (message.state != MessageState::settled) visit(message.buffer, message.content);
  });
  for (std::uint32_t i = 0; i < world.program->buffers.size(); ++i) {
    world.channels.ready(i).for_each_fresh([&](Waiting const& message) { visit(i, message); });
  }
}

}  // namespace sojourn
