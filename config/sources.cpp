// Brings settings together from variables, and checks what must hold between them. Order: the short
// names that hosting platforms set (PORT, REDIS_URL …) first, then ATRIUM_<SECTION>_<KEY>, which
// therefore wins. Values of secrets never reach a problem's sentence.
#include "config/sources.hpp"

#include "config/shapes.hpp"

#include <array>

namespace atrium::config {
namespace {

struct alias {
  std::string_view variable;
  std::string_view section;
  std::string_view key;
};
constexpr std::array<alias, 6> aliases{{{"PORT", "server", "port"},
                                        {"HOST", "server", "host"},
                                        {"REDIS_URL", "redis", "url"},
                                        {"ATRIUM_STORE", "store", "kind"},
                                        {"ATRIUM_ADMIN_TOKEN", "admin", "token"},
                                        {"ATRIUM_JWT_SECRET", "auth", "jwt_secret"}}};

/// Set and not empty.
std::optional<std::string_view> value_of(const variables& from, std::string_view name) {
  const auto found = from.find(name);
  if (found == from.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

/// REDIS_HOST, REDIS_PORT, REDIS_PASSWORD and REDIS_DB make a URL when REDIS_URL is not set.
std::optional<problem> read_redis_parts(const variables& from, collected& into) {
  const auto host = value_of(from, "REDIS_HOST");
  const auto port = value_of(from, "REDIS_PORT");
  const auto password = value_of(from, "REDIS_PASSWORD");
  const auto db = value_of(from, "REDIS_DB");
  if (value_of(from, "REDIS_URL") || (!host && !port && !password && !db)) return std::nullopt;
  std::string url = "redis://";
  if (password) url += ':' + percent_encode(*password) + '@';
  url += host.value_or("127.0.0.1");
  url += ':';
  url += port.value_or("6379");
  url += '/';
  url += db.value_or("0");
  if (!is_redis_url(url))
    return problem{"REDIS_HOST, REDIS_PORT, REDIS_DB",
                   "expected a host, a port from 1 to 65535 and the number of a database"};
  return into.put(*find("redis", "url"), url, "REDIS_HOST …");
}

std::optional<problem> read_aliases(const variables& from, collected& into) {
  for (const alias& a : aliases) {
    const auto value = value_of(from, a.variable);
    if (!value) continue;
    if (auto p = into.put_text(*find(a.section, a.key), *value, std::string{a.variable})) return p;
  }
  return std::nullopt;
}

/// The setting that an ATRIUM_… variable names, if any.
const setting* find_variable(std::string_view name) {
  for (const setting& s : table())
    if (variable_of(s) == name) return &s;
  return nullptr;
}

/// The section that `ATRIUM_<SECTION>_…` names, if it is one of ours.
std::optional<std::string_view> section_of(std::string_view variable) {
  for (const setting& s : table()) {
    const std::string name = variable_of(s);
    const auto prefix = std::string_view{name}.substr(0, 7 + s.section.size() + 1);
    if (variable.starts_with(prefix)) return s.section;
  }
  return std::nullopt;
}

std::optional<problem> read_own(const variables& from, collected& into) {
  for (const auto& [name, value] : from) {
    if (!name.starts_with("ATRIUM_")) continue;
    if (const setting* s = find_variable(name)) {
      if (auto p = into.put_text(*s, value, name)) return p;
    } else if (const auto section = section_of(name)) {
      return problem{name, "unknown setting; section [" + std::string{*section} + "] has "
                               + keys_of(*section)};
    } else if (name.starts_with("ATRIUM_SPACES_") || name.starts_with("ATRIUM_SOCKETIO_")) {
      // Sections that the server is to have; what is set there must not be passed over in silence.
      return problem{name, "unknown setting; this version has none of that section"};
    }
  }
  return std::nullopt;
}

} // namespace

std::optional<problem> collected::put(const setting& s, const written& value, std::string where) {
  if (auto sentence = assign(s, values_, value))
    return problem{std::move(where), name_of(s) + ": " + *sentence};
  where_[&s] = std::move(where);
  return std::nullopt;
}

std::optional<problem> collected::put_text(const setting& s, std::string_view text,
                                           std::string where) {
  return put(s, read_text(s, text), std::move(where));
}

std::string_view collected::where(const setting& s) const {
  const auto found = where_.find(&s);
  return found == where_.end() ? std::string_view{} : std::string_view{found->second};
}

variables to_variables(const char* const* environment) {
  variables result;
  for (; environment && *environment; ++environment) {
    const std::string_view line = *environment;
    const auto equals = line.find('=');
    if (equals != std::string_view::npos)
      result.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return result;
}

std::optional<problem> read_environment(const variables& from, collected& into) {
  if (auto p = read_redis_parts(from, into)) return p;
  if (auto p = read_aliases(from, into)) return p;
  return read_own(from, into);
}

std::optional<problem> check_together(const collected& all) {
  const settings& v = all.values();
  const auto at = [&](std::string_view section, std::string_view key, std::string sentence) {
    const setting& s = *find(section, key);
    const auto where = all.where(s);
    return problem{where.empty() ? name_of(s) : std::string{where}, std::move(sentence)};
  };
  if (v.auth.mode == "jwt" && v.auth.jwt_secret.empty() && v.auth.jwt_keys.empty())
    return at("auth", "mode", "auth.mode: \"jwt\" needs a key: auth.jwt_secret or auth.jwt_keys");
  if (v.admin.metrics == "token" && v.admin.token.empty())
    return at("admin", "metrics", "admin.metrics: \"token\" needs an admin.token");
  if (v.redis.retry_max < v.redis.retry_step)
    return at("redis", "retry_max_ms",
              "redis.retry_max_ms: expected at least redis.retry_step_ms, "
                  + std::to_string(v.redis.retry_step.count()));
  if (v.chat.join_history > v.chat.hot_messages)
    return at("chat", "join_history",
              "chat.join_history: expected at most chat.hot_messages, "
                  + std::to_string(v.chat.hot_messages));
  return std::nullopt;
}

} // namespace atrium::config
