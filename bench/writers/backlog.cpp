// The messages are spelled by the same function as in a room, so their size is what Redis gets.
#include "bench/writers/backlog.hpp"

namespace atrium::bench {

namespace {

stored_message make_message(const room_meta& room, seq_t seq, const std::string& epoch,
                            std::size_t text_bytes) {
  auto id = make_message_id(seq, epoch);
  const std::string text(text_bytes, 'x');
  chat_message m;
  m.id = id;
  m.room = room.id.value;
  m.seq = seq;
  m.user = m.username = "user000001";
  m.text = text;
  m.timestamp = room.created_at + seq;
  return {std::move(id),
          seq,
          user_id{std::string{m.user}},
          {},
          std::make_shared<const std::string>(to_json(m))};
}

} // namespace

backlog_room make_backlog(const room_meta& meta, const std::string& epoch,
                          std::size_t message_count, std::size_t text_bytes) {
  backlog_room room{
      std::make_shared<const room_meta>(meta), std::make_shared<const std::string>(epoch), {}};
  room.messages.reserve(message_count);
  for (std::size_t i = 1; i <= message_count; ++i)
    room.messages.push_back(make_message(meta, static_cast<seq_t>(i), epoch, text_bytes));
  return room;
}

} // namespace atrium::bench
