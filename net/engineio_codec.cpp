// See engineio_codec.hpp. Pure functions but for `make_sid`; linear in what they are given, and
// copying nothing but binary packets of payloads, which have to be decoded. A decoder believes
// nothing: whatever bytes come, it answers with a packet or with the first thing that is wrong.
#include "net/engineio_codec.hpp"

#include "net/base64.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <random>

namespace atrium::net::engineio {
namespace {

constexpr char binary_mark = 'b';

/// As in a header's value: a tab is fine.
bool has_control_character(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

std::optional<refusal> check_handshake(const request_parts& parts, const request& r) noexcept {
  if (r.method != verb::get) return bad_handshake_method;
  if (r.is_upgrade != (r.via == transport::websocket)) return bad_request;
  if (!parts.is_admitted) return forbidden;
  if (parts.eio != "4") return unsupported_version;
  return std::nullopt;
}

} // namespace

std::string_view to_string(packet_error error) noexcept {
  switch (error) {
  case packet_error::empty_packet: return "an empty packet";
  case packet_error::unknown_type: return "a packet of an unknown type";
  case packet_error::bad_base64: return "a binary packet that is no base64";
  case packet_error::not_utf8: return "a text packet that is no UTF-8";
  case packet_error::payload_too_large: return "a payload that is too large";
  case packet_error::too_many_packets: return "a payload of too many packets";
  }
  return "a bad packet";
}

std::variant<packet, packet_error> read_packet(std::string_view text) noexcept {
  if (text.empty()) return packet_error::empty_packet;
  if (text.front() < '0' || text.front() > '6') return packet_error::unknown_type;
  return packet{static_cast<packet_type>(text.front() - '0'), false, text.substr(1)};
}

void append_packet(std::string& out, packet_type type, std::string_view data) {
  out += static_cast<char>('0' + static_cast<int>(type));
  out += data;
}

payload_reader::payload_reader(std::string_view payload, payload_limits limits) noexcept
    : rest_{payload}, limits_{limits} {
  if (limits.bytes != 0 && payload.size() > limits.bytes) error_ = packet_error::payload_too_large;
}

bool payload_reader::next(packet& p) {
  if (is_at_end_ || error_) return false;
  const auto end = rest_.find(packet_separator);
  error_ = read(rest_.substr(0, end), p);
  if (end == std::string_view::npos)
    is_at_end_ = true;
  else
    rest_.remove_prefix(end + 1);
  return !error_;
}

std::optional<packet_error> payload_reader::read(std::string_view text, packet& p) {
  if (limits_.packet_count != 0 && packets_read_ == limits_.packet_count)
    return packet_error::too_many_packets;
  ++packets_read_;
  if (text.starts_with(binary_mark)) {
    auto bytes = base64_decoded(text.substr(1));
    if (!bytes) return packet_error::bad_base64;
    binary_ = std::move(*bytes);
    p = {packet_type::message, true, binary_};
    return std::nullopt;
  }
  const auto read = read_packet(text);
  if (const auto* error = std::get_if<packet_error>(&read)) return *error;
  if (!json::is_valid_utf8(text)) return packet_error::not_utf8;
  p = std::get<packet>(read);
  return std::nullopt;
}

void append_payload_packet(std::string& out, const packet& p) {
  if (!p.is_binary) return append_packet(out, p.type, p.data);
  out += binary_mark;
  append_base64(out, p.data);
}

void append_to_payload(std::string& payload, std::string_view spelled) {
  if (!payload.empty()) payload += packet_separator;
  payload += spelled;
}

void append_open(std::string& out, const handshake& h) {
  append_packet(out, packet_type::open);
  json::object_writer w{out};
  w.text("sid", h.sid);
  w.raw("upgrades", h.via == transport::polling ? R"(["websocket"])" : "[]");
  w.number("pingInterval", std::int64_t{h.ping_interval.count()});
  w.number("pingTimeout", std::int64_t{h.ping_timeout.count()});
  w.number("maxPayload", h.max_payload_bytes);
  w.end();
}

std::string make_sid() {
  static constexpr std::string_view digits
      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  constexpr std::size_t length = 20;
  // std::random_device reads the system's generator; not predictable from earlier values.
  thread_local std::random_device device;
  std::string sid;
  sid.reserve(length);
  while (sid.size() < length) {
    auto word = device();
    for (int i = 0; i < 5; ++i, word >>= 6U) sid += digits[word & 63U];
  }
  return sid;
}

void append_refusal(std::string& out, const refusal& no) {
  json::object_writer w{out};
  w.number("code", std::int64_t{no.code}).text("message", no.message).end();
}

std::variant<request, refusal> read_request(const request_parts& parts) {
  request r;
  if (parts.transport == "websocket")
    r.via = transport::websocket;
  else if (parts.transport != "polling")
    return transport_unknown;
  if (has_control_character(parts.origin)) return bad_request;
  r.method = parts.method == "GET" ? verb::get : parts.method == "POST" ? verb::post : verb::other;
  r.is_upgrade = parts.is_upgrade;
  r.sid = parts.sid;
  if (r.is_handshake())
    if (const auto no = check_handshake(parts, r)) return *no;
  return r;
}

std::optional<refusal> check_session(const request& r, std::optional<transport> current) noexcept {
  if (!current) return session_unknown;
  const bool fits = r.is_upgrade ? r.via == transport::websocket && r.method == verb::get
                                 : r.via == transport::polling && r.method != verb::other;
  // Who speaks over a WebSocket polls no more. One more WebSocket is opened, and closed by the session.
  if (!fits || (current == transport::websocket && !r.is_upgrade)) return bad_request;
  return std::nullopt;
}

} // namespace atrium::net::engineio
