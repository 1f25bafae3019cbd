// Engine.IO, protocol 4, as values: packets, long-polling payloads, the handshake, and what a
// request asks for. No socket, no session, no clock. What is wrong is a value; the session decides
// what to do about it (protocols.md §3). Nothing here owns what a packet views.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace atrium::net::engineio {

enum class packet_type : std::uint8_t { open, close, ping, pong, message, upgrade, noop };

struct packet {
  packet_type type = packet_type::noop;
  /// Only a message can be binary.
  bool is_binary = false;
  /// What stands behind the type: a message, `probe`, the handshake's JSON; any packet may have it.
  std::string_view data;

  bool operator==(const packet&) const = default;
};

enum class packet_error : std::uint8_t {
  empty_packet,
  unknown_type,
  bad_base64,
  not_utf8,
  payload_too_large,
  too_many_packets,
};

/// A sentence for logs.
[[nodiscard]] std::string_view to_string(packet_error error) noexcept;

/// The packet of a WebSocket text message, whose UTF-8 the WebSocket has checked. A binary message
/// is a packet as it is: `{packet_type::message, true, bytes}`. Errors: `empty_packet`,
/// `unknown_type`.
[[nodiscard]] std::variant<packet, packet_error> read_packet(std::string_view text) noexcept;

/// Appends a text packet: a whole WebSocket text message, or one packet of a payload. With no `data`
/// the caller may append it. In a payload `data` may not contain `packet_separator`; JSON never does.
void append_packet(std::string& out, packet_type type, std::string_view data = {});

/// Between two packets of a payload.
inline constexpr char packet_separator = '\x1e';

struct payload_limits {
  /// Of the whole payload; 0: none.
  std::size_t bytes = 4'000'000;
  /// 0: none.
  std::size_t packet_count = 0;
};

/// Walks the packets of a long-polling payload. The packets before a bad one are good and meant to
/// be carried out; nothing behind it is read.
class payload_reader {
public:
  /// `payload` must outlive the reader.
  payload_reader(std::string_view payload, payload_limits limits) noexcept;
  payload_reader(const payload_reader&) = delete;
  payload_reader& operator=(const payload_reader&) = delete;

  /// False at the end and from the first bad packet on: `error` tells which. Text is valid UTF-8.
  /// `p` is valid until the next call.
  bool next(packet& p);
  [[nodiscard]] std::optional<packet_error> error() const noexcept { return error_; }

private:
  std::optional<packet_error> read(std::string_view text, packet& p);

  std::string_view rest_;
  payload_limits limits_;
  std::size_t packets_read_ = 0;
  bool is_at_end_ = false;
  std::optional<packet_error> error_;
  /// The bytes of the last binary packet.
  std::string binary_;
};

/// Appends a packet as payloads spell it: binary as `b` and base64.
void append_payload_packet(std::string& out, const packet& p);
/// Appends to a payload, empty at first, a packet that is spelled already.
void append_to_payload(std::string& payload, std::string_view spelled);

enum class transport : std::uint8_t { polling, websocket };

/// What the server says first.
struct handshake {
  std::string_view sid;
  /// The transport that it is said over: polling offers an upgrade, WebSocket has none to offer.
  transport via = transport::polling;
  std::chrono::milliseconds ping_interval{0};
  std::chrono::milliseconds ping_timeout{0};
  std::size_t max_payload_bytes = 0;
};

/// Appends the open packet: `0{"sid":…}`.
void append_open(std::string& out, const handshake& h);

/// 20 characters of A-Z a-z 0-9 - _ from the system's random numbers, 120 bits: who knows it may
/// speak for the session. For Socket.IO's ids as well, but never the same one.
[[nodiscard]] std::string make_sid();

/// An answer of the protocol's own to a request that it can't take. The message is static text.
struct refusal {
  unsigned status;
  int code;
  std::string_view message;

  bool operator==(const refusal&) const = default;
};

inline constexpr refusal transport_unknown{400, 0, "Transport unknown"};
inline constexpr refusal session_unknown{400, 1, "Session ID unknown"};
inline constexpr refusal bad_handshake_method{400, 2, "Bad handshake method"};
inline constexpr refusal bad_request{400, 3, "Bad request"};
inline constexpr refusal forbidden{403, 4, "Forbidden"};
inline constexpr refusal unsupported_version{400, 5, "Unsupported protocol version"};

/// Appends the body: `{"code":0,"message":"Transport unknown"}`. A refused WebSocket gets the
/// message alone.
void append_refusal(std::string& out, const refusal& no);

/// What a request says; a parameter or header that is missing is empty.
struct request_parts {
  std::string_view method;
  /// Parameters of the query, decoded: `transport`, `sid`, `EIO`.
  std::string_view transport;
  std::string_view sid;
  std::string_view eio;
  std::string_view origin;
  /// It asks for a WebSocket.
  bool is_upgrade = false;
  /// Whether a new session is allowed to this client; of no effect on one that exists.
  bool is_admitted = true;
};

enum class verb : std::uint8_t { get, post, other };

struct request {
  transport via = transport::polling;
  verb method = verb::get;
  bool is_upgrade = false;
  /// Empty: a handshake, which is found good already.
  std::string sid;

  [[nodiscard]] bool is_handshake() const noexcept { return sid.empty(); }
};

/// Everything that can be said without knowing the sessions, checked in the reference's order.
/// OPTIONS is not asked here: it needs neither transport nor session.
[[nodiscard]] std::variant<request, refusal> read_request(const request_parts& parts);

/// Whether a request that is no handshake fits its session, which now speaks over `current`;
/// nothing: there is no such session. Then it is an upgrade, a poll (GET) or a payload (POST). That
/// no two of a kind run at once is the session's to see.
[[nodiscard]] std::optional<refusal> check_session(const request& r,
                                                   std::optional<transport> current) noexcept;

} // namespace atrium::net::engineio
