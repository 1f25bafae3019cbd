// A folder of files, read once and whole, as pages for browsers. Touches the file system when it is
// made and never again: what changes there later is seen by the next server.
#pragma once

#include "config/settings.hpp"
#include "web/pages.hpp"

#include <cstddef>
#include <deque>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace atrium::net {

/// The files of one folder, and their bytes.
class page_folder {
public:
  /// Reads the folder. A sentence if that can't be: it is not there, can't be read, has no
  /// `index.html`, or holds more than `max_bytes`.
  ///
  /// Its files are `/` and `/index.html` for `index.html`, and `/<name>` for every other one. `x.br`
  /// and `x.gz` beside an `x` are forms of `x` and have no name of their own. What is in `assets/` is
  /// immutable. Left out: what begins with a dot, links, and names that a URL would have to encode.
  [[nodiscard]] static std::variant<page_folder, std::string>
  read(const std::filesystem::path& folder, std::size_t max_bytes);
  /// What `/` says where there is no web app.
  [[nodiscard]] static page_folder without_app();

  page_folder(page_folder&&) noexcept = default;
  page_folder& operator=(page_folder&&) noexcept = default;

  /// Views into this object, which may be moved.
  [[nodiscard]] std::span<const web::page_file> files() const noexcept { return files_; }
  /// Of all forms.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
  class reading;

  page_folder() = default;

  /// Names, bytes and ETags; what is in it stays where it is.
  std::deque<std::string> texts_;
  std::vector<web::page_file> files_;
  std::size_t bytes_ = 0;
};

/// Where the web app is: `server.pages`, else beside the program (`web/app`) or where it is installed
/// (`../share/atrium/app`). The first of those that is there, else the first.
[[nodiscard]] std::filesystem::path find_app_folder(const server_settings& config);
/// The web app, or what stands in for it. Says in the log which, once.
[[nodiscard]] page_folder load_app(const server_settings& config);

} // namespace atrium::net
