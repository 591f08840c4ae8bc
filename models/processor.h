#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "models/core_queue.h"
#include "models/shared_cpu.h"
#include "sim/event.h"
#include "sim/time.h"

namespace sojourn {

/// What carries out the work of a replica that has cores or a speed of its own, or of all replicas
/// on one host; with the event of its next completion and what has been measured of it so far.
struct Processor {
  using Cores = std::variant<SharedCpu, CoreQueue>;

  Processor(Cores its_cores, bool of_host, std::uint32_t its_owner)
      : cores(std::move(its_cores)), is_host(of_host), owner(its_owner) {}

  Cores cores;
  bool is_host;
  std::uint32_t owner;  ///< Service or host.
  EventId event;
  double busy = 0.0;     ///< Cores in use, as last measured.
  double waiting = 0.0;  ///< Pieces of work without a core, as last measured.

  void add(Time now, Duration work, std::uint32_t activity) {
    std::visit([&](auto& own) { own.add(now, work, activity); }, cores);
  }
  Duration remove(Time now, std::uint32_t activity) {
    return std::visit([&](auto& own) { return own.remove(now, activity); }, cores);
  }
  [[nodiscard]] std::optional<Time> next_completion() const {
    return std::visit([](auto const& own) { return own.next_completion(); }, cores);
  }
  std::uint32_t complete(Time now) {
    return std::visit([&](auto& own) { return own.complete(now); }, cores);
  }
  [[nodiscard]] double in_use() const {
    return std::visit([](auto const& own) { return own.busy(); }, cores);
  }
  [[nodiscard]] double in_line() const {
    auto const* const queue = std::get_if<CoreQueue>(&cores);
    return queue == nullptr ? 0.0 : static_cast<double>(queue->waiting());
  }
};

}  // namespace sojourn
