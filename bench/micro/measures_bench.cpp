// What counting costs the threads that count: a counter and a histogram, by one thread and by several at
// once, beside a single atomic that all add to.
#include "actors/counters.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>

namespace atrium::bench {

namespace {

counters counts;
std::atomic<std::uint64_t> shared_by_all{0};

void add_to_one_atomic(benchmark::State& state) {
  for (auto _ : state) shared_by_all.fetch_add(1, std::memory_order_relaxed);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(add_to_one_atomic)->Threads(1)->Threads(2)->Threads(4);

void add_to_counter(benchmark::State& state) {
  for (auto _ : state) counts.add(counter::commands);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(add_to_counter)->Threads(1)->Threads(2)->Threads(4);

void observe_in_histogram(benchmark::State& state) {
  std::uint64_t value = 100;
  for (auto _ : state) counts.measured.fan_out.observe(value = value * 31 % 10'007);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(observe_in_histogram)->Threads(1)->Threads(2)->Threads(4);

} // namespace

} // namespace atrium::bench
