// Socket.IO, protocol 5, as values: packets in and out, and the attachments that follow a binary
// one. No socket, no session, no namespace is known here. The text is that of an Engine.IO message,
// without the `4`. JSON is checked once and read as slices; no tree is built.
//
// What is wrong is a value; the session closes the connection for it (protocols.md §4.3). What the
// reference refuses is refused. What it takes is taken, but for an empty text, blanks for numbers,
// ids that no double holds exactly, and numbers of attachments that are no integers.
#pragma once

#include "json/json.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace atrium::net::socketio {

enum class packet_type : std::uint8_t {
  connect,
  disconnect,
  event,
  ack,
  /// Only a server may send it. It is decoded like the others; who gets it from a client closes.
  connect_error,
  binary_event,
  binary_ack,
};

/// Text and attachments of a binary packet, as they came.
struct binary_parts {
  std::string text;
  std::vector<std::string> attachments;
  std::size_t attachment_bytes = 0;
};

/// Views the text that it was read from, or `parts`.
struct packet {
  packet_type type = packet_type::event;
  /// Begins with a slash. A query in it is part of the name.
  std::string_view name_space = "/";
  /// 0..2^53-1. Of a CONNECT or DISCONNECT it means nothing.
  std::optional<std::int64_t> ack_id;
  /// JSON of the form that the type asks for, or no text if the packet has none, as every type may.
  /// An event or ack without it says nothing and is to be ignored.
  json::slice payload;
  /// How many attachments follow; 0 for types that have none.
  std::size_t attachment_count = 0;
  /// Of a complete binary packet; null for all others.
  std::shared_ptr<const binary_parts> parts;

  [[nodiscard]] bool has_payload() const noexcept { return !payload.raw.empty(); }
  /// As many as the packet announced, once it is complete.
  [[nodiscard]] std::span<const std::string> attachments() const noexcept {
    return parts ? std::span<const std::string>{parts->attachments}
                 : std::span<const std::string>{};
  }
};

enum class packet_error : std::uint8_t {
  empty_packet,
  unknown_type,
  /// Missing, no number, or 0.
  bad_attachment_count,
  too_many_attachments,
  /// A control character, or no UTF-8.
  bad_namespace,
  /// Above 2^53-1.
  bad_ack_id,
  /// No JSON, or something behind it.
  bad_json,
  /// JSON, but deeper than the limit.
  too_deep,
  /// JSON of another form than the type's.
  bad_payload,
  /// An event called as one that only the library itself may raise.
  reserved_event,
  /// A placeholder for an attachment that is not announced.
  bad_placeholder,
  /// Text while attachments are missing.
  unexpected_text,
  /// An attachment that nothing announced.
  unexpected_binary,
  attachments_too_large,
};

/// A sentence for logs.
[[nodiscard]] std::string_view to_string(packet_error error) noexcept;

/// 0 switches one off.
struct decode_limits {
  std::size_t json_depth = 128;
  std::size_t attachment_count = 10;
  /// Of one packet's attachments together.
  std::size_t attachment_bytes = 4'000'000;
};

/// Reads one text. A binary packet comes without its attachments, its placeholders checked.
[[nodiscard]] std::variant<packet, packet_error> read_packet(std::string_view text,
                                                             const decode_limits& limits);

/// Puts packets together out of the messages of one connection. Not before its last attachment is
/// there, a binary packet is given out, whole. An error is the end of what was begun.
class decoder {
public:
  explicit decoder(const decode_limits& limits) noexcept : limits_{limits} {}

  struct incomplete {};
  using outcome = std::variant<packet, incomplete, packet_error>;

  /// A packet without attachments views `text`; others stand for themselves.
  [[nodiscard]] outcome take_text(std::string_view text);
  [[nodiscard]] outcome take_binary(std::string_view bytes);

  /// What is held of a packet that is incomplete: text and attachments.
  [[nodiscard]] std::size_t held_bytes() const noexcept;

private:
  decode_limits limits_;
  /// Not null while attachments are missing; `pending_` views its text.
  std::shared_ptr<binary_parts> parts_;
  packet pending_;
};

/// An event's name and a walk over the arguments behind it.
struct event_parts {
  /// A number's is its spelling.
  std::string name;
  json::array_reader arguments;
};
/// Nothing for other types, and for an event without payload, which says nothing.
[[nodiscard]] std::optional<event_parts> read_event(const packet& p);

/// Appends what stands for attachment `num`.
void append_placeholder(std::string& out, std::size_t num);

/// Appends `value`, a part of a binary packet's payload, with what `spell` appends in place of each
/// placeholder, in the order of the text. One attachment can be meant very often: `spell` bounds
/// what it appends, and ends the walk by false, which is the result then.
bool append_replacing_placeholders(
    std::string& out, json::slice value,
    const std::function<bool(std::string& out, std::size_t num)>& spell);

// Writing. `name_space` begins with a slash; `arguments` are JSON texts joined by commas, or
// nothing. With an `attachment_count` the packet is binary: it has that many placeholders, and as
// many binary messages follow it with nothing in between.

/// Any packet, without its attachments.
void append_packet(std::string& out, const packet& p);
void append_event(std::string& out, std::string_view name_space, std::optional<std::int64_t> ack_id,
                  std::string_view name, std::string_view arguments,
                  std::size_t attachment_count = 0);
void append_ack(std::string& out, std::string_view name_space, std::int64_t ack_id,
                std::string_view arguments, std::size_t attachment_count = 0);
/// The answer to a CONNECT. `pid` only if the connection's state can be recovered.
void append_connect(std::string& out, std::string_view name_space, std::string_view sid,
                    std::string_view pid = {});
/// `data` is JSON, or empty for none.
void append_connect_error(std::string& out, std::string_view name_space, std::string_view message,
                          std::string_view data = {});
void append_disconnect(std::string& out, std::string_view name_space);

} // namespace atrium::net::socketio
