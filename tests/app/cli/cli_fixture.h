#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/cli/command_line.h"

namespace sojourn {

/// A scenario that runs in a blink: one service, two variants, an objective that both meet.
constexpr char const* small_scenario = R"(name: Small
duration: 20s
warmup: 2s
replications: 3
workloads:
  users:
    request: web.get
    arrivals: poisson(50/s)
services:
  web:
    concurrency: 4
    operations:
      get:
        - work: exponential(10ms)
objectives:
  - users.availability >= 99%
variants:
  one: {}
  two:
    services: {web: {concurrency: 8}}
)";

/// Runs commands with streams of its own in an empty folder of its own.
class CliTest : public testing::Test {
 protected:
  CliTest() {
    auto const* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("sojourn-") + test->test_suite_name() + "-" + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~CliTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path_of(std::string const& name) const {
    return (folder_ / name).string();
  }

  std::string write(std::string const& name, std::string const& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return path_of(name);
  }

  [[nodiscard]] std::string read(std::string const& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  ExitCode sojourn(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    return run_command_line(std::move(arguments), Console{out_, err_, false, false, 100, &stop_});
  }

  /// `sojourn run` of `small_scenario`, with these options.
  ExitCode run_small(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"run", write("small.yaml", small_scenario)});
    return sojourn(std::move(options));
  }

  [[nodiscard]] std::string out() const { return out_.str(); }
  [[nodiscard]] std::string err() const { return err_.str(); }

  std::atomic<bool> stop_ = false;
  std::ostringstream out_, err_;

 private:
  std::filesystem::path folder_;
};

/// `small_scenario` with one piece of text replaced.
inline std::string small_scenario_with(std::string const& from, std::string const& to) {
  std::string text = small_scenario;
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace sojourn
