#pragma once

#include <atomic>

namespace sojourn {

/// Takes over SIGINT and SIGTERM: the first one sets the flag that is returned, so that what is
/// done can be reported; the second one ends the program at once with 130. Ignores SIGPIPE: a
/// reader that has gone is noticed by the failing write.
std::atomic<bool> const& listen_for_interrupts();

}  // namespace sojourn
