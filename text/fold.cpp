// See fold.hpp. Most text is ASCII, where folding is making it lower case; everything else goes to
// ICU. ICU copies what is no valid UTF-8 as it is or replaces it; should it ever fail, only ASCII
// is folded.
#include "text/fold.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

namespace atrium::text {

namespace {

bool is_ascii(std::string_view bytes) noexcept {
  unsigned char any = 0;
  for (const char c : bytes) any |= static_cast<unsigned char>(c);
  return any < 0x80;
}

std::string fold_ascii(std::string_view bytes) {
  std::string out{bytes};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Loaded once; null if ICU has lost its data.
const icu::Normalizer2* folder() noexcept {
  static const icu::Normalizer2* const found = [] {
    UErrorCode status = U_ZERO_ERROR;
    const auto* folder = icu::Normalizer2::getNFKCCasefoldInstance(status);
    return U_SUCCESS(status) ? folder : nullptr;
  }();
  return found;
}

/// Punctuation that a sentence puts around a word.
bool is_around_words(UChar32 c) noexcept {
  // The bytes that were no UTF-8.
  if (c < 0) return false;
  if (c < 0x80 && std::strchr("#@&%*/\\", static_cast<int>(c)) != nullptr) return false;
  constexpr std::uint32_t around = U_GC_PS_MASK | U_GC_PE_MASK | U_GC_PI_MASK | U_GC_PF_MASK
                                   | U_GC_PO_MASK;
  return (U_GET_GC_MASK(c) & around) != 0;
}

std::string_view without_punctuation(std::string_view word) noexcept {
  const auto size = static_cast<std::int32_t>(word.size());
  const char* const bytes = word.data();
  std::int32_t begin = 0;
  for (std::int32_t at = 0; at < size; begin = at) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (!is_around_words(c)) break;
  }
  if (begin == size) return word;
  std::int32_t end = size;
  for (std::int32_t at = size; at > begin; end = at) {
    UChar32 c = 0;
    U8_PREV(bytes, begin, at, c);
    if (!is_around_words(c)) break;
  }
  return word.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

constexpr std::size_t size_limit = std::numeric_limits<std::int32_t>::max();

} // namespace

std::string fold(std::string_view utf8) {
  if (is_ascii(utf8) || utf8.size() > size_limit || folder() == nullptr) return fold_ascii(utf8);
  std::string out;
  out.reserve(utf8.size());
  icu::StringByteSink<std::string> sink{&out};
  UErrorCode status = U_ZERO_ERROR;
  folder()->normalizeUTF8(0, {utf8.data(), static_cast<std::int32_t>(utf8.size())}, sink, nullptr,
                          status);
  return U_SUCCESS(status) ? out : fold_ascii(utf8);
}

std::vector<std::string> words_of(std::string_view query) {
  const std::string folded = fold(query.substr(0, size_limit));
  std::vector<std::string> words;
  const auto add = [&](std::int32_t from, std::int32_t to) {
    if (from == to) return;
    const auto word = without_punctuation(std::string_view{folded}.substr(
        static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.emplace_back(word);
  };
  const auto size = static_cast<std::int32_t>(std::min(folded.size(), size_limit));
  std::int32_t begin = 0;
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t before = at;
    UChar32 c = 0;
    U8_NEXT(folded.data(), at, size, c);
    if (c < 0 || u_isUWhiteSpace(c) == 0) continue;
    add(begin, before);
    begin = at;
  }
  add(begin, size);
  return words;
}

std::size_t find(std::string_view folded, std::string_view word, std::size_t from) noexcept {
  if (from > folded.size()) return std::string_view::npos;
  const auto* found = memmem(folded.data() + from, folded.size() - from, word.data(), word.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - folded.data());
}

bool holds_all(std::string_view folded, const std::vector<std::string>& words) noexcept {
  return std::all_of(words.begin(), words.end(), [folded](const std::string& word) {
    return find(folded, word) != std::string_view::npos;
  });
}

} // namespace atrium::text
