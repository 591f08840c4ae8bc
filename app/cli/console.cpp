#include "app/cli/console.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sojourn {

namespace {

std::string_view environment(char const* name) {
  char const* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool wants_colour() {
  return isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR").empty() &&
         environment("TERM") != "dumb";
}

/// Never more than 100, for long lines are hard to read, nor less than the figures need.
std::size_t width_of_output() {
  winsize size{};
  bool const known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? std::clamp<std::size_t>(size.ws_col, 60, 100) : 100;
}

}  // namespace

Console standard_console(std::atomic<bool> const& stop) {
  return {std::cout,         std::cerr, wants_colour(), isatty(STDERR_FILENO) == 1,
          width_of_output(), &stop};
}

bool reader_is_gone() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

}  // namespace sojourn
