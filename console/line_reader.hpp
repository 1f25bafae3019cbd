// Lines of commands: from a terminal with editing, history and completion (libedit), or from
// whatever else standard input is, as they come.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::console {

/// Words that can stand behind `before`, for a word that begins so; the Tab key asks.
using completer = std::function<std::vector<std::string>(const std::vector<std::string>& before,
                                                         std::string_view word)>;

/// At most one lives at a time: libedit has one state for all.
class line_reader {
public:
  /// `history`: the file of earlier lines; empty: they are forgotten.
  line_reader(bool is_terminal, std::string history, completer complete);
  ~line_reader();
  line_reader(const line_reader&) = delete;
  line_reader& operator=(const line_reader&) = delete;

  /// The next line; an empty one after Ctrl-C; nothing at the end of the input.
  [[nodiscard]] std::optional<std::string> next(const std::string& prompt);
  /// Keeps a line in the history.
  void remember(const std::string& line);

private:
  bool is_terminal_;
  std::string history_;
};

/// `$XDG_STATE_HOME/atriumctl/history`, by default below `~/.local/state`; its folder is made.
/// Empty if there is no place for it.
[[nodiscard]] std::string history_file();

} // namespace atrium::console
