// Lays out a frame: five lines of figures, a list, and what the keys do. Counters are totals since
// the server's start, so rates come from two of them; a server that was started anew in between
// shows none.
#include "console/top_frame.hpp"

#include "console/display.hpp"
#include "console/field.hpp"
#include "console/figures.hpp"
#include "console/views.hpp"

#include <algorithm>

namespace atrium::console {

namespace {

/// A line of parts that are coloured each for itself and cut together.
class line_of_parts {
public:
  explicit line_of_parts(const look& l) : look_{l} {}

  line_of_parts& add(std::string_view text, style as = style::plain) {
    auto left = look_.width == 0 ? text.size() : look_.width - std::min(look_.width, used_);
    auto shown = fit(printable(text), look_.width == 0 ? display_width(printable(text)) : left);
    used_ += display_width(shown);
    out_ += painted(shown, as, look_);
    return *this;
  }
  line_of_parts& figure(std::string_view name, std::string_view value, style as = style::strong) {
    if (used_ > 0) add("  ");
    return add(std::string{name} + " ", style::dim).add(value, as);
  }
  [[nodiscard]] std::string text() const { return out_; }

private:
  const look& look_;
  std::size_t used_ = 0;
  std::string out_;
};

struct rates {
  json::slice now;
  json::slice before;
  double seconds;

  /// A second; `-` while there is nothing to compare with.
  [[nodiscard]] std::string of(std::string_view counter, bool is_bytes = false) const {
    auto current = number_in(object_in(now, "counters"), counter);
    auto earlier = number_in(object_in(before, "counters"), counter);
    if (!current || !earlier || seconds <= 0 || *current < *earlier) return "-";
    auto rate = (*current - *earlier) / seconds;
    return (is_bytes ? bytes_text(rate) : rate_text(rate)) + "/s";
  }
  [[nodiscard]] std::string cpu() const {
    auto current = number_in(object_in(now, "server"), "cpuSeconds");
    auto earlier = number_in(object_in(before, "server"), "cpuSeconds");
    if (!current || !earlier || seconds <= 0 || *current < *earlier) return "-";
    return rate_text((*current - *earlier) / seconds * 100) + "%";
  }
};

style health_style(std::string_view status) {
  if (status == "healthy" || status == "up") return style::good;
  // Rooms are kept in memory: that is no fault.
  if (status == "disabled") return style::plain;
  return status == "degraded" ? style::warning : style::bad;
}

std::string count_in(json::slice object, std::string_view key) {
  return count_text(integer_in(object, key));
}

std::string server_line(json::slice overview, const look& l) {
  auto server = object_in(overview, "server");
  line_of_parts line{l};
  line.add("atriumd " + text_in(server, "version"), style::title)
      .figure("up", duration_text(integer_in(server, "uptimeSeconds") * 1000))
      .figure("pid", text_in(server, "pid"))
      .figure("store", text_in(server, "store"))
      .figure("log", text_in(server, "logLevel"));
  if (flag_in(server, "draining")) line.figure("", "DRAINING", style::bad);
  return line.figure("at", clock_text(l.now_ms)).text();
}

std::string health_line(json::slice overview, const rates& r, const look& l) {
  auto server = object_in(overview, "server");
  auto health = object_in(overview, "health");
  auto status = text_in(health, "status");
  line_of_parts line{l};
  line.add(status.empty() ? "?" : status, health_style(status));
  auto redis = object_in(health, "redis");
  if (auto state = text_in(redis, "status"); !state.empty())
    line.figure("redis",
                state + " " + latency_text(number_in(redis, "latencyMs").value_or(0) * 1000),
                health_style(state));
  auto writers = object_in(health, "writers");
  auto queued = integer_in(writers, "queued");
  line.figure("writers", text_in(writers, "connected") + "/" + text_in(writers, "count"))
      .figure("queued", count_text(queued), queued > 0 ? style::warning : style::strong)
      .figure("lag", duration_text(integer_in(writers, "lagMs")))
      .figure("memory", bytes_text(number_in(server, "memoryBytes").value_or(0)))
      .figure("cpu", r.cpu());
  return line.text();
}

std::string people_line(json::slice overview, const look& l) {
  auto connections = object_in(overview, "connections");
  auto rooms = object_in(overview, "rooms");
  auto dirty = integer_in(rooms, "dirty");
  line_of_parts line{l};
  line.figure("connections", count_in(connections, "total"))
      .add(" (" + count_in(connections, "native") + " native, "
           + count_in(connections, "socketioWebsocket") + " socket.io, "
           + count_in(connections, "socketioPolling") + " polling)")
      .figure("rooms", count_in(rooms, "live"))
      .figure("dirty", count_text(dirty), dirty > 0 ? style::bad : style::strong)
      .figure("users", count_in(object_in(overview, "users"), "online"));
  return line.text();
}

std::string rate_line(json::slice overview, const rates& r, const look& l) {
  auto latency = object_in(overview, "latency");
  line_of_parts line{l};
  line.figure("commands", r.of("commands"))
      .figure("messages", r.of("messagesPosted"))
      .figure("frames", r.of("framesSent"))
      .figure("sent", r.of("bytesSent", true))
      .figure("writes", r.of("storeWrites"))
      .figure("p50", latency_text(number_in(latency, "p50Us").value_or(0)))
      .figure("p99", latency_text(number_in(latency, "p99Us").value_or(0)));
  return line.text();
}

std::string trouble_line(json::slice overview, const look& l) {
  auto counters = object_in(overview, "counters");
  line_of_parts line{l};
  auto add = [&](std::string_view name, std::string_view counter) {
    auto count = integer_in(counters, counter);
    line.figure(name, count_text(count), count > 0 ? style::warning : style::strong);
  };
  add("failures", "failures");
  add("resyncs", "slowResyncs");
  add("dropped", "slowEventsDropped");
  add("closed slow", "slowClosed");
  add("refused", "connectionsRefused");
  add("store retries", "storeErrorsTransient");
  add("store defects", "storeErrorsDefect");
  return line.text();
}

std::string keys_line(const top_choice& choice, const look& l) {
  line_of_parts line{l};
  line.add("q quit  1 2 3 lists", style::dim);
  if (choice.list != top_list::writers)
    line.add(choice.is_ascending ? "  o asc " : "  o desc ", style::dim);
  for (const auto& k : sort_keys(choice.list)) {
    auto as = choice.sort == k.sort ? style::strong : style::dim;
    line.add(" ").add(std::string{k.key} + " " + std::string{k.sort}, as);
  }
  return line.text();
}

/// Ages are the server's: the operator's clock may be another one.
look by_server_clock(look l, json::slice overview) {
  auto server = object_in(overview, "server");
  auto started = integer_in(server, "startedAt");
  if (started > 0) l.now_ms = started + integer_in(server, "uptimeSeconds") * 1000;
  return l;
}

std::string list_text(json::slice list, top_list kind, const look& l) {
  if (kind == top_list::rooms) return rooms_view(list, l);
  return kind == top_list::connections ? connections_view(list, l) : writers_view(list, l);
}

} // namespace

std::vector<sort_key> sort_keys(top_list list) {
  if (list == top_list::rooms)
    return {{'m', "members"}, {'r', "rate"}, {'b', "bytes"},
            {'a', "age"},     {'t', "ttl"},  {'n', "name"}};
  if (list == top_list::connections)
    return {{'u', "queued"}, {'r', "rtt"},      {'d', "dropped"},
            {'s', "sent"},   {'v', "received"}, {'a', "age"}};
  return {};
}

std::optional<top_choice> chosen_by(char key, const top_choice& now) {
  if (key >= '1' && key <= '3') return top_choice{static_cast<top_list>(key - '1'), "", false};
  auto next = now;
  if (key == 'o') {
    next.is_ascending = !next.is_ascending;
    return next;
  }
  for (const auto& k : sort_keys(now.list)) {
    if (k.key != key) continue;
    next.sort = k.sort;
    return next;
  }
  return std::nullopt;
}

std::vector<std::string> top_frame(json::slice overview, json::slice before, double seconds,
                                   json::slice list, const top_choice& choice, std::size_t rows,
                                   const look& here) {
  auto l = by_server_clock(here, overview);
  rates r{overview, before, seconds};
  std::vector<std::string> out{server_line(overview, l),  health_line(overview, r, l),
                               people_line(overview, l),  rate_line(overview, r, l),
                               trouble_line(overview, l), ""};
  auto text = list_text(list, choice.list, l);
  constexpr std::size_t last_lines = 1;
  for (std::size_t at = 0; at < text.size() && out.size() + last_lines < rows;) {
    auto end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  out.push_back(keys_line(choice, l));
  if (out.size() > rows) out.resize(rows);
  return out;
}

} // namespace atrium::console
