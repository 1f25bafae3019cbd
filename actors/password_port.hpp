// The port to whoever hashes and checks passwords of rooms, slowly and on threads of its own, so that
// neither a room nor the directory ever waits for it. Implemented in secrets/. Contract §4
// ("passwordHash") and §6.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <optional>
#include <string>

namespace atrium {

/// A salted hash of a password, to be stored.
struct hash_password {
  std::string password;
};
struct hashed_password {
  /// Nothing: too many wait already.
  std::optional<std::string> hash;
};

/// Does the password belong to this hash? One that was found right before is answered fast.
struct verify_password {
  std::string hash;
  std::string password;
};
enum class password_verdict {
  right,
  wrong,
  /// Too many wait already; another try may succeed.
  busy,
};
struct password_verified {
  password_verdict verdict;
};

using password_actor = caf::typed_actor<caf::replies_to<hash_password>::with<hashed_password>,
                                        caf::replies_to<verify_password>::with<password_verified>>;

} // namespace atrium

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::hash_password)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::hashed_password)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::verify_password)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::password_verified)
