// What the microbenchmarks work on: a room, a message of 200 bytes, a scene of 1,000 elements.
#pragma once

#include "actors/board.hpp"
#include "actors/room_state.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <string>

namespace atrium::bench {

[[nodiscard]] inline std::string text_200() {
  return std::string(200, 'x');
}

/// `chat:message` as a client sends it.
[[nodiscard]] inline std::string chat_event() {
  return R"({"type":"chat:message","roomId":"123456","message":")" + text_200() + R"(","ref":1})";
}

[[nodiscard]] inline loaded_room sample_room() {
  loaded_room room;
  room.meta.id.value = room.meta.code = "123456";
  room.meta.name = "Bench";
  room.meta.created_by = "bench";
  room.epoch = "0123456789abcdef";
  return room;
}

/// A message as its room has it after it was posted.
[[nodiscard]] inline stored_message sample_message(seq_t seq) {
  auto id = make_message_id(seq, "0123456789abcdef");
  const std::string text{text_200()};
  chat_message m;
  m.id = id;
  m.room = "123456";
  m.seq = seq;
  m.user = m.username = "user000001";
  m.text = text;
  m.timestamp = 1'700'000'000'000;
  return {std::move(id),
          seq,
          user_id{"user000001"},
          {},
          std::make_shared<const std::string>(to_json(m))};
}

/// A JSON array of `count` elements of about 200 bytes; the first `newer` have this version, the
/// others version 1.
[[nodiscard]] inline std::string scene(std::size_t count, std::size_t newer, std::int64_t version) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    out += R"({"id":"element-)" + std::to_string(10'000 + i) + R"(","type":"rectangle","version":)"
           + std::to_string(i < newer ? version : 1)
           + R"(,"versionNonce":7,"x":100.5,"y":100.25,"width":200,"height":150,"angle":0,)"
             R"("strokeColor":"#1e1e1e","opacity":100,"isDeleted":false,"seed":1968410350})";
  }
  return out + "]";
}

} // namespace atrium::bench
