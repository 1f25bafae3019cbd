// An actor whose mailbox is watched: after each message it says how many more wait, of those that it took
// in with it. For actors that all others speak to; CAF tells the length of a mailbox to nobody but its
// owner, and counting what has just come would move it while it is worked through.
#pragma once

#include "actors/gauges.hpp"

#include <caf/mailbox_element.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace atrium {

template <class Base>
class gauged : public Base {
public:
  using Base::Base;

  /// `at` outlives the actor.
  void gauge_mailbox(gauge& at) noexcept { waiting_ = &at; }

  caf::invoke_message_result consume(caf::mailbox_element& x) override {
    auto result = Base::consume(x);
    if (waiting_ != nullptr) set(*waiting_, this->mailbox().queue().total_task_size());
    return result;
  }

private:
  gauge* waiting_ = nullptr;
};

/// Of the behaviour of such an actor: what `Handle::stateful_pointer<State>` is of others.
template <class Handle, class State>
using gauged_pointer = caf::stateful_actor<State, gauged<typename Handle::base>>*;

} // namespace atrium
