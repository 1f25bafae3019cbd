// The terminal, asked anew for its size whenever something is drawn. Writes go out at once, in
// order with what is written to standard error.
#include "console/terminal.hpp"

#include "console/display.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace atrium::console {

namespace {

std::optional<winsize> window() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size;
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

} // namespace

terminal::terminal()
    : is_input_{isatty(STDIN_FILENO) == 1},
      is_output_{isatty(STDOUT_FILENO) == 1}, is_error_{isatty(STDERR_FILENO) == 1} {}

void terminal::print(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void terminal::print_json(std::string_view json) const {
  print((is_output_ ? printable_json(json) : std::string{json}) + "\n");
}

void terminal::complain(std::string_view sentence) const {
  look l;
  l.has_colours = is_error_ && !is_set("NO_COLOR");
  auto line = painted("atriumctl:", style::bad, l) + " " + printable(sentence) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

std::optional<std::string> terminal::ask(std::string_view question) const {
  std::fflush(stdout);
  std::fwrite(question.data(), 1, question.size(), stderr);
  std::string line;
  if (std::getline(std::cin, line)) return line;
  std::cin.clear();
  std::fputc('\n', stderr);
  return std::nullopt;
}

bool terminal::confirm(std::string_view question) const {
  auto line = ask(printable(question) + " [y/N] ");
  return line && (*line == "y" || *line == "Y" || *line == "yes");
}

bool terminal::can_redraw() const {
  const char* term = std::getenv("TERM");
  return is_output_ && term != nullptr && *term != '\0' && std::string_view{term} != "dumb";
}

std::size_t terminal::height() const {
  auto size = window();
  return size && size->ws_row != 0 ? size->ws_row : 24;
}

look terminal::current_look() const {
  look out;
  if (is_output_) {
    auto size = window();
    out.width = size ? size->ws_col : 80;
  }
  out.has_colours = can_redraw() && !is_set("NO_COLOR");
  out.now_ms = now_ms();
  return out;
}

std::optional<char> terminal::wait_for_key(int timeout_ms) const {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (poll(&input, is_input_ ? 1 : 0, timeout_ms) <= 0) return std::nullopt;
  char key = 'q';
  return read(STDIN_FILENO, &key, 1) == 1 ? key : 'q';
}

raw_screen::raw_screen(const terminal& t)
    : terminal_{t}, has_keys_{t.can_ask() && tcgetattr(STDIN_FILENO, &before_) == 0} {
  if (has_keys_) {
    auto raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  // Another screen, without a cursor.
  if (terminal_.can_redraw()) terminal_.print("\x1b[?1049h\x1b[?25l");
}

raw_screen::~raw_screen() {
  if (terminal_.can_redraw()) terminal_.print("\x1b[?25h\x1b[?1049l");
  if (has_keys_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace atrium::console
