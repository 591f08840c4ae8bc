#include "app/config/data_files.h"

#include <algorithm>
#include <string_view>

#include "app/config/document.h"
#include "app/config/quantity.h"
#include "app/config/text_file.h"

namespace sojourn {
namespace {

constexpr std::size_t largest_data_file = std::size_t{16} << 20;
constexpr int most_mistakes = 20;

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::size_t const begin = line.find_first_not_of(" \t\r,;");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r,;") - begin + 1);
}

/// Reads one line; false where it is not a duration.
bool read_line(std::string_view line, int number, DataFiles::Content& content,
               Diagnostics& diagnostics) {
  std::string_view const text = trimmed(line);
  if (text.empty()) return true;
  auto const parsed = parse_duration(text);
  if (parsed.value && *parsed.value >= Duration::zero()) {
    content.values.push_back({*parsed.value, number});
    return true;
  }
  std::string const problem = parsed.value ? ", which is negative" : parsed.problem;
  diagnostics.error(
      {content.file, number, static_cast<int>(text.data() - line.data()) + 1},
      "expected a duration such as 250ms or 1.5s, found " + in_quotes(text) + problem);
  return false;
}

void read_lines(std::string_view text, DataFiles::Content& content, Diagnostics& diagnostics) {
  int mistakes = 0;
  int number = 1;
  for (std::size_t begin = 0; begin < text.size() && mistakes < most_mistakes; ++number) {
    std::size_t const end = std::min(text.find('\n', begin), text.size());
    if (!read_line(text.substr(begin, end - begin), number, content, diagnostics)) ++mistakes;
    begin = end + 1;
  }
  content.good = mistakes == 0;
  if (!content.good || !content.values.empty()) return;
  diagnostics.error({content.file, 1, 1}, "the file is empty: expected one duration a line");
  content.good = false;
}

}  // namespace

std::shared_ptr<DataFiles::Content const> DataFiles::read(std::string const& name,
                                                          Diagnostics& diagnostics) {
  auto& known = read_[name];
  if (known) return known;
  auto content = std::make_shared<Content>();
  auto const path = directory_ / name;
  content->file = path.string();
  if (auto const text = read_text_file(path, largest_data_file, diagnostics))
    read_lines(*text, *content, diagnostics);
  known = content;
  return known;
}

}  // namespace sojourn
