// From a room's segment to the commands that store it, and what their replies must say.
#pragma once

#include "config/settings.hpp"
#include "store/redis_commands.hpp"
#include "store/room_segment.hpp"

namespace atrium::store {

/// What a reply tells beyond "no error".
enum class reply_check : std::uint8_t {
  none,
  /// 0: the room's keys are gone, so that nothing but a rewrite makes it whole.
  must_exist,
  /// The number of messages in the archive.
  archive_count,
};

/// Commands with one check each.
struct command_plan {
  command_buffer commands;
  std::vector<reply_check> checks;

  template <class... Words>
  void add(reply_check check, const Words&... words) {
    commands.add(words...);
    checks.push_back(check);
  }
};

/// What is the same for all rooms.
struct room_layout {
  key_space keys;
  chat_settings chat;
  /// How long somebody is typing who does not say more.
  milliseconds typing_ttl{10'000};
  /// What `loaded` says in the hash of a room that this process has: its own random id.
  std::string process = "1";
};

/// Appends what stores `segment`. The room hash with its `seq` comes last, so that whoever reads a
/// `seq` there can trust that what it numbers is stored. Precondition: not a removal.
void append_commands(command_plan& plan, const room_layout& layout, const room_segment& segment);

} // namespace atrium::store
