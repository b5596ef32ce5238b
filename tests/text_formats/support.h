#pragma once

#include "storage/base/file.h"
#include "storage/text_formats/text_format.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::text_formats::test {

/// Folder with data, schemas and files of other programs; nullopt when this machine has none.
std::optional<std::filesystem::path> shared_folder();

/// True when xmllint accepts `content` against `schema` of the shared folder, without a network.
bool valid_against(const std::string& content, const std::string& schema);

/// Runs a program of /usr/bin, output to /dev/null; -1 when it is not there.
int run(const std::string& program, const std::vector<std::string>& arguments,
        const std::string& catalogue = {});

/// A leaf with every kind of line, notes of two halves, rare characters, alternatives, characters
/// without a place or decided by a person, a line of words and one without glyphs.
model::PageText leaf();
PageFacts facts();

/// The page of bytes that must be readable.
PageFile read_with(const TextFormat& format, const std::string& bytes,
                   const ReadOptions& options = {});

std::string text_of(const std::filesystem::path& file);

}  // namespace shiqu::text_formats::test
