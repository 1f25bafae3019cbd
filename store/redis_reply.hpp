// What Redis answered, as values: null-safe views of replies, and which errors pass by themselves.
#pragma once

#include "actors/counters.hpp"
#include "store/redis_commands.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

struct redisReply;

namespace atrium::store {

enum class reply_class {
  ok,
  /// The store refuses for now: LOADING, BUSY, READONLY, MISCONF, OOM and their like.
  transient,
  /// Trying again would not help: WRONGTYPE, a syntax error, …
  defect,
};

/// Tells the text of an error reply ("LOADING Redis is loading …") by its first word.
[[nodiscard]] reply_class classify_error(std::string_view error) noexcept;

/// The same in classes for counting.
[[nodiscard]] store_fault fault_of(std::string_view error) noexcept;

/// A reply or a part of one; valid while the `redis_reply` that it came from lives. A view of
/// nothing answers like nil, so that walking a reply needs no error path.
class reply_view {
public:
  explicit reply_view(const redisReply* reply = nullptr) noexcept : reply_{reply} {}

  [[nodiscard]] bool is_nil() const noexcept;
  [[nodiscard]] bool is_error() const noexcept;
  /// The text of a string, status or error; empty for anything else.
  [[nodiscard]] std::string_view text() const noexcept;
  /// The number; also one that is spelled as a string; 0 for anything else.
  [[nodiscard]] std::int64_t integer() const noexcept;
  /// Number of elements of an array; 0 for anything else.
  [[nodiscard]] std::size_t size() const noexcept;
  /// Nil beyond the end.
  [[nodiscard]] reply_view operator[](std::size_t i) const noexcept;

  /// The worst class in this reply and in what is nested in it (EXEC).
  [[nodiscard]] reply_class classify() const noexcept;
  /// Text of the first error in it; empty if there is none.
  [[nodiscard]] std::string_view first_error() const noexcept;
  /// All elements as texts.
  [[nodiscard]] std::vector<std::string> texts() const;
  /// Elements two by two, as HGETALL and WITHSCORES give them.
  [[nodiscard]] std::vector<hash_field> pairs() const;

private:
  const redisReply* reply_;
};

/// Owns one reply; empty if the connection broke instead.
class redis_reply {
public:
  explicit redis_reply(redisReply* reply = nullptr) noexcept : reply_{reply} {}

  explicit operator bool() const noexcept { return reply_ != nullptr; }
  [[nodiscard]] reply_view view() const noexcept { return reply_view{reply_.get()}; }
  const reply_view* operator->() const noexcept {
    view_ = reply_view{reply_.get()};
    return &view_;
  }
  reply_view operator[](std::size_t i) const noexcept { return view()[i]; }

private:
  struct freer {
    void operator()(redisReply* reply) const noexcept;
  };
  std::unique_ptr<redisReply, freer> reply_;
  mutable reply_view view_;
};

} // namespace atrium::store
