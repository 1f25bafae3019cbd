// `top`: the server's figures, redrawn until `q` or Ctrl-C.
//
// On a terminal frames are drawn in place and keys choose what is shown; into a pipe, or on a
// terminal whose cursor can't be moved, frames follow each other. A server that goes away is told
// in the frame, and asked again; without anybody to look at frames that is the end.
#include "console/command_line.hpp"
#include "console/display.hpp"
#include "console/interruption.hpp"
#include "console/top_frame.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <optional>

namespace atrium::console {

namespace {

using clock = std::chrono::steady_clock;

struct top_options {
  double interval_seconds = 2;
  std::int64_t frames = 0;
  std::string sort;
  std::string list = "rooms";
};

/// Rows of a frame where nothing has to fit.
constexpr std::size_t rows_of_a_page = 40;
constexpr double look_up_every_ms = 100;

class top {
public:
  top(context& c, const top_options& o) : context_{c}, options_{o} {
    if (o.list == "connections") choice_.list = top_list::connections;
    if (o.list == "writers") choice_.list = top_list::writers;
    choice_.sort = o.sort;
  }

  exit_status run() {
    interruption_guard guard;
    bool is_in_place = context_.screen.can_redraw() && !context_.options.is_json;
    std::optional<raw_screen> raw;
    if (is_in_place) raw.emplace(context_.screen);
    for (std::int64_t drawn = 0; !is_interrupted();) {
      auto status = draw_frame(is_in_place);
      if (status != exit_status::ok && (!is_in_place || !has_drawn_)) {
        raw.reset();
        return is_interrupted() ? exit_status::ok : context_.tell_failure(failed_);
      }
      if (++drawn == options_.frames || !wait_for_next()) break;
    }
    return exit_status::ok;
  }

private:
  exit_status draw_frame(bool is_in_place) {
    auto overview = context_.server.get("/api/admin/overview");
    auto taken = clock::now();
    auto list = overview.is_ok() ? get_list() : overview;
    if (!list.is_ok()) {
      failed_ = std::move(list);
      if (is_in_place && has_drawn_)
        show({"", painted(printable(failed_.sentence), style::bad, look_now())});
      return failed_.status;
    }
    if (context_.options.is_json)
      context_.screen.print_json(*overview.body);
    else
      show_lines(overview, list, taken, is_in_place);
    before_ = std::move(overview);
    taken_ = taken;
    has_drawn_ = true;
    return exit_status::ok;
  }

  answer get_list() {
    if (context_.options.is_json) return made_of("{}");
    if (choice_.list == top_list::writers) return context_.server.get("/api/admin/writers");
    bool is_rooms = choice_.list == top_list::rooms;
    return context_.server.list(
        is_rooms ? "/api/admin/rooms" : "/api/admin/connections",
        {{"sort", choice_.sort}, {"order", choice_.is_ascending ? "asc" : ""}},
        is_rooms ? "rooms" : "connections", rows() < 3 ? 1 : rows());
  }

  void show_lines(const answer& overview, const answer& list, clock::time_point taken,
                  bool is_in_place) {
    auto seconds = std::chrono::duration<double>(taken - taken_).count();
    auto lines = top_frame(overview.value, before_.value, seconds, list.value, choice_, rows(),
                           look_now());
    if (is_in_place) {
      show(lines);
      return;
    }
    std::string out = has_drawn_ ? "\n" : "";
    // Nobody presses keys here.
    lines.pop_back();
    for (const auto& line : lines) out += line + "\n";
    context_.screen.print(out);
  }

  /// From the upper left corner; what was there before goes line by line, so that nothing flickers.
  void show(const std::vector<std::string>& lines) {
    std::string out = "\x1b[H";
    for (std::size_t i = 0; i < lines.size(); ++i)
      out += (i == 0 ? "" : "\n") + lines[i] + "\x1b[K";
    context_.screen.print(out + "\x1b[J");
  }

  /// False: the operator has seen enough.
  bool wait_for_next() {
    auto until = clock::now() + std::chrono::duration<double>(options_.interval_seconds);
    while (!is_interrupted()) {
      auto left = std::chrono::duration<double, std::milli>(until - clock::now()).count();
      if (left <= 0) return true;
      // A signal that came just before the wait does not end it.
      auto key = context_.screen.wait_for_key(static_cast<int>(std::min(left, look_up_every_ms))
                                              + 1);
      if (!key) continue;
      if (*key == 'q') return false;
      auto next = chosen_by(*key, choice_);
      if (next) choice_ = *next;
      if (next || *key == ' ') return true;
    }
    return false;
  }

  [[nodiscard]] std::size_t rows() const {
    return context_.screen.can_redraw() ? context_.screen.height() : rows_of_a_page;
  }
  [[nodiscard]] look look_now() const { return context_.screen.current_look(); }

  context& context_;
  const top_options& options_;
  top_choice choice_;
  answer before_;
  answer failed_;
  clock::time_point taken_;
  bool has_drawn_ = false;
};

exit_status run_top(context& c, const top_options& o) {
  constexpr double shortest_seconds = 0.1;
  if (o.interval_seconds >= shortest_seconds && o.interval_seconds <= 3600) return top{c, o}.run();
  c.screen.complain("--interval: 0.1 to 3600 seconds");
  return exit_status::usage;
}

} // namespace

void add_top_command(command_line& line) {
  auto* command = line.add("top", looking, "The server's figures, live; q ends it",
                           "top --interval 1 --sort rate");
  auto o = std::make_shared<top_options>();
  command->add_option("--interval", o->interval_seconds, "Seconds between two frames; 2")
      ->type_name("SECONDS");
  command->add_option("--count", o->frames, "End after so many frames")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber);
  command->add_option("--list", o->list, "What to list below")
      ->check(CLI::IsMember({"rooms", "connections", "writers"}))
      ->type_name("LIST");
  command->add_option("--sort", o->sort, "By what, as in `rooms` and `connections`")
      ->type_name("KEY");
  line.on_run(command, [o](context& c) { return run_top(c, *o); });
}

} // namespace atrium::console
