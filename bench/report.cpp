#include "bench/report.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <regex>
#include <sstream>
#include <thread>

#include <fmt/format.h>

namespace sojourn {
namespace {

std::string mark(std::string const& name, char const* where) {
  return "<!-- The lines " + std::string(where) + " are measured: " + name + ". -->\n";
}

/// False if the marks are not there.
bool replace_between_marks(std::string& text, std::string const& name, std::string const& lines) {
  std::string const first = mark(name, "below");
  auto begin = text.find(first);
  auto const end = text.find(mark(name, "above"));
  if (begin == std::string::npos || end == std::string::npos) return false;
  begin += first.size();
  text.replace(begin, end - begin, "\n" + lines + "\n");
  return true;
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  std::regex const model_name(R"(model name\s*:\s*(.*))");
  std::smatch match;
  for (std::string line; std::getline(info, line);)
    if (std::regex_match(line, match, model_name)) return match[1];
  return "unknown";
}

std::string compiler() {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

}  // namespace

void Report::judge(std::string work, std::string goal, std::string measured, bool is_met) {
  std::cerr << work << ": " << measured << (is_met ? "" : ", missed: " + goal) << '\n';
  lines_.push_back({std::move(work), std::move(goal), std::move(measured), is_met});
}

std::string Report::goals() const {
  std::string table = "| work | goal | measured | |\n|---|---|---|---|\n";
  for (auto const& line : lines_)
    table += fmt::format("| {} | {} | {} | {} |\n", line.work, line.goal, line.measured,
                         line.is_met ? "met" : "**missed**");
  return table;
}

bool Report::write(std::filesystem::path const& path) const {
  std::ifstream in(path);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  auto sections = sections_;
  sections["goals"] = goals();
  for (auto const& [name, lines] : sections) {
    if (replace_between_marks(text, name, lines)) continue;
    std::cerr << path.string() << ": no place for what was measured: " << name << '\n';
    return false;
  }
  std::ofstream(path) << text;
  return true;
}

void report_machine(Report& report) {
  report.put("machine",
             fmt::format("Processor: {}, {} cores. Compiler: {}, as `./dev` builds it.\n",
                         processor(), std::thread::hardware_concurrency(), compiler()));
}

}  // namespace sojourn
