#include "bench/metered_run.h"

#include "bench/allocation.h"

namespace sojourn {
namespace {

/// Remembers what was allocated in the middle of the run and when last it was asked.
class MemoryWatch : public Watch {
 public:
  bool go_on(double done) override {
    bytes_ = allocated_bytes();
    last_ = allocations();
    if (done < 0.5) middle_ = last_;
    return true;
  }
  [[nodiscard]] std::ptrdiff_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t in_second_half() const { return last_ - middle_; }

 private:
  std::ptrdiff_t bytes_ = allocated_bytes();
  std::size_t middle_ = allocations();
  std::size_t last_ = allocations();
};

}  // namespace

MeteredRun metered_run(Program const& program, std::uint64_t replication) {
  restart_peak();
  auto const before = allocated_bytes();
  MemoryWatch watch;
  MeteredRun run;
  run.figures = run_once(program, replication, watch);
  run.bytes = static_cast<double>(watch.bytes() - before);
  run.peak = static_cast<double>(peak_allocated_bytes() - before);
  run.warm_allocations =
      static_cast<double>(watch.in_second_half()) / (0.5 * static_cast<double>(run.figures.events));
  return run;
}

}  // namespace sojourn
