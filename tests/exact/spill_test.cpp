/// Messages that wait: on disk, until they are too old, and while a fault lasts.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/jobs.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

Distribution constant(Duration duration) { return Distribution::constant(in_seconds(duration)); }

TEST(SpillTest, WhatIsTooMuchForMemoryIsReadFromDisk) {
  Jobs jobs({0ms, 0ms, 0ms});
  jobs.jobs->spill = Channel::Spill{1, {}, constant(4ms)};
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "0 #2 published",
                                        "0 #3 published", "10 #1 processed", "10 #2 delivered",
                                        "20 #2 processed", "20 #3 delivered", "34 #3 processed"));
  EXPECT_EQ(jobs.account.spilled, 1U);
}

TEST(SpillTest, PublishersWaitUntilItIsWritten) {
  Jobs jobs({0ms, 0ms, 1ms, 1ms});
  jobs.jobs->spill = Channel::Spill{1, constant(5ms), {}};
  jobs.lines();
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.01) << "one after the other";
}

TEST(SpillTest, OneDiskReadsOneMessageAtATime) {
  Jobs jobs({0ms, 0ms, 0ms}, {work(1ms)});
  jobs.worker->concurrency = 10;
  jobs.to_worker->start = 10ms;
  jobs.jobs->spill = Channel::Spill{0, {}, constant(5ms)};
  auto const lines = jobs.lines();
  EXPECT_THAT(lines, Contains("16 #1 processed"));
  EXPECT_THAT(lines, Contains("21 #2 processed"));
  EXPECT_THAT(lines, Contains("26 #3 processed"));
}

TEST(SpillTest, AnAlarmIsAboutMemoryAlone) {
  Jobs jobs({0ms, 0ms, 0ms, 0ms});
  jobs.to_worker->start = 500ms;
  jobs.builder.broker("rabbit").alarm = {3, 1};
  jobs.jobs->spill = Channel::Spill{2, {}, {}};
  jobs.lines();
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.0);
}

// --- Too old -------------------------------------------------------------------------------------

/// The first message lives for long, the second is short-lived, and nobody takes them for a second.
Jobs short_lived_behind_another(Channel::Expiry expiry) {
  Jobs jobs({0ms, 10ms});
  PublishStep second = jobs.step();
  second.ttl = 50ms;
  jobs.front->operations[0].steps.push_back({second});
  jobs.jobs->expiry = expiry;
  jobs.to_worker->start = 900ms;
  return jobs;
}

// RabbitMQ, "Time-to-Live": a message that has expired is discarded only when it reaches the head
// of a queue, unless it is the queue that sets the limit.
TEST(ExpiryTest, WhatIsBehindAnotherExpiresOnlyAtTheHead) {
  Jobs jobs = short_lived_behind_another(Channel::Expiry::head);
  EXPECT_THAT(jobs.lines(), Not(Contains("50 #2 expired")));
}

TEST(ExpiryTest, OrAtOnceWhereverItIs) {
  Jobs jobs = short_lived_behind_another(Channel::Expiry::anywhere);
  auto const lines = jobs.lines();
  EXPECT_THAT(lines, Contains("50 #2 expired"));
  EXPECT_THAT(lines, Contains("60 #4 expired"));
  EXPECT_EQ(jobs.account.fates[Fate::expired], 2U);
  EXPECT_EQ(jobs.account.fates[Fate::processed], 2U);
}

TEST(ExpiryTest, WhatIsInNoLineDoesNot) {
  Jobs jobs({0ms}, {work(100ms)});
  jobs.step().ttl = 50ms;
  jobs.jobs->expiry = Channel::Expiry::anywhere;
  jobs.lines();
  EXPECT_EQ(jobs.account.fates[Fate::processed], 1U);
}

TEST(ExpiryTest, ABrokerThatIsDownCatchesUp) {
  Jobs jobs = short_lived_behind_another(Channel::Expiry::anywhere);
  jobs.jobs->durable = true;
  jobs.builder.crash_broker("rabbit", 30ms, 100ms);
  auto const lines = jobs.lines();
  EXPECT_THAT(lines, Contains("130 #2 expired"));
  EXPECT_THAT(lines, Contains("130 #4 expired"));
}

TEST(ExpiryTest, AMessageThatGivesWayMakesRoom) {
  Jobs jobs = short_lived_behind_another(Channel::Expiry::anywhere);
  jobs.jobs->capacity = 3;
  jobs.jobs->when_full = Channel::WhenFull::block;
  jobs.lines();
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.04)
      << "the fourth comes in when the second expires";
}

// --- While a fault lasts -------------------------------------------------------------------------

RunResult::Account account_of(Jobs const& jobs, std::string const& name) {
  auto const& accounts = jobs.layout.accounts;
  auto const place =
      std::find_if(accounts.begin(), accounts.end(), [&](AccountDefinition const& definition) {
        return definition.of == AccountDefinition::Of::faults && definition.owner == name;
      });
  return jobs.result.accounts.at(static_cast<std::size_t>(place - accounts.begin()));
}

TEST(FaultAccountTest, KnowsWhatBecameOfTheMessagesThatWereThere) {
  // One is processed before, one waits when the broker crashes, one comes meanwhile, one after.
  Jobs jobs({0ms, 95ms, 120ms, 300ms}, {work(10ms)});
  jobs.step().confirm = false;
  jobs.jobs->subscribers[0].prefetch = 1;
  jobs.builder.crash_broker("rabbit", 100ms, 100ms);
  jobs.lines();
  auto const account = account_of(jobs, "crash-rabbit");
  EXPECT_EQ(account.total, 2U);
  EXPECT_EQ(account.parts, (std::vector<std::uint64_t>{1, 0, 0, 0, 1, 0}))
      << "the one in progress is processed, the other lost";
}

TEST(FaultAccountTest, CountsAMessageOnceThatSeveralOccurrencesMet) {
  Jobs jobs({0ms, 0ms}, {work(400ms)});
  Fault& slow =
      jobs.builder.fault("slow", SlowFault{{ReplicaTarget{"front", 1, false}}, 2.0}, 100ms, 10ms);
  slow.at.reset();
  slow.every = constant(100ms);
  slow.length = constant(10ms);
  jobs.lines();
  auto const account = account_of(jobs, "slow");
  EXPECT_EQ(account.total, 2U);
  EXPECT_EQ(account.parts[0], 2U);
}

TEST(FaultAccountTest, WhatIsStillThereIsCountedToo) {
  Jobs jobs({0ms}, {work(2s)});
  jobs.builder.crash("front", 100ms, 10ms);
  jobs.lines();
  auto const account = account_of(jobs, "crash-front");
  EXPECT_EQ(account.parts, (std::vector<std::uint64_t>{0, 0, 0, 0, 0, 1}));
}

}  // namespace
}  // namespace sojourn
