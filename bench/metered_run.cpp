#include "bench/metered_run.h"

#include "bench/allocation.h"

namespace sojourn {
namespace {

constexpr double warm = 2.0 / 3.0;  // from this share of a run on nothing should grow any more

/// Remembers what was allocated when the run was warm and when last it was asked.
class MemoryWatch : public Watch {
 public:
  bool go_on(double done) override {
    bytes_ = allocated_bytes();
    last_ = allocations();
    if (done < warm) before_ = last_;
    return true;
  }
  [[nodiscard]] std::ptrdiff_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t when_warm() const { return last_ - before_; }

 private:
  std::ptrdiff_t bytes_ = allocated_bytes();
  std::size_t before_ = allocations();
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
  run.warm_allocations = static_cast<double>(watch.when_warm()) /
                         ((1.0 - warm) * static_cast<double>(run.figures.events));
  return run;
}

}  // namespace sojourn
