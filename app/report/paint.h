#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sojourn {

/// How a piece of text looks on a terminal.
enum class Paint : std::uint8_t { plain, strong, faint, good, bad, unsure };

/// Puts ANSI colours around text, or leaves it alone.
class Painter {
 public:
  explicit Painter(bool colour) : colour_(colour) {}

  [[nodiscard]] std::string operator()(Paint paint, std::string_view text) const {
    if (!colour_ || paint == Paint::plain || text.empty()) return std::string(text);
    return std::string(code(paint)).append(text).append("\x1b[0m");
  }

 private:
  static constexpr std::string_view code(Paint paint) {
    switch (paint) {
      case Paint::plain:
        break;
      case Paint::strong:
        return "\x1b[1m";
      case Paint::faint:
        return "\x1b[2m";
      case Paint::good:
        return "\x1b[32m";
      case Paint::bad:
        return "\x1b[31m";
      case Paint::unsure:
        return "\x1b[33m";
    }
    return "";
  }

  bool colour_;
};

}  // namespace sojourn
