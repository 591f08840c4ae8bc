#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/config/diagnostic.h"
#include "sim/time.h"

namespace sojourn {

/// The files of durations that a scenario names, each read once. A file has one duration a line, or
/// one and a rate after it, under a line with the columns' names if it likes; empty lines and what
/// follows a '#' are left out.
class DataFiles {
 public:
  /// Relative names are looked up in `directory`.
  explicit DataFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  struct Value {
    Duration duration{0};
    int line = 0;
    double rate = 0.0;  ///< 1/s, where the file has rates.
  };
  struct Content {
    std::string file;  ///< For diagnostics.
    std::vector<Value> values;
    bool good = false;  ///< Whether all of it could be read.
    bool has_rates = false;
  };

  /// The file's values; what is wrong with it is recorded at its lines the first time.
  std::shared_ptr<Content const> read(std::string const& name, Diagnostics& diagnostics) {
    return read(name, false, diagnostics);
  }
  /// The same where each duration may have a rate.
  std::shared_ptr<Content const> read_rates(std::string const& name, Diagnostics& diagnostics) {
    return read(name, true, diagnostics);
  }

 private:
  std::shared_ptr<Content const> read(std::string const& name, bool may_have_rates,
                                      Diagnostics& diagnostics);

  std::filesystem::path directory_;
  std::map<std::pair<std::string, bool>, std::shared_ptr<Content const>> read_;
};

}  // namespace sojourn
