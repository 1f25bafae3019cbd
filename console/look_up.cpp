// Asks the admin API for one page of rooms or users.
#include "console/look_up.hpp"

#include "console/command_line.hpp"
#include "console/display.hpp"
#include "console/field.hpp"
#include "console/words.hpp"

#include <algorithm>

namespace atrium::console {

std::vector<std::string> look_up(api_options options, std::string_view kind,
                                 std::string_view beginning) {
  constexpr std::size_t page_items = 200;
  bool is_rooms = kind == room_word;
  if (!is_rooms && kind != user_word) return {};
  options.timeout = std::min(options.timeout, std::chrono::milliseconds{1000});
  api server{std::move(options)};
  auto got = server.list(is_rooms ? "/api/admin/rooms" : "/api/admin/users",
                         {{"q", std::string{beginning}}}, is_rooms ? "rooms" : "users", page_items);
  std::vector<std::string> out;
  for (auto item : items_in(got.value, is_rooms ? "rooms" : "users")) {
    auto name = text_in(item, is_rooms ? "id" : "userId");
    // bash expands the words that it completes from: `$(…)` in a user's id would be run.
    bool is_word = printable(name) == name && quoted(name) == name && name[0] != '-';
    if (is_word && name.rfind(beginning, 0) == 0) out.push_back(std::move(name));
  }
  return out;
}

} // namespace atrium::console
