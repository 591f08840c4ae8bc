#include "app/cli/interrupt.h"

#include <csignal>
#include <cstdint>
#include <ctime>

#include <unistd.h>

#include "app/cli/exit_code.h"

namespace sojourn {

namespace {

// A signal handler reaches nothing but globals: the one place that has some.
std::atomic<bool> interrupted = false;
std::atomic<std::int64_t> interrupted_at = 0;  // ms
static_assert(std::atomic<bool>::is_always_lock_free, "a handler may touch lock-free atomics only");
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

/// One key stroke may come twice: from the terminal, and from a program that passes it on.
constexpr std::int64_t one_stroke = 100;  // ms

std::int64_t milliseconds_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void on_signal(int /*signal*/) {
  std::int64_t const now = milliseconds_now();
  if (!interrupted.exchange(true)) {
    interrupted_at = now;
  } else if (now - interrupted_at > one_stroke) {
    _exit(static_cast<int>(ExitCode::interrupted));
  }
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
