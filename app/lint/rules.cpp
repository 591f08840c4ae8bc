#include "app/lint/rules.h"

namespace sojourn {

std::vector<Rule> const& rules() {
  static std::vector<Rule> const all = {{"S101", find_too_few_slots},
                                        {"S102", find_too_few_cores},
                                        {"S103", find_too_low_limits},
                                        {"S104", find_unbounded_queues},
                                        {"S105", find_small_pools},
                                        {"S106", find_single_points_of_failure},
                                        {"S201", find_timeouts_below_mean},
                                        {"S202", find_timeouts_below_p99},
                                        {"S203", find_inner_timeouts},
                                        {"S204", find_endless_waits},
                                        {"S205", find_short_ack_timeouts},
                                        {"S206", find_lost_waits},
                                        {"S301", find_nested_retries},
                                        {"S302", find_retries_without_backoff},
                                        {"S303", find_retries_without_jitter},
                                        {"S304", find_unprotected_retries},
                                        {"S305", find_idle_breakers},
                                        {"S401", find_impassable_channels},
                                        {"S402", find_unreachable_batches},
                                        {"S403", find_dead_letter_circles},
                                        {"S404", find_idle_readers},
                                        {"S501", find_vain_surges},
                                        {"S601", find_parts_not_undone}};
  return all;
}

}  // namespace sojourn
