#include "sim/heap_event_list.h"

#include <algorithm>

namespace sojourn {

bool HeapEventList::cancel(EventId id) {
  std::uint64_t const slot = id.value & slot_mask;
  if (!id || slot >= slots_.size() || !is_live(id.value)) return false;
  free_slot(id.value);
  ++stale_;
  if (stale_ > 64 && stale_ > size()) sweep();
  return true;
}

/// Drops the stale entries and makes a heap of the others anew. O(n), and at least n/2 cancels have
/// gone before.
void HeapEventList::sweep() {
  std::erase_if(heap_, [this](Entry const& entry) { return !is_live(entry.word); });
  stale_ = 0;
  vacant_ = false;
  if (heap_.size() < 2) return;
  for (std::size_t node = (heap_.size() - 2) / arity + 1; node-- > 0;) sink(node, heap_[node]);
}

}  // namespace sojourn
