// See password_worker.hpp. It holds its front weakly: two actors that hold each other never end.
#include "secrets/password_worker.hpp"

#include "secrets/password_hash.hpp"

#include <caf/actor_cast.hpp>
#include <caf/system_messages.hpp>

namespace atrium::secrets {

password_worker::behavior_type run_password_worker(password_worker::pointer self,
                                                   const caf::actor_addr& front) {
  self->set_down_handler([self](caf::down_msg&) { self->quit(); });
  if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(front))
    self->monitor(alive);
  else
    self->quit();
  return {
      [](const hash_job& j) { return hashed_password{hash(j.password->text())}; },
      [](const verify_job& j) {
        auto is_right = verify(j.hash, j.password->text());
        if (!is_right) return password_verified{password_verdict::busy};
        return password_verified{*is_right ? password_verdict::right : password_verdict::wrong};
      },
  };
}

} // namespace atrium::secrets
