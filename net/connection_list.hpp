// `GET /api/admin/connections` as values: what is asked for, and the page of connections that come
// first among all that are looked at, one after the other. Knows no session and no thread.
//
// Memory: one page, however many connections there are. A page begins behind the place that its cursor
// names, so one whose figure changes between two pages may be missed or come twice.
#pragma once

#include "net/connection_view.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::net {

struct list_connections {
  enum class sort_by { queued, rtt, dropped, sent, received, age };
  /// Where a connection stands in the order.
  struct place {
    std::int64_t figure = 0;
    session_id id = 0;
  };
  sort_by sort = sort_by::queued;
  bool descending = true;
  /// Part of a user id or of an address; empty: all.
  std::string text{};
  /// 1..200
  std::size_t limit = 50;
  /// Only those that come after it.
  std::optional<place> after{};
};

/// The spelling of a place as a cursor, and back; nothing: it is none.
[[nodiscard]] std::string spell_cursor(const list_connections::place& p);
[[nodiscard]] std::optional<list_connections::place> read_connection_cursor(std::string_view text);

struct connections_page {
  /// In order.
  std::vector<connection_view> connections;
  /// All that fit `text`.
  std::size_t total = 0;
  /// Nothing: that was all.
  std::optional<std::string> cursor;
};

/// Keeps the first `limit` of all connections that it is shown. Not thread-safe.
class connection_selection {
public:
  explicit connection_selection(list_connections wanted) : wanted_{std::move(wanted)} {}

  void add(connection_view&& v);
  /// As if what the other was shown had been shown to this one. Precondition: the same question.
  void merge(connection_selection&& other);
  /// The selection is spent.
  [[nodiscard]] connections_page take();

private:
  [[nodiscard]] list_connections::place place_of(const connection_view& v) const noexcept;
  [[nodiscard]] bool comes_before(const list_connections::place& a,
                                  const list_connections::place& b) const noexcept;
  void keep(connection_view&& v);

  list_connections wanted_;
  /// A heap with the last in order on top: at most one more than asked for.
  std::vector<connection_view> kept_;
  std::size_t total_ = 0;
};

} // namespace atrium::net
