// The actor that does the slow work on a thread of its own, one job after the other. Private to
// secrets/: the front gives it the next job only when the last is done.
#pragma once

#include "actors/password_port.hpp"
#include "secrets/secret.hpp"

#include <caf/actor_addr.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>

namespace atrium::secrets {

struct hash_job {
  std::shared_ptr<const secret> password;
};
struct verify_job {
  std::string hash;
  std::shared_ptr<const secret> password;
};

using password_worker = caf::typed_actor<caf::replies_to<hash_job>::with<hashed_password>,
                                         caf::replies_to<verify_job>::with<password_verified>>;

/// The behaviour to spawn, detached. Ends when `front` has, after the job that it is at.
[[nodiscard]] password_worker::behavior_type run_password_worker(password_worker::pointer self,
                                                                 const caf::actor_addr& front);

} // namespace atrium::secrets

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::secrets::hash_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::secrets::verify_job)
