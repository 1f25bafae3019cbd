// Readers of what is asked about users and the whole server. Pure.
#include "net/friend_form.hpp"
#include "net/rest_reading.hpp"

namespace atrium::net {
namespace {

constexpr std::size_t max_limit = 200;
constexpr std::size_t usual_limit = 50;

} // namespace

rest_call read_online_users(rest_reading& r) {
  auto limit = read_limit(r.request.target, max_limit, usual_limit);
  if (auto* no = std::get_if<rest_refusal>(&limit)) return std::move(*no);
  return list_online_users{std::get<std::size_t>(limit),
                           read_parameter(r.request.target, "cursor")};
}

rest_call read_user(rest_reading& r) {
  return user_call{{std::move(r.user)}, std::nullopt};
}

rest_call read_new_friends(rest_reading& r) {
  auto body = read_body(r);
  if (auto* no = std::get_if<rest_refusal>(&body)) return std::move(*no);
  fields f{std::get<json::slice>(body)};
  set_friends wanted{read_friends(f, r.config.limits.friends_per_user)};
  if (f.problem()) return rest_refusal{status_of(f.problem()->code), *f.problem(), {}};
  return user_call{{std::move(r.user)}, std::move(wanted)};
}

rest_call read_stats(rest_reading&) {
  return stats_call{};
}

} // namespace atrium::net
