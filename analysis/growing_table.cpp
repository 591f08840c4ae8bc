#include "analysis/growing_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analysis/runs.h"

namespace sojourn {

GrowingTable::GrowingTable(std::vector<Experiment> const& experiments, ReplicationOptions options)
    : experiments_(experiments), options_(std::move(options)), table_(experiments.size()) {}

void GrowingTable::grow_to(std::size_t replications, std::function<bool()> const& is_out_of_time) {
  if (!is_whole_ || replications <= replications_) return;
  ReplicationOptions more = options_;
  more.first += replications_;
  more.replications = replications - replications_;
  more.is_out_of_time = is_out_of_time;
  // Of a whole that nobody knows yet.
  more.progress = [&](double share) {
    if (!options_.progress) return;
    auto const before = static_cast<double>(replications_);
    auto const here = static_cast<double>(replications - replications_);
    options_.progress((before + share * here) / static_cast<double>(replications));
  };
  append(run_all(experiments_, more));
  is_out_of_time_ = is_out_of_time && is_out_of_time();
  if (is_out_of_time_ && !is_stopped()) drop_what_not_all_have();
  for (auto const& row : table_) {
    for (auto const& run : row) is_whole_ = is_whole_ && run && run->complete && run->error.empty();
  }
  replications_ = table_.empty() ? replications : table_.front().size();
  is_whole_ = is_whole_ && !is_out_of_time_ && !is_stopped();
}

void GrowingTable::append(RunTable runs) {
  for (std::size_t i = 0; i < runs.size(); ++i)
    std::ranges::move(runs[i], std::back_inserter(table_[i]));
}

void GrowingTable::drop_what_not_all_have() {
  std::size_t all_have = table_.empty() ? 0 : table_.front().size();
  for (auto const& row : table_) {
    auto const missing = std::ranges::find_if(row, [](auto const& run) { return !run; });
    all_have = std::min(all_have, static_cast<std::size_t>(missing - row.begin()));
  }
  for (auto& row : table_) row.resize(all_have);
}

Study GrowingTable::study() const {
  ReplicationOptions options = options_;
  options.replications = replications_;
  return summarise(experiments_, table_, options);
}

}  // namespace sojourn
