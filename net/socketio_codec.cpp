// See socketio_codec.hpp. Every function is linear in its input, placeholders included, whatever the
// nesting; a text is copied only if attachments follow it. A decoder holds one unfinished packet at
// most, within its limits, and never allocates by a number that a client announced.
#include "net/socketio_codec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace atrium::net::socketio {
namespace {

using problem = std::optional<packet_error>;

constexpr std::int64_t max_ack_id = (std::int64_t{1} << 53) - 1;

constexpr std::array<std::string_view, 6> reserved_events{
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};

bool is_binary(packet_type type) noexcept {
  return type == packet_type::binary_event || type == packet_type::binary_ack;
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char* skip_space(const char* at, const char* end) noexcept {
  return std::find_if_not(at, end, is_space);
}

/// Takes the digits that `text` begins with. Nothing if their value is above `max`.
std::optional<std::int64_t> take_number(std::string_view& text, std::int64_t max) noexcept {
  const auto* end = std::find_if_not(text.begin(), text.end(), is_digit);
  std::int64_t value = 0;
  const auto read = std::from_chars(text.begin(), end, value);
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  if (read.ec != std::errc{} || value > max) return std::nullopt;
  return value;
}

problem take_attachment_count(std::string_view& text, std::size_t max,
                              std::size_t& count) noexcept {
  if (text.empty() || !is_digit(text.front())) return packet_error::bad_attachment_count;
  const auto value = take_number(
      text, max == 0 || max > max_ack_id ? max_ack_id : static_cast<std::int64_t>(max));
  if (!text.starts_with('-') || value == 0) return packet_error::bad_attachment_count;
  if (!value) return packet_error::too_many_attachments;
  text.remove_prefix(1);
  count = static_cast<std::size_t>(*value);
  return std::nullopt;
}

problem take_name_space(std::string_view& text, std::string_view& name) noexcept {
  if (!text.starts_with('/')) return std::nullopt;
  const auto comma = text.find(',');
  name = text.substr(0, comma);
  text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  const bool has_control = std::any_of(name.begin(), name.end(),
                                       [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (has_control || !json::is_valid_utf8(name)) return packet_error::bad_namespace;
  return std::nullopt;
}

problem take_ack_id(std::string_view& text, std::optional<std::int64_t>& id) noexcept {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  id = take_number(text, max_ack_id);
  return id ? std::nullopt : problem{packet_error::bad_ack_id};
}

problem check_event(json::slice payload) {
  if (!payload.is(json::kind::array)) return packet_error::bad_payload;
  json::array_reader items{payload};
  json::slice name;
  if (!items.next(name)) return packet_error::bad_payload;
  if (name.is(json::kind::number)) return std::nullopt;
  if (!name.is(json::kind::string)) return packet_error::bad_payload;
  const auto text = json::to_text(name);
  const auto* found = std::find(reserved_events.begin(), reserved_events.end(), text);
  return found == reserved_events.end() ? std::nullopt : problem{packet_error::reserved_event};
}

/// Precondition: there is a payload.
problem check_form(packet_type type, json::slice payload) {
  bool is_good = false;
  switch (type) {
  case packet_type::connect: is_good = payload.is(json::kind::object); break;
  case packet_type::disconnect: break;
  case packet_type::event:
  case packet_type::binary_event: return check_event(payload);
  case packet_type::ack:
  case packet_type::binary_ack: is_good = payload.is(json::kind::array); break;
  case packet_type::connect_error:
    is_good = payload.is(json::kind::object) || payload.is(json::kind::string);
    break;
  }
  return is_good ? std::nullopt : problem{packet_error::bad_payload};
}

struct placeholder {
  const char* begin;
  const char* end;
  /// No text if it is no number.
  json::slice num;
};

/// Finds placeholders in valid JSON by one walk over its tokens. A placeholder is an object whose
/// member `_placeholder` is true, whatever else it has; its inside is not looked at. A key may be
/// spelled with escapes: what others will see as a placeholder must be one here.
class placeholder_scan {
public:
  explicit placeholder_scan(json::slice value) noexcept
      : at_{value.raw.data()}, end_{at_ + value.raw.size()} {}

  std::vector<placeholder> run() {
    while (at_ != end_) {
      if (*at_ == '"') {
        take_string();
        continue;
      }
      if (*at_ == '{')
        open_.push_back({at_, found_.size(), false, {}});
      else if (*at_ == '}')
        close_object();
      ++at_;
    }
    return std::move(found_);
  }

private:
  struct open_object {
    const char* begin;
    std::size_t found_before;
    bool is_placeholder;
    json::slice num;
  };

  void close_object() {
    const auto object = open_.back();
    open_.pop_back();
    if (!object.is_placeholder) return;
    found_.erase(found_.begin() + static_cast<std::ptrdiff_t>(object.found_before), found_.end());
    found_.push_back({object.begin, at_ + 1, object.num});
  }

  /// Only a key has a colon behind it, and it belongs to the object opened last.
  void take_string() {
    const char* const begin = at_;
    for (++at_; *at_ != '"'; ++at_)
      if (*at_ == '\\') ++at_;
    ++at_;
    const char* const colon = skip_space(at_, end_);
    if (colon == end_ || *colon != ':') return;
    const json::slice key{{begin, static_cast<std::size_t>(at_ - begin)}};
    at_ = skip_space(colon + 1, end_);
    // Almost all keys are neither, and are spelled plainly: no copy for those.
    if (key.raw.find('\\') == std::string_view::npos)
      take_member(key.raw.substr(1, key.raw.size() - 2));
    else
      take_member(json::to_text(key));
  }

  /// `at_` is at the member's value, and stays there.
  void take_member(std::string_view key) noexcept {
    auto& object = open_.back();
    if (key == "_placeholder") {
      object.is_placeholder = *at_ == 't';
    } else if (key == "num") {
      const char* past = at_;
      if (is_digit(*at_) || *at_ == '-')
        past = std::find_if(at_, end_, [](char c) { return c == ',' || c == '}' || is_space(c); });
      object.num = {{at_, static_cast<std::size_t>(past - at_)}};
    }
  }

  const char* at_;
  const char* end_;
  std::vector<open_object> open_;
  std::vector<placeholder> found_;
};

std::optional<std::int64_t> number_of(const placeholder& p) noexcept {
  if (p.num.raw.empty()) return std::nullopt;
  return json::to_integer(p.num);
}

problem check_placeholders(json::slice payload, std::size_t attachment_count) {
  for (const auto& found : placeholder_scan{payload}.run()) {
    const auto num = number_of(found);
    if (!num || *num < 0 || static_cast<std::size_t>(*num) >= attachment_count)
      return packet_error::bad_placeholder;
  }
  return std::nullopt;
}

problem take_payload(std::string_view text, std::size_t max_depth, packet& p) {
  if (text.empty()) return std::nullopt;
  if (max_depth == 0) max_depth = std::size_t{0} - 1;
  if (const auto error = json::check(text, max_depth, p.payload))
    return error->is_too_deep ? packet_error::too_deep : packet_error::bad_json;
  if (const auto no = check_form(p.type, p.payload)) return no;
  return is_binary(p.type) ? check_placeholders(p.payload, p.attachment_count) : std::nullopt;
}

void append_header(std::string& out, packet_type type, std::size_t attachment_count,
                   std::string_view name_space, std::optional<std::int64_t> ack_id) {
  out += static_cast<char>('0' + static_cast<int>(type));
  if (is_binary(type)) {
    json::append_number(out, static_cast<std::int64_t>(attachment_count));
    out += '-';
  }
  if (name_space != "/") {
    out += name_space;
    out += ',';
  }
  if (ack_id) json::append_number(out, *ack_id);
}

} // namespace

std::string_view to_string(packet_error error) noexcept {
  switch (error) {
  case packet_error::empty_packet: return "an empty packet";
  case packet_error::unknown_type: return "a packet of an unknown type";
  case packet_error::bad_attachment_count: return "a binary packet without number of attachments";
  case packet_error::too_many_attachments: return "a packet of too many attachments";
  case packet_error::bad_namespace: return "a namespace that is no name";
  case packet_error::bad_ack_id: return "an id that is too large";
  case packet_error::bad_json: return "a payload that is no JSON";
  case packet_error::too_deep: return "a payload that is nested too deeply";
  case packet_error::bad_payload: return "a payload that its packet can't have";
  case packet_error::reserved_event: return "an event with a reserved name";
  case packet_error::bad_placeholder: return "a placeholder for no attachment";
  case packet_error::unexpected_text: return "text in place of an attachment";
  case packet_error::unexpected_binary: return "an attachment to nothing";
  case packet_error::attachments_too_large: return "attachments that are too large";
  }
  return "a bad packet";
}

std::variant<packet, packet_error> read_packet(std::string_view text, const decode_limits& limits) {
  if (text.empty()) return packet_error::empty_packet;
  if (text.front() < '0' || text.front() > '6') return packet_error::unknown_type;
  packet p;
  p.type = static_cast<packet_type>(text.front() - '0');
  text.remove_prefix(1);
  if (is_binary(p.type))
    if (const auto no = take_attachment_count(text, limits.attachment_count, p.attachment_count))
      return *no;
  if (const auto no = take_name_space(text, p.name_space)) return *no;
  if (const auto no = take_ack_id(text, p.ack_id)) return *no;
  if (const auto no = take_payload(text, limits.json_depth, p)) return *no;
  return p;
}

decoder::outcome decoder::take_text(std::string_view text) {
  if (parts_) {
    parts_.reset();
    return packet_error::unexpected_text;
  }
  const bool may_be_binary = text.starts_with('5') || text.starts_with('6');
  std::shared_ptr<binary_parts> parts;
  if (may_be_binary) {
    parts = std::make_shared<binary_parts>();
    parts->text = text;
    text = parts->text;
  }
  auto read = read_packet(text, limits_);
  if (const auto* error = std::get_if<packet_error>(&read)) return *error;
  if (!may_be_binary) return std::get<packet>(std::move(read));
  pending_ = std::get<packet>(std::move(read));
  parts_ = std::move(parts);
  return incomplete{};
}

decoder::outcome decoder::take_binary(std::string_view bytes) {
  if (!parts_) return packet_error::unexpected_binary;
  const auto room = limits_.attachment_bytes - parts_->attachment_bytes;
  if (limits_.attachment_bytes != 0 && bytes.size() > room) {
    parts_.reset();
    return packet_error::attachments_too_large;
  }
  parts_->attachments.emplace_back(bytes);
  parts_->attachment_bytes += bytes.size();
  if (parts_->attachments.size() < pending_.attachment_count) return incomplete{};
  pending_.parts = std::move(parts_);
  return std::exchange(pending_, {});
}

std::size_t decoder::held_bytes() const noexcept {
  return parts_ ? parts_->text.size() + parts_->attachment_bytes : 0;
}

std::optional<event_parts> read_event(const packet& p) {
  const bool is_event = p.type == packet_type::event || p.type == packet_type::binary_event;
  if (!is_event || !p.has_payload()) return std::nullopt;
  event_parts out{{}, json::array_reader{p.payload}};
  json::slice name;
  out.arguments.next(name);
  out.name = name.is(json::kind::string) ? json::to_text(name) : std::string{name.raw};
  return out;
}

void append_placeholder(std::string& out, std::size_t num) {
  out += R"({"_placeholder":true,"num":)";
  json::append_number(out, static_cast<std::int64_t>(num));
  out += '}';
}

bool append_replacing_placeholders(
    std::string& out, json::slice value,
    const std::function<bool(std::string& out, std::size_t num)>& spell) {
  const char* done = value.raw.data();
  for (const auto& found : placeholder_scan{value}.run()) {
    out.append(done, found.begin);
    if (!spell(out, static_cast<std::size_t>(number_of(found).value_or(0)))) return false;
    done = found.end;
  }
  out.append(done, value.raw.data() + value.raw.size());
  return true;
}

void append_packet(std::string& out, const packet& p) {
  append_header(out, p.type, p.attachment_count, p.name_space, p.ack_id);
  out += p.payload.raw;
}

void append_event(std::string& out, std::string_view name_space, std::optional<std::int64_t> ack_id,
                  std::string_view name, std::string_view arguments, std::size_t attachment_count) {
  append_header(out, attachment_count == 0 ? packet_type::event : packet_type::binary_event,
                attachment_count, name_space, ack_id);
  out += '[';
  json::append_string(out, name);
  if (!arguments.empty()) out += ',';
  out += arguments;
  out += ']';
}

void append_ack(std::string& out, std::string_view name_space, std::int64_t ack_id,
                std::string_view arguments, std::size_t attachment_count) {
  append_header(out, attachment_count == 0 ? packet_type::ack : packet_type::binary_ack,
                attachment_count, name_space, ack_id);
  out += '[';
  out += arguments;
  out += ']';
}

void append_connect(std::string& out, std::string_view name_space, std::string_view sid,
                    std::string_view pid) {
  append_header(out, packet_type::connect, 0, name_space, std::nullopt);
  json::object_writer w{out};
  w.text("sid", sid);
  if (!pid.empty()) w.text("pid", pid);
  w.end();
}

void append_connect_error(std::string& out, std::string_view name_space, std::string_view message,
                          std::string_view data) {
  append_header(out, packet_type::connect_error, 0, name_space, std::nullopt);
  json::object_writer w{out};
  w.text("message", message);
  if (!data.empty()) w.raw("data", data);
  w.end();
}

void append_disconnect(std::string& out, std::string_view name_space) {
  append_header(out, packet_type::disconnect, 0, name_space, std::nullopt);
}

} // namespace atrium::net::socketio
