// Shows a stream. A server says something every 15 seconds; one that is silent for three times as
// long is taken for lost.
#include "console/tail.hpp"

#include "console/field.hpp"
#include "console/views.hpp"

namespace atrium::console {

namespace {

constexpr std::size_t max_depth = 256;
constexpr auto longest_silence = std::chrono::seconds{45};

} // namespace

std::string message_line(json::slice message, const look& l) {
  std::string line;
  json::object_writer writer{line};
  writer.text("type", "chat:message");
  json::object_reader reader{message};
  for (json::member m; reader.next(m);)
    if (m.key != "type") writer.raw(m.key, m.value.raw);
  writer.end();
  return tail_view({line}, l);
}

exit_status show_tail(context& c, const std::function<bool(json::slice)>& fits, std::int64_t most) {
  using outcome = http_client::line_outcome;
  std::string line;
  for (std::int64_t shown = 0; most == 0 || shown < most;) {
    auto came = c.server.stream().next_line(line, longest_silence);
    if (came == outcome::end || came == outcome::interrupted) return exit_status::ok;
    json::slice value{"{}"};
    if (came == outcome::lost || json::check(line, max_depth, value)
        || !value.is(json::kind::object)) {
      c.screen.complain("the stream broke off");
      return exit_status::unreachable;
    }
    if (!fits(value)) continue;
    auto text = c.options.is_json ? std::string{} : tail_view(value, c.screen.current_look());
    if (c.options.is_json)
      c.screen.print_json(line);
    else
      c.screen.print(text);
    if (c.options.is_json || !text.empty()) ++shown;
  }
  return exit_status::ok;
}

} // namespace atrium::console
