// See actor_runner.hpp. Order: actors run in the order in which they became ready. None runs longer
// than `messages_per_run` messages before the others had their turn.
#include "actors/actor_runner.hpp"

#include <caf/actor_system.hpp>
#include <caf/logger.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace atrium {
namespace {

constexpr std::size_t messages_per_run = 64;

} // namespace

void actor_runner::run_ready() {
  // Spawning an actor gives its thread CAF's logger, which then looks the thread up in a table, under
  // a lock, before and after each actor runs; we don't log by it.
  caf::logger::set_current_actor_system(nullptr);
  running_.swap(ready_);
  for (auto* job : running_) {
    switch (job->resume(this, messages_per_run)) {
    case caf::resumable::resume_later: ready_.push_back(job); break;
    case caf::resumable::awaiting_message:
    case caf::resumable::done:
    case caf::resumable::shutdown_execution_unit: caf::intrusive_ptr_release(job); break;
    }
  }
  running_.clear();
}

void actor_runner::hand_over() {
  for (auto* job : ready_) system().scheduler().enqueue(job);
  ready_.clear();
}

} // namespace atrium
