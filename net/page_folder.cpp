// See page_folder.hpp. The folder is what an operator named: it is looked through once, before anybody
// asks for anything. At most so many bytes and names are taken from it, however large it is; a folder
// that is larger is not served in part.
#include "net/page_folder.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace atrium::net {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_names = 10'000;
constexpr int max_depth = 16;
constexpr std::string_view immutable_folder = "assets/";

constexpr std::string_view no_app_text
    = "Atrium is running, but its web app is not here: it was not built, or the setting "
      "server.pages\n"
      "names no folder that holds it. The server's log says where it was looked for.\n"
      "\n"
      "Everything else works: the REST API below /api/, WebSocket at /ws, Socket.IO at "
      "/socket.io/.\n";

struct named_type {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array<named_type, 19> types{{
    {".css", "text/css; charset=utf-8"},
    {".gif", "image/gif"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".jpg", "image/jpeg"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".md", "text/markdown; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".ttf", "font/ttf"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".webmanifest", "application/manifest+json"},
    {".webp", "image/webp"},
    {".woff", "font/woff"},
    {".woff2", "font/woff2"},
}};

std::string_view type_of(std::string_view name) noexcept {
  const auto dot = std::min(name.rfind('.'), name.size());
  const auto* found = std::find_if(types.begin(), types.end(), [&](const named_type& t) {
    return t.extension == name.substr(dot);
  });
  return found == types.end() ? "application/octet-stream" : found->type;
}

/// Everybody spells the name in a URL as it is.
bool is_plain(std::string_view name) noexcept {
  return !name.starts_with('.') && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || std::string_view{"-._~@+"}.find(c) != std::string_view::npos;
  });
}

std::string quoted_hash(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::uint64_t hash = std::hash<std::string_view>{}(bytes);
  std::string out(18, '"');
  for (std::size_t i = 1; i <= 16; ++i, hash >>= 4) out[i] = digits[hash & 15U];
  return out;
}

class descriptor {
public:
  explicit descriptor(const fs::path& file)
      : number_{::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)} {}
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

private:
  int number_;
};

/// The whole file, or nothing: it can't be read, is no file, or has more than `max_bytes`.
std::optional<std::string> read_file(const fs::path& file, std::size_t max_bytes) {
  const descriptor in{file};
  struct stat state {};
  if (in.number() < 0 || ::fstat(in.number(), &state) != 0 || !S_ISREG(state.st_mode))
    return std::nullopt;
  const auto size = static_cast<std::size_t>(state.st_size);
  if (size > max_bytes) return std::nullopt;
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const auto got = ::read(in.number(), bytes.data() + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

/// Without its extension, if that names a form.
std::string_view base_of(std::string_view name) noexcept {
  for (const std::string_view form : {".br", ".gz"})
    if (name.ends_with(form)) return name.substr(0, name.size() - form.size());
  return name;
}

} // namespace

/// One run over a folder.
class page_folder::reading {
public:
  reading(fs::path folder, std::size_t max_bytes) : root_{std::move(folder)}, left_{max_bytes} {}

  std::variant<page_folder, std::string> run() {
    if (auto why = list()) return std::move(*why);
    if (!names_.contains("index.html")) return root_.string() + " has no index.html";
    for (const auto& name : names_)
      if (auto why = take(name)) return std::move(*why);
    return std::move(made_);
  }

private:
  /// Fills `names_`.
  std::optional<std::string> list() {
    std::error_code ec;
    fs::recursive_directory_iterator at{root_, ec};
    for (; !ec && at != fs::recursive_directory_iterator{}; at.increment(ec)) {
      const auto kind = at->symlink_status(ec).type();
      if (ec) break;
      const bool is_served = is_plain(at->path().filename().native());
      if (kind == fs::file_type::directory && (!is_served || at.depth() >= max_depth))
        at.disable_recursion_pending();
      if (kind != fs::file_type::regular || !is_served) continue;
      if (names_.size() == max_names)
        return root_.string() + " holds more than " + std::to_string(max_names) + " files";
      names_.insert(at->path().lexically_relative(root_).generic_string());
    }
    if (ec) return root_.string() + ": " + ec.message();
    return std::nullopt;
  }

  std::optional<std::string> take(const std::string& name) {
    const std::string base{base_of(name)};
    if (base != name && names_.contains(base)) return std::nullopt;
    web::page_file file;
    if (auto why = read_form(name, file.bytes)) return why;
    for (const auto& [form, bytes] : {std::pair{".br", &file.brotli}, std::pair{".gz", &file.gzip}})
      if (names_.contains(name + form))
        if (auto why = read_form(name + form, *bytes)) return why;
    file.path = keep('/' + name);
    file.content_type = type_of(name);
    file.etag = keep(quoted_hash(file.bytes));
    file.is_immutable = name.starts_with(immutable_folder);
    made_.files_.push_back(file);
    if (name == "index.html") {
      file.path = "/";
      made_.files_.push_back(file);
    }
    return std::nullopt;
  }

  std::optional<std::string> read_form(const std::string& name, std::string_view& bytes) {
    auto text = read_file(root_ / name, left_);
    if (!text) return (root_ / name).string() + " can't be read, or is more than may be kept";
    left_ -= text->size();
    made_.bytes_ += text->size();
    bytes = keep(std::move(*text));
    return std::nullopt;
  }

  std::string_view keep(std::string text) { return made_.texts_.emplace_back(std::move(text)); }

  fs::path root_;
  std::size_t left_;
  std::set<std::string> names_;
  page_folder made_;
};

std::variant<page_folder, std::string> page_folder::read(const fs::path& folder,
                                                         std::size_t max_bytes) {
  return reading{folder, max_bytes}.run();
}

page_folder page_folder::without_app() {
  page_folder made;
  const std::string_view etag = made.texts_.emplace_back(quoted_hash(no_app_text));
  made.files_.push_back({"/", type_of(".txt"), no_app_text, etag});
  made.bytes_ = no_app_text.size();
  return made;
}

fs::path find_app_folder(const server_settings& config) {
  if (!config.pages.empty()) return config.pages;
  std::error_code ec;
  const auto program = fs::read_symlink("/proc/self/exe", ec).parent_path();
  const auto built = program / "web" / "app";
  const auto installed = program.parent_path() / "share" / "atrium" / "app";
  return !fs::exists(built, ec) && fs::exists(installed, ec) ? installed : built;
}

page_folder load_app(const server_settings& config) {
  if (config.pages_bytes == 0) return page_folder::without_app();
  const auto folder = find_app_folder(config);
  auto outcome = page_folder::read(folder, config.pages_bytes);
  if (const auto* why = std::get_if<std::string>(&outcome)) {
    log::warn("no_web_app", {{"reason", *why}});
    return page_folder::without_app();
  }
  auto& pages = std::get<page_folder>(outcome);
  log::info(
      "web_app",
      {{"folder", folder.string()}, {"files", pages.files().size()}, {"bytes", pages.bytes()}});
  return std::move(pages);
}

} // namespace atrium::net
