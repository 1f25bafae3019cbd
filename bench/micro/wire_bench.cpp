// The wire: a client's chat event to a command, a posted message to the frame that all members
// share.
#include "bench/micro/samples.hpp"
#include "net/event_spelling.hpp"
#include "net/native_vocabulary.hpp"

#include <benchmark/benchmark.h>

#include <memory>

namespace atrium::bench {

namespace {

void decode_chat_event(benchmark::State& state) {
  const settings config;
  const auto text = chat_event();
  for (auto _ : state) benchmark::DoNotOptimize(net::read_native_command(text, config));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_chat_event);

void decode_whiteboard_change(benchmark::State& state) {
  const settings config;
  const auto text = R"({"type":"whiteboard-change","roomId":"123456","elements":)" + scene(50, 1, 2)
                    + "}";
  for (auto _ : state) benchmark::DoNotOptimize(net::read_native_command(text, config));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(decode_whiteboard_change);

void encode_broadcast(benchmark::State& state) {
  const event posted = chat_posted{sample_message(1).json};
  for (auto _ : state)
    benchmark::DoNotOptimize(net::vocabularies().encode(posted, wire::native, {}));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_broadcast);

} // namespace

} // namespace atrium::bench
