#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/tidy/rules.h"

namespace sojourn::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> folders = {
    "analysis", "app", "bench", "cmake", "docs", "models", "scenarios", "sim", "tests"};
constexpr std::array<std::string_view, 8> extensions = {".cpp", ".h",     ".md", ".yaml",
                                                        ".txt", ".cmake", ".in", ".json"};

bool is_text(fs::path const& path) {
  auto const extension = path.extension().string();
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

TextFile read(fs::path const& root, fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::string const text{std::istreambuf_iterator<char>(in), {}};
  return text_file(fs::relative(path, root).generic_string(), text);
}

}  // namespace

TextFile text_file(std::string path, std::string_view text) {
  TextFile file{std::move(path), {}};
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) file.lines.push_back(line);
  return file;
}

std::vector<TextFile> project_files(fs::path const& root) {
  std::vector<TextFile> files;
  for (auto const& entry : fs::directory_iterator(root)) {
    bool const top_level = entry.is_regular_file();
    if (top_level && (is_text(entry) || entry.path().filename() == "dev"))
      files.push_back(read(root, entry));
  }
  for (auto const folder : folders) {
    for (auto const& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.is_regular_file() && is_text(entry)) files.push_back(read(root, entry));
  }
  std::sort(files.begin(), files.end(),
            [](TextFile const& a, TextFile const& b) { return a.path < b.path; });
  return files;
}

Findings check(Rule rule, std::vector<TextFile> const& files) {
  Findings all;
  for (auto const& file : files) {
    auto found = rule(file);
    all.insert(all.end(), std::make_move_iterator(found.begin()),
               std::make_move_iterator(found.end()));
  }
  return all;
}

}  // namespace sojourn::tidy
