#include "models/policy/partition_assignment.h"

#include <algorithm>
#include <cstddef>

#include "models/record_pool.h"

namespace sojourn {
namespace {

using Members = std::vector<std::uint32_t>;

Members by_range(Members const& members, std::size_t partitions) {
  std::size_t const each = partitions / members.size();
  std::size_t const longer = partitions % members.size();
  Members readers;
  for (std::size_t i = 0; i < members.size(); ++i) {
    readers.insert(readers.end(), each + (i < longer ? 1 : 0), members[i]);
  }
  return readers;
}

Members in_turn(Members const& members, std::size_t partitions) {
  Members readers(partitions);
  for (std::size_t i = 0; i < partitions; ++i) readers[i] = members[i % members.size()];
  return readers;
}

/// Everybody keeps what is his as far as it is his share; what is then left goes to who has least.
Members with_few_moves(Members const& members, Members const& current) {
  std::size_t const each = current.size() / members.size();
  std::size_t longer = current.size() % members.size();  // members that may have one more
  std::vector<std::size_t> count(members.size(), 0);
  Members readers(current.size(), nowhere);
  for (std::size_t i = 0; i < current.size(); ++i) {
    auto const found = std::find(members.begin(), members.end(), current[i]);
    if (found == members.end()) continue;
    std::size_t& has = count[static_cast<std::size_t>(found - members.begin())];
    if (has > each || (has == each && longer == 0)) continue;
    if (has == each) --longer;
    ++has;
    readers[i] = current[i];
  }
  for (std::uint32_t& reader : readers) {
    if (reader != nowhere) continue;
    auto const least = std::min_element(count.begin(), count.end());
    reader = members[static_cast<std::size_t>(least - count.begin())];
    ++*least;
  }
  return readers;
}

}  // namespace

Members assign_partitions(Subscriber::Assignment how, Members const& members,
                          Members const& current) {
  if (members.empty()) return Members(current.size(), nowhere);
  switch (how) {
    case Subscriber::Assignment::range:
      return by_range(members, current.size());
    case Subscriber::Assignment::round_robin:
      return in_turn(members, current.size());
    case Subscriber::Assignment::sticky:
      break;
  }
  return with_few_moves(members, current);
}

}  // namespace sojourn
