// Reads CLI11's tree once into plain lists, and finds what fits behind given words by walking them
// as CLI11 would: options take their values with them, the first other word is the command.
#include "console/completion.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace atrium::console {

namespace {

/// CLI11 keeps the words of IsMember in the type's name only: `KEY:{members,rate}`.
word_choice choice_of(const CLI::Option& option) {
  word_choice out;
  auto type = option.get_type_name();
  out.kind = type.substr(0, type.find(':'));
  auto open = type.find('{');
  auto close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return out;
  auto list = type.substr(open + 1, close - open - 1);
  for (std::size_t at = 0; at <= list.size();) {
    auto end = std::min(list.find(',', at), list.size());
    out.words.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

option_words option_of(const CLI::Option& option) {
  option_words out;
  for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
  for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
  out.sentence = option.get_description();
  if (option.get_items_expected_max() > 0) out.value = choice_of(option);
  return out;
}

std::vector<option_words> options_of(const CLI::App& app) {
  std::vector<option_words> out;
  for (const auto* option : app.get_options())
    if (option->nonpositional() && !option->get_group().empty()) out.push_back(option_of(*option));
  return out;
}

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

const option_words* find_option(const std::vector<option_words>& options, std::string_view name) {
  for (const auto& o : options)
    if (std::find(o.names.begin(), o.names.end(), name) != o.names.end()) return &o;
  return nullptr;
}

/// Where the words before lead: to a command, to the value of an option, behind so many
/// positionals.
struct position {
  const command_words* command = nullptr;
  const option_words* option = nullptr;
  std::size_t positional_count = 0;
};

position position_after(const word_tree& tree, const std::vector<std::string>& before) {
  position out;
  for (const auto& word : before) {
    if (out.option) {
      out.option = nullptr;
      continue;
    }
    if (begins_with(word, "-")) {
      const auto* found = find_option(tree.globals, word);
      if (!found && out.command) found = find_option(out.command->options, word);
      if (found && found->value) out.option = found;
      continue;
    }
    if (out.command) {
      ++out.positional_count;
      continue;
    }
    for (const auto& c : tree.commands)
      if (c.name == word) out.command = &c;
  }
  return out;
}

void add_choice(candidates& out, const word_choice& choice) {
  out.words.insert(out.words.end(), choice.words.begin(), choice.words.end());
  if (choice.words.empty()) out.kind = choice.kind;
}

void add_options(candidates& out, const std::vector<option_words>& options) {
  for (const auto& o : options) out.words.insert(out.words.end(), o.names.begin(), o.names.end());
}

} // namespace

word_tree words_of(const CLI::App& app) {
  word_tree tree;
  tree.globals = options_of(app);
  for (const auto* command :
       app.get_subcommands([](const CLI::App* c) { return !c->get_group().empty(); })) {
    command_words words{command->get_name(), command->get_description(), options_of(*command), {}};
    for (const auto* option : command->get_options())
      if (option->get_positional()) words.positionals.push_back(choice_of(*option));
    tree.commands.push_back(std::move(words));
  }
  return tree;
}

candidates complete(const word_tree& tree, const std::vector<std::string>& before,
                    std::string_view word) {
  auto at = position_after(tree, before);
  candidates out;
  if (at.option) {
    add_choice(out, *at.option->value);
  } else if (begins_with(word, "-")) {
    add_options(out, tree.globals);
    if (at.command) add_options(out, at.command->options);
  } else if (!at.command) {
    for (const auto& c : tree.commands) out.words.push_back(c.name);
  } else if (at.positional_count < at.command->positionals.size()) {
    add_choice(out, at.command->positionals[at.positional_count]);
  }
  std::erase_if(out.words, [&](const std::string& w) { return !begins_with(w, word); });
  std::sort(out.words.begin(), out.words.end());
  out.words.erase(std::unique(out.words.begin(), out.words.end()), out.words.end());
  return out;
}

} // namespace atrium::console
