// `completion`: scripts for the shells of the operating system; and `words`, hidden, by which those
// scripts ask for what the server knows.
#include "console/command_line.hpp"
#include "console/completion.hpp"
#include "console/look_up.hpp"

#include <CLI/CLI.hpp>

namespace atrium::console {

namespace {

std::string script_for(const std::string& shell, const word_tree& tree) {
  if (shell == "bash") return bash_script(tree);
  return shell == "zsh" ? zsh_script(tree) : fish_script(tree);
}

} // namespace

void add_completion_command(command_line& line) {
  auto* command = line.add(
      "completion", working, "A script by which your shell completes commands",
      "completion bash > ~/.local/share/bash-completion/completions/atriumctl");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  line.on_run(command, [shell, &line](context& c) {
    c.screen.print(script_for(*shell, words_of(line.tree())));
    return exit_status::ok;
  });
  auto* hidden = line.add("words", "", "Rooms or users, one a line", "words CODE");
  auto kind = std::make_shared<std::string>();
  hidden->add_option("kind", *kind, "CODE or USER")->required();
  line.on_run(hidden, [kind](context& c) {
    for (const auto& word : look_up(c.server.options(), *kind, "")) c.screen.print(word + "\n");
    return exit_status::ok;
  });
}

} // namespace atrium::console
