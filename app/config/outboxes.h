#pragma once

#include <string>

#include "app/config/reading.h"
#include "models/scenario.h"

namespace sojourn {

/// The broker that stands for the outbox tables of a service, and the service that relays them.
[[nodiscard]] std::string outbox_of(std::string const& service);
[[nodiscard]] std::string relay_of(std::string const& service);

/// Adds what the steps `outbox` imply: for each service that has one a table for each channel that
/// it is to reach, durable and written to in no time, and a relay that publishes what is there
/// until the broker has it.
void add_outboxes(Scenario& scenario, Reading& reading);

}  // namespace sojourn
