// Standard input and output, and what they are: a terminal, a dumb one, a pipe, a file.
#pragma once

#include "console/table.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <termios.h>

namespace atrium::console {

class terminal {
public:
  terminal();

  /// Writes to standard output as it is, at once. What users wrote went through `printable` before.
  void print(std::string_view text) const;
  /// One JSON document and a newline: as it is into a pipe or a file, and so that no control
  /// character gets through onto a terminal.
  void print_json(std::string_view json) const;
  /// `atriumctl: <sentence>` to standard error; spells control characters out.
  void complain(std::string_view sentence) const;

  /// Whether there is somebody to ask.
  [[nodiscard]] bool can_ask() const { return is_input_; }
  /// Asks on standard error and reads a line; nothing at the end of the input.
  [[nodiscard]] std::optional<std::string> ask(std::string_view question) const;
  /// `question [y/N] `: only `y` and `yes` are a yes.
  [[nodiscard]] bool confirm(std::string_view question) const;

  [[nodiscard]] bool is_terminal() const { return is_output_; }
  /// Whether the cursor can be moved: a terminal that is not `dumb`.
  [[nodiscard]] bool can_redraw() const;
  /// Lines that fit onto the terminal; 24 where nobody knows.
  [[nodiscard]] std::size_t height() const;
  /// Waits up to `timeout_ms` for a key: its byte, `q` where the terminal is gone; nothing when the
  /// time is over or a signal came. What is no terminal is never read: it is not ours, and just
  /// waits.
  [[nodiscard]] std::optional<char> wait_for_key(int timeout_ms) const;
  /// Its width, its colours (not with NO_COLOR), and now.
  [[nodiscard]] look current_look() const;

private:
  bool is_input_;
  bool is_output_;
  bool is_error_;
};

/// While it lives, keys arrive one by one and unseen, and the terminal shows a screen of its own;
/// afterwards all is as before.
class raw_screen {
public:
  explicit raw_screen(const terminal& t);
  ~raw_screen();
  raw_screen(const raw_screen&) = delete;
  raw_screen& operator=(const raw_screen&) = delete;

private:
  const terminal& terminal_;
  termios before_{};
  bool has_keys_;
};

/// Milliseconds since 1970.
[[nodiscard]] std::int64_t now_ms();

} // namespace atrium::console
