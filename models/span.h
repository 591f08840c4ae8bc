#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/outcome.h"
#include "models/record_pool.h"
#include "sim/time.h"

namespace sojourn {

/// Something that happened at one instant of a span.
struct SpanEvent {
  Time time;
  std::string_view name;  ///< Of those that the model knows: it outlives the span.
};

/// What one part of a system did for a request of a client, from when to when.
struct Span {
  /// As OpenTelemetry numbers them.
  enum class Kind : std::uint8_t { internal = 1, server, client, producer, consumer };

  std::uint32_t trace = 0;         ///< The traced requests of a run, numbered in order.
  std::uint32_t parent = nowhere;  ///< Place among the spans; nowhere for the request itself.
  std::uint32_t source = 0;        ///< Place among the sources: whose doing it is.
  Kind kind = Kind::internal;
  Outcome outcome = Outcome::success;
  bool is_open = true;  ///< It has not ended when the run does.
  Time begin, end;
  std::string name;
  std::uint32_t replica = nowhere;     ///< Of a service, from 0.
  std::uint32_t attempt = 0;           ///< Of a call or a publish that may have several, from 1.
  std::uint32_t delivery = 0;          ///< Of a message, from 1.
  std::uint32_t messages = 0;          ///< Delivered together, traced or not.
  std::vector<SpanEvent> events;       ///< In order.
  std::vector<std::uint32_t> senders;  ///< Further spans that it follows from: of a batch.
};

/// How many of the requests of clients are to be traced.
struct TraceOptions {
  double share = 0.01;
  std::size_t most_requests = 10'000;
};

/// What was traced in one run.
struct TracedRun {
  std::vector<std::string> sources;  ///< Workloads, services, channels.
  std::vector<Span> spans;           ///< Parents stand before their children.
  std::size_t requests = 0;
  bool has_more = false;  ///< There would have been more requests than were wanted at most.
};

}  // namespace sojourn
