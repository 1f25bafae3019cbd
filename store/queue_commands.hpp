// From a user's waiting changes to the commands that do them.
#pragma once

#include "store/queue_backlog.hpp"
#include "store/redis_commands.hpp"

namespace atrium::store {

/// Appends what brings `ws:offline_messages:<user>` up to date; nothing if nothing is to be
/// changed. May be repeated whole without harm if `changes.may_be_stored` is set by then.
void append_queue_commands(command_buffer& out, const key_space& keys, const user_id& user,
                           const queue_changes& changes);

} // namespace atrium::store
