#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <regex>

namespace sojourn::tidy {
namespace {

/// The line without comment and without what stands in quotation marks.
std::string code_of(std::string const& line) {
  static std::regex const string_literal(R"("(\\.|[^"\\])*")");
  static std::regex const comment(R"(//.*$|/\*.*?\*/)");
  return std::regex_replace(std::regex_replace(line, string_literal, "\"\""), comment, "");
}

/// One finding for each line of `file` whose code matches.
Findings lines_with(std::regex const& pattern, TextFile const& file, std::string const& text) {
  Findings found;
  for (std::size_t i = 0; i < file.lines.size(); ++i)
    if (std::regex_search(code_of(file.lines[i]), pattern))
      found.push_back({file.path, i + 1, text});
  return found;
}

/// Columns, as a reader counts them: bytes that do not continue a UTF-8 character.
std::size_t columns(std::string const& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// What the files of one folder may include.
struct Layer {
  std::string_view folder;
  char const* project;    ///< Matches what may stand between quotation marks.
  char const* libraries;  ///< Matches what may stand between angle brackets.
};

constexpr auto standard_and_boost = R"([a-z_0-9]+|boost/.*)";

constexpr std::array<Layer, 4> layers = {
    Layer{"sim/", R"(sim/.*)", R"([a-z_0-9]+|boost/.*|pcg_.*\.hpp|sys/(mman|resource)\.h)"},
    Layer{"models/", R"((sim|models)/.*)", standard_and_boost},
    Layer{"analysis/theory/", R"(analysis/theory/.*)", R"([a-z_0-9]+|Eigen/.*)"},
    Layer{"analysis/", R"((sim|analysis)/.*)", R"([a-z_0-9]+|boost/.*|Eigen/.*)"}};

void check_include(TextFile const& file, std::size_t number, Layer const& layer, Findings& found) {
  static std::regex const include(R"re(^\s*#include\s*(?:"(.*)"|<(.*)>))re");
  static std::regex const world(R"((iostream|fstream|filesystem|cstdio|csignal))");
  std::smatch match;
  if (!std::regex_search(file.lines[number], match, include)) return;
  bool const own = match[1].matched;
  auto const name = own ? match[1].str() : match[2].str();
  if (!std::regex_match(name, std::regex(own ? layer.project : layer.libraries)))
    found.push_back({file.path, number + 1, "this layer may not include " + name});
  else if (std::regex_match(name, world) && file.path != "sim/ensure.cpp")
    found.push_back({file.path, number + 1, "only app meets the world: " + name});
}

}  // namespace

Findings layering(TextFile const& file) {
  Findings found;
  for (auto const& layer : layers)
    if (file.is_below(layer.folder))
      for (std::size_t i = 0; i < file.lines.size(); ++i) check_include(file, i, layer, found);
  return found;
}

Findings line_length(TextFile const& file) {
  Findings found;
  if (!file.is_source()) return found;
  for (std::size_t i = 0; i < file.lines.size(); ++i)
    if (columns(file.lines[i]) > 100) found.push_back({file.path, i + 1, "beyond column 100"});
  return found;
}

Findings file_length(TextFile const& file) {
  if (!file.is_source() || file.lines.size() <= 400) return {};
  return {{file.path, 0, std::to_string(file.lines.size()) + " lines; a file has one idea"}};
}

Findings randomness_and_clocks(TextFile const& file) {
  static std::regex const random(
      R"(std::random|std::\w*_distribution|std::mt19937|\bs?rand\s*\(|std::shuffle)");
  static std::regex const clocks(
      R"(system_clock|steady_clock|high_resolution_clock|\btime\s*\(\s*(0|NULL|nullptr)\s*\))");
  bool const engine =
      file.is_below("sim/") || file.is_below("models/") || file.is_below("analysis/");
  if (!file.is_source() || (!engine && !file.is_below("app/"))) return {};
  auto found = lines_with(random, file, "random numbers come from RandomStream");
  if (engine) {
    auto const more = lines_with(clocks, file, "only app looks at the wall clock");
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

Findings threads(TextFile const& file) {
  static std::regex const pattern(
      R"(std::(thread|jthread|async|mutex|condition_variable)\b|\bpthread_)");
  bool const engine =
      file.is_below("sim/") || file.is_below("models/") || file.is_below("analysis/");
  bool const executor = file.is_below("analysis/executor.") || file.is_below("analysis/replicate.");
  if (!file.is_source() || !engine || executor) return {};
  return lines_with(pattern, file, "threads belong to the executor");
}

Findings headers(TextFile const& file) {
  static std::regex const using_namespace(R"(^\s*using\s+namespace\b)");
  if (!file.ends_with(".h")) return {};
  auto found = lines_with(using_namespace, file, "a header opens no namespace");
  if (std::find(file.lines.begin(), file.lines.end(), "#pragma once") == file.lines.end())
    found.push_back({file.path, 0, "no #pragma once"});
  return found;
}

Findings scenario_questions(TextFile const& file) {
  if (!file.is_below("scenarios/") || !file.ends_with(".yaml")) return {};
  for (auto const& line : file.lines) {
    if (!line.starts_with('#')) break;
    if (line.find('?') != std::string::npos) return {};
  }
  return {{file.path, 1, "a scenario opens with a comment that asks its question"}};
}

Findings unfinished_business(TextFile const& file) {
  // Written apart, or this line would be a finding itself.
  static std::regex const pattern(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X)\\b");
  Findings found;
  for (std::size_t i = 0; i < file.lines.size(); ++i)
    if (std::regex_search(file.lines[i], pattern))
      found.push_back({file.path, i + 1, "do it or drop it"});
  return found;
}

Findings machine_paths(TextFile const& file) {
  static std::regex const pattern(
      "(^|[^\\w/.$}])/(ho"
      "me|ro"
      "ot|wo"
      "rk|Us"
      "ers|t"
      "mp)/\\w");
  Findings found;
  for (std::size_t i = 0; i < file.lines.size(); ++i)
    if (std::regex_search(file.lines[i], pattern))
      found.push_back({file.path, i + 1, "a path of one machine"});
  return found;
}

Findings decision_headings(TextFile const& file) {
  static std::array<std::string, 4> const headings = {
      "## Context", "## Decision", "## Consequences", "## Rejected alternatives"};
  if (!file.is_below("docs/decisions/") || file.ends_with("README.md")) return {};
  auto from = file.lines.begin();
  for (auto const& heading : headings) {
    from = std::find(from, file.lines.end(), heading);
    if (from == file.lines.end()) return {{file.path, 0, "no '" + heading + "' in its place"}};
  }
  return {};
}

}  // namespace sojourn::tidy
