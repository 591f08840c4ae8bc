#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/lint/design.h"

/// What is wrong with a design though it is no mistake in the file. Each rule is a function that
/// looks for one thing; docs/lint.md says why each matters.
namespace sojourn {

struct Rule {
  std::string_view number;
  void (*find)(Design const& design, Findings& findings);
};

/// One for each text of the catalogue, in its order.
std::vector<Rule> const& rules();

// Load and capacity
void find_too_few_slots(Design const& design, Findings& findings);
void find_too_few_cores(Design const& design, Findings& findings);
void find_too_low_limits(Design const& design, Findings& findings);
void find_unbounded_queues(Design const& design, Findings& findings);
void find_small_pools(Design const& design, Findings& findings);
void find_single_points_of_failure(Design const& design, Findings& findings);

// Times
void find_timeouts_below_mean(Design const& design, Findings& findings);
void find_timeouts_below_p99(Design const& design, Findings& findings);
void find_inner_timeouts(Design const& design, Findings& findings);
void find_endless_waits(Design const& design, Findings& findings);
void find_short_ack_timeouts(Design const& design, Findings& findings);
void find_lost_waits(Design const& design, Findings& findings);

// Retries and breakers
void find_nested_retries(Design const& design, Findings& findings);
void find_retries_without_backoff(Design const& design, Findings& findings);
void find_retries_without_jitter(Design const& design, Findings& findings);
void find_unprotected_retries(Design const& design, Findings& findings);
void find_idle_breakers(Design const& design, Findings& findings);

// Messages and faults
void find_impassable_channels(Design const& design, Findings& findings);
void find_unreachable_batches(Design const& design, Findings& findings);
void find_dead_letter_circles(Design const& design, Findings& findings);
void find_idle_readers(Design const& design, Findings& findings);
void find_vain_surges(Design const& design, Findings& findings);

// Sagas
void find_parts_not_undone(Design const& design, Findings& findings);

}  // namespace sojourn
