// The way into secrets/: hashes and checks passwords of rooms without anybody waiting for it who has
// something else to do.
#pragma once

#include "actors/password_port.hpp"
#include "config/settings.hpp"

#include <caf/fwd.hpp>

namespace atrium {

/// Spawns the front, which never blocks, and its `auth.password_threads` detached workers. Every
/// question is answered, also by the end, which is an exit message to the front or its last handle
/// let go of: the workers follow after the job that they are at.
[[nodiscard]] password_actor open_passwords(caf::actor_system& system, const auth_settings& config);

} // namespace atrium
