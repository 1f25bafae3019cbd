// The room as a value: posting a message, and merging a scene of which little changed.
#include "bench/micro/samples.hpp"

#include <benchmark/benchmark.h>

#include <stdexcept>
#include <vector>

namespace atrium::bench {

namespace {

void post_message_to_room(benchmark::State& state) {
  const settings config;
  room_state room{sample_room(), config, 1'700'000'000'000};
  const user_id user{"user000001"};
  post_message m;
  m.text = text_200();
  unix_ms now = 1'700'000'000'000;
  for (auto _ : state) benchmark::DoNotOptimize(room.post(user, user.value, m, ++now));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(post_message_to_room);

board_change change_of(const std::string& elements) {
  json::slice slice{};
  if (json::check(elements, 128, slice)) throw std::logic_error("the scene is no JSON");
  return std::get<board_change>(read_elements(slice));
}

/// Scenes of 1,000 elements of which 10 are newer than in the one before.
std::vector<board_change> changes(std::size_t count) {
  std::vector<board_change> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(change_of(scene(1000, 10, static_cast<std::int64_t>(i) + 2)));
  return all;
}

void merge_10_of_1000(benchmark::State& state) {
  constexpr std::size_t scene_count = 64;
  const auto scenes = changes(scene_count);
  std::size_t next = scene_count;
  board b;
  for (auto _ : state) {
    if (next == scene_count) {
      state.PauseTiming();
      b = board{};
      benchmark::DoNotOptimize(b.apply(change_of(scene(1000, 0, 1)), true, 1, {}));
      next = 0;
      state.ResumeTiming();
    }
    benchmark::DoNotOptimize(b.apply(scenes[next++], true, 1, {}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(merge_10_of_1000)->Unit(benchmark::kMicrosecond);

void cut_scene_of_1000(benchmark::State& state) {
  const auto elements = scene(1000, 10, 2);
  for (auto _ : state) benchmark::DoNotOptimize(change_of(elements));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(elements.size()));
}
BENCHMARK(cut_scene_of_1000)->Unit(benchmark::kMicrosecond);

} // namespace

} // namespace atrium::bench
