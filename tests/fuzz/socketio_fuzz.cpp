// Socket.IO's decoder under any bytes. An input is three characters of limits (depth, attachments,
// their bytes, each counted from '0', which is none) and messages between separators as in a payload
// of Engine.IO: those that begin with `b` are binary, all others text. The whole is one text as well.
//
// What must hold: a decoder answers as the sequence of messages asks and holds what is unfinished,
// within its limits, and nothing else; limits turn packets into errors and do nothing else; a packet
// that is taken keeps the rules of socketio_rules.hpp, and one that breaks them alone is refused. Its
// attachments become text within any bound, and out of that text the same attachments again.
#include "net/socketio_binary.hpp"
#include "net/socketio_codec.hpp"
#include "net/websocket_frame.hpp"

#include "support/fuzz_input.hpp"
#include "support/json_rules.hpp"
#include "support/socketio_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace atrium::test;
using namespace atrium::test::socketio;

constexpr char separator = '\x1e';

void check_text_alone(std::string_view text, const decode_limits& limits) {
  const auto read = read_packet(text, limits);
  const auto unlimited = read_packet(text, no_limits);
  const auto* error = std::get_if<packet_error>(&read);
  if (error == nullptr) {
    const auto& p = std::get<packet>(read);
    require(std::holds_alternative<packet>(unlimited) && is_same(p, std::get<packet>(unlimited)),
            "limits change no packet");
    return check_packet(p, limits);
  }
  require(!to_string(*error).empty(), "every error has a sentence");
  const auto* p = std::get_if<packet>(&unlimited);
  if (p == nullptr) return;
  if (*error == packet_error::too_many_attachments)
    require(p->attachment_count > limits.attachment_count, "so many attachments are allowed");
  else
    require(*error == packet_error::too_deep && check_value(p->payload) > limits.json_depth,
            "limits refuse nothing but depth and attachments");
}

/// A binary packet is its plain twin, `51-…` and `2…`, but for attachments and placeholders.
void check_twin(std::string_view text, const decode_limits& limits) {
  const auto dash = text.find('-');
  if (!(text.starts_with('5') || text.starts_with('6')) || dash == std::string_view::npos) return;
  const auto read = read_packet(text, limits);
  const auto* error = std::get_if<packet_error>(&read);
  if (error != nullptr
      && (*error == packet_error::bad_attachment_count
          || *error == packet_error::too_many_attachments))
    return;
  const auto plain = std::string{text.starts_with('5') ? "2" : "3"}
                     + std::string{text.substr(dash + 1)};
  const auto twin = read_packet(plain, limits);
  if (const auto* no = std::get_if<packet_error>(&twin))
    return require(error != nullptr && *error == *no, "twins are refused for the same");
  const auto& p = std::get<packet>(twin);
  const auto count = std::stoull(std::string{text.substr(1, dash - 1)});
  const bool is_good = !p.has_payload() || are_of_attachments(placeholders_of(p.payload), count);
  require(is_good ? error == nullptr : error != nullptr && *error == packet_error::bad_placeholder,
          "a placeholder is refused unless it is of an attachment");
}

// --- Attachments as text

/// The payload with its attachments in place.
std::string with_bytes(const packet& p) {
  std::string text;
  require(atrium::net::append_with_bytes(text, p, p.payload, any_depth),
          "no bound is broken by nothing");
  std::string bounded;
  require(atrium::net::append_with_bytes(bounded, p, p.payload, text.size()) && bounded == text,
          "what fits is taken");
  bounded.clear();
  require(!atrium::net::append_with_bytes(bounded, p, p.payload, text.size() - 1),
          "no bound is exceeded");
  atrium::json::slice value;
  require(!atrium::json::check(text, any_depth, value), "bytes as text are JSON");
  return text;
}

/// What a client gets when it is sent an event or ack with this payload.
std::string sent(bool is_ack, std::string_view payload) {
  atrium::net::text_frame f;
  f.text() += is_ack ? "437" : "42";
  f.text() += payload;
  return *atrium::net::finish_packet(f);
}

/// Takes a frame off `bytes`, and tells whether it is one of text.
bool take_frame(std::string_view& bytes, std::string_view& payload) {
  require(bytes.size() >= 2, "a frame has a header");
  const bool is_text = bytes[0] == '\x81';
  require(is_text || bytes[0] == '\x82', "a frame is text or bytes");
  const std::size_t digit_count = bytes[1] == 126 ? 2 : bytes[1] == 127 ? 8 : 0;
  std::size_t length = digit_count == 0 ? static_cast<std::size_t>(bytes[1]) : 0;
  for (const char c : bytes.substr(2, digit_count))
    length = length << 8U | static_cast<unsigned char>(c);
  require(bytes.size() >= 2 + digit_count + length, "a frame is whole");
  payload = bytes.substr(2 + digit_count, length);
  bytes.remove_prefix(2 + digit_count + length);
  return is_text;
}

/// The packet as a client puts it together out of all frames.
packet received(std::string_view bytes, std::string& text) {
  std::string_view payload;
  require(take_frame(bytes, payload) && payload.starts_with('4'), "text comes first");
  text = payload.substr(1);
  decoder client{no_limits};
  auto outcome = client.take_text(text);
  while (!bytes.empty()) {
    require(!take_frame(bytes, payload), "behind the text there are bytes");
    outcome = client.take_binary(payload);
  }
  require(std::holds_alternative<packet>(outcome), "as many attachments come as are announced");
  return std::get<packet>(std::move(outcome));
}

/// Sent and taken once more, nothing changes any more: then base64 is spelled as we do.
void check_bytes(const packet& p) {
  const bool is_ack = p.type == packet_type::ack || p.type == packet_type::binary_ack;
  if (!p.has_payload() || p.attachments().empty() || p.type == packet_type::connect_error) return;
  std::string held;
  const auto once = with_bytes(received(sent(is_ack, with_bytes(p)), held));
  const auto frames = sent(is_ack, once);
  require(with_bytes(received(frames, held)) == once, "bytes come through as they were");
}

// --- Sequences

/// A decoder, and beside it what must be in it.
class watched_decoder {
public:
  explicit watched_decoder(const decode_limits& limits) : limits_{limits}, decoder_{limits} {}

  void take_text(std::string_view text);
  void take_binary(std::string_view bytes);
  /// What was given out stands for itself, whatever came later.
  void check_completed() const;

private:
  struct begun {
    std::string text;
    std::vector<std::string> attachments;
    std::size_t attachment_bytes = 0;
  };
  void expect_error(const decoder::outcome& outcome, packet_error error);
  void check_held() const;

  decode_limits limits_;
  decoder decoder_;
  std::optional<begun> begun_;
  std::vector<std::pair<packet, begun>> completed_;
};

void watched_decoder::expect_error(const decoder::outcome& outcome, packet_error error) {
  const auto* got = std::get_if<packet_error>(&outcome);
  require(got != nullptr && *got == error, "an error is the one that the sequence asks for");
  require(!to_string(error).empty(), "every error has a sentence");
  begun_.reset();
}

void watched_decoder::check_held() const {
  const auto bytes = begun_ ? begun_->text.size() + begun_->attachment_bytes : 0;
  require(decoder_.held_bytes() == bytes, "what is unfinished is held, and nothing else");
  if (!begun_) return;
  require(limits_.attachment_bytes == 0 || begun_->attachment_bytes <= limits_.attachment_bytes,
          "no more bytes are held than allowed");
  require(limits_.attachment_count == 0 || begun_->attachments.size() < limits_.attachment_count,
          "no more attachments are held than allowed");
}

void watched_decoder::take_text(std::string_view text) {
  const exact_bytes copy{text};
  const auto outcome = decoder_.take_text(copy.view());
  const auto expected = read_packet(text, limits_);
  if (begun_) {
    expect_error(outcome, packet_error::unexpected_text);
  } else if (const auto* error = std::get_if<packet_error>(&expected)) {
    expect_error(outcome, *error);
  } else if (is_binary(std::get<packet>(expected).type)) {
    require(std::holds_alternative<decoder::incomplete>(outcome), "attachments are waited for");
    begun_ = begun{std::string{text}, {}, 0};
  } else {
    const auto* p = std::get_if<packet>(&outcome);
    require(p != nullptr && is_same(*p, std::get<packet>(expected)) && !p->parts,
            "a packet without attachments comes at once");
    require(p->attachments().empty(), "a packet without attachments has none");
  }
  check_held();
}

void watched_decoder::take_binary(std::string_view bytes) {
  const exact_bytes copy{bytes};
  auto outcome = decoder_.take_binary(copy.view());
  if (!begun_) {
    expect_error(outcome, packet_error::unexpected_binary);
    return check_held();
  }
  begun_->attachments.emplace_back(bytes);
  begun_->attachment_bytes += bytes.size();
  const auto header = read_again(begun_->text, limits_, "what was begun is a packet");
  if (limits_.attachment_bytes != 0 && begun_->attachment_bytes > limits_.attachment_bytes) {
    expect_error(outcome, packet_error::attachments_too_large);
  } else if (begun_->attachments.size() < header.attachment_count) {
    require(std::holds_alternative<decoder::incomplete>(outcome), "all attachments are waited for");
  } else {
    require(std::holds_alternative<packet>(outcome), "the last attachment completes the packet");
    completed_.emplace_back(std::get<packet>(std::move(outcome)), *std::exchange(begun_, {}));
  }
  check_held();
}

void watched_decoder::check_completed() const {
  for (const auto& [p, from] : completed_) {
    require(is_same(p, read_again(from.text, limits_, "what was completed is a packet")),
            "a packet completed is the one that was begun");
    require(p.parts && p.parts->text == from.text && p.parts->attachments == from.attachments
                && p.parts->attachment_bytes == from.attachment_bytes,
            "attachments come as they were sent");
    require(p.attachments().size() == p.attachment_count, "a complete packet has all attachments");
    check_packet(p, limits_);
    check_bytes(p);
  }
}

void check_sequence(const std::vector<std::string_view>& messages, const decode_limits& limits) {
  watched_decoder decoder{limits};
  for (const auto message : messages)
    if (message.starts_with('b'))
      decoder.take_binary(message.substr(1));
    else
      decoder.take_text(message);
  decoder.check_completed();
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_bytes copy{{reinterpret_cast<const char*>(data), size}};
  check_utf8(copy.view());
  check_text_alone(copy.view(), decode_limits{});
  if (size < 3) return 0;
  const auto limit = [data](std::size_t i) { return std::size_t{std::uint8_t(data[i] - '0')}; };
  const decode_limits limits{limit(0), limit(1), limit(2)};
  const auto messages = split(copy.view().substr(3), separator);
  for (const auto message : messages) {
    const exact_bytes alone{message};
    check_text_alone(alone.view(), limits);
    check_twin(alone.view(), limits);
  }
  check_sequence(messages, limits);
  check_sequence(messages, no_limits);
  return 0;
}
