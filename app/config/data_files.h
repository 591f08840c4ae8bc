#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/config/diagnostic.h"
#include "sim/time.h"

namespace sojourn {

/// The files of durations that a scenario names, each read once. A file has one duration a line;
/// empty lines and what follows a '#' are left out.
class DataFiles {
 public:
  /// Relative names are looked up in `directory`.
  explicit DataFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  struct Value {
    Duration duration{0};
    int line = 0;
  };
  struct Content {
    std::string file;  ///< For diagnostics.
    std::vector<Value> values;
    bool good = false;  ///< Whether all of it could be read.
  };

  /// The file's values; what is wrong with it is recorded at its lines the first time.
  std::shared_ptr<Content const> read(std::string const& name, Diagnostics& diagnostics);

 private:
  std::filesystem::path directory_;
  std::map<std::string, std::shared_ptr<Content const>> read_;
};

}  // namespace sojourn
