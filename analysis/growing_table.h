#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "analysis/executor.h"
#include "analysis/study.h"

namespace sojourn {

/// The runs of a study to which replications are added while it goes on.
class GrowingTable {
 public:
  /// `experiments` must outlive the table.
  GrowingTable(std::vector<Experiment> const& experiments, ReplicationOptions options);

  /// Adds replications until there are as many, unless the study has been stopped, a run had to be
  /// given up, or time is up. Only replications that all experiments have are kept.
  void grow_to(std::size_t replications, std::function<bool()> const& is_out_of_time = nullptr);

  [[nodiscard]] std::size_t replications() const { return replications_; }

  /// False once something has come between: then no more are added.
  [[nodiscard]] bool is_whole() const { return is_whole_; }
  [[nodiscard]] bool is_out_of_time() const { return is_out_of_time_; }

  /// What the runs say so far.
  [[nodiscard]] Study study() const;

  [[nodiscard]] RunTable const& runs() const { return table_; }

 private:
  [[nodiscard]] bool is_stopped() const { return options_.stop != nullptr && *options_.stop; }
  void append(RunTable runs);
  void drop_what_not_all_have();

  std::vector<Experiment> const& experiments_;
  ReplicationOptions options_;
  RunTable table_;
  std::size_t replications_ = 0;
  bool is_whole_ = true;
  bool is_out_of_time_ = false;
};

}  // namespace sojourn
