#include "app/config/data_files.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "app/config/document.h"
#include "app/config/quantity.h"
#include "app/config/text_file.h"

namespace sojourn {
namespace {

constexpr std::size_t largest_data_file = std::size_t{16} << 20;
constexpr int most_mistakes = 20;
constexpr double highest_rate = 1e9;

constexpr std::string_view blanks = " \t\r,;";

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::size_t const begin = line.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(blanks) - begin + 1);
}

bool begins_with_letter(std::string_view text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0;
}

/// Reads the lines of one file.
class Lines {
 public:
  Lines(DataFiles::Content& content, bool may_have_rates, Diagnostics& diagnostics)
      : content_(content), may_have_rates_(may_have_rates), diagnostics_(diagnostics) {}

  void read(std::string_view text) {
    for (std::size_t begin = 0; begin < text.size() && mistakes_ < most_mistakes; ++number_) {
      std::size_t const end = std::min(text.find('\n', begin), text.size());
      read_line(text.substr(begin, end - begin));
      begin = end + 1;
    }
    content_.good = mistakes_ == 0;
    if (!content_.good || !content_.values.empty()) return;
    diagnostics_.error({content_.file, 1, 1}, "the file is empty: expected one duration a line");
    content_.good = false;
  }

 private:
  void read_line(std::string_view line) {
    std::string_view const text = trimmed(line);
    if (text.empty()) return;
    auto const offset = static_cast<std::size_t>(text.data() - line.data());
    std::size_t const end = std::min(text.find_first_of(blanks), text.size());
    std::string_view const second = trimmed(text.substr(end));
    bool const two = may_have_rates_ && !second.empty();
    if (two && is_first_ && begins_with_letter(text) && begins_with_letter(second)) return head();
    if (is_first_) content_.has_rates = content_.has_rates || two;
    is_first_ = false;
    if (two != content_.has_rates) return refuse_columns(text, offset);
    DataFiles::Value value;
    value.line = number_;
    bool good = read_time(two ? text.substr(0, end) : text, offset, value);
    if (two)
      good =
          read_rate(second, static_cast<std::size_t>(second.data() - line.data()), value) && good;
    if (good) content_.values.push_back(value);
  }

  void head() {
    content_.has_rates = true;
    is_first_ = false;
  }

  void refuse_columns(std::string_view text, std::size_t offset) {
    mistake(offset, fmt::format("expected {} as in the lines before, found {}",
                                content_.has_rates ? "a time and a rate" : "a time alone",
                                in_quotes(text)));
  }

  bool read_time(std::string_view text, std::size_t offset, DataFiles::Value& value) {
    auto const parsed = parse_duration(text);
    bool const good = parsed.value && *parsed.value >= Duration::zero();
    if (good) {
      value.duration = *parsed.value;
    } else {
      mistake(offset, "expected a duration such as 250ms or 1.5s, found " + in_quotes(text) +
                          (parsed.value ? ", which is negative" : parsed.problem));
    }
    return good;
  }

  bool read_rate(std::string_view text, std::size_t offset, DataFiles::Value& value) {
    auto const parsed = parse_rate(text);
    bool const good = parsed.value && *parsed.value >= 0.0 && *parsed.value <= highest_rate;
    if (good) {
      value.rate = *parsed.value;
    } else {
      mistake(offset, "expected a rate such as 120/s, at most 1e9/s, found " + in_quotes(text) +
                          parsed.problem);
    }
    return good;
  }

  void mistake(std::size_t offset, std::string text) {
    ++mistakes_;
    diagnostics_.error({content_.file, number_, static_cast<int>(offset) + 1}, std::move(text));
  }

  DataFiles::Content& content_;
  bool may_have_rates_;
  Diagnostics& diagnostics_;
  int number_ = 1, mistakes_ = 0;
  bool is_first_ = true;
};

}  // namespace

std::shared_ptr<DataFiles::Content const> DataFiles::read(std::string const& name,
                                                          bool may_have_rates,
                                                          Diagnostics& diagnostics) {
  auto& known = read_[{name, may_have_rates}];
  if (known) return known;
  auto content = std::make_shared<Content>();
  auto const path = directory_ / name;
  content->file = path.string();
  if (auto const text = read_text_file(path, largest_data_file, diagnostics))
    Lines(*content, may_have_rates, diagnostics).read(*text);
  known = content;
  return known;
}

}  // namespace sojourn
