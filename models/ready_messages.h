#pragma once

#include <cstdint>
#include <deque>
#include <memory_resource>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/container/deque.hpp>

#include "models/message.h"
#include "models/scenario/brokers.h"

namespace sojourn {

/// The messages of a buffer that can be delivered, in the order in which they will be: as the
/// channel's order says, and otherwise by their place in line. Those that come back take the place
/// that they say.
///
/// Cost: O(1) for messages that come and go in line, O(log n) for n that have come back. A message
/// that waits for the first time takes the 40 bytes of its content.
class ReadyMessages {
 public:
  /// `sizes`: what the sizes of messages mean in bytes; without it they have none. `memory`: where
  /// lines take their blocks from and give them back to.
  explicit ReadyMessages(Channel::Order order = Channel::Order::fifo,
                         std::vector<std::uint64_t> const* sizes = nullptr,
                         std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : order_(order), sizes_(sizes), memory_(memory) {}

  /// A message that is next, and the record that it has if it was delivered before.
  struct Head {
    Waiting content;
    Id record;
  };

  void push(Waiting const& message);
  /// Precondition: the record holds that content.
  void push(Waiting const& message, Id record);

  /// Those that can be delivered now: without those whose key is taken.
  [[nodiscard]] std::size_t size() const { return fresh_ + returned_.size(); }
  [[nodiscard]] bool empty() const { return fresh_ == 0 && returned_.empty(); }
  /// All that are there.
  [[nodiscard]] std::size_t present() const { return size() + parked_; }

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  /// Whether any that has ever been here had a time at which it expires.
  [[nodiscard]] bool may_expire() const { return may_expire_; }

  /// Precondition: not empty.
  [[nodiscard]] Head head() const;
  /// Takes out the head, and takes its key where one of a key goes at a time.
  Head take();
  /// Takes out the head, which nobody will work on.
  Head discard();
  /// Takes out the message with that place in line, which nobody will work on; nothing if it is not
  /// there. Cost: O(log n), O(m) if m have come back or wait for their key.
  std::optional<Head> remove(std::uint64_t sequence);
  /// Nobody works on a message of that key any more.
  void release(Key key);
  /// Takes out those published after that time, and returns those without a record, in order.
  std::vector<Waiting> drop_since(Time time);
  /// Takes out all, and returns those without a record, in order of place in line. The keys of
  /// messages that somebody works on stay taken.
  std::vector<Waiting> clear();

  /// Calls `visit(content)` for each, in no particular order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    visit_all([&](Head const& head) { visit(head.content); });
  }
  /// The same for those without a record.
  template <class Visit>
  void for_each_fresh(Visit&& visit) const {
    visit_all([&](Head const& head) {
      if (!head.record) visit(head.content);
    });
  }

 private:
  /// In blocks of some fifty: a library's default would ask for memory every dozen messages.
  using Line = boost::container::deque<
      Waiting, std::pmr::polymorphic_allocator<Waiting>,
      boost::container::deque_options_t<boost::container::block_bytes<2048>>>;

  /// Messages of one priority; of all if there is no order by priority. Those taken out of the
  /// middle leave a mark; at both ends one is there.
  struct Level {
    std::int32_t priority = 0;
    Line line;

    void trim();
  };
  template <class Visit>
  void visit_all(Visit&& visit) const {
    for (Level const& level : levels_) {
      for (Waiting const& message : level.line) {
        if (!message.is(Waiting::gone)) visit(Head{message, {}});
      }
    }
    for (Head const& head : returned_) visit(head);
    for (auto const& [key, line] : parked_by_key_) {
      for (Head const& head : line) visit(head);
    }
  }
  [[nodiscard]] bool is_later(Head const& left, Head const& right) const;
  void push_returned(Head const& head);
  Head pop_returned();
  [[nodiscard]] std::size_t first_level() const;
  [[nodiscard]] bool is_fresh_next(std::size_t level) const;
  Head remove_head();
  std::optional<Head> remove_fresh(std::uint64_t sequence);
  std::optional<Head> remove_returned(std::uint64_t sequence);
  std::optional<Head> remove_parked(std::uint64_t sequence);
  Level& level_of(std::int32_t priority) {
    bool const is_first = !levels_.empty() && levels_.front().priority == priority;
    return is_first ? levels_.front() : find_level(priority);
  }
  Level& find_level(std::int32_t priority);
  void park_taken_keys();
  void bring_back(Key key);

  [[nodiscard]] std::uint64_t size_of(Waiting const& message) const {
    return sizes_ == nullptr ? 0 : (*sizes_)[message.size()];
  }

  Channel::Order order_;
  std::vector<std::uint64_t> const* sizes_;
  std::pmr::memory_resource* memory_;
  std::size_t fresh_ = 0, parked_ = 0;
  std::uint64_t bytes_ = 0;
  bool may_expire_ = false;
  std::vector<Level> levels_;   ///< Highest priority first.
  std::vector<Head> returned_;  ///< A heap: who is next in front.
  // By key: looked up, never walked in the order of the table.
  std::unordered_set<Key> taken_;
  std::unordered_map<Key, std::deque<Head>> parked_by_key_;  ///< In order.
};

}  // namespace sojourn
