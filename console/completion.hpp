// What can stand where on a command line, read off the tree of commands: for the Tab key of the
// console's shell, and written down as scripts for the shells of the operating system.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace atrium::console {

/// A word that can be chosen from: of a list, or a kind of thing that the server knows.
struct word_choice {
  /// As help calls it: `CODE`, `USER`, `KEY`.
  std::string kind;
  std::vector<std::string> words;
};

struct option_words {
  /// `--limit`, `-f`
  std::vector<std::string> names;
  std::string sentence;
  /// What follows it; nothing for a flag.
  std::optional<word_choice> value;
};

struct command_words {
  std::string name;
  std::string sentence;
  std::vector<option_words> options;
  std::vector<word_choice> positionals;
};

struct word_tree {
  /// Options that every command takes.
  std::vector<option_words> globals;
  std::vector<command_words> commands;
};

/// What the commands of `app` take; hidden ones are left out.
[[nodiscard]] word_tree words_of(const CLI::App& app);

/// What can stand behind the words `before`, if it begins with `word`: words, or a kind of thing
/// for the caller to look up (`kind` is set then).
struct candidates {
  std::vector<std::string> words;
  std::string kind;
};
[[nodiscard]] candidates complete(const word_tree& tree, const std::vector<std::string>& before,
                                  std::string_view word);

/// Scripts for `eval`: completion_scripts.cpp. Rooms and users come from the server that ATRIUM_URL
/// names, by `atriumctl words CODE`.
[[nodiscard]] std::string bash_script(const word_tree& tree);
[[nodiscard]] std::string zsh_script(const word_tree& tree);
[[nodiscard]] std::string fish_script(const word_tree& tree);

} // namespace atrium::console
