// Runs actors on the thread that speaks to them: an I/O thread's sessions to connections and rooms, a
// writer to the rooms whose writes it confirms; and whom these speak to in turn. A message then passes
// them without waking another thread, and what it publishes on an I/O thread is written in the same
// turn of the loop. It is an execution unit as each worker of CAF's scheduler is one; an actor that is
// busy or waited for elsewhere runs there as ever.
#pragma once

#include <caf/execution_unit.hpp>
#include <caf/fwd.hpp>
#include <caf/resumable.hpp>

#include <vector>

namespace atrium {

/// Not thread-safe, but for construction and destruction.
class actor_runner final : public caf::execution_unit {
public:
  explicit actor_runner(caf::actor_system& system) : execution_unit{&system} {}
  ~actor_runner() override { hand_over(); }

  /// Called by CAF. The reference that `job` holds is ours.
  void exec_later(caf::resumable* job) override { ready_.push_back(job); }

  [[nodiscard]] bool has_ready() const noexcept { return !ready_.empty(); }
  /// Lets each actor that was ready at the call handle some of its messages.
  void run_ready();
  /// Leaves the rest to the scheduler's threads.
  void hand_over();

private:
  std::vector<caf::resumable*> ready_;
  std::vector<caf::resumable*> running_;
};

} // namespace atrium
