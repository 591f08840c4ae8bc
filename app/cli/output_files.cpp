#include "app/cli/output_files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "app/cli/version.h"
#include "app/report/csv_report.h"
#include "app/report/json_report.h"

namespace sojourn {

namespace {

std::string problem(std::filesystem::path const& path, std::string const& reason) {
  return "cannot write " + path.string() + ": " + reason;
}

bool write_all(std::filesystem::path const& path, std::string_view content) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  return file.good();
}

/// Of the last `write_all`.
std::string reason_of_failure() { return errno == 0 ? "unknown error" : std::strerror(errno); }

/// A device, a pipe, a link: whoever names one wants what it leads to.
bool is_something_else_than_a_file(std::filesystem::path const& path) {
  std::error_code error;
  auto const status = std::filesystem::symlink_status(path, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

std::string text_of(Study const& study, bool all) {
  std::ostringstream text;
  write_text(study, {.colour = false, .all = all}, text);
  return text.str();
}

std::string csv_of(Study const& study) {
  std::ostringstream text;
  write_csv_header(text);
  write_csv(study, text);
  return text.str();
}

}  // namespace

Problem write_file(std::filesystem::path const& path, std::string_view content) {
  if (is_something_else_than_a_file(path)) {
    if (write_all(path, content)) return std::nullopt;
    return problem(path, reason_of_failure());
  }
  std::filesystem::path fresh = path;
  fresh += ".new-" + std::to_string(getpid());
  std::error_code error;
  if (!write_all(fresh, content)) {
    std::string const reason = reason_of_failure();
    std::filesystem::remove(fresh, error);
    return problem(path, reason);
  }
  std::filesystem::rename(fresh, path, error);
  if (!error) return std::nullopt;
  std::string const reason = error.message();
  std::filesystem::remove(fresh, error);
  return problem(path, reason);
}

std::string result_name(std::string const& scenario_file) {
  return std::filesystem::path(scenario_file).stem().string();
}

Problem write_results(std::filesystem::path const& folder, Study const& study, bool all) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return problem(folder, error.message());

  std::string const name = result_name(study.file);
  Problem found = write_file(folder / (name + ".txt"), text_of(study, all));
  if (!found) found = write_file(folder / (name + ".json"), json_text(json_of(study, version)));
  if (!found) found = write_file(folder / (name + ".csv"), csv_of(study));
  return found;
}

}  // namespace sojourn
