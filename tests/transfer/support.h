#pragma once

#include "storage/base/file.h"
#include "storage/transfer/stream.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace shiqu::transfer::test {

template <class T>
T need(Result<T> result) {
  REQUIRE_MESSAGE(result, (result ? std::string() : result.error().text()));
  return std::move(*result);
}
inline void need(const Status& status) {
  REQUIRE_MESSAGE(status, (status ? std::string() : status.error().text()));
}

inline ByteSink into(std::string& out) {
  return [&out](std::span<const std::uint8_t> bytes) -> Status {
    out.append(bytes.begin(), bytes.end());
    return {};
  };
}

/// At most `most` bytes at a time, as pipes and disks do.
inline ByteSource from(const std::string& text, std::size_t& at, std::size_t most = 1000) {
  return [&text, &at, most](std::span<std::uint8_t> buffer) -> Result<std::size_t> {
    const std::size_t part = std::min({most, buffer.size(), text.size() - at});
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), part, buffer.begin());
    at += part;
    return part;
  };
}

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Bytes that do not repeat, the same each time.
inline std::string noise(std::size_t size, unsigned seed = 1) {
  std::string out(size, '\0');
  std::uint64_t state = seed;
  for (char& c : out) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    c = static_cast<char>(state >> 56U);
  }
  return out;
}

inline void put(const std::filesystem::path& file, const std::string& content) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}
inline std::string get(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Exit status of a program of /usr/bin through the shell; 127: it is not there.
inline int shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return status < 0 ? -1 : status / 256;
}

}  // namespace shiqu::transfer::test
