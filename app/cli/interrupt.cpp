#include "app/cli/interrupt.h"

#include <csignal>

#include <unistd.h>

#include "app/cli/exit_code.h"

namespace sojourn {

namespace {

// A signal handler reaches nothing but globals: the one place that has one.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a handler may touch lock-free atomics only");

void on_signal(int /*signal*/) {
  if (interrupted.exchange(true)) _exit(static_cast<int>(ExitCode::interrupted));
}

}  // namespace

std::atomic<bool> const& listen_for_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return interrupted;
}

}  // namespace sojourn
