// `cleanup`: removes everything of this instance from Redis. Counts first, asks twice, closes the
// rooms that are in memory, since those would write themselves anew, then removes portion by
// portion.
#include "console/command_line.hpp"
#include "console/field.hpp"
#include "console/figures.hpp"
#include "console/views.hpp"

#include <CLI/CLI.hpp>

#include <limits>
#include <map>

namespace atrium::console {

namespace {

using key_counts = std::map<std::string, std::int64_t>;

/// Walks all portions; on success the answer is the sum of them, in the form of one.
answer walk_keys(api& server, bool is_dry, key_counts& counts) {
  std::int64_t removed = 0;
  std::string cursor;
  for (;;) {
    std::string body;
    json::object_writer writer{body};
    writer.boolean("dryRun", is_dry);
    if (!cursor.empty()) writer.text("cursor", cursor);
    writer.end();
    auto got = server.post("/api/admin/cleanup", body);
    if (!got.is_ok()) return got;
    json::object_reader keys{object_in(got.value, "keys")};
    for (json::member m; keys.next(m);)
      if (m.value.is(json::kind::number))
        counts[std::string{m.key}] += json::to_integer(m.value).value_or(0);
    removed += integer_in(got.value, "removed");
    auto next = text_in(got.value, "cursor");
    if (next.empty() || next == cursor) break;
    cursor = std::move(next);
  }
  std::string sum;
  json::object_writer all{sum};
  all.boolean("success", true);
  std::string keys;
  json::object_writer patterns{keys};
  for (const auto& [pattern, count] : counts) patterns.number(pattern, count);
  patterns.end();
  all.raw("keys", keys).number("removed", removed).end();
  return made_of(std::move(sum));
}

/// Closes the rooms in memory until there are none; people may open new ones meanwhile, so not for
/// ever.
answer close_rooms(api& server, std::int64_t& closed) {
  constexpr int most_rounds = 10;
  for (int round = 0; round < most_rounds; ++round) {
    // All of them: the list is up to two seconds old, so closed ones may still stand at its
    // beginning.
    auto got = server.list("/api/admin/rooms", {}, "rooms",
                           std::numeric_limits<std::size_t>::max());
    if (!got.is_ok()) return got;
    std::int64_t closed_now = 0;
    for (auto room : items_in(got.value, "rooms")) {
      auto path = path_of("/api/admin/rooms/", text_in(room, "id"), "/close");
      auto done = server.post(path, R"({"reason":"cleanup"})");
      // Gone meanwhile is as good as closed, and so is a figure of a room that was.
      if (!done.is_ok() && done.http_status != 404) return done;
      if (done.is_ok()) ++closed_now;
    }
    closed += closed_now;
    if (closed_now == 0) break;
  }
  return made_of("{}");
}

bool has_word(context& c) {
  if (c.options.is_yes) return true;
  auto word = c.screen.ask("Type the word `remove` to go on: ");
  if (word && *word == "remove") return true;
  c.screen.complain("nothing was done");
  return false;
}

exit_status cleanup(context& c, bool is_dry) {
  key_counts counts;
  auto counted = walk_keys(c.server, true, counts);
  auto view = [&](json::slice, const look& l) { return keys_view(counts, l); };
  if (!counted.is_ok() || is_dry) return c.show(counted, view);
  if (!c.options.is_json) c.screen.print(view(counted.value, c.screen.current_look()));
  auto where = authority(c.server.options().url);
  if (!c.may("Remove all rooms, messages and users of " + where + " for good?"))
    return exit_status::usage;
  if (!has_word(c)) return exit_status::usage;
  std::int64_t closed = 0;
  if (auto rooms = close_rooms(c.server, closed); !rooms.is_ok()) return c.tell_failure(rooms);
  counts.clear();
  auto removed = walk_keys(c.server, false, counts);
  return c.show_done(removed, "Closed " + count_text(closed) + " rooms and removed "
                                  + count_text(integer_in(removed.value, "removed")) + " keys.");
}

} // namespace

void add_cleanup_command(command_line& line) {
  auto* command = line.add("cleanup", acting, "Remove everything of this instance from Redis",
                           "cleanup --dry-run");
  auto is_dry = std::make_shared<bool>(false);
  command->add_flag("--dry-run", *is_dry, "Only count the keys");
  line.on_run(command, [is_dry](context& c) { return cleanup(c, *is_dry); });
}

} // namespace atrium::console
