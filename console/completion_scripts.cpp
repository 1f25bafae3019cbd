// Completion scripts for bash, zsh and fish, written from the tree of commands. All sentences and
// words in them are the console's own; what the server says gets in only when Tab is pressed, as
// words that a shell compares, never as text that it runs.
#include "console/command_line.hpp"
#include "console/completion.hpp"
#include "console/words.hpp"

namespace atrium::console {

namespace {

bool is_looked_up(const word_choice& choice) {
  return choice.kind == room_word || choice.kind == user_word;
}

std::string spaced(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "" : " ") + w;
  return out;
}

std::string names_of(const std::vector<option_words>& options) {
  std::string out;
  for (const auto& o : options) out += (out.empty() ? "" : " ") + spaced(o.names);
  return out;
}

/// A bash word that expands to the words of a choice.
std::string bash_words(const word_choice& choice) {
  if (is_looked_up(choice)) return "\"$(atriumctl words " + choice.kind + " 2>/dev/null)\"";
  return quoted(spaced(choice.words));
}

/// Lines of a `case "$command:$previous"` for the values of options.
std::string bash_values(std::string_view command, const std::vector<option_words>& options) {
  std::string out;
  for (const auto& o : options) {
    if (!o.value) continue;
    for (const auto& name : o.names) {
      auto pattern = "    " + std::string{command} + ":" + name + ") ";
      if (o.value->kind == "FILE")
        out += pattern + "COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n";
      else
        out += pattern + "choices=" + bash_words(*o.value) + " ;;\n";
    }
  }
  return out;
}

std::string bash_command(const command_words& c) {
  auto out = "    " + c.name + ")\n      options=" + quoted(names_of(c.options)) + "\n";
  out += "      case $place in\n";
  for (std::size_t i = 0; i < c.positionals.size(); ++i)
    out += "        " + std::to_string(i) + ") choices=" + bash_words(c.positionals[i]) + " ;;\n";
  return out + "      esac ;;\n";
}

/// Options that take the next word with them, as a pattern of `case`.
std::string bash_taking(const word_tree& tree) {
  std::string out;
  auto add = [&](const std::vector<option_words>& options) {
    for (const auto& o : options)
      for (const auto& name : o.names)
        if (o.value && ("|" + out + "|").find("|" + name + "|") == std::string::npos)
          out += (out.empty() ? "" : "|") + name;
  };
  add(tree.globals);
  for (const auto& c : tree.commands) add(c.options);
  return out;
}

std::string zsh_quoted(std::string_view sentence) {
  std::string out;
  for (char c : sentence) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const word_choice& choice) {
  if (is_looked_up(choice)) return "{_atriumctl_look_up " + choice.kind + "}";
  if (choice.kind == "FILE") return "_files";
  return choice.words.empty() ? " " : "(" + spaced(choice.words) + ")";
}

std::string zsh_options(const std::vector<option_words>& options) {
  std::string out;
  for (const auto& o : options)
    for (const auto& name : o.names) {
      auto spec = name + "[" + zsh_quoted(o.sentence) + "]";
      if (o.value) spec += ":" + o.value->kind + ":" + zsh_action(*o.value);
      out += " \\\n        " + quoted(spec);
    }
  return out;
}

std::string fish_line(std::string_view condition, std::string_view rest) {
  return "complete -c atriumctl -n " + quoted(condition) + " " + std::string{rest} + "\n";
}

std::string fish_words(const word_choice& choice) {
  if (is_looked_up(choice)) return quoted("(atriumctl words " + choice.kind + " 2>/dev/null)");
  return quoted(spaced(choice.words));
}

std::string fish_options(std::string_view condition, const std::vector<option_words>& options) {
  std::string out;
  for (const auto& o : options) {
    std::string rest;
    for (const auto& name : o.names)
      rest += name.rfind("--", 0) == 0 ? "-l " + name.substr(2) + " "
                                       : "-s " + name.substr(1) + " ";
    if (o.value && o.value->kind == "FILE")
      rest += "-r -F ";
    else if (o.value)
      rest += "-x -a " + fish_words(*o.value) + " ";
    else
      rest += "-f ";
    out += fish_line(condition, rest + "-d " + quoted(o.sentence));
  }
  return out;
}

} // namespace

std::string bash_script(const word_tree& tree) {
  std::string names;
  std::string commands;
  auto values = bash_values("*", tree.globals);
  for (const auto& c : tree.commands) {
    names += (names.empty() ? "" : " ") + c.name;
    commands += bash_command(c);
    values += bash_values(c.name, c.options);
  }
  return "# Completion of atriumctl for bash: eval \"$(atriumctl completion bash)\"\n"
         "_atriumctl() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} command= previous= place=0 options= choices= i\n"
         "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
         "    previous=${COMP_WORDS[i]}\n"
         "    case $previous in\n"
         "      "
         + bash_taking(tree)
         + ") ((++i)) ;;\n"
           "      -*) ;;\n"
           "      *) if [[ -z $command ]]; then command=$previous; else ((++place)); fi ;;\n"
           "    esac\n"
           "  done\n"
           "  previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "  case $command in\n"
           "    '') choices="
         + quoted(names) + " ;;\n" + commands
         + "  esac\n"
           "  case $command:$previous in\n"
         + values
         + "  esac\n"
           "  [[ $word != -* ]] || choices=\"$options "
         + names_of(tree.globals)
         + "\"\n"
           "  COMPREPLY=($(compgen -W \"$choices\" -- \"$word\"))\n"
           "}\n"
           "complete -F _atriumctl atriumctl\n";
}

std::string zsh_script(const word_tree& tree) {
  std::string names;
  std::string commands;
  for (const auto& c : tree.commands) {
    names += " \\\n        " + quoted(zsh_quoted(c.name) + ":" + c.sentence);
    commands += "    " + c.name + ")\n      _arguments $globals" + zsh_options(c.options);
    for (const auto& p : c.positionals)
      commands += " \\\n        " + quoted(":" + p.kind + ":" + zsh_action(p));
    commands += " ;;\n";
  }
  return "#compdef atriumctl\n"
         "# Completion of atriumctl for zsh: eval \"$(atriumctl completion zsh)\"\n"
         "_atriumctl_look_up() {\n"
         "  local -a found\n"
         "  found=(${(f)\"$(atriumctl words $1 2>/dev/null)\"})\n"
         "  compadd -a found\n"
         "}\n"
         "_atriumctl() {\n"
         "  local -a globals commands\n"
         "  local state line\n"
         "  globals=("
         + zsh_options(tree.globals)
         + ")\n"
           "  commands=("
         + names
         + ")\n"
           "  _arguments -C $globals '1: :->command' '*:: :->rest'\n"
           "  case $state in\n"
           "    command) _describe command commands ; return ;;\n"
           "  esac\n"
           "  case $line[1] in\n"
         + commands
         + "  esac\n"
           "}\n"
           "compdef _atriumctl atriumctl\n";
}

std::string fish_script(const word_tree& tree) {
  auto out = std::string{"# Completion of atriumctl for fish: atriumctl completion fish | source\n"
                         "complete -c atriumctl -f\n"}
             + fish_options("true", tree.globals);
  for (const auto& c : tree.commands) {
    out += fish_line("__fish_use_subcommand", "-f -a " + c.name + " -d " + quoted(c.sentence));
    auto condition = "__fish_seen_subcommand_from " + c.name;
    out += fish_options(condition, c.options);
    // fish does not count words; what can stand anywhere behind the command is offered.
    for (const auto& p : c.positionals)
      if (is_looked_up(p) || !p.words.empty())
        out += fish_line(condition, "-f -a " + fish_words(p));
  }
  return out;
}

} // namespace atrium::console
