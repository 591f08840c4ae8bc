#include "app/config/syntax_error.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace sojourn {
namespace {

/// What yaml-cpp means, in the user's words.
std::string in_plain_words(std::string const& message) {
  static std::vector<std::pair<std::string, std::string>> const words = {
      {"end of sequence flow not found", "a list is opened with '[' and not closed with ']'"},
      {"end of map flow not found", "a mapping is opened with '{' and not closed with '}'"},
      {"end of map not found", "this does not fit here: is it indented like its neighbours?"},
      {"end of sequence not found", "this does not fit here: is it indented like its neighbours?"},
      {"illegal map value",
       "a ':' is not expected here: the line is not indented like its neighbours, or a value with "
       "': ' in it needs quotes"},
      {"illegal EOF in scalar", "a quoted text is not closed"},
      {"illegal document indicator in scalar", "a quoted text is not closed"},
      {"illegal tab", "indent with spaces, not with tabs"},
      {"illegal flow end", "a closing bracket without an opening one"},
      {"illegal block entry", "a '-' is not expected here: is it indented like its neighbours?"},
      {"illegal map key", "a key is not expected here: is it indented like its neighbours?"},
      {"the referenced anchor is not defined", "an alias (*name) to an anchor that is not defined"},
      {"cannot assign multiple anchors", "two anchors for one value"},
      {"cannot assign multiple tags", "two tags for one value"},
      {"unknown token", "a character that no value may begin with; put the value in quotes"},
      {"invalid reserved", "a character that no value may begin with; put the value in quotes"},
      {"unknown escape character", "an unknown escape after '\\' in a quoted text"},
  };
  for (auto const& [theirs, ours] : words)
    if (message.find(theirs) != std::string::npos) return ours;
  return "not valid YAML: " + message;
}

bool is_indented_with_tabs(std::string_view text, int line) {
  std::size_t begin = 0;
  for (int i = 0; i + 1 < line && begin != std::string_view::npos; ++i)
    begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
  std::string_view const rest = text.substr(begin);
  return rest.substr(0, rest.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
}

}  // namespace

void report_syntax_error(SyntaxError const& error, std::string_view text, std::string const& file,
                         Diagnostics& diagnostics) {
  if (is_indented_with_tabs(text, error.line)) {
    diagnostics.error({file, error.line, 1}, "indent with spaces, not with tabs");
  } else {
    diagnostics.error({file, error.line, error.column}, in_plain_words(error.message));
  }
}

}  // namespace sojourn
