// Reading members of a client's JSON object into values, with the sentences for what is wrong.
// Shared by the native wire and REST, so that both refuse the same things in the same words.
// Contract §1, §3.
#pragma once

#include "actors/failure.hpp"
#include "actors/messages.hpp"
#include "json/json.hpp"

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::net {

/// The members of one object. Each read returns nothing for a member that is missing or null, and
/// for one of the wrong form; the first wrong one is kept as `problem`.
class fields {
public:
  /// Walks the object once. Precondition: it is an object that `json::check` accepted. One with
  /// more than 256 members is a problem from the start.
  explicit fields(json::slice object);
  fields(const fields&) = delete;
  fields& operator=(const fields&) = delete;

  [[nodiscard]] std::optional<json::slice> find(std::string_view name) const;
  /// As `find`, but a member that is `null` counts.
  [[nodiscard]] std::optional<json::slice> find_or_null(std::string_view name) const;

  /// A string of `min`..`max` bytes.
  std::optional<std::string> text(std::string_view name, std::size_t min_bytes,
                                  std::size_t max_bytes);
  /// A string of 1..`max` characters.
  std::optional<std::string> name(std::string_view field, std::size_t max_characters);
  std::optional<std::string> user_id(std::string_view field);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<double> number(std::string_view name, double min, double max);
  /// Clamped to 1..`max`, `otherwise` if missing.
  std::size_t limit(std::size_t max, std::size_t otherwise);
  /// Compact JSON text of an object of at most `max` bytes.
  std::optional<std::string> object(std::string_view name, std::size_t max_bytes);

  /// Says that `name` is missing, unless `value` is there or something is wrong already.
  template <class T>
  T required(std::string_view name, std::optional<T> value) {
    if (!value) fail("`" + std::string{name} + "` is missing");
    return value ? std::move(*value) : T{};
  }

  /// Keeps `sentence` as the problem unless there is one.
  void fail(std::string sentence, errc code = errc::bad_request,
            atrium::limit beyond = atrium::limit::none);
  [[nodiscard]] const std::optional<failure>& problem() const noexcept { return problem_; }

private:
  /// Keys point into the object's text, or into `unescaped_`.
  std::vector<json::member> members_;
  /// How long the keys are, a bit each: most of what is asked for is not there.
  std::uint64_t lengths_ = 0;
  std::forward_list<std::string> unescaped_;
  std::optional<failure> problem_;
};

/// `userId` and `username` of an event or of a query string, if they have the form of §1.
[[nodiscard]] bool is_user_id(std::string_view id) noexcept;
[[nodiscard]] bool is_username(std::string_view name) noexcept;

[[nodiscard]] identity_claim read_identity(fields& f);

} // namespace atrium::net
