// libedit through its readline interface. The history is the operator's alone (mode 600), and the
// last thousand lines are kept.
#include "console/line_reader.hpp"

#include "console/interruption.hpp"
#include "console/words.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include <editline/readline.h>
#include <sys/stat.h>

namespace atrium::console {

namespace {

constexpr int history_lines = 1000;

// What libedit's functions see; set while a reader lives.
completer& current_completer() {
  static completer complete;
  return complete;
}

std::vector<std::string>& found_words() {
  static std::vector<std::string> words;
  return words;
}

char* next_found(const char*, int state) {
  static std::size_t at = 0;
  if (state == 0) at = 0;
  const auto& words = found_words();
  return at < words.size() ? strdup(words[at++].c_str()) : nullptr;
}

char** complete_word(const char* word, int start, int) {
  // Names of files are no commands: nothing else is tried.
  rl_attempted_completion_over = 1;
  std::vector<std::string> before;
  std::string line{rl_line_buffer, static_cast<std::size_t>(start)};
  if (split_words(line, before)) return nullptr;
  found_words() = current_completer()(before, word);
  return rl_completion_matches(word, &next_found);
}

} // namespace

line_reader::line_reader(bool is_terminal, std::string history, completer complete)
    : is_terminal_{is_terminal}, history_{std::move(history)} {
  if (!is_terminal_) return;
  current_completer() = std::move(complete);
  rl_readline_name = "atriumctl";
  rl_initialize();
  rl_attempted_completion_function = &complete_word;
  static char breaks[] = " \t\n";
  rl_completer_word_break_characters = breaks;
  using_history();
  stifle_history(history_lines);
  if (!history_.empty()) read_history(history_.c_str());
}

line_reader::~line_reader() {
  if (!is_terminal_) return;
  current_completer() = {};
  if (history_.empty()) return;
  auto before = umask(S_IRWXG | S_IRWXO);
  write_history(history_.c_str());
  umask(before);
}

std::optional<std::string> line_reader::next(const std::string& prompt) {
  if (!is_terminal_) {
    std::string line;
    return std::getline(std::cin, line) ? std::optional{line} : std::nullopt;
  }
  interruption_guard guard;
  char* read = readline(prompt.c_str());
  if (read == nullptr) {
    std::fputc('\n', stdout);
    return is_interrupted() ? std::optional{std::string{}} : std::nullopt;
  }
  std::string line{read};
  std::free(read);
  return line;
}

void line_reader::remember(const std::string& line) {
  if (is_terminal_) add_history(line.c_str());
}

std::string history_file() {
  namespace fs = std::filesystem;
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (state != nullptr && *state == '/')
    folder = state;
  else if (home != nullptr && *home == '/')
    folder = fs::path{home} / ".local" / "state";
  else
    return {};
  folder /= "atriumctl";
  std::error_code e;
  fs::create_directories(folder, e);
  if (e) return {};
  fs::permissions(folder, fs::perms::owner_all, e);
  return folder / "history";
}

} // namespace atrium::console
