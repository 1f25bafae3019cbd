// Failed attempts to get into rooms, per address: wrong codes and wrong passwords, by whichever way
// in. Whoever had `limits.join_failures_per_minute` of them within a minute is kept out of every room
// that its address is not in already, until the minute is over. Contract §6.
//
// Thread-safe; looked at when somebody enters, never for each message. Bounded: rooms are forgotten
// with the last connection, and of addresses that failed the latest are remembered only. An empty
// address is nobody's: nothing is counted for it and it never waits.
#pragma once

#include "actors/failure.hpp"
#include "actors/ids.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace atrium {

class entry_failures {
public:
  /// `per_minute` 0: no limit.
  explicit entry_failures(std::size_t per_minute) : per_minute_{per_minute} {}

  /// Zero: go on. Otherwise when another try may succeed. `room`: the id or code that is asked for.
  [[nodiscard]] std::chrono::milliseconds wait(const std::string& address, const std::string& room,
                                               unix_ms now) const;
  /// The same as a refusal.
  [[nodiscard]] std::optional<failure> refusal(const std::string& address, const std::string& room,
                                               unix_ms now) const;
  /// What somebody is told who wanted into `room` and is refused by `f`: a wrong code or password is
  /// counted, and beyond the limit nobody learns any more what it was.
  [[nodiscard]] failure weigh(const std::string& address, const std::string& room, failure f,
                              unix_ms now);
  /// A wrong code or password.
  void failed(const std::string& address, unix_ms now);
  /// A connection of this address came into the room, or left it: in pairs.
  void entered(const std::string& address, const room_id& room, const std::string& code);
  void left(const std::string& address, const room_id& room, const std::string& code);

  /// Addresses whose failures are remembered.
  [[nodiscard]] std::size_t failing() const;
  /// Addresses that are in a room.
  [[nodiscard]] std::size_t inside() const;

private:
  struct tally {
    /// When the first failure of the minute was.
    unix_ms since = 0;
    std::size_t failures = 0;
  };
  /// Ids and codes of rooms, with the number of connections.
  using room_names = std::map<std::string, std::size_t>;

  [[nodiscard]] bool counts(const std::string& address) const noexcept {
    return per_minute_ != 0 && !address.empty();
  }
  void make_place(unix_ms now);

  std::size_t per_minute_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, tally> failing_;
  std::unordered_map<std::string, room_names> inside_;
  /// When failures of past minutes were last looked for.
  unix_ms swept_at_ = 0;
};

} // namespace atrium
