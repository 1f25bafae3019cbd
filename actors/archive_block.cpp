// See archive_block.hpp. The longest word is looked for in all texts at once, and only where it
// occurs the message is looked up and the other words are looked for. Messages are in the order of
// their seq. A block is read by the page, so it stays below 4 GB by far.
#include "actors/archive_block.hpp"

#include "text/fold.hpp"

#include <algorithm>

namespace atrium {

void archive_block::add(seq_t seq, std::string_view id, std::string_view folded) {
  text_ += folded;
  text_ += '\n';
  ids_ += id;
  entries_.push_back(
      {seq, static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(ids_.size())});
}

void archive_block::append(const archive_block& above) {
  const auto text_begin = static_cast<std::uint32_t>(text_.size());
  const auto ids_begin = static_cast<std::uint32_t>(ids_.size());
  text_ += above.text_;
  ids_ += above.ids_;
  for (const auto& e : above.entries_)
    entries_.push_back({e.seq, text_begin + e.text_end, ids_begin + e.id_end});
  to_ = above.to_;
}

void archive_block::shrink() {
  entries_.shrink_to_fit();
  text_.shrink_to_fit();
  ids_.shrink_to_fit();
}

bool archive_block::cut(seq_t to) {
  if (to >= to_) return from_ < to_;
  to_ = to;
  entries_.resize(index_of(to));
  text_.resize(entries_.empty() ? 0 : entries_.back().text_end);
  ids_.resize(entries_.empty() ? 0 : entries_.back().id_end);
  return from_ < to_;
}

std::vector<archive_block::hit> archive_block::find(const std::vector<std::string>& words,
                                                    seq_t below) const {
  const auto count = index_of(below);
  const auto bytes = count == 0 ? 0 : entries_[count - 1].text_end;
  const auto texts = std::string_view{text_}.substr(0, bytes);
  const auto& longest = *std::max_element(
      words.begin(), words.end(),
      [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  std::vector<hit> hits;
  std::size_t at = 0;
  while ((at = text::find(texts, longest, at)) != std::string_view::npos) {
    const auto e = std::upper_bound(entries_.begin(), entries_.end(), at,
                                    [](std::size_t a, const entry& b) { return a < b.text_end; });
    const auto i = static_cast<std::size_t>(e - entries_.begin());
    if (words.size() == 1 || text::holds_all(text_of(i), words)) hits.push_back(hit_of(i));
    at = e->text_end;
  }
  std::reverse(hits.begin(), hits.end());
  return hits;
}

std::optional<archive_block::hit> archive_block::find(seq_t seq) const {
  const auto i = index_of(seq);
  if (i == entries_.size() || entries_[i].seq != seq) return std::nullopt;
  return hit_of(i);
}

std::size_t archive_block::bytes() const noexcept {
  return sizeof *this + text_.size() + ids_.size() + entries_.size() * sizeof(entry);
}

std::string_view archive_block::text_of(std::size_t i) const noexcept {
  const auto begin = i == 0 ? 0 : entries_[i - 1].text_end;
  return std::string_view{text_}.substr(begin, entries_[i].text_end - begin - 1);
}

archive_block::hit archive_block::hit_of(std::size_t i) const {
  const auto begin = i == 0 ? 0 : entries_[i - 1].id_end;
  return {entries_[i].seq, ids_.substr(begin, entries_[i].id_end - begin)};
}

std::size_t archive_block::index_of(seq_t seq) const noexcept {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), seq,
                                   [](const entry& e, seq_t s) { return e.seq < s; });
  return static_cast<std::size_t>(at - entries_.begin());
}

} // namespace atrium
