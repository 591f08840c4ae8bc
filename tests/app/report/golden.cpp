#include "tests/app/report/golden.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace sojourn {

namespace {

std::string content_of(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

void expect_golden(std::string const& name, std::string const& text) {
  std::string const path = std::string(SOJOURN_SOURCE_DIR) + "/tests/golden/reports/" + name;
  if (std::getenv("UPDATE_GOLDENS") != nullptr) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(content_of(path), text) << path;
}

}  // namespace sojourn
