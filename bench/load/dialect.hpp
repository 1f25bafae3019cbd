// How each kind of server is spoken to: a table row per dialect, nothing else in the generator
// knows one server from another. To measure another server, add a row.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace atrium::bench {

/// Texts may hold `{room}`, `{user}`, `{stamp}` (in a message of so many bytes as the payload has),
/// `{elements}` (a scene of so many), `{number}` (of the message, nine digits) and `{place}` (members).
struct dialect {
  std::string_view name;
  std::string_view path;
  /// Socket.IO over a WebSocket: its greetings come before the first event, and its ping is text.
  bool is_socketio;
  /// Rooms have to be made by `POST /api/rooms` and are removed afterwards.
  bool creates_rooms;
  std::string_view join;
  /// What a frame begins with …
  std::string_view joined;
  std::string_view chat_arrives;
  std::string_view board_arrives;
  std::string_view failed;
  /// … here with the message's number right behind it. Empty: messages are never answered.
  std::string_view ack_arrives;

  std::string_view chat;
  std::string_view acknowledged_chat;
  std::string_view durable_chat;
  std::string_view board;

  /// Of spaces; empty: it knows none.
  std::string_view enter = "";
  std::string_view entered = "";
  std::string_view move = "";
  std::string_view move_arrives = "";
};

/// Null: there is none of that name.
[[nodiscard]] const dialect* find_dialect(std::string_view name);
/// For the list of options: `atrium, atrium_socketio, raw, node`.
[[nodiscard]] std::string dialect_names();

} // namespace atrium::bench
