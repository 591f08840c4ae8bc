/// Who reads which partition.
#include "models/policy/partition_assignment.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/record_pool.h"

namespace sojourn {
namespace {

using testing::ElementsAre;
using Assignment = Subscriber::Assignment;
using Readers = std::vector<std::uint32_t>;

Readers nobody(std::size_t partitions) { return Readers(partitions, nowhere); }

TEST(PartitionAssignmentTest, ARangeIsNeighboursAndTheFirstMembersGetOneMore) {
  EXPECT_THAT(assign_partitions(Assignment::range, {7, 8, 9}, nobody(8)),
              ElementsAre(7, 7, 7, 8, 8, 8, 9, 9));
}

TEST(PartitionAssignmentTest, RoundRobinDealsOutOneByOne) {
  EXPECT_THAT(assign_partitions(Assignment::round_robin, {7, 8, 9}, nobody(7)),
              ElementsAre(7, 8, 9, 7, 8, 9, 7));
}

TEST(PartitionAssignmentTest, MoreMembersThanPartitionsLeavesSomeIdle) {
  EXPECT_THAT(assign_partitions(Assignment::range, {1, 2, 3}, nobody(2)), ElementsAre(1, 2));
  EXPECT_THAT(assign_partitions(Assignment::round_robin, {1, 2, 3}, nobody(2)), ElementsAre(1, 2));
  EXPECT_THAT(assign_partitions(Assignment::sticky, {1, 2, 3}, nobody(2)), ElementsAre(1, 2));
}

TEST(PartitionAssignmentTest, WithoutMembersNobodyReads) {
  EXPECT_EQ(assign_partitions(Assignment::sticky, {}, {1, 1}), nobody(2));
}

TEST(PartitionAssignmentTest, StickyMovesOnlyWhatALeaverHad) {
  EXPECT_THAT(assign_partitions(Assignment::sticky, {1, 3}, {1, 1, 2, 2, 3, 3}),
              ElementsAre(1, 1, 1, 3, 3, 3));
}

TEST(PartitionAssignmentTest, StickyGivesANewcomerItsShareAndNoMore) {
  EXPECT_THAT(assign_partitions(Assignment::sticky, {1, 2, 3}, {1, 1, 1, 2, 2, 2}),
              ElementsAre(1, 1, 3, 2, 2, 3));
}

TEST(PartitionAssignmentTest, StickyIsBalancedWhateverWasBefore) {
  Readers readers = nobody(11);
  for (Readers const& members : {Readers{1, 2, 3}, {2}, {2, 4}, {1, 2, 3, 4, 5}, {5, 1}}) {
    readers = assign_partitions(Assignment::sticky, members, readers);
    std::vector<std::int64_t> counts;
    for (std::uint32_t const member : members) {
      counts.push_back(std::count(readers.begin(), readers.end(), member));
    }
    auto const [least, most] = std::minmax_element(counts.begin(), counts.end());
    EXPECT_LE(*most - *least, 1);
    EXPECT_EQ(std::count(readers.begin(), readers.end(), nowhere), 0);
  }
}

}  // namespace
}  // namespace sojourn
