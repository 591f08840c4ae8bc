#pragma once

#include <cstddef>
#include <iosfwd>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn {

/// Where something stands in what the user wrote. Lines and columns count from 1, columns in
/// characters; line 0 means the file as a whole.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};
bool operator==(Place const& left, Place const& right);
bool operator<(Place const& left, Place const& right);

struct Diagnostic {
  enum class Severity { error, warning };
  Severity severity = Severity::error;
  Place place;
  std::string text;
};
bool operator<(Diagnostic const& left, Diagnostic const& right);

/// All that is wrong with what the user wrote: sorted by place, each mistake once.
class Diagnostics {
 public:
  void error(Place const& place, std::string text);
  void warning(Place const& place, std::string text);
  void add(Diagnostics const& others);

  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] std::set<Diagnostic> const& all() const { return all_; }
  [[nodiscard]] std::size_t errors() const { return errors_; }
  /// Whether to look for near names still: after many mistakes it costs more than it helps.
  [[nodiscard]] bool want_suggestions() const { return errors_ < 100; }

 private:
  void add(Diagnostic diagnostic);

  std::set<Diagnostic> all_;
  std::size_t errors_ = 0;
};

/// One a line: `file:line:column: text`, with `warning: ` before the text of a warning. Prints the
/// first 200 and says how many more there are.
std::ostream& operator<<(std::ostream& out, Diagnostics const& diagnostics);

/// The user's text between quotes, fit for a message: control characters escaped, cut when long.
std::string in_quotes(std::string_view text);

/// "; did you mean 'nearest'?", or nothing where no name is near enough to be a slip.
std::string did_you_mean(std::string_view word, std::vector<std::string> const& names);

/// The least number of letters to insert, delete, change or swap with their neighbour to turn one
/// word into the other, where no part is edited twice (optimal string alignment).
std::size_t edit_distance(std::string_view from, std::string_view to);

/// "a, b or c".
std::string either_of(std::vector<std::string> const& words);

}  // namespace sojourn
