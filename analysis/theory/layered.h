#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/theory/answer.h"

namespace sojourn::theory {

/// A layered queueing network: tasks that keep a thread while they wait for those whom they call,
/// so that two resources are held at once. Processors serve tasks, tasks serve tasks.
struct LayeredProcessor {
  std::string name;
  std::int64_t cores = 1;  ///< 0: nobody waits for one.
  bool sharing = false;    ///< All that run share the cores; else first come first served.
};

struct LayeredTask {
  std::string name;
  std::size_t processor = 0;
  std::int64_t threads = 1;  ///< 0: nobody waits for one. Of a reference task: its users.
  bool reference = false;    ///< Calls its first entry, thinks, calls it again.
  double think_time = 0.0;   ///< s
};

struct LayeredEntry {
  struct Call {
    std::size_t entry = 0;
    double times = 0.0;  ///< On average, each time.
  };
  struct Phase {
    double demand = 0.0;  ///< Of the processor, s, in slices before, between and after the calls.
    double delay = 0.0;   ///< With the thread held and nothing done, s.
    std::vector<Call> calls;
  };
  std::string name;
  std::size_t task = 0;
  std::vector<Phase> phases;  ///< The reply leaves after the first; the others run on.
  double open_rate = 0.0;     ///< Arrivals from outside, 1/s.
};

struct LayeredNetwork {
  std::vector<LayeredProcessor> processors;
  std::vector<LayeredTask> tasks;
  std::vector<LayeredEntry> entries;
};

struct LayeredSolution {
  std::vector<double> throughput;             ///< (entries), 1/s
  std::vector<double> response;               ///< (entries): from the thread to the reply, s.
  std::vector<double> holding;                ///< (entries): how long a thread is held, s.
  std::vector<double> thread_utilisation;     ///< (tasks): busy threads / threads.
  std::vector<double> wait;                   ///< (tasks): for a thread, mean of all calls, s.
  std::vector<double> processor_utilisation;  ///< (processors)
};

/// Layered mean value analysis: every task and every processor is a queue whose customers are the
/// threads of those above; what each waits is found from what is there on average, all at once, by
/// repetition. An approximation, and a cautious one: on ten networks whose throughput is known
/// exactly it is within a fifth, mostly 5 to 15 % too low.
/// Sources: Woodside, Neilson, Petriu and Majumdar, "The stochastic rendezvous network model for
/// performance of synchronous client-server-like distributed software", IEEE TC 44 (1995); Rolia
/// and Sevcik, "The method of layers", IEEE TSE 21 (1995); for several threads Sakasegawa's
/// approximation of the chance to wait, "An approximation formula", Ann. Inst. Stat. Math. 29
/// (1977).
Answer<LayeredSolution> layered_mean_value_analysis(LayeredNetwork const& network);

}  // namespace sojourn::theory
