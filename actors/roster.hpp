// Who is in a room, as a value: users with their sessions (connections). A user is connected while
// it has a session; after the last one was lost its place is kept for the grace time (`away`).
// Contract §1 ("participant") and §3 ("Presence").
#pragma once

#include "actors/events.hpp"
#include "actors/failure.hpp"
#include "actors/ids.hpp"
#include "actors/results.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace atrium {

/// What a join made of the roster.
enum class arrival {
  /// The user was not there.
  joined,
  /// The user was away; `joined_at` is as before.
  returned,
  /// A connected user has one more connection.
  another_connection,
  /// A connected user, perhaps with a new connection, has a new name.
  renamed,
  /// Nothing changed: this session is in already.
  same_connection,
  /// Refused: as many users as may be are connected. A kept place is not a kept seat.
  room_full,
};

/// What the end of a session made of the roster.
enum class departure {
  /// No such session.
  unknown,
  /// The user has other connections.
  connection_closed,
  /// That was the last one: the place is kept until the grace time is over.
  away,
  /// The user is out of the room.
  gone,
};

/// Not thread-safe; one room's.
class roster {
public:
  /// At most `max_participants` users are connected at once (0: any number), and at most
  /// `max_away` places are kept: beyond that the oldest one is due at once.
  roster(std::size_t max_participants, std::chrono::milliseconds grace,
         std::size_t max_away = 10'000);
  // Its parts point into each other, which a move keeps and a copy would not.
  roster(roster&&) = default;
  roster& operator=(roster&&) = default;

  /// A session stays its user's: a join for another user changes nothing (`same_connection`).
  arrival join(session_id session, const user_id& user, const std::string& username, unix_ms now);
  /// A user of an earlier life of the room, who was lost at `since` and is not in: its place is kept
  /// as if that had happened here.
  void restore(const user_id& user, const std::string& username, unix_ms since);
  /// What a connected user wants to show, until it is out of the room. True: it shows now, and did
  /// not before.
  bool set_status(const user_id& user, const std::string& status, const std::string& text);
  /// In a space: where the user, who is in, stands.
  void put(const user_id& user, room_point place);
  /// The connection was lost.
  departure drop(session_id session, unix_ms now);
  /// The user left on purpose, by this connection: no place is kept.
  departure leave(session_id session);
  /// The user, who is in or away, is out at once, with all of its sessions: no place is kept.
  void remove(const user_id& user);
  /// Removes the users whose grace time is over and returns them as they were.
  [[nodiscard]] std::vector<participant> expire(unix_ms now);
  /// When `expire` has something to do; nothing: nobody is away.
  [[nodiscard]] std::optional<unix_ms> next_deadline() const noexcept;

  /// The user of a session, or null. Valid until the next change.
  [[nodiscard]] const participant* find(session_id session) const;
  [[nodiscard]] const participant* find(const user_id& user) const;
  /// The sessions of a user who is in.
  [[nodiscard]] const std::set<session_id>& sessions_of(const user_id& user) const;
  /// The one of them that came last, or another if that is gone; 0: there is none.
  [[nodiscard]] session_id newest_session(const user_id& user) const;
  /// When a user lost its last connection; only of one that is away.
  [[nodiscard]] unix_ms away_since(const user_id& user) const;
  /// Connected users.
  [[nodiscard]] std::size_t count() const noexcept { return places_.size() - away_.size(); }
  /// Connected and away users.
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  /// Connections of all users.
  [[nodiscard]] std::size_t session_count() const noexcept { return sessions_.size(); }

  /// Everybody, away ones too, by `joined_at`, then user id.
  [[nodiscard]] std::vector<participant> participants() const;
  /// At most `limit` (at least 1) of them after `cursor`, which an earlier page gave. A cursor
  /// stays good when its participant is gone. Error: `bad_request` for any other text.
  [[nodiscard]] std::variant<presence_page, failure> page(const std::optional<std::string>& cursor,
                                                          std::size_t limit) const;

private:
  using place_key = std::pair<unix_ms, user_id>;
  struct place {
    participant who;
    std::set<session_id> sessions;
    session_id newest = 0;
    /// While away: what was shown before, and will be again. Null: it is connected.
    std::unique_ptr<std::string> kept_status;
    /// While away: when the place is given up.
    unix_ms deadline = 0;
  };
  using place_map = std::map<place_key, place>;

  place_map::iterator add(const user_id& user, const std::string& username, unix_ms now);
  void keep_place(place& p, unix_ms since);
  arrival enter(place& p, session_id session, const std::string& username);
  void take_session(place& p, session_id session);
  void give_up(place_map::iterator at);

  std::size_t max_participants_;
  std::chrono::milliseconds grace_;
  std::size_t max_away_;
  place_map places_;
  std::unordered_map<user_id, place_map::iterator> users_;
  std::unordered_map<session_id, place_map::iterator> sessions_;
  /// Those without a session, by deadline.
  std::set<std::pair<unix_ms, user_id>> away_;
};

} // namespace atrium
