// Actor scenarios: the real rooms, connections and directory on CAF's deterministic scheduler with
// virtual time. Sockets and the store are played by the scenario: what a client would read is recorded
// as events and results, what the store would get as writes, which the scenario confirms or loses.
//
// The verbs mirror production: `push` a command, `expect_result`, `expect_event`, `refute_event`.
#pragma once

#include "actors/desk.hpp"
#include "actors/directory.hpp"
#include "actors/house.hpp"
#include "actors/relay_directory.hpp"
#include "actors/room.hpp"
#include "actors/searcher.hpp"
#include "actors/user_shard.hpp"
#include "support/played_queues.hpp"
#include "support/played_records.hpp"
#include "support/played_store.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace atrium::test {

/// What one client has been sent and has not looked at yet, in order.
struct received {
  std::deque<std::variant<event, std::pair<std::uint32_t, command_result>, relay_event>> items;
  /// How each event that went to this session alone was sent, looked at or not.
  std::vector<op::event> sent_alone;
  std::optional<std::uint16_t> close_code;
  std::string close_reason;
};

/// Plays all I/O threads: carries out operations as net/ would, at once, and keeps what each session
/// would have been sent.
class recording_port : public io_port, public encoder {
public:
  void post(outbound&& what) noexcept override;
  [[nodiscard]] frame encode(const event& e, wire w, const position& at) const override;
  [[nodiscard]] frame encode(const relay_event& e, wire w) const override;

  std::map<session_id, received> sessions;
  /// Every event encoded so far; a frame is the index into it.
  mutable std::vector<event> encoded;
  /// The same of relay rooms: `relay` and the index.
  mutable std::vector<relay_event> relayed;
  std::size_t publishes = 0;
  std::map<room_key, std::map<session_id, audience>> subscribers;
  /// How each subscriber has its broadcasts spelled.
  std::map<std::pair<room_key, session_id>, wire> wires;
  /// In which wire each event of `encoded` was asked for.
  mutable std::vector<wire> spelled;
  std::size_t resumes = 0;
  /// Where the user of each session in a space stands, as the port was told.
  std::map<std::pair<room_key, session_id>, room_point> views;
  std::size_t move_posts = 0;

private:
  void deliver(const op::moves& m);
  void deliver(session_id to, const frame& bytes);
};

class house_scenario {
public:
  explicit house_scenario(settings s = {});
  ~house_scenario();
  house_scenario(const house_scenario&) = delete;
  house_scenario& operator=(const house_scenario&) = delete;

  /// Handles all mail that is there.
  void run();
  /// Lets time pass in steps of a second at most and handles what falls due.
  void advance(std::chrono::milliseconds time);
  [[nodiscard]] unix_ms now() const;

  /// Creates a room with a code and returns its id.
  std::string create_room_named(const std::string& name, create_room wish = {});
  /// The answer to its creation.
  command_result try_to_create(const std::string& name, create_room wish = {});
  /// REST: asks for `name` and returns the answer.
  command_result ask(const std::string& name, room_command c);
  /// The same, of somebody who shows a password, or the operator's token.
  command_result ask_with(const std::string& password, const std::string& name, room_command c);
  command_result ask_as_operator(const std::string& name, room_command c);
  /// The same, of somebody of whom this is known.
  command_result ask_as(caller from, const std::string& name, room_command c);

  /// Tells rooms what became of the writes so far.
  void confirm_writes();
  void lose_writes(bool transient = true);
  void return_store();
  /// Answers the reads of queues that were held back; `as_before`: as if nothing were queued.
  void answer_reads(bool as_before = false);
  /// Actors alive: scenario's own ones excluded.
  [[nodiscard]] std::size_t actor_count();

  settings config;
  counters counts;
  entry_failures failures{config.limits.join_failures_per_minute};
  recording_port port;
  played_store store;
  played_passwords passwords;
  played_queues queues;
  played_records records;
  caf::actor_system_config system_config;
  std::unique_ptr<caf::actor_system> system;
  caf::scheduler::test_coordinator* scheduler;
  environment env;
  search_actor searcher;
  directory_actor directory;
  desk_actor desk;
  relay_directory_actor relays;
  shared_user_shards shards;
  std::unique_ptr<house> door;
  session_id last_session = 0;

private:
  friend class client;

  store_writer writer_;
  store_reader reader_;
  password_actor password_checker_;
  message_queue queue_;
  user_records records_;
  std::size_t own_actors_ = 0;
};

/// One connected client of a scenario.
class client {
public:
  /// `address`: where it comes from; empty: unknown.
  client(house_scenario& house, std::string user, std::string username = "",
         std::string address = "");
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// Sends a command and handles all mail. Returns its request number.
  std::uint32_t push(const std::string& room, room_command c);
  /// Sends a command without handling mail.
  std::uint32_t push_only(const std::string& room, room_command c);
  /// Sends a `join` and returns its result after dropping everything received so far.
  joined_result join(const std::string& room, bool patch_board = false);
  std::uint32_t say(const std::string& room, const std::string& text);
  /// A command about the user itself.
  std::uint32_t push_user(user_command c);
  /// The same, without handling mail.
  std::uint32_t push_user_only(user_command c);
  /// `register`; returns its request number.
  std::uint32_t enroll();
  /// `joinRoom` and `leaveRoom`.
  std::uint32_t join_as_member(const std::string& room);
  std::uint32_t leave_as_member(const std::string& room);
  /// The socket has taken every frame that asked for a receipt so far.
  void write_out();
  /// The socket breaks.
  void vanish();

  /// The next thing received must be the result of `request`; fails the test otherwise.
  command_result expect_result(std::uint32_t request);
  template <class Result>
  Result expect(std::uint32_t request) {
    auto r = expect_result(request);
    if (auto* f = std::get_if<failure>(&r); f && !std::is_same_v<Result, failure>)
      fail("failure: " + std::string{to_string(f->code)} + " " + f->sentence);
    if (!std::holds_alternative<Result>(r))
      fail("result of another kind: index " + std::to_string(r.index()));
    return std::get<Result>(r);
  }
  /// The next thing received must be an event of this kind.
  template <class Event>
  Event expect_event() {
    if (inbox().empty()) fail("expected an event, got nothing");
    auto* e = std::get_if<event>(&inbox().front());
    if (!e || !std::holds_alternative<Event>(*e)) fail("expected another event");
    auto out = std::get<Event>(*e);
    inbox().pop_front();
    return out;
  }
  /// All events of this kind received; the rest is dropped.
  template <class Event>
  std::vector<Event> take_events() {
    std::vector<Event> out;
    for (auto& item : inbox())
      if (auto* e = std::get_if<event>(&item))
        if (auto* wanted = std::get_if<Event>(e)) out.push_back(*wanted);
    inbox().clear();
    return out;
  }
  /// Nothing was received that has not been looked at.
  void expect_nothing();
  void drop_received() { inbox().clear(); }

  session_id session;
  std::string user;
  connection_actor connection;

private:
  [[noreturn]] static void fail(const std::string& why);
  decltype(received::items)& inbox() { return house_.port.sessions[session].items; }

  house_scenario& house_;
  std::string username_;
  std::uint32_t last_request_ = 0;
};

/// `{"id":…,"version":…,…}` as a change of one element and more.
[[nodiscard]] board_change elements(const std::string& json_array);

} // namespace atrium::test
