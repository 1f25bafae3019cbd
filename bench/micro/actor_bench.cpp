// A hop between actors: two that pass a ball to and fro on the scheduler that daemon/ configures,
// and the same with 64 balls under way, as on a busy server, where a hop wakes nobody.
#include <benchmark/benchmark.h>

#include <caf/all.hpp>

#include <semaphore>

namespace atrium::bench {

namespace {

constexpr int hops_per_ball = 1000;

/// Sends a ball back until it has made its hops, then says so.
caf::behavior player(caf::event_based_actor* self, std::counting_semaphore<>* landed) {
  return {
      [self, landed](int hops_left, const caf::actor& partner) {
        if (hops_left == 0)
          landed->release();
        else
          self->send(partner, hops_left - 1, caf::actor_cast<caf::actor>(self));
      },
  };
}

void actor_hops(benchmark::State& state) {
  const auto ball_count = state.range(0);
  caf::actor_system_config config;
  config.set("scheduler.policy", caf::atom("sharing"));
  caf::actor_system system{config};
  std::counting_semaphore<> landed{0};
  auto left = system.spawn(player, &landed);
  auto right = system.spawn(player, &landed);
  for (auto _ : state) {
    for (std::int64_t i = 0; i < ball_count; ++i) caf::anon_send(left, hops_per_ball, right);
    for (std::int64_t i = 0; i < ball_count; ++i) landed.acquire();
  }
  state.SetItemsProcessed(state.iterations() * ball_count * hops_per_ball);
  caf::anon_send_exit(left, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(right, caf::exit_reason::user_shutdown);
}
BENCHMARK(actor_hops)->Arg(1)->Arg(64)->UseRealTime()->Unit(benchmark::kMicrosecond);

} // namespace

} // namespace atrium::bench
