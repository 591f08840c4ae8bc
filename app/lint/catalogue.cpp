#include "app/lint/catalogue.h"

namespace sojourn {

std::vector<RuleText> const& rule_texts() {
  static std::vector<RuleText> const all = {
      {"S101", "more requests than a service has slots for",
       "add replicas or slots, hold them for less time, or send less"},
      {"S102", "more work than a service's cores can do", "add cores or replicas, or do less work"},
      {"S103", "a limit or a throughput below what is sent",
       "raise it above the rate that is sent, or expect the rest to be refused or to wait"},
      {"S104", "a queue without a bound that an open workload feeds",
       "give it a capacity: what waits longer than anybody waits for it is work in vain"},
      {"S105", "a pool smaller than what the slots ask of it",
       "have as many of the pool as slots that use it at once, or fewer slots"},
      {"S106", "one replica that every request needs, where replicas crash",
       "add a second replica"},
      {"S201", "a timeout below the mean time of whom it waits for",
       "wait longer, or give the callee less to do"},
      {"S202", "a timeout below the 99th percentile of whom it waits for",
       "set the timeout above the percentile that should still succeed"},
      {"S203", "attempts that go on when the caller has left",
       "let the caller wait longer than all attempts together, allow fewer attempts, or set "
       "deadline: propagate"},
      {"S204", "a call or publish without a timeout to somebody who falls silent", "set a timeout"},
      {"S205", "an acknowledgement that comes too late",
       "set ack_timeout well above the time of processing, and of waiting for a slot behind the "
       "others that were prefetched"},
      {"S206", "a wait without a timeout for what may get lost",
       "set a timeout; for a subscriber an ack_timeout"},
      {"S301", "retries that multiply", "retry at one level only, the one nearest to the failure"},
      {"S302", "retries without a backoff", "set a backoff that grows, with jitter"},
      {"S303", "a backoff without jitter", "set jitter: full"},
      {"S304", "retries at several levels that nothing bounds",
       "give all but one of them a budget or a breaker"},
      {"S305", "a breaker that can never open", "lower calls or lengthen the window"},
      {"S401", "a channel that nothing can pass",
       "give it a capacity of at least 1, or a consumer that is pushed single messages"},
      {"S402", "a batch that can never fill", "lower min, set a wait, or raise the capacity"},
      {"S403", "dead letters that go in a circle", "end the circle in a channel where they rest"},
      {"S404", "more readers of a log than it has partitions",
       "give it at least as many partitions as its largest group has replicas"},
      {"S501", "a surge that changes nothing", "use arrivals with a rate, or a trace of rates"},
      {"S601", "a part of a saga that nothing undoes",
       "give it an undo, or put it behind what can fail"}};
  return all;
}

}  // namespace sojourn
