// `shell`: commands line by line, against the same server with the same rights.
//
// On a terminal with editing, history and completion; Ctrl-C ends the command that runs, not the
// shell. From a pipe each line is a command, and the first failure is the exit code of the whole;
// all lines are run all the same. Lines that hold a token are not remembered.
#include "console/command_line.hpp"
#include "console/completion.hpp"
#include "console/interruption.hpp"
#include "console/line_reader.hpp"
#include "console/look_up.hpp"
#include "console/words.hpp"

#include <CLI/CLI.hpp>

namespace atrium::console {

namespace {

bool is_end(const std::vector<std::string>& words) {
  return words.size() == 1 && (words[0] == "exit" || words[0] == "quit");
}

exit_status run_words(const context& outer, std::vector<std::string> words) {
  auto globals = outer.options;
  command_line line{globals, command_line::place::shell};
  auto outcome = line.read(std::move(words), outer.screen);
  if (!outcome.run) return outcome.status;
  api_options options;
  if (auto problem = to_api_options(globals, options)) {
    outer.screen.complain(*problem);
    return exit_status::usage;
  }
  context c{globals, api{std::move(options)}, outer.screen};
  return outcome.run(c);
}

completer completer_for(const context& c, const word_tree& tree) {
  return [&](const std::vector<std::string>& before, std::string_view word) {
    auto found = complete(tree, before, word);
    if (found.kind.empty()) {
      if (before.empty())
        for (const char* own : {"exit", "help"})
          if (std::string_view{own}.substr(0, word.size()) == word) found.words.emplace_back(own);
      return found.words;
    }
    return look_up(c.server.options(), found.kind, word);
  };
}

exit_status run_shell(context& c) {
  global_options defaults;
  command_line line{defaults, command_line::place::shell};
  auto tree = words_of(line.tree());
  bool is_terminal = c.screen.can_ask() && c.screen.is_terminal();
  line_reader reader{is_terminal, is_terminal ? history_file() : "", completer_for(c, tree)};
  if (is_terminal) c.screen.print("help lists the commands, Tab completes them, Ctrl-D ends.\n");
  auto prompt = "atrium " + authority(c.server.options().url) + "> ";
  auto first_failure = exit_status::ok;
  while (auto text = reader.next(prompt)) {
    std::vector<std::string> words;
    auto status = exit_status::usage;
    if (auto problem = split_words(*text, words)) {
      c.screen.complain(*problem);
    } else if (words.empty()) {
      continue;
    } else if (is_end(words)) {
      break;
    } else {
      if (text->find("--token") == std::string::npos) reader.remember(*text);
      interruption_guard guard;
      status = run_words(c, std::move(words));
      if (is_interrupted() && !is_terminal) return exit_status::usage;
    }
    if (first_failure == exit_status::ok) first_failure = status;
  }
  // Somebody who looked at each answer needs no sum of them.
  return is_terminal ? exit_status::ok : first_failure;
}

} // namespace

void add_shell_command(command_line& line) {
  auto* command = line.add("shell", working, "Commands line by line, also from a pipe", "shell");
  line.on_run(command, run_shell);
}

} // namespace atrium::console
