// The tree of commands: what the console understands. Help, completion in the shell and the scripts
// of `completion` all come from it.
#pragma once

#include "console/context.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace atrium::console {

/// A command, ready to be run with the options that it was given.
using action = std::function<exit_status(context&)>;

class command_line {
public:
  /// Where words come from: the shell of the operating system, with its environment, or our own,
  /// which has no shell in it.
  enum class place { program, shell };
  /// Holds all commands. Options that are given change `globals`, which must live as long.
  explicit command_line(global_options& globals, place where = place::program);
  ~command_line();
  command_line(const command_line&) = delete;
  command_line& operator=(const command_line&) = delete;

  /// Adds a command. `group` is its heading in --help, `example` follows `atriumctl `.
  CLI::App* add(std::string_view name, std::string_view group, std::string_view sentence,
                std::string_view example);
  /// What the command does once its words are read.
  void on_run(CLI::App* command, action run);

  struct outcome {
    /// Empty: there is nothing to run, `status` says why (help was printed, or the words are
    /// wrong).
    action run;
    exit_status status = exit_status::ok;
  };
  /// Reads words, the program's name not among them. Prints help to standard output, and what is
  /// wrong to standard error. `help` and `help COMMAND` are `--help` in other words. A command line
  /// is read once.
  [[nodiscard]] outcome read(std::vector<std::string> words, const terminal& t);

  [[nodiscard]] const CLI::App& tree() const { return *app_; }

private:
  void add_global_options(global_options& g, place where);

  std::unique_ptr<CLI::App> app_;
  action chosen_;
};

// The kinds of things that words name, as they are called in help; completion goes by them.
inline constexpr std::string_view room_word = "CODE";
inline constexpr std::string_view user_word = "USER";

inline constexpr std::string_view looking = "Looking";
inline constexpr std::string_view acting = "Acting";
inline constexpr std::string_view working = "Working with the console";

/// `CODE`, required: an id or a code.
CLI::Option* add_room_word(CLI::App& command, std::string& room);
CLI::Option* add_user_word(CLI::App& command, std::string& user);

/// How much of a list: `--limit`, `--all`.
struct list_length {
  std::size_t limit = 50;
  bool is_all = false;
  [[nodiscard]] std::size_t most() const;
};
void add_list_length(CLI::App& command, list_length& length);

// The commands; each adds its own and those alike.
void add_room_commands(command_line& line);
void add_message_commands(command_line& line);
void add_people_commands(command_line& line);
void add_server_commands(command_line& line);
void add_acting_commands(command_line& line);
void add_removing_commands(command_line& line);
void add_tail_command(command_line& line);
void add_top_command(command_line& line);
void add_cleanup_command(command_line& line);
void add_shell_command(command_line& line);
void add_completion_command(command_line& line);

} // namespace atrium::console
