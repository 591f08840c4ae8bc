#include "models/core_queue.h"

#include <algorithm>

#include "sim/ensure.h"

namespace sojourn {
namespace {

constexpr auto later = [](auto const& left, auto const& right) {
  return left.finish != right.finish ? left.finish > right.finish : left.sequence > right.sequence;
};

template <class Pieces>
auto piece_of(Pieces& pieces, std::uint32_t owner) {
  return std::find_if(pieces.begin(), pieces.end(),
                      [&](auto const& piece) { return piece.owner == owner; });
}

}  // namespace

void CoreQueue::add(Time now, Duration work, std::uint32_t owner) {
  if (running_.size() < cores_) {
    begin(now, {work, owner});
  } else {
    waiting_.push_back({work, owner});
  }
}

Duration CoreQueue::remove(Time now, std::uint32_t owner) {
  if (auto const found = piece_of(waiting_, owner); found != waiting_.end()) {
    Duration const work = found->work;
    waiting_.erase(found);
    return work;
  }
  auto const found = piece_of(running_, owner);
  ensure(found != running_.end(), "removed work was in progress");
  Duration const left = std::max(Duration::zero(), found->finish - now);
  *found = running_.back();
  running_.pop_back();
  std::make_heap(running_.begin(), running_.end(), later);
  begin_next(now);
  return left;
}

std::optional<Time> CoreQueue::next_completion() const {
  if (running_.empty()) return std::nullopt;
  return running_.front().finish;
}

std::uint32_t CoreQueue::complete(Time now) {
  ensure(!running_.empty(), "only work in progress completes");
  std::uint32_t const owner = running_.front().owner;
  std::pop_heap(running_.begin(), running_.end(), later);
  running_.pop_back();
  begin_next(now);
  return owner;
}

void CoreQueue::begin(Time now, Waiting const& piece) {
  running_.push_back({now + piece.work, sequence_++, piece.owner});
  std::push_heap(running_.begin(), running_.end(), later);
}

void CoreQueue::begin_next(Time now) {
  if (waiting_.empty()) return;
  Waiting const next = waiting_.front();
  waiting_.pop_front();
  begin(now, next);
}

}  // namespace sojourn
