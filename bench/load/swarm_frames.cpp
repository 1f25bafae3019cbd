// What clients make of frames. Of a joined client nearly every frame is a delivery, whose stamp is
// where the last one's was: two loads and compares, and it is in the books, in each vocabulary
// alike. Everything else is told apart by what it begins with; no JSON is parsed.
#include "bench/load/clock.hpp"
#include "bench/load/message.hpp"
#include "bench/load/swarm.hpp"

#include <charconv>
#include <cstring>
#include <utility>

namespace atrium::bench {

namespace {

// Engine.IO's packet type, for messages with Socket.IO's behind it.
constexpr std::string_view engine_open = "0";
constexpr std::string_view engine_close = "1";
constexpr std::string_view engine_ping = "2";
constexpr std::string_view engine_pong = "3";
constexpr std::string_view socket_connect = "40";
constexpr std::string_view socket_disconnect = "41";

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

} // namespace

void swarm::become_ready(client& c) {
  handshakes_.add(now_ns() - c.began_ns);
  --counts_.connecting;
  ++counts_.ready;
  c.at = stage::ready;
}

std::size_t swarm::read_frames(std::uint32_t index, std::string_view bytes, std::uint64_t now) {
  auto& c = clients_[index];
  std::size_t at = 0;
  if (c.at == stage::upgrading) {
    auto size = read_upgrade(bytes);
    if (!size) return 0;
    if (*size == 0) {
      fail(index, bytes.substr(0, bytes.find('\r')));
      return 0;
    }
    at = *size;
    if (dialect_.is_socketio)
      c.at = stage::greeting;
    else
      become_ready(c);
  }
  server_frame f{};
  auto problem = frame_error::none;
  while (c.at != stage::gone && (problem = read_frame(bytes, at, f)) == frame_error::none)
    take_frame(index, f, now);
  if (problem == frame_error::broken) fail(index, "a frame that no server may send");
  return at;
}

void swarm::take_frame(std::uint32_t index, const server_frame& f, std::uint64_t now) {
  auto& c = clients_[index];
  switch (f.kind) {
  case opcode::text:
    if (f.is_last)
      take_text(index, f.payload, now);
    else
      c.fragments.assign(f.payload);
    break;
  case opcode::more:
    c.fragments.append(f.payload);
    if (f.is_last) take_text(index, std::exchange(c.fragments, {}), now);
    break;
  case opcode::ping: put(index, opcode::pong, f.payload); break;
  case opcode::close: fail(index, "the server closed the WebSocket"); break;
  default: ++counts_.other_frames;
  }
}

void swarm::take_text(std::uint32_t index, std::string_view text, std::uint64_t now) {
  auto& c = clients_[index];
  if (c.at == stage::joined && stamp_hint_ + stamp_bytes <= text.size()) {
    std::uint64_t tail = 0;
    std::memcpy(&tail, text.data() + arrives_tail_at_, sizeof tail);
    stamp s;
    if (tail == arrives_tail_ && take_stamp(text.data() + stamp_hint_, s))
      return books_.deliver(index, s, now);
  }
  take_other(index, text, now);
}

bool swarm::take_socketio(std::uint32_t index, std::string_view text) {
  auto& c = clients_[index];
  if (text == engine_ping) {
    put(index, opcode::text, engine_pong);
  } else if (c.at == stage::greeting && begins(text, engine_open)) {
    c.at = stage::entering;
    put(index, opcode::text, socket_connect);
  } else if (c.at == stage::entering && begins(text, socket_connect)) {
    become_ready(c);
  } else if (c.at < stage::ready || text == engine_close || text == socket_disconnect) {
    fail(index, std::string{"Socket.IO: "}.append(text));
  } else {
    return false;
  }
  return true;
}

void swarm::take_other(std::uint32_t index, std::string_view text, std::uint64_t now) {
  auto& c = clients_[index];
  if (dialect_.is_socketio && take_socketio(index, text)) return;
  if (c.at == stage::joining && begins(text, joined_)) {
    c.at = stage::joined;
    ++counts_.joined;
    joins_.add(now - c.began_ns);
  } else if (begins(text, dialect_.failed)) {
    ++counts_.refused;
    note_failure(text);
  } else if (!dialect_.ack_arrives.empty() && begins(text, dialect_.ack_arrives)) {
    take_ack(index, text, now);
  } else if (begins(text, arrives_)) {
    take_arrival(index, text, now);
  } else {
    ++counts_.other_frames;
  }
}

void swarm::take_arrival(std::uint32_t index, std::string_view text, std::uint64_t now) {
  if (steps_ != nullptr) {
    taken_step from;
    if (!read_step(text, from)) return ++counts_.other_frames, void();
    auto is_known = from.user < who_.connection_count();
    return books_.see(index, from, is_known ? steps_->due_ns(from.user, from.step) : 0, now);
  }
  stamp s;
  auto at = find_stamp(text, s);
  if (at == text.npos) return ++counts_.other_frames, void();
  stamp_hint_ = at;
  books_.deliver(index, s, now);
}

void swarm::take_ack(std::uint32_t index, std::string_view text, std::uint64_t now) {
  std::uint32_t number = 0;
  std::from_chars(text.data() + dialect_.ack_arrives.size(), text.data() + text.size(), number);
  bool success = text.find(R"("success":true)") != text.npos;
  bool persisted = !options_.durable || text.find(R"("persisted":true)") != text.npos;
  stamp s;
  if (number <= first_number || !success || !persisted || find_stamp(text, s) == text.npos) {
    ++counts_.refused;
    return note_failure(text);
  }
  books_.acknowledge(index, number - first_number, s.due_ns, now);
}

} // namespace atrium::bench
