#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "bench/comparison.h"

namespace sojourn {

/// What docs/performance.md shows of measurements: what was asked for and what was found. The prose
/// around it is not ours.
class Report {
 public:
  /// A line of the table of goals.
  void judge(std::string work, std::string goal, std::string measured, bool is_met);

  /// The lines, in Markdown, that belong between the marks of this name.
  void put(std::string name, std::string lines) { sections_[std::move(name)] = std::move(lines); }

  /// Replaces what stands between the marks; all else in the file stays. False if a mark is
  /// missing.
  [[nodiscard]] bool write(std::filesystem::path const& path) const;

 private:
  [[nodiscard]] std::string goals() const;

  struct Line {
    std::string work, goal, measured;
    bool is_met;
  };
  std::vector<Line> lines_;
  std::map<std::string, std::string> sections_;
};

/// Each measures what its name says, and judges it. All take some two minutes.
void report_machine(Report& report);
/// Against the baseline, and scenarios against each other.
void report_speed(Report& report, std::vector<AgainstBaseline> const& comparisons);
void report_event_list(Report& report);    ///< The hold model.
void report_scale(Report& report);         ///< A thousand services, a million requests.
void report_memory(Report& report);        ///< Backlogs, allocations, long runs.
void report_start(Report& report);         ///< From the file to the first event.
void report_replications(Report& report);  ///< On two cores.

}  // namespace sojourn
