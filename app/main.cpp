#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/interrupt.h"

int main(int argc, char** argv) {
  using sojourn::ExitCode;
  try {
    auto const console = sojourn::standard_console(sojourn::listen_for_interrupts());
    return static_cast<int>(sojourn::run_command_line({argv + 1, argv + argc}, console));
  } catch (std::bad_alloc const&) {
    std::cerr << "sojourn: out of memory\n";
  } catch (std::exception const& exception) {
    std::cerr << "sojourn: " << exception.what() << '\n';
  }
  return static_cast<int>(ExitCode::failed);
}
