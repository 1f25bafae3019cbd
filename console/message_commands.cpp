// Commands that read what was said and drawn in a room, by the REST API with the operator's rights.
//
// `messages --follow` opens the room's tail first and reads the history then, so that nothing is
// missed in between; what the history showed already is left out of the tail by its seq.
#include "console/board.hpp"
#include "console/command_line.hpp"
#include "console/field.hpp"
#include "console/interruption.hpp"
#include "console/tail.hpp"
#include "console/views.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace atrium::console {

namespace {

struct messages_options {
  std::string room;
  std::string search;
  list_length length;
  bool is_following = false;
};

constexpr std::size_t page_items = 200;

/// The pages in the order of the text: history is read backwards, found messages are newest first.
std::string joined_messages(std::vector<answer>& pages, bool is_history) {
  if (is_history) std::reverse(pages.begin(), pages.end());
  std::vector<json::slice> values;
  for (const auto& page : pages) values.push_back(page.value);
  auto joined = joined_pages(values, "messages");
  // Whether there is more is known by the page that was read last.
  const auto& last = is_history ? pages.front() : pages.back();
  std::string out;
  json::object_writer writer{out};
  json::object_reader reader{json::slice{joined}};
  for (json::member m; reader.next(m);)
    if (m.key != "hasMore") writer.raw(m.key, m.value.raw);
  writer.boolean("hasMore", flag_in(last.value, "hasMore"));
  writer.end();
  return out;
}

answer read_messages(api& server, const messages_options& o) {
  auto path = path_of("/api/rooms/", o.room, "/messages");
  bool is_history = o.search.empty();
  std::vector<answer> pages;
  std::size_t have = 0;
  std::string before;
  bool has_more = true;
  while (has_more && have < o.length.most()) {
    auto limit = std::min(o.length.most() - have, page_items);
    auto page = server.get(path,
                           {{"q", o.search}, {"limit", std::to_string(limit)}, {"before", before}});
    if (!page.is_ok()) return page;
    auto messages = items_in(page.value, "messages");
    has_more = flag_in(page.value, "hasMore") && !messages.empty();
    have += messages.size();
    if (has_more) before = text_in(is_history ? messages.front() : messages.back(), "id");
    pages.push_back(std::move(page));
  }
  if (pages.size() == 1) return std::move(pages.front());
  return made_of(joined_messages(pages, is_history));
}

exit_status follow(context& c, const messages_options& o) {
  interruption_guard guard;
  auto opened = c.server.open_stream(path_of("/api/admin/rooms/", o.room, "/tail"));
  if (!opened.is_ok()) return c.tell_failure(opened);
  auto history = read_messages(c.server, o);
  if (!history.is_ok()) return c.tell_failure(history);
  std::int64_t seen = 0;
  auto l = c.screen.current_look();
  for (auto message : items_in(history.value, "messages")) {
    seen = std::max(seen, integer_in(message, "seq"));
    if (c.options.is_json)
      c.screen.print_json(message.raw);
    else
      c.screen.print(message_line(message, l));
  }
  return show_tail(c, [&](json::slice line) {
    auto type = text_in(line, "type");
    bool is_chat = type == "chat:message" || type == "chat:edited" || type == "chat:deleted";
    bool is_new = integer_in(line, "seq") > seen;
    return (is_chat && is_new) || type == "tail:skipped" || type == "room:closed";
  });
}

void add_messages(command_line& line) {
  auto* command = line.add("messages", looking, "What was said in a room, oldest first",
                           "messages 123456 --search \"homework\" --limit 20");
  auto o = std::make_shared<messages_options>();
  add_room_word(*command, o->room);
  auto* search
      = command->add_option("--search", o->search, "Only those with all these words; newest first")
            ->type_name("WORDS");
  command->add_flag("--follow,-f", o->is_following, "Go on with what is said from now on")
      ->excludes(search);
  add_list_length(*command, o->length);
  line.on_run(command, [o](context& c) {
    if (o->is_following) return follow(c, *o);
    return c.show(read_messages(c.server, *o), messages_view);
  });
}

struct board_options {
  std::string room;
  bool is_svg = false;
  bool is_ascii = false;
};

/// Rows of a picture where no terminal says how many there are.
constexpr std::size_t rows_of_a_page = 60;
constexpr std::size_t columns_of_a_page = 100;

std::string board_view(json::slice board, const context& c, const look& l) {
  auto elements = member(board, "elements", json::kind::array).value_or(json::slice{"[]"});
  auto d = read_drawing(elements);
  auto rows = c.screen.is_terminal() ? std::max<std::size_t>(c.screen.height(), 8) - 3
                                     : rows_of_a_page;
  auto picture = ascii_of(d, l.width == 0 ? columns_of_a_page : l.width, rows);
  auto shapes = std::to_string(d.shapes.size()) + (d.shapes.size() == 1 ? " element" : " elements");
  return picture + painted(shapes + ", version " + text_in(board, "version"), style::dim, l) + "\n";
}

exit_status show_board(context& c, const board_options& o) {
  auto got = c.server.get(path_of("/api/rooms/", o.room, "/whiteboard"));
  return c.show(got, [&](json::slice answer, const look& l) {
    auto board = object_in(answer, "whiteboard");
    if (!o.is_svg) return board_view(board, c, l);
    auto elements = member(board, "elements", json::kind::array).value_or(json::slice{"[]"});
    return svg_of(read_drawing(elements));
  });
}

void add_board(command_line& line) {
  auto* command = line.add("board", looking,
                           "A room's whiteboard: drawn with characters, or as SVG",
                           "board 123456 --svg > board.svg");
  auto o = std::make_shared<board_options>();
  add_room_word(*command, o->room);
  auto* svg = command->add_flag("--svg", o->is_svg, "An SVG document");
  command->add_flag("--ascii", o->is_ascii, "With characters, as without this")->excludes(svg);
  line.on_run(command, [o](context& c) { return show_board(c, *o); });
}

} // namespace

void add_message_commands(command_line& line) {
  add_messages(line);
  add_board(line);
}

} // namespace atrium::console
