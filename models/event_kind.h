#pragma once

#include <cstdint>

namespace sojourn {

/// What an event of the models means. `target` and `token` of the event are named behind each.
enum class EventKind : std::uint16_t {
  measure_begin,       ///< The warm-up is over.
  cell_end,            ///< One cell of the time series is over.
  arrival,             ///< workload
  think_done,          ///< workload, user
  attempt_timeout,     ///< number of the attempt, call
  backoff_done,        ///< -, call
  patience_over,       ///< -, activity
  work_done,           ///< -, activity
  cpu_done,            ///< processor
  wait_done,           ///< -, activity
  resume,              ///< -, activity: it could go on but for a pause
  publish_arrived,     ///< channel, publication
  publish_timeout,     ///< channel, activity
  message_arrived,     ///< -, delivery
  redeliver,           ///< buffer, message
  ack_timeout,         ///< -, delivery
  message_expiry,      ///< buffer
  poll,                ///< subscription
  batch_due,           ///< buffer
  subscription_start,  ///< subscription
  fault_begin,         ///< fault
  fault_end,           ///< fault
  replica_started,     ///< replica
  breaker_half_open,   ///< guard
  phase_over,          ///< workload: calm or burst
  limit_due,           ///< replica: somebody held back may be let in
  crash_detected,      ///< replica
  request_arrived,     ///< -, activity
  transit_arrived,     ///< -, transit
  hedge_due,           ///< -, hedged attempt: its next copy
  scaling_due,         ///< service
  hours_change,        ///< service
  sagas_due,           ///< replica: takes up again what was cut short
  session_expired,     ///< consumer
  rebalance_done,      ///< subscription, number of the rebalance
  commit_due,          ///< subscription
  reply_arrived,       ///< -, publication
  failover_done,       ///< broker, number of the failover
  alarm_cleared,       ///< broker
  message_too_old,     ///< buffer, sequence
  word_arrived,        ///< channel, publication: whether the broker has it
  publish_again,       ///< channel, publication
  batch_lingered,      ///< producer's batch
  ack_arrived,         ///< -, delivery
  heartbeat_missed,    ///< link, number of the interruption
};

}  // namespace sojourn
