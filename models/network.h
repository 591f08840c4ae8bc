#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/outcome.h"
#include "models/program.h"
#include "models/record_pool.h"
#include "sim/time.h"

namespace sojourn {

struct World;

/// A reply on its way to its caller, or a caller's word to stop on its way to the callee.
struct Transit {
  std::uint32_t generation = 0;
  bool is_cancel = false;
  Outcome outcome = Outcome::success;
  Id call;
  Id attempt;
};

/// The links of a program with a network: what passes, what is lost, and when it arrives.
///
/// A message is first transmitted, which takes its bytes / bandwidth and waits until what was sent
/// before on the same link in the same direction is out; then it travels for the latency. Messages
/// may overtake each other by drawing a shorter one.
class Network {
 public:
  explicit Network(Program const& program)
      : links_(program.links.size()), pipes_(program.pipes.size(), Pipe{Time(-program.warmup)}) {}

  /// The link from one end to another; nowhere if nothing lies between them.
  [[nodiscard]] static std::uint32_t link_between(Program const& program, std::uint32_t from,
                                                  std::uint32_t to);

  /// When a message that is sent now arrives; nothing if it never does. `call` is the one that it
  /// serves, if any.
  std::optional<Time> send(World& world, std::uint32_t link, double bytes, Id call);

  // Faults that last; several may overlap.

  void partition(std::uint32_t link) {
    if (links_[link].partitions++ == 0) ++links_[link].interruptions;
  }
  void end_partition(std::uint32_t link) { --links_[link].partitions; }
  [[nodiscard]] bool is_parted(std::uint32_t link) const { return links_[link].partitions > 0; }
  /// How often it has been parted so far.
  [[nodiscard]] std::uint64_t interruptions(std::uint32_t link) const {
    return links_[link].interruptions;
  }
  /// Of messages that the link itself does not lose.
  void set_loss(std::uint32_t link, double loss) { links_[link].loss = loss; }
  /// What is sent takes longer, by a draw from the fault's distribution.
  void delay(std::uint32_t link, std::uint32_t fault) { links_[link].delays.push_back(fault); }
  void end_delay(std::uint32_t link, std::uint32_t fault);

  /// Begins to count anew what pipes transmit.
  void begin(Time now);
  /// Seconds since then in which the pipe has been transmitting.
  [[nodiscard]] double transmitted(std::uint32_t pipe, Time now) const;

 private:
  struct LinkState {
    std::uint32_t partitions = 0;
    std::uint64_t interruptions = 0;
    double loss = 0.0;
    std::vector<std::uint32_t> delays;  ///< Faults.
  };
  struct Pipe {
    Time free;            ///< When all that was sent is out.
    double busy = 0.0;    ///< s of transmission, those to come included.
    double before = 0.0;  ///< s of it before counting began.
  };

  static void charge(World& world, LinkPlan const& link, double bytes, Id call);
  bool passes(World& world, std::uint32_t link);
  Duration draw_latency(World& world, std::uint32_t link);
  Time transmit(std::uint32_t pipe, Time now, Duration length);

  std::vector<LinkState> links_;
  std::vector<Pipe> pipes_;
};

}  // namespace sojourn
