#include "bench/metered_run.h"

#include "bench/allocation.h"
#include "sim/address_range.h"

namespace sojourn {
namespace {

constexpr double warm = 2.0 / 3.0;  // from this share of a run on nothing should grow any more

/// Remembers what was allocated when the run was warm and when last it was asked.
class MemoryWatch : public Watch {
 public:
  MemoryWatch() { restart_peak(); }

  bool go_on(double done) override {
    ranges_ = AddressRange::bytes_of_this_thread();
    bytes_ = allocated_bytes() + ranges_;
    last_ = allocations();
    if (done < warm) {
      before_ = last_;
      ranges_before_ = ranges_;
    }
    return true;
  }
  [[nodiscard]] std::ptrdiff_t bytes() const { return bytes_ - at_first_; }
  /// Ranges grow and never shrink; what the result takes comes when the last look is over.
  [[nodiscard]] std::ptrdiff_t peak() const { return peak_allocated_bytes() + ranges_ - at_first_; }
  /// Ranges that have grown count as one.
  [[nodiscard]] std::size_t when_warm() const {
    return last_ - before_ + (ranges_ != ranges_before_ ? 1 : 0);
  }

 private:
  std::ptrdiff_t ranges_ = AddressRange::bytes_of_this_thread();
  std::ptrdiff_t ranges_before_ = ranges_;
  std::ptrdiff_t at_first_ = allocated_bytes() + ranges_;
  std::ptrdiff_t bytes_ = at_first_;
  std::size_t before_ = allocations();
  std::size_t last_ = allocations();
};

}  // namespace

MeteredRun metered_run(Program const& program, std::uint64_t replication) {
  MemoryWatch watch;
  MeteredRun run;
  run.figures = run_once(program, replication, watch);
  run.bytes = static_cast<double>(watch.bytes());
  run.peak = static_cast<double>(watch.peak());
  run.warm_allocations = static_cast<double>(watch.when_warm()) /
                         ((1.0 - warm) * static_cast<double>(run.figures.events));
  return run;
}

}  // namespace sojourn
