#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

/// The rules of this code base that a program can check. Each is a function of one file, so that a
/// test can show it a file that breaks it.
namespace sojourn::tidy {

struct TextFile {
  std::string path;  ///< From the root of the tree, with slashes.
  std::vector<std::string> lines;

  [[nodiscard]] bool ends_with(std::string_view end) const { return path.ends_with(end); }
  [[nodiscard]] bool is_below(std::string_view folder) const { return path.starts_with(folder); }
  [[nodiscard]] bool is_source() const { return ends_with(".h") || ends_with(".cpp"); }
};

struct Finding {
  std::string path;
  std::size_t line = 0;  ///< From 1; 0: the file as a whole.
  std::string text;

  friend std::ostream& operator<<(std::ostream& out, Finding const& finding) {
    return out << finding.path << ':' << finding.line << ": " << finding.text;
  }
};
using Findings = std::vector<Finding>;
using Rule = Findings (*)(TextFile const&);

TextFile text_file(std::string path, std::string_view text);

/// All text files of the project below `root`, in order of their paths; build folders left out.
std::vector<TextFile> project_files(std::filesystem::path const& root);

/// What all of the files break of one rule.
Findings check(Rule rule, std::vector<TextFile> const& files);

/// sim sees sim; models see sim; analysis sees sim; app sees all. Below app, libraries are the
/// standard library, Boost and PCG (and Eigen in analysis), and neither files nor the terminal.
/// Theory sees itself alone, for it owes nothing to what it judges.
Findings layering(TextFile const& file);

/// A line of code has at most 100 columns.
Findings line_length(TextFile const& file);

/// A file of code has at most 400 lines.
Findings file_length(TextFile const& file);

/// Numbers come from our own streams, time from the simulated clock; only app looks at the wall
/// clock.
Findings randomness_and_clocks(TextFile const& file);

/// Threads are started in one place: the executor of replications.
Findings threads(TextFile const& file);

/// A header guards itself and opens no namespace to those who include it.
Findings headers(TextFile const& file);

/// A scenario opens with a comment that asks a question.
Findings scenario_questions(TextFile const& file);

/// Nothing is left for later in a comment.
Findings unfinished_business(TextFile const& file);

/// No path that exists on one machine only.
Findings machine_paths(TextFile const& file);

/// A decision record has its four headings, in order.
Findings decision_headings(TextFile const& file);

}  // namespace sojourn::tidy
