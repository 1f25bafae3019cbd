// Sending without a sender, for actors and for the threads that speak to them.
#pragma once

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message_id.hpp>
#include <caf/typed_actor.hpp>

#include <type_traits>
#include <utility>

namespace caf {
class execution_unit;
}

namespace atrium {

/// Sends `what` anonymously. A receiver that is idle runs where `here` says, which is the caller's own
/// thread; nobody is woken for it. Null: a thread of the scheduler's. `here` must be the unit that the
/// caller is running in (`self->context()`). To a null handle nothing is sent.
template <class... Contract, class What>
void tell(caf::execution_unit* here, const caf::typed_actor<Contract...>& to, What&& what) {
  using contents = caf::detail::type_list<std::decay_t<What>>;
  static_assert(caf::response_type_unbox<caf::signatures_of_t<caf::typed_actor<Contract...>>,
                                         contents>::valid,
                "the receiver does not take this message");
  if (!to) return;
  caf::actor_cast<caf::abstract_actor*>(to)->enqueue(
      caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::forward<What>(what)),
      here);
}

} // namespace atrium
