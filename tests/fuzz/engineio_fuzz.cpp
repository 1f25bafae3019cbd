// Engine.IO's decoder under any bytes. An input is read as one WebSocket text, as a payload, as bytes
// and text of base64, and its lines as the parts of a request: method, transport, sid, EIO, Origin.
//
// What must hold: a payload reads as its pieces do each for itself, up to the first bad one; limits
// change nothing but where it ends; what was read and is spelled again is the same, byte for byte but
// for padding; every request is refused for a reason that it has, or carried out as it was meant.
#include "net/base64.hpp"
#include "net/engineio_codec.hpp"

#include "support/fuzz_input.hpp"
#include "support/json_rules.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace atrium::net::engineio;
using namespace atrium::test;
namespace json = atrium::json;
namespace net = atrium::net;

constexpr payload_limits no_limits{0, 0};

/// A packet that owns its bytes.
struct kept {
  packet_type type;
  bool is_binary;
  std::string data;
  bool operator==(const kept&) const = default;
};

struct walk {
  std::vector<kept> packets;
  std::optional<packet_error> error;
};

walk read_payload(std::string_view text, payload_limits limits) {
  walk out;
  payload_reader reader{text, limits};
  packet p;
  while (reader.next(p)) {
    require(!reader.error(), "a packet and an error exclude each other");
    require(!p.is_binary || p.type == packet_type::message, "only a message is binary");
    require(p.is_binary || is_utf8(p.data), "text is UTF-8");
    out.packets.push_back({p.type, p.is_binary, std::string{p.data}});
  }
  out.error = reader.error();
  require(!reader.next(p) && reader.error() == out.error, "an end is an end");
  require(!out.error || !to_string(*out.error).empty(), "every error has a sentence");
  return out;
}

std::string spelled(const kept& k) {
  std::string out;
  append_payload_packet(out, {k.type, k.is_binary, k.data});
  return out;
}

/// Whether `text` with the padding that it lacks is `padded`.
bool is_padded(std::string_view text, std::string_view padded) {
  if (!padded.starts_with(text)) return false;
  const auto padding = padded.substr(text.size());
  return padding.empty() || padding == "=" || padding == "==";
}

void check_piece(std::string_view piece, const kept& k) {
  const auto again = spelled(k);
  require(k.is_binary ? is_padded(piece, again) : piece == again,
          "a packet spelled again is what it was read from");
  if (k.is_binary) return;
  const auto read = read_packet(piece);
  require(std::holds_alternative<packet>(read), "a payload's text packet is a packet of WebSocket");
  const auto& p = std::get<packet>(read);
  require(p == packet{k.type, false, k.data}, "both transports read a text packet the same");
}

void check_pieces(std::string_view payload, const walk& whole) {
  std::size_t good_count = 0;
  for (const auto piece : split(payload, packet_separator)) {
    const exact_bytes copy{piece};
    const auto alone = read_payload(copy.view(), no_limits);
    require(alone.packets.size() == (alone.error ? 0 : 1), "a piece is a packet or an error");
    if (alone.error) {
      require(whole.error == alone.error, "the first bad piece's error is the payload's");
      break;
    }
    require(good_count < whole.packets.size() && whole.packets[good_count] == alone.packets[0],
            "a good piece is one of the payload's packets");
    check_piece(piece, alone.packets[0]);
    ++good_count;
  }
  require(whole.packets.size() == good_count, "the packets before the first bad one are read");
}

void check_spelled_again(const walk& whole) {
  if (whole.packets.empty()) return;
  std::string payload;
  for (const auto& k : whole.packets) append_to_payload(payload, spelled(k));
  const auto again = read_payload(payload, no_limits);
  require(!again.error && again.packets == whole.packets, "a payload spelled again reads the same");
}

void check_packet_limit(std::string_view payload, const walk& whole, std::size_t limit) {
  const auto limited = read_payload(payload, {0, limit});
  const auto piece_count = whole.packets.size() + (whole.error ? 1 : 0);
  const std::vector<kept> expected(
      whole.packets.begin(),
      whole.packets.begin() + static_cast<std::ptrdiff_t>(std::min(limit, whole.packets.size())));
  require(limited.packets == expected, "a limited payload begins as the whole one");
  require(
      limited.error
          == (limit < piece_count ? std::optional{packet_error::too_many_packets} : whole.error),
      "one packet above the limit is an error");
}

void check_payload(std::string_view payload) {
  const auto whole = read_payload(payload, no_limits);
  check_pieces(payload, whole);
  check_spelled_again(whole);
  const auto fits = read_payload(payload, {payload.size(), 0});
  require(fits.error == whole.error && fits.packets == whole.packets,
          "a payload may fill its limit");
  if (payload.size() > 1) {
    const auto larger = read_payload(payload, {payload.size() - 1, 0});
    require(larger.packets.empty() && larger.error == packet_error::payload_too_large,
            "nothing is read of a payload that is one byte too large");
  }
  const auto count = whole.packets.size();
  for (const auto limit : {std::size_t{1}, count, count + 1})
    if (limit != 0) check_packet_limit(payload, whole, limit);
}

void check_websocket_text(std::string_view text) {
  const auto read = read_packet(text);
  const auto* p = std::get_if<packet>(&read);
  const bool is_good = !text.empty() && text.front() >= '0' && text.front() <= '6';
  require((p != nullptr) == is_good, "a packet begins with its type");
  if (p == nullptr) return;
  require(!p->is_binary, "text is not binary");
  std::string again;
  append_packet(again, p->type, p->data);
  require(again == text, "a text spelled again is the same");
}

void check_base64(std::string_view bytes) {
  std::string text = "before";
  net::append_base64(text, bytes);
  text.erase(0, 6);
  require(text.size() == (bytes.size() + 2) / 3 * 4, "three bytes are four characters");
  require(net::base64_decoded(text) == bytes, "bytes come back");
  const std::string bare = text.substr(0, text.find('='));
  require(net::base64_decoded(bare) == bytes, "padding may be left out");
  const auto decoded = net::base64_decoded(bytes);
  if (!decoded) return;
  std::string again;
  net::append_base64(again, *decoded);
  require(is_padded(bytes, again), "bytes have one spelling");
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte != '\t' && (byte < ' ' || byte == 127);
  });
}

/// Whether the request has what it is refused for.
bool is_reason(const refusal& no, const request_parts& parts) {
  const bool is_known = parts.transport == "polling" || parts.transport == "websocket";
  if (no == transport_unknown) return !is_known;
  if (no == bad_request && has_control_character(parts.origin)) return is_known;
  if (!is_known || !parts.sid.empty()) return false;
  if (no == bad_handshake_method) return parts.method != "GET";
  if (no == bad_request) return parts.is_upgrade != (parts.transport == "websocket");
  if (no == forbidden) return !parts.is_admitted;
  return no == unsupported_version && parts.eio != "4";
}

void check_refusal(const refusal& no) {
  std::string body;
  append_refusal(body, no);
  json::slice object;
  require(!json::check(body, 1, object) && object.is(json::kind::object), "a refusal is an object");
  const auto code = json::find(object, "code");
  require(code && json::to_integer(*code) == no.code, "a refusal tells its code");
}

void check_accepted(const request& r, const request_parts& parts) {
  require((r.via == transport::websocket) == (parts.transport == "websocket")
              && (r.method == verb::get) == (parts.method == "GET")
              && (r.method == verb::post) == (parts.method == "POST")
              && r.is_upgrade == parts.is_upgrade && r.sid == parts.sid,
          "a request is what its parts say");
  require(!r.is_handshake()
              || (r.method == verb::get && parts.is_admitted && parts.eio == "4"
                  && r.is_upgrade == (r.via == transport::websocket)),
          "a handshake that is taken is a good one");
  require(check_session(r, std::nullopt) == session_unknown, "no session, no request to it");
  const bool is_good_upgrade = r.is_upgrade && r.via == transport::websocket
                               && r.method == verb::get;
  require(check_session(r, transport::websocket).has_value() != is_good_upgrade,
          "a session with a WebSocket takes no requests, only sees one more off");
  const bool fits = r.is_upgrade ? r.via == transport::websocket && r.method == verb::get
                                 : r.via == transport::polling && r.method != verb::other;
  require(check_session(r, transport::polling)
              == (fits ? std::nullopt : std::optional{bad_request}),
          "a polling session takes polls, payloads and upgrades");
}

void check_open(std::string_view sid, transport via) {
  std::string text;
  append_open(text, {sid, via, std::chrono::seconds{25}, std::chrono::seconds{20}, 1});
  const auto read = read_packet(text);
  require(std::holds_alternative<packet>(read), "the handshake is a packet");
  json::slice object;
  require(!json::check(std::get<packet>(read).data, 2, object), "the handshake is JSON");
  const auto found = json::find(object, "sid");
  require(found && (!is_utf8(sid) || json::to_text(*found) == sid), "the handshake tells the sid");
}

void check_request(std::string_view input) {
  auto lines = split(input, '\n');
  lines.resize(5);
  request_parts parts{lines[0], lines[1], lines[2], lines[3], lines[4], false, true};
  for (const auto via : {transport::polling, transport::websocket}) check_open(parts.sid, via);
  for (const bool is_upgrade : {false, true})
    for (const bool is_admitted : {false, true}) {
      parts.is_upgrade = is_upgrade;
      parts.is_admitted = is_admitted;
      const auto answer = read_request(parts);
      if (const auto* no = std::get_if<refusal>(&answer)) {
        require(is_reason(*no, parts), "a request is refused for what it has");
        check_refusal(*no);
      } else {
        check_accepted(std::get<request>(answer), parts);
      }
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_bytes copy{{reinterpret_cast<const char*>(data), size}};
  const auto input = copy.view();
  check_utf8(input);
  check_websocket_text(input);
  check_payload(input);
  check_base64(input);
  check_request(input);
  return 0;
}
