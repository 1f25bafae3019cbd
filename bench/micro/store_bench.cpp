// The way to Redis: ten messages of a room that melted into one segment, as commands.
#include "bench/micro/samples.hpp"
#include "store/room_commands.hpp"

#include <benchmark/benchmark.h>

namespace atrium::bench {

namespace {

constexpr int messages = 10;

store::room_segment segment_of_messages() {
  store::room_segment segment;
  segment.meta = std::make_shared<const room_meta>(sample_room().meta);
  segment.epoch = std::make_shared<const std::string>("0123456789abcdef");
  for (int i = 1; i <= messages; ++i) segment.appended.push_back(sample_message(i));
  segment.seq = messages;
  segment.writes = messages;
  segment.last_activity = 1'700'000'000'000;
  return segment;
}

void build_redis_commands(benchmark::State& state) {
  const auto segment = segment_of_messages();
  const store::room_layout layout;
  for (auto _ : state) {
    store::command_plan plan;
    store::append_commands(plan, layout, segment);
    benchmark::DoNotOptimize(plan.commands.bytes().data());
  }
  state.SetItemsProcessed(state.iterations() * messages);
}
BENCHMARK(build_redis_commands);

} // namespace

} // namespace atrium::bench
