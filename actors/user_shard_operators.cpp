// What operators ask about users: docs/admin-api.md.
#include "actors/user_shard_impl.hpp"

namespace atrium {

void user_shard::on(operator_user_request& r) {
  answer(r.from, failure{errc::unknown_event, "not yet"});
}

} // namespace atrium
