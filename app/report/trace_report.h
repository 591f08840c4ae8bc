#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "models/span.h"

namespace sojourn {

/// What was traced of an alternative of a scenario.
struct TracedAlternative {
  std::string scenario, alternative;
  std::uint64_t seed = 1;
  TracedRun run;
};

/// Those of a study, or of several. They stay where they are while others are added.
using TracedAlternatives = std::deque<TracedAlternative>;

/// The traces as OTLP/JSON, as `docs/traces.md` describes them: one document, a span a line.
/// Source: OpenTelemetry Protocol Specification 1.3, section "JSON Protobuf Encoding".
std::string trace_text(TracedAlternatives const& traced, std::string_view version);

}  // namespace sojourn
