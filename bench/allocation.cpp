#include "bench/allocation.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace sojourn {
namespace {

// What another thread frees is missing there, and may be less than nothing here.
thread_local std::ptrdiff_t allocated = 0;
thread_local std::ptrdiff_t peak = 0;
thread_local std::size_t calls = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  void* const memory =
      alignment <= alignof(std::max_align_t)
          ? std::malloc(size)
          : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  ++calls;
  allocated += static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
  peak = std::max(peak, allocated);
  return memory;
}

void release(void* memory) {
  if (memory == nullptr) return;
  allocated -= static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

std::ptrdiff_t allocated_bytes() { return allocated; }
std::ptrdiff_t peak_allocated_bytes() { return peak; }
void restart_peak() { peak = allocated; }
std::size_t allocations() { return calls; }

}  // namespace sojourn

void* operator new(std::size_t size) { return sojourn::allocate(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return sojourn::allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { sojourn::release(memory); }
void operator delete(void* memory, std::size_t) noexcept { sojourn::release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { sojourn::release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  sojourn::release(memory);
}
