// A reader's or a queue's connection with a memory of what went wrong: after a failure every
// further call answers nil at once, so that a request is written straight on and asks only at its
// end whether it holds.
#pragma once

#include "actors/counters.hpp"
#include "store/redis_connection.hpp"

#include <chrono>

namespace atrium::store {

class redis_link {
public:
  /// Does not connect. `name` begins the names of its log lines. `counts` must outlive it.
  redis_link(const redis_settings& config, counters& counts, std::string name);

  /// Begins a request: forgets the last failure and connects if need be. False while the store is
  /// known to be away: at once, without trying, until the pause after the last attempt is over.
  [[nodiscard]] bool begin();

  /// One command and its reply. An error reply fails the request.
  template <class... Words>
  redis_reply call(const Words&... words) {
    command_buffer one;
    one.add(words...);
    auto replies = call_all(one);
    return replies.empty() ? redis_reply{} : std::move(replies.front());
  }
  /// All replies in order, as many as commands; an error reply fails the request.
  std::vector<redis_reply> call_all(const command_buffer& commands);
  /// The same, but error replies are left to the caller.
  std::vector<redis_reply> ask_all(const command_buffer& commands);

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  /// The connection broke during this request, and it had been open before it began.
  [[nodiscard]] bool broke_in_use() const noexcept { return broke_in_use_; }
  /// How many times it has connected; whoever keeps something in step with a connection compares.
  [[nodiscard]] std::size_t connections() const noexcept { return connections_; }
  /// How long until `begin` may try to connect; zero: at once.
  [[nodiscard]] milliseconds next_attempt() const;
  /// False for a minute after the store came back: it may lack what lives in memory and is about to
  /// be written again.
  [[nodiscard]] bool is_settled() const { return clock::now() >= settled_at_; }
  /// Counts and logs an error reply, and fails the request.
  void refuse(const reply_view& error);
  /// Closes for good.
  void finish();

private:
  using clock = std::chrono::steady_clock;

  [[nodiscard]] bool connect();
  void on_connected();
  void break_off();

  redis_settings config_;
  counters& counts_;
  std::string name_;
  redis_connection connection_;
  bool failed_ = false;
  bool was_open_ = false;
  bool broke_in_use_ = false;
  bool is_finished_ = false;
  std::size_t connections_ = 0;
  std::size_t attempts_ = 0;
  clock::time_point connect_at_{};
  clock::time_point settled_at_{};
};

} // namespace atrium::store
