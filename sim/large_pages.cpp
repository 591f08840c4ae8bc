#include "sim/large_pages.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace sojourn {

namespace {

constexpr std::align_val_t of_a_page{LargePages::page};

}  // namespace

void* LargePages::allocate(std::size_t bytes) {
  if (bytes < fewest_bytes) return ::operator new(bytes);
  std::size_t const whole = (bytes + page - 1) / page * page;
  void* const block = ::operator new(whole, of_a_page);
#ifdef __linux__
  // It is advice: whether it is taken makes no difference but to the time.
  static_cast<void>(madvise(block, whole, MADV_HUGEPAGE));
#endif
  return block;
}

void LargePages::deallocate(void* block, std::size_t bytes) noexcept {
  if (bytes < fewest_bytes) {
    ::operator delete(block);
  } else {
    ::operator delete(block, of_a_page);
  }
}

}  // namespace sojourn
